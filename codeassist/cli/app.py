"""The typer application: all commands, and the one place that turns errors into a message and an exit code."""

from __future__ import annotations

import os
import shutil
import sys
import threading
from collections.abc import Sequence
from importlib import import_module
from typing import Annotated

import typer
from typer.core import DEFAULT_MARKUP_MODE

from codeassist import __version__
from codeassist.cli import interrupts
from codeassist.cli.failures import complain, discard, drop_unwritable_output, flushed, open_closed_streams, system_failure
from codeassist.cli.groups import SUGGESTS, add_command
from codeassist.cli.output import note, safe
from codeassist.cli.streams import checked_streams
from codeassist.errors import EXIT_INTERRUPT, ConfigError, exit_code
from codeassist.plugins import COMMANDS as COMMAND_PLUGINS
from codeassist.plugins import names, plugin

COMMANDS = (
    "index",
    "search",
    "ask",
    "chat",
    "symbols",
    "callers",
    "callees",
    "implementations",
    "tests",
    "map",
    "status",
    "models",
    "prompts",
    "log",
    "replay",
    "rate",
    "eval",
    "gen-tests",
    "test-audit",
    "review",
    "duplicates",
    "fix",
    "refactor",
    "commit-msg",
    "check",
    "serve",
    "lsp",
    "mcp",
    "install",
    "uninstall",
    "hook",
    "init",
    "config",
    "trust",
    "doctor",
    "clean",
)
"""All commands, in help order; each is a function in the module of the same name."""

MODULES = {"tests": "covered_by"}
"""Commands whose module and function have another name: a file called `tests.py` would pass for one with tests."""

NARROW = 80
"""On a terminal with fewer columns help is plain text: in boxes its words would stand one below the other."""

GROUPS = ("models", "prompts", "hook")
"""Commands with subcommands: packages that define a typer application `app`."""


class _Debug:
    """Whether `--debug` was given."""

    on = False


def _version(requested: bool) -> None:
    if requested:
        print(f"codeassist {__version__}")
        raise typer.Exit


def _options(
    version: Annotated[bool, typer.Option("--version", help="Print the version.", callback=_version, is_eager=True)] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks.", envvar="CODEASSIST_DEBUG")] = False,
) -> None:
    _Debug.on = debug


def make_app(commands: Sequence[str] = COMMANDS, plugins: Sequence[str] = (), called: str = "") -> typer.Typer:
    """The application with the given commands. Start-up is fast because only the called command is imported."""
    app = typer.Typer(
        name="codeassist",
        no_args_is_help=True,
        suggest_commands=SUGGESTS,
        pretty_exceptions_enable=False,
        rich_markup_mode=None if shutil.get_terminal_size().columns < NARROW else DEFAULT_MARKUP_MODE,
        context_settings={"help_option_names": ["-h", "--help"]},
        help="A coding assistant that knows your repository. "
        "Nothing leaves this machine unless you configure a remote model or encoder.",
    )
    app.callback()(_options)
    for name in commands:
        module_name = MODULES.get(name, name.replace("-", "_"))
        module = import_module(f"codeassist.cli.{module_name}")
        if name in GROUPS:
            app.add_typer(module.app, name=name)
        else:
            add_command(app, name, getattr(module, module_name))
    for name in plugins:
        try:
            add_command(app, name, plugin(COMMAND_PLUGINS, name))
        except ConfigError as error:
            if name == called:
                raise
            note(f"codeassist: {safe(str(error))}")
    return app


def main() -> None:
    """Run the command line and exit with its code, the same with and without `--debug`. Only bugs leave as exceptions."""
    _Debug.on = False
    open_closed_streams()
    for stream in (sys.stdout, sys.stderr, sys.stdin):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")  # an unencodable character must not stop a run
    sys.argv[1:] = [os.fsencode(word).decode("utf-8", "replace") for word in sys.argv[1:]]
    interrupts.install()
    with checked_streams():
        code = _run()
    sys.exit(flushed(code))


def _run() -> int:
    """Run the command that the arguments name; returns its exit code."""
    try:
        make_app(*_needed(sys.argv[1:]))(prog_name="codeassist")
    except SystemExit as end:  # typer exits with 130 for every KeyboardInterrupt, commands for work that was stopped
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
        return interrupts.exit_code() if code == EXIT_INTERRUPT else code
    except BrokenPipeError:
        discard(sys.stdout)
    except KeyboardInterrupt as interrupt:
        complain("Interrupted.")
        return exit_code(interrupt) or EXIT_INTERRUPT
    except Exception as error:
        code_of_error = exit_code(error)
        sentence, code = (str(error), code_of_error) if code_of_error is not None else system_failure(error) or ("", 0)
        if not code:
            raise
        if _Debug.on:
            _show_traceback(error)
            return code
        drop_unwritable_output()
        complain(f"codeassist: {safe(sentence)}")
        return code
    return 0


def _show_traceback(error: Exception) -> None:
    import traceback  # a quick command does not need it

    traceback.print_exception(error)


def entry() -> None:
    """`main` for the installed program. Skips interpreter shutdown, which takes a tenth of a quick command's time."""
    try:
        main()
    except Exception as error:
        with checked_streams():  # the message can contain text of a repository
            _show_traceback(error)
        raise SystemExit(1) from None
    except SystemExit as end:
        if threading.active_count() > 1 or "coverage" in sys.modules:
            raise
        os._exit(end.code if isinstance(end.code, int) else int(end.code is not None))


def _needed(arguments: Sequence[str]) -> tuple[Sequence[str], Sequence[str], str]:
    """(commands, plug-ins): the command that is called, or all of them for help, completion and unknown commands."""
    called = next((word for word in arguments if not word.startswith("-")), "")
    completing = any(key.endswith("_COMPLETE") for key in os.environ)
    if not called and "--version" in arguments:
        return (), (), ""
    if called in COMMANDS and not completing:
        return (called,), (), called
    return COMMANDS, names(COMMAND_PLUGINS), called
