"""The code itself: files, names with who uses them, and the map."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from codeassist.errors import UsageError
from codeassist.http.failures import ServerError
from codeassist.http.state import Repo, run, safe_json

router = APIRouter(tags=["code"])

Name = Annotated[str, Query(min_length=1, max_length=300)]
Path = Annotated[str, Query(min_length=1, max_length=4000)]

MOST_LINES = 20_000


@router.get("/v1/symbols")
async def symbols(
    request: Request, repository: Repo, name: Name, limit: Annotated[int, Query(ge=1, le=200)] = 50
) -> dict[str, Any]:
    """Where a name is defined, who uses it, what it calls, what implements it, and which tests reach it."""
    from codeassist.tasks import navigate

    def task(_: object) -> dict[str, Any]:
        with repository.index() as (index, state):
            found = {
                "definitions": navigate.definitions(index, name, limit).as_json()["definitions"],
                "callers": navigate.callers(index, name, limit).as_json(),
                "callees": navigate.callees(index, name).as_json()["calls"],
                "implementations": navigate.implementations(index, name, limit).as_json(),
                "tests": navigate.covering_tests(index, name, limit).as_json(),
            }
        return {"schema": "codeassist.symbol/1", "name": name, **safe_json(found), "index": state}

    return await run(request, task)


@router.get("/v1/file")
async def file(request: Request, repository: Repo, path: Path) -> dict[str, Any]:
    """The lines of an indexed file, secrets masked, with its definitions. No other file is read."""
    from indexers.files.decoding import file_lines

    def task(_: object) -> dict[str, Any]:
        with repository.index() as (index, _state):
            if path not in set(index.files()):
                raise ServerError(404, "This is not an indexed file.")
            lines = file_lines(index.root, path)
            outline = [
                {"name": d.qualified_name, "kind": d.kind, "start_line": d.line, "end_line": d.end_line}
                for d in index.outline(path)
            ]
            return {
                "schema": "codeassist.file/1",
                "path": path,
                "language": index.language_of(path),
                "lines": safe_json("\n".join(lines[:MOST_LINES])).split("\n"),
                "cut": len(lines) > MOST_LINES,
                "outline": outline,
            }

    return await run(request, task)


@router.get("/v1/map")
async def make_map(
    request: Request, repository: Repo, tokens: Annotated[int, Query(ge=100, le=100_000)] = 20_000
) -> dict[str, Any]:
    """The most central files with their definitions, the entry points, and every folder's share of the whole."""
    from codeassist.tasks.map import make_map

    def task(_: object) -> dict[str, Any]:
        with repository.index() as (index, state):
            found = make_map(index, tokens).as_json()
            files = index.files()
        return safe_json(found | {"all_files": files}) | {"index": state}

    return await run(request, task)


@router.get("/v1/places")
async def place(request: Request, repository: Repo, path: Path, line: Annotated[int, Query(ge=1)]) -> dict[str, Any]:
    """The definition around a line of a file."""

    def task(_: object) -> dict[str, Any]:
        with repository.index() as (index, _state):
            try:
                found = index.definition_at(path, line)
            except OverflowError as error:
                raise UsageError("There is no such line.") from error
        return {"schema": "codeassist.place/1", "definition": safe_json(found.as_json()) if found else None}

    return await run(request, task)
