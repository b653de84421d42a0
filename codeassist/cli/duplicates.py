"""`codeassist duplicates`: code that does what other code already does."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from codeassist.cli.common import (
    HERE,
    AsJson,
    IndexDir,
    NoRefresh,
    Quiet,
    Repo,
    fresh_index,
    load_config,
    note,
    print_json,
    safe,
    safe_path,
)
from codeassist.errors import UsageError


def duplicates(
    paths: Annotated[
        list[str] | None, typer.Argument(metavar="[PATH]...", help="Only clusters with a member below these.")
    ] = None,
    threshold: Annotated[
        float | None, typer.Option("--threshold", min=0.5, max=1, help="How alike; see the documentation.")
    ] = None,
    tests: Annotated[bool, typer.Option("--tests", help="Look among tests too.")] = False,
    most: Annotated[int, typer.Option("-n", "--limit", min=1, help="How many clusters.")] = 20,
    repo: Repo = HERE,
    index_dir: IndexDir = None,
    no_refresh: NoRefresh = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """List functions that do the same, in clusters, those first whose merging would save most lines."""
    from codeassist.evidence.clones import THRESHOLD
    from codeassist.tasks.duplicates.find import duplicates as find

    root, config = load_config(repo, index__index_dir=index_dir)
    prefixes = []
    for path in paths or ():
        full = (Path.cwd() / path).resolve()
        if not full.exists() or not full.is_relative_to(root.resolve()):
            raise UsageError(f"There is no {path} in {root}.")
        relative = full.relative_to(root.resolve()).as_posix()
        prefixes.append("" if relative == "." else relative)
    least = THRESHOLD if threshold is None else threshold
    with fresh_index(root, config, refresh=not no_refresh, quiet=quiet) as (index, _):
        clusters = find(index, prefixes if all(prefixes) else (), least, tests=tests)
    if as_json:
        told = [
            {"likeness": round(c.likeness, 3), "lines": c.lines, "members": [
                {"path": m.path, "start_line": m.start, "end_line": m.end, "name": m.name} for m in c.members]}
            for c in clusters[:most]
        ]  # fmt: skip
        print_json({"schema": "codeassist.duplicates/1", "threshold": least, "found": len(clusters), "clusters": told})
        return
    for cluster in clusters[:most]:
        print(f"{cluster.likeness:.0%} alike, {cluster.lines} lines to save")
        for member in cluster.members:
            print(f"  {safe_path(member.path)}:{member.start}-{member.end}  {safe(member.name)}")
    if not quiet:
        more = f", {len(clusters) - most} more with -n" if len(clusters) > most else ""
        note(f"{len(clusters)} cluster{'s' * (len(clusters) != 1)} of duplicates at {least:.0%}{more}.")
