"""`codeassist hook`: git hooks that chain what is there, and what they run."""

from __future__ import annotations

import typer

from codeassist.cli.hook.install import install, status, uninstall
from codeassist.cli.hook.run import run

app = typer.Typer(no_args_is_help=True, help="Git hooks: install, uninstall, status.")
app.command("install")(install)
app.command("uninstall")(uninstall)
app.command("status")(status)
app.command("run", hidden=True)(run)
