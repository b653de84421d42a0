"""`codeassist search`: list the best matches for a query."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from codeassist.cli.options import Output, SeveralIndexed
from codeassist.cli.output import closing, is_terminal, note, print_json, safe
from codeassist.cli.places import Places
from codeassist.cli.standard_input import given
from codeassist.errors import EXIT_GATE

if TYPE_CHECKING:
    from codeassist.tasks.search import SearchResult, SeveralResult
    from indexers import Hit

DEFAULT_CONTEXT = 6
MOST_WEAK = 3
"""When nothing matches well, no more results than this are shown, unless a number was asked for."""

_SHOWN_SHARE = 0.005
"""Score components below this are hidden by --explain."""


def search(
    query: Annotated[
        str,
        typer.Argument(
            help="A question, keywords, a name, a path or an error message; - reads it, or a traceback, from standard input."
        ),
    ],
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
    where: SeveralIndexed,
    output: Output,
) -> None:
    """Find the code that answers a query."""
    from codeassist.tasks.search import SearchRequest
    from codeassist.tasks.search import search as run
    from codeassist.workspace import distinct_names

    with closing(output.events()) as events:
        every = where.open(events, {"search.results": k, "search.context": context})
        config = every[0].config.search
        request = SearchRequest(
            given(query), config.results, path or (), lang or (), kind or (), tests, all_chunks, explain, tokens or 0
        )
        names = distinct_names([services.root for services in every])
        with ExitStack() as opened:
            indexes = [opened.enter_context(services.index(refresh=not where.no_refresh)) for services in every]
            result: SearchResult | SeveralResult
            if len(every) > 1:
                from codeassist.tasks.search import search_several

                result = several = search_several(list(zip(names, indexes, strict=True)), request)
                hits = several.hits
            else:
                result = one = run(indexes[0], request)
                hits = [(names[0], hit) for hit in one.hits]
            is_empty = not hits and not any(index.chunk_count for index in indexes)
    if output.as_json:
        print_json(result.as_json())
    else:
        if result.quality == "none" and not k and not tokens:
            hits = hits[:MOST_WEAK]
        if not output.quiet:
            _say_how_good(result, len(hits), is_empty=is_empty)
        roots = dict(zip(names, (services.root for services in every), strict=True))
        _show(result, hits, config.context, roots, where)
    if not result.hits or result.quality == "none":
        raise typer.Exit(EXIT_GATE)


def _say_how_good(result: SearchResult | SeveralResult, shown: int, *, is_empty: bool) -> None:
    """Say before the results, on standard error, that they are not good; nothing when they are."""
    if is_empty:
        note("Nothing found: the index has no text. 'codeassist index --dry-run' says which files are skipped, and why.")
    elif not result.hits:
        note("Nothing found.")
    elif result.quality == "none":
        note(f"No good match. The closest {'place' if shown == 1 else f'{shown} places'}:")
    elif result.quality == "weak":
        note("The matches are weak:")


def _show(
    result: SearchResult | SeveralResult, hits: list[tuple[str, Hit]], lines: int, roots: dict[str, Path], where: SeveralIndexed
) -> None:
    from codeassist.cli.show_code import show_code

    colour = is_terminal()
    places = {name: Places.of(root, where.repo if len(roots) == 1 else root) for name, root in roots.items()}
    for position, (name, hit) in enumerate(hits):
        window = result.window(hit, len(hit.text) if result.request.tokens else lines or DEFAULT_CONTEXT)
        place = places[name].line(hit.path, window.focus)
        repository = f"[{safe(name)}]" if len(roots) > 1 else ""
        weak = "- weak match" if result.quality == "none" else ""
        description = " ".join(part for part in (safe(hit.qualified_name), f"({hit.kind})", repository, weak) if part)
        print(f"\x1b[1;36m{place}\x1b[0m  {description}" if colour else f"{place}  {description}")
        if result.request.explain:
            parts = sorted(hit.reasons.items(), key=lambda entry: -entry[1])
            shown = " + ".join(f"{value:.2f} {name}" for name, value in parts if value >= _SHOWN_SHARE)
            print(f"    {hit.score:.2f} = {shown}")
        if lines:
            show_code(window.lines, window.first, hit.language, result.request.query, colour)
        if lines and position + 1 < len(hits):
            print()
