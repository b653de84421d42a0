"""`codeassist models pull`: download a model from the hub."""

from __future__ import annotations

from typing import Annotated

import typer

from codeassist.cli.output import note
from codeassist.errors import ModelError, UsageError


def pull(name: Annotated[str, typer.Argument(help="The model's name on the hub.")]) -> None:
    """Download a model's configuration, tokeniser and weights; files that are already here are not fetched again."""
    from codeassist.models import hub

    bare = name.removeprefix("local:")
    if ":" in bare:
        raise UsageError(f"'{bare}' is a remote model; there is nothing to download.")
    folder = hub.pull(bare)
    problems = list(hub.problems(folder))
    if problems:
        raise ModelError(f"'{bare}' was downloaded, but {'; '.join(problems[:3])}.")
    print(folder)
    note(f'Use it with --model local:{bare}, or name = "local:{bare}" under [model].')
