"""The typer application: all commands, and the one place that turns errors into a message and an exit code."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Sequence
from importlib import import_module
from typing import Annotated

import typer

from codeassist import __version__
from codeassist.cli import interrupts
from codeassist.cli.groups import expanded
from codeassist.cli.output import note, safe
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
    "map",
    "status",
    "models",
    "prompts",
    "log",
    "replay",
    "rate",
    "eval",
    "gen-tests",
    "review",
    "duplicates",
    "fix",
    "refactor",
    "commit-msg",
    "check",
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
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        help="A coding assistant that knows your repository. "
        "Nothing leaves this machine unless you configure a remote model or encoder.",
    )
    app.callback()(_options)
    for name in commands:
        module = import_module(f"codeassist.cli.{name.replace('-', '_')}")
        if name in GROUPS:
            app.add_typer(module.app, name=name)
        else:
            app.command(name)(expanded(getattr(module, name.replace("-", "_"))))
    for name in plugins:
        try:
            app.command(name)(expanded(plugin(COMMAND_PLUGINS, name)))
        except ConfigError as error:
            if name == called:
                raise
            note(f"codeassist: {safe(str(error))}")
    return app


def main() -> None:
    """Run the command line and exit with its code."""
    for stream in (sys.stdout, sys.stderr, sys.stdin):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")  # an unencodable character must not stop a run
    sys.argv[1:] = [os.fsencode(word).decode("utf-8", "replace") for word in sys.argv[1:]]
    interrupts.install()
    try:
        make_app(*_needed(sys.argv[1:]))(prog_name="codeassist")
    except SystemExit as end:  # typer exits with 130 for every KeyboardInterrupt, commands for work that was stopped
        if end.code != EXIT_INTERRUPT:
            raise
        sys.exit(interrupts.exit_code())
    except BrokenPipeError:  # the reader closed the pipe, as in `codeassist search ... | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except KeyboardInterrupt as interrupt:
        print("Interrupted.", file=sys.stderr)
        sys.exit(exit_code(interrupt))
    except Exception as error:
        code = exit_code(error)
        if _Debug.on or code is None:
            raise
        print(f"codeassist: {safe(str(error))}", file=sys.stderr)
        sys.exit(code)


def entry() -> None:
    """`main` for the installed program. Skips interpreter shutdown, which takes a tenth of a quick command's time."""
    try:
        main()
    except SystemExit as end:
        if threading.active_count() > 1 or "coverage" in sys.modules:
            raise
        sys.stdout.flush()
        sys.stderr.flush()
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
