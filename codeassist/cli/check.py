"""`codeassist check`: compare what a text says about the code with the code."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from codeassist.cli.options import Indexed, Output
from codeassist.cli.output import closing, note, print_json, safe
from codeassist.errors import EXIT_GATE, UsageError
from codeassist.printable import counted
from indexers.files.reading import read_text

MOST_OPEN = 20
"""Statements that were not compared and are shown."""


def check(
    file: Annotated[str, typer.Argument(help="A text file, such as an agent's answer; - for standard input.")] = "-",
    *,
    where: Indexed,
    output: Output,
) -> None:
    """List the paths, lines, names and calls of a text that the repository does not bear out."""
    from codeassist.tasks.check_text import check_text

    try:
        text = sys.stdin.read() if file == "-" else read_text(Path(file), errors="replace")
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}.") from error
    with closing(output.events()) as events, where.open(events).index(refresh=not where.no_refresh) as index:
        result = check_text(index, text)
    if output.as_json:
        print_json(result.as_json())
    else:
        for item in (*result.wrong, *result.open[:MOST_OPEN]):
            print(safe(f"{item.verdict}: {item.claim}{f'  ({item.there})' if item.there else ''}"))
        if len(result.open) > MOST_OPEN:
            print(f"not compared: {counted(len(result.open) - MOST_OPEN, 'more statement')} (--json has all)")
        if not output.quiet:
            note(result.summary())
    if result.wrong or result.empty:
        raise typer.Exit(EXIT_GATE)
