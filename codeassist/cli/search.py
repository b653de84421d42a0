"""`codeassist search`: the places that answer a query, best first."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from codeassist.cli.common import (
    HERE,
    AsJson,
    IndexDir,
    NoRefresh,
    Quiet,
    Repo,
    fresh_index,
    is_terminal,
    load_config,
    note,
    print_json,
    safe,
    safe_path,
)

DEFAULT_CONTEXT = 6

if TYPE_CHECKING:
    from collections.abc import Sequence

    from indexers import Hit


def search(
    query: Annotated[str, typer.Argument(help="A question, keywords, a name, a path or an error message.")],
    k: Annotated[int | None, typer.Option("-k", "--results", min=1, help="How many results.")] = None,
    path: Annotated[list[str] | None, typer.Option("--path", help="Only paths that match this glob; may be repeated.")] = None,
    lang: Annotated[list[str] | None, typer.Option("--lang", help="Only this language; may be repeated.")] = None,
    kind: Annotated[list[str] | None, typer.Option("--kind", help="Only this kind (function, class, section ...).")] = None,
    tests: Annotated[bool | None, typer.Option("--in-tests/--no-tests", help="Only tests, or no tests.")] = None,
    all_chunks: Annotated[bool, typer.Option("--all-chunks", help="Every good place, not one a file.")] = False,
    context: Annotated[int | None, typer.Option("--context", "-n", min=0, help="Lines shown of each result.")] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Show what each result's score is made of.")] = False,
    repo: Repo = HERE,
    index_dir: IndexDir = None,
    no_refresh: NoRefresh = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Find the code that answers a query."""
    root, config = load_config(repo, search__results=k, search__context=context, index__index_dir=index_dir)
    with fresh_index(root, config, refresh=not no_refresh, quiet=quiet) as (index, _):
        hits = index.search(
            query, config.search.results, paths=path or (), languages=lang or (), kinds=kind or (), tests=tests,
            all_chunks=all_chunks,
        )  # fmt: skip
    if as_json:
        results = [hit.as_json() | ({"reasons": hit.reasons} if explain else {}) for hit in hits]
        print_json({"schema": "codeassist.search/1", "query": query, "results": results})
    else:
        _show(hits, query, config.search.context, explain, root, repo)
    if not hits:
        if not quiet and not as_json:
            note("Nothing found.")
        raise typer.Exit(1)


def _show(hits: Sequence[Hit], query: str, lines: int, explain: bool, root: Path, start: Path) -> None:
    from codeassist.cli.rendering import relative_prefix, show_code
    from codeassist.evidence.places import decisive_lines

    colour = is_terminal()
    prefix = relative_prefix(root, start)
    for position, hit in enumerate(hits):
        window = decisive_lines(hit, query, lines or DEFAULT_CONTEXT)
        place = f"{prefix}{safe_path(hit.path)}:{window.focus}"
        about = " ".join(part for part in (safe(hit.qualified_name), f"({hit.kind})") if part)
        print(f"\x1b[1;36m{place}\x1b[0m  {about}" if colour else f"{place}  {about}")
        if explain:
            parts = sorted(hit.reasons.items(), key=lambda entry: -entry[1])
            print("    " + f"{hit.score:.2f} = " + " + ".join(f"{value:.2f} {name}" for name, value in parts if value >= 0.005))
        if lines:
            show_code(window.lines, window.first, hit.language, query, colour)
        if lines and position + 1 < len(hits):
            print()
