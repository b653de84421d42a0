"""The tools for a question to every repository that is served."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from codeassist.errors import CodeassistError
from codeassist.mcp import tools
from codeassist.mcp.layout import grouped
from codeassist.mcp.tools import Answer
from codeassist.repositories import Repositories, Repository
from codeassist.tasks.search import QUALITIES, SearchRequest, SearchResult, merged, trust_in
from codeassist.tasks.search import search as run_search
from indexers import IndexerError, IndexMissingError


def search(repositories: Repositories, query: str, scope: Sequence[str], max_tokens: int) -> Answer:
    """The lines that answer a query in the repositories that match best. Raises the errors of a query that is not valid."""
    request = tools.search_request(query, scope, max_tokens)
    found: list[tuple[str, SearchResult, float]] = []
    states: list[str] = []
    for repository in repositories:
        one, trust, state = _searched(repository, request)
        states.append(f"{repository.name}: {state}")
        if one is not None:
            found.append((repository.name, one, trust))
    result = merged(request, found)
    state = "; ".join(states)
    if result.quality == "none" or not result.hits:
        names = ", ".join(repository.name for repository in repositories)
        text = f"Nothing in {names} matches '{query}' well ({state}). Try other words, or a name."
        return Answer(text, {"results": [], "match": "none", "index": state})
    return tools.places(grouped(result.hits), query, max_tokens, result.quality, "several repositories", state)


def _searched(repository: Repository, request: SearchRequest) -> tuple[SearchResult | None, float, str]:
    try:
        with repository.index() as (index, state):
            return run_search(index, request), trust_in(index, request), state
    except IndexMissingError:
        return None, 0.0, repository.state()


def each(repositories: Repositories, run: Callable[[Repository], Answer]) -> Answer:
    """The answers of every repository one after the other; one that has none says why. The data has all of them together.

    Raises the error of the last one when none answers.
    """
    answers: list[tuple[str, Answer]] = []
    failures: list[tuple[str, CodeassistError | IndexerError]] = []
    for repository in repositories:
        try:
            answers.append((repository.name, run(repository)))
        except (CodeassistError, IndexerError) as error:
            failures.append((repository.name, error))
    if not answers:
        raise failures[-1][1]
    notes = [f"{name}: {error}" for name, error in failures]
    states = [f"{name}: {answer.data['index']}" for name, answer in answers]
    data: dict[str, Any] = {"index": "; ".join([*states, *notes])}
    for name, answer in answers:
        for key, value in answer.data.items():
            if isinstance(value, list):
                data.setdefault(key, []).extend({"repository": name} | item for item in value)
            elif key == "match":
                data[key] = max(value, data.get(key, value), key=QUALITIES.index)
    return Answer("\n\n".join([*(f"{name}: {answer.text}" for name, answer in answers), *notes]), data)
