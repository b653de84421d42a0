"""`codeassist hook`: git hooks that call existing hooks first, and the command they run."""

from __future__ import annotations

import typer

from codeassist.cli.groups import expanded
from codeassist.cli.hook.install import install, status, uninstall
from codeassist.cli.hook.run import run

app = typer.Typer(no_args_is_help=True, help="Git hooks: install, uninstall, status.")
app.command("install")(expanded(install))
app.command("uninstall")(expanded(uninstall))
app.command("status")(expanded(status))
app.command("run", hidden=True)(expanded(run))
