"""`codeassist status`: what the index holds and how fresh it is."""

from __future__ import annotations

import time
from typing import Annotated

import typer

from codeassist import workspace
from codeassist.cli.common import HERE, AsJson, IndexDir, Repo, load_config, print_json, safe_path
from codeassist.cli.index import print_languages, print_skipped


def status(
    files: Annotated[bool, typer.Option("--files", help="List every file that was indexed.")] = False,
    repo: Repo = HERE,
    index_dir: IndexDir = None,
    as_json: AsJson = False,
) -> None:
    """Show what is indexed, and how many files changed since."""
    from indexers.build.update import index_size

    root, config = load_config(repo, index__index_dir=index_dir)
    with workspace.open_index(root, config) as index:
        statistics = index.statistics()
        listed = sorted(path for path, row in index.catalog.files().items() if row.skipped is None) if files else []
        stale, size, folder = index.stale(), index_size(index.folder), index.folder
    if as_json:
        extra = {"files": listed} if files else {}
        print_json({"schema": "codeassist.status/1", "root": str(root), "stale": stale, "bytes": size, **statistics, **extra})
        return
    for path in listed:
        print(safe_path(path))
    if files:
        return
    print_languages(statistics["languages"])
    print_skipped(statistics["skipped"])
    age = time.time() - float(statistics["updated"])
    print(f"Repository  {root}")
    print(f"Index       {folder}  ({size / 1e6:.1f} MB, updated {_ago(age)})")
    print(f"Encoder     {statistics['encoder']}, {statistics['dimension']} dimensions")
    print(f"Fresh       {'yes' if not stale else f'no: {stale} files changed since; run codeassist index'}")
    if statistics["remaining"]:
        print(f"Incomplete  {statistics['remaining']} files are left; run codeassist index to go on")


def _ago(seconds: float) -> str:
    for size, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= size:
            count = int(seconds // size)
            return f"{count} {unit}{'s' if count > 1 else ''} ago"
    return "just now"
