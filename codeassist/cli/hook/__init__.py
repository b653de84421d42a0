"""`codeassist hook`: git hooks that call existing hooks first, and the command they run."""

from __future__ import annotations

import typer

from codeassist.cli.groups import SUGGESTS, add_command
from codeassist.cli.hook.install import install, status, uninstall
from codeassist.cli.hook.run import run

app = typer.Typer(suggest_commands=SUGGESTS, no_args_is_help=True, help="Git hooks: install, uninstall, status.")
add_command(app, "install", install)
add_command(app, "uninstall", uninstall)
add_command(app, "status", status)
add_command(app, "run", run, hidden=True)
