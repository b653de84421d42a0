"""`codeassist models pull`: fetch a model from the hub."""

from __future__ import annotations

from typing import Annotated

import typer

from codeassist.cli.output import note
from codeassist.errors import ModelError, UsageError


def pull(name: Annotated[str, typer.Argument(help="A model's name on the hub.")]) -> None:
    """Download a model's configuration, tokeniser and weights; what is here already is not fetched again."""
    from codeassist.models import hub

    bare = name.removeprefix("local:")
    if ":" in bare:
        raise UsageError(f"'{bare}' is reached over a network; there is nothing to fetch.")
    folder = hub.pull(bare)
    wrong = list(hub.problems(folder))
    if wrong:
        raise ModelError(f"'{bare}' was fetched, but {'; '.join(wrong[:3])}.")
    print(folder)
    note(f'Use it with --model local:{bare}, or name = "local:{bare}" under [model].')
