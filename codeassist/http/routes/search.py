"""Search, and the check of a text."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from codeassist.http.state import Repo, run, safe_json
from codeassist.privacy import mask

router = APIRouter(tags=["search"])

Text = Annotated[str, StringConstraints(min_length=1, max_length=20_000)]
Globs = Annotated[list[Annotated[str, StringConstraints(min_length=1, max_length=500)]], Field(max_length=50)]


class Search(BaseModel):
    """A query with its filters. `tokens` asks for the passages that fit into a budget instead of a number of results.

    With `lines`, every result also has `decisive`: the so many lines of it that match the query best, from `first` on.
    """

    model_config = ConfigDict(extra="forbid")

    query: Text
    results: int = Field(10, ge=1, le=100)
    paths: Globs = []
    languages: Globs = []
    kinds: Globs = []
    tests: bool | None = None
    all_chunks: bool = False
    explain: bool = False
    tokens: int = Field(0, ge=0, le=100_000)
    lines: int = Field(0, ge=0, le=200)


class Check(BaseModel):
    """A text about the code: an answer, a plan, the description of a patch."""

    model_config = ConfigDict(extra="forbid")

    text: Annotated[str, StringConstraints(min_length=1, max_length=200_000)]


@router.post("/v1/search")
async def search(request: Request, body: Search, repository: Repo) -> dict[str, Any]:
    """The places that answer a query, best first (schema `codeassist.search/1`), and the state of the index."""
    from codeassist.tasks.search import SearchRequest
    from codeassist.tasks.search import search as run_search

    def task(_: object) -> dict[str, Any]:
        with repository.index() as (index, state):
            found = run_search(index, SearchRequest(**body.model_dump(exclude={"lines"})))
        value = found.as_json()
        for result, hit in zip(value["results"], found.hits if body.lines else (), strict=False):
            window = found.window(hit, body.lines)
            lines = mask("\n".join(window.lines))[0].split("\n")  # together: a key goes over several lines
            result["decisive"] = {"first": window.first, "lines": lines}
        return safe_json(value) | {"repository": repository.name, "index": state}

    return await run(request, task)


@router.post("/v1/check")
async def check(request: Request, body: Check, repository: Repo) -> dict[str, Any]:
    """The paths, lines, names and calls in a text, each compared with the repository (schema `codeassist.check/1`)."""
    from codeassist.tasks.check_text import check_text

    def task(_: object) -> dict[str, Any]:
        with repository.index() as (index, state):
            return safe_json(check_text(index, body.text).as_json()) | {"repository": repository.name, "index": state}

    return await run(request, task)
