"""`codeassist status`: the contents of the index and how fresh it is."""

from __future__ import annotations

import time
from typing import Annotated

import typer

from codeassist.cli.options import AsJson, RepositoryOptions
from codeassist.cli.output import print_json, safe_path
from codeassist.cli.show_index import print_encodings, print_languages, print_skipped, print_unparsed
from codeassist.printable import counted


def status(
    files: Annotated[bool, typer.Option("--files", help="List every indexed file.")] = False,
    skipped: Annotated[bool, typer.Option("--skipped", help="List every file that is not indexed, with the reason.")] = False,
    *,
    where: RepositoryOptions,
    as_json: AsJson = False,
) -> None:
    """Show what is indexed, and how many files have changed since."""
    from codeassist import workspace
    from codeassist.tasks.index import status as read

    services = where.open()
    if not workspace.index_exists(services.root, services.config):
        workspace.require_first_index(services.root, services.config, lambda _: False)  # what every other command says
    with workspace.open_index(services.root, services.config) as index:
        result = read(index, files=files, skipped=skipped)
    if as_json:
        print_json(result.as_json())
        return
    if result.files is not None:
        for path in result.files:
            print(safe_path(path))
        return
    if result.skipped_paths is not None:
        for path, reason in result.skipped_paths:
            print(f"{safe_path(path)}\t{reason}")
        return
    statistics = result.statistics
    print_languages(statistics.languages, error=False)
    print_skipped(statistics.skipped, error=False)
    print_unparsed(statistics.unparsed, error=False)
    print_encodings(statistics, error=False)
    age = _ago(time.time() - statistics.updated)
    print(f"Repository  {safe_path(str(result.root))}")
    print(f"Index       {safe_path(str(result.folder))}  ({result.size / 1e6:.1f} MB, updated {age})")
    print(f"Encoder     {statistics.encoder}, {statistics.dimension} dimensions")
    if not statistics.remaining:
        changed = f"{result.stale} file{'s' * (result.stale != 1)}"
        print(f"Fresh       {'yes' if not result.stale else f'no: {changed} changed since; run codeassist index'}")
    else:
        print(f"Incomplete  {counted(statistics.remaining, 'file')} left; run 'codeassist index' to continue")


def _ago(seconds: float) -> str:
    for size, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= size:
            count = int(seconds // size)
            return f"{count} {unit}{'s' if count > 1 else ''} ago"
    return "just now"
