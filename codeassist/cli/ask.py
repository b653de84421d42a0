"""`codeassist ask`: an answer with citations."""

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

if TYPE_CHECKING:
    from codeassist.tasks.ask import Answer


def ask(
    question: Annotated[str, typer.Argument(help="A question about the repository.")],
    k: Annotated[int | None, typer.Option("-k", "--places", min=1, help="How many places the answer names at most.")] = None,
    path: Annotated[list[str] | None, typer.Option("--path", help="Only paths that match this glob; may be repeated.")] = None,
    show_context: Annotated[bool, typer.Option("--show-context", help="Print the whole chunks the answer is from.")] = False,
    repo: Repo = HERE,
    index_dir: IndexDir = None,
    no_refresh: NoRefresh = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Answer a question about the repository, with the places it is answered from."""
    from codeassist.tasks.ask import ask as answer_question

    root, config = load_config(repo, ask__places=k, index__index_dir=index_dir)
    with fresh_index(root, config, refresh=not no_refresh, quiet=quiet) as (index, _):
        answer = answer_question(index, question, places=config.ask.places, threshold=config.ask.threshold, paths=path or ())
    if as_json:
        print_json(answer.as_json())
    else:
        _show(answer, show_context, root, repo)
    if not answer.found:
        raise typer.Exit(1)
    if not as_json and not quiet:
        note("Answered from the index alone, without a language model.")


def _show(answer: Answer, show_context: bool, root: Path, start: Path) -> None:
    from codeassist.cli.rendering import relative_prefix, show_code, show_markdown

    colour = is_terminal()
    prefix = relative_prefix(root, start)
    show_markdown(answer.text, colour)
    if answer.citations:
        print()
    for cited in answer.citations:
        span = f"{cited.start_line}-{cited.end_line}" if cited.end_line != cited.start_line else f"{cited.start_line}"
        name = f"  {safe(cited.name)}" if cited.name else ""
        print(f"[{cited.n}] {prefix}{safe_path(cited.path)}:{span}{name}")
    if show_context:
        for place in answer.places:
            print(f"\n{prefix}{safe_path(place.hit.path)}:{place.hit.start_line}")
            show_code(place.hit.text.split("\n"), place.hit.start_line, place.hit.language, answer.question, colour)
