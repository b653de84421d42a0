"""`codeassist search`: list the best matches for a query."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from codeassist.cli.options import Indexed, Output
from codeassist.cli.output import closing, is_terminal, note, print_json, safe
from codeassist.cli.places import Places
from codeassist.errors import EXIT_GATE

if TYPE_CHECKING:
    from codeassist.tasks.search import SearchResult

DEFAULT_CONTEXT = 6
_SHOWN_SHARE = 0.005
"""Score components below this are hidden by --explain."""


def search(
    query: Annotated[str, typer.Argument(help="A question, keywords, a name, a path or an error message.")],
    k: Annotated[int | None, typer.Option("-k", "--results", min=1, help="Maximum number of results.")] = None,
    path: Annotated[list[str] | None, typer.Option("--path", help="Only paths that match this glob; may be repeated.")] = None,
    lang: Annotated[list[str] | None, typer.Option("--lang", help="Only this language; may be repeated.")] = None,
    kind: Annotated[list[str] | None, typer.Option("--kind", help="Only this kind (function, class, section ...).")] = None,
    tests: Annotated[bool | None, typer.Option("--in-tests/--no-tests", help="Only tests, or no tests.")] = None,
    all_chunks: Annotated[
        bool, typer.Option("--all-chunks", help="Show every matching chunk, not only the best of each file.")
    ] = False,
    tokens: Annotated[
        int | None,
        typer.Option(
            "--tokens", min=1, help="Instead of a number of results: the best passages that fit into N tokens, whole."
        ),
    ] = None,
    context: Annotated[int | None, typer.Option("--context", "-n", min=0, help="Number of lines shown of each result.")] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Show the components of each score.")] = False,
    *,
    where: Indexed,
    output: Output,
) -> None:
    """Find the code that answers a query."""
    from codeassist.tasks.search import SearchRequest
    from codeassist.tasks.search import search as run

    with closing(output.events()) as events:
        services = where.open(events, {"search.results": k, "search.context": context})
        config = services.config.search
        request = SearchRequest(
            query, config.results, path or (), lang or (), kind or (), tests, all_chunks, explain, tokens or 0
        )
        with services.index(refresh=not where.no_refresh) as index:
            result = run(index, request)
    if output.as_json:
        print_json(result.as_json())
    else:
        _show(result, config.context, services.root, where.repo)
    if not output.quiet and not output.as_json:
        if not result.hits:
            note("Nothing found.")
        elif result.quality != "good":
            note("No good match: these are only the closest." if result.quality == "none" else "The matches are weak.")
    if not result.hits or result.quality == "none":
        raise typer.Exit(EXIT_GATE)


def _show(result: SearchResult, lines: int, root: Path, start: Path) -> None:
    from codeassist.cli.show_code import show_code

    colour = is_terminal()
    places = Places.of(root, start)
    for position, hit in enumerate(result.hits):
        window = result.window(hit, len(hit.text) if result.request.tokens else lines or DEFAULT_CONTEXT)
        place = places.line(hit.path, window.focus)
        description = " ".join(part for part in (safe(hit.qualified_name), f"({hit.kind})") if part)
        print(f"\x1b[1;36m{place}\x1b[0m  {description}" if colour else f"{place}  {description}")
        if result.request.explain:
            parts = sorted(hit.reasons.items(), key=lambda entry: -entry[1])
            shown = " + ".join(f"{value:.2f} {name}" for name, value in parts if value >= _SHOWN_SHARE)
            print(f"    {hit.score:.2f} = {shown}")
        if lines:
            show_code(window.lines, window.first, hit.language, result.request.query, colour)
        if lines and position + 1 < len(result.hits):
            print()
