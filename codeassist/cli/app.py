"""The application: every command, and one place that turns errors into a sentence and an exit code."""

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
from codeassist.cli.output import safe
from codeassist.errors import exit_code
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
    "hook",
    "init",
    "config",
    "trust",
    "doctor",
    "clean",
)
"""Every command, in the order of the help; each is the function of its own name in the module of its own name."""

GROUPS = ("models", "prompts", "hook")
"""Commands with commands of their own: packages with a typer application `app`."""


class _Debug:
    """Whether `--debug` was given."""

    on = False


def _version(wanted: bool) -> None:
    if wanted:
        print(f"codeassist {__version__}")
        raise typer.Exit


def _options(
    version: Annotated[bool, typer.Option("--version", help="Print the version.", callback=_version, is_eager=True)] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks.", envvar="CODEASSIST_DEBUG")] = False,
) -> None:
    _Debug.on = debug


def make_app(commands: Sequence[str] = COMMANDS, plugins: Sequence[str] = ()) -> typer.Typer:
    """The application with some of its commands; importing only what is asked for is most of a quick start."""
    app = typer.Typer(
        name="codeassist",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        help="A coding assistant that knows your repository. Nothing leaves this machine unless you name a remote model.",
    )
    app.callback()(_options)
    for name in commands:
        module = import_module(f"codeassist.cli.{name.replace('-', '_')}")
        if name in GROUPS:
            app.add_typer(module.app, name=name)
        else:
            app.command(name)(expanded(getattr(module, name.replace("-", "_"))))
    for name in plugins:
        app.command(name)(expanded(plugin(COMMAND_PLUGINS, name)))
    return app


def main() -> None:
    """Run the command line and exit with its code."""
    for stream in (sys.stdout, sys.stderr, sys.stdin):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")  # code pages that lack a letter must not stop a run
    sys.argv[1:] = [os.fsencode(word).decode("utf-8", "replace") for word in sys.argv[1:]]
    interrupts.install()
    try:
        make_app(*_needed(sys.argv[1:]))(prog_name="codeassist")
    except BrokenPipeError:  # `codeassist search ... | head`: the reader has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except KeyboardInterrupt as stopped:
        print("Interrupted.", file=sys.stderr)
        sys.exit(exit_code(stopped))
    except Exception as error:
        code = exit_code(error)
        if _Debug.on or code is None:
            raise
        print(f"codeassist: {safe(str(error))}", file=sys.stderr)
        sys.exit(code)


def entry() -> None:
    """`main` for the installed program: ends without taking the libraries apart, a tenth of a quick command's time."""
    try:
        main()
    except SystemExit as end:
        if threading.active_count() > 1 or "coverage" in sys.modules:
            raise
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(end.code if isinstance(end.code, int) else int(end.code is not None))


def _needed(arguments: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    """(commands, plug-ins): the one that is called, or all of them for help, completion and mistakes."""
    called = next((word for word in arguments if not word.startswith("-")), "")
    completing = any(key.endswith("_COMPLETE") for key in os.environ)
    if called in COMMANDS and not completing:
        return (called,), ()
    return COMMANDS, names(COMMAND_PLUGINS)
