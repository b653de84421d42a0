"""`codeassist duplicates`: code that does what other code already does."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from codeassist.cli.options import Indexed, Output
from codeassist.cli.output import closing, note, print_json, safe
from codeassist.cli.places import Places
from codeassist.errors import UsageError


def duplicates(
    paths: Annotated[
        list[str] | None, typer.Argument(metavar="[PATH]...", help="Only clusters with a member under these paths.")
    ] = None,
    threshold: Annotated[
        float | None, typer.Option("--threshold", min=0.5, max=1, help="Minimum similarity of two functions.")
    ] = None,
    tests: Annotated[bool, typer.Option("--tests", help="Include tests.")] = False,
    most: Annotated[int, typer.Option("-n", "--limit", min=1, help="Maximum number of clusters.")] = 20,
    *,
    where: Indexed,
    output: Output,
) -> None:
    """List clusters of duplicate functions, ordered by the number of lines that merging would save."""
    from codeassist.evidence.clones import THRESHOLD
    from codeassist.tasks.duplicates import find_duplicates

    with closing(output.events()) as events:
        services = where.open(events)
        prefixes = [_prefix(services.root, path) for path in paths or ()]
        minimum = THRESHOLD if threshold is None else threshold
        with services.index(refresh=not where.no_refresh) as index:
            result = find_duplicates(index, prefixes if all(prefixes) else (), minimum, tests=tests, cancel=services.cancel)
    if output.as_json:
        print_json(result.as_json(most))
        return
    places = Places.of(services.root, where.repo)
    for cluster in result.clusters[:most]:
        print(f"{cluster.likeness:.0%} similar, {cluster.lines} lines to save")
        for member in cluster.members:
            print(f"  {places.line(member.path, member.start, member.end)}  {safe(member.name)}")
    if not output.quiet:
        count = len(result.clusters)
        more = f", {count - most} more with -n" if count > most else ""
        note(f"{count} cluster{'s' * (count != 1)} of duplicate functions (similarity at least {minimum:.0%}){more}.")


def _prefix(root: Path, path: str) -> str:
    """A path given relative to the current folder, made relative to the root; empty for the root. Raises `UsageError`."""
    full = (Path.cwd() / path).resolve()
    if not full.exists() or not full.is_relative_to(root.resolve()):
        raise UsageError(f"There is no {path} in {root}.")
    relative = full.relative_to(root.resolve()).as_posix()
    return "" if relative == "." else relative
