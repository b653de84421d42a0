"""`codeassist models`: show configured, downloaded and runnable models; download, verify and test one."""

from __future__ import annotations

import typer

from codeassist.cli.groups import SUGGESTS, add_command, expanded
from codeassist.cli.models.overview import overview
from codeassist.cli.models.pull import pull
from codeassist.cli.models.trial import try_model
from codeassist.cli.models.verify import verify

app = typer.Typer(
    help="Language models: the configured one, downloaded ones, and those this machine can run.",
    invoke_without_command=True,
    suggest_commands=SUGGESTS,
)
app.callback()(expanded(overview))
add_command(app, "pull", pull)
add_command(app, "verify", verify)
add_command(app, "test", try_model)
