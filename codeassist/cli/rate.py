"""`codeassist rate`: say whether a run was good, so that it can serve as an example and as a test."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from codeassist.cli.common import HERE, IndexDir, Repo, load_config, note
from codeassist.workspace import index_dir as index_folder


def rate(
    number: Annotated[int, typer.Argument(metavar="ID", help="The run, as 'codeassist log' numbers it.")],
    verdict: Annotated[Literal["up", "down", "none"], typer.Argument(help="up, down or none.")],
    words: Annotated[str, typer.Option("--note", help="Why.")] = "",
    repo: Repo = HERE,
    index_dir: IndexDir = None,
) -> None:
    """Rate a run. Runs rated up serve as examples (`--examples`) and as questions of `codeassist eval`."""
    from codeassist.runs.store import RunStore

    root, config = load_config(repo, index__index_dir=index_dir)
    RunStore(index_folder(root, config)).rate(number, {"up": 1, "down": -1, "none": 0}[verdict], words)
    note(f"Run {number} is rated {verdict}.")
