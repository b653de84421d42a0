"""`codeassist prompts`: list, edit, check and test prompts."""

from __future__ import annotations

import typer

from codeassist.cli.groups import SUGGESTS, add_command
from codeassist.cli.prompts import case
from codeassist.cli.prompts.check import check
from codeassist.cli.prompts.diff import diff
from codeassist.cli.prompts.eject import eject
from codeassist.cli.prompts.export import export
from codeassist.cli.prompts.list_prompts import overview
from codeassist.cli.prompts.lock import lock
from codeassist.cli.prompts.log import log
from codeassist.cli.prompts.render import render
from codeassist.cli.prompts.show import show
from codeassist.cli.prompts.test import try_prompts
from codeassist.cli.prompts.tune import tune

app = typer.Typer(help="Prompts as code: versioned, locked, tested files.", no_args_is_help=True, suggest_commands=SUGGESTS)
for _name, _function in (
    ("list", overview),
    ("show", show),
    ("render", render),
    ("check", check),
    ("lock", lock),
    ("diff", diff),
    ("log", log),
    ("eject", eject),
    ("test", try_prompts),
    ("tune", tune),
    ("export", export),
):
    add_command(app, _name, _function)
app.add_typer(case.app, name="case")
