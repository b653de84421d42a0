"""The web page: static files of this package."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from fastapi import APIRouter
from fastapi.responses import Response

from codeassist.http.failures import ServerError

router = APIRouter(include_in_schema=False)

TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


@cache
def _files() -> dict[str, bytes]:
    folder = files("codeassist.http") / "page"
    return {entry.name: entry.read_bytes() for entry in folder.iterdir() if "." + entry.name.rpartition(".")[2] in TYPES}


@router.get("/")
async def index() -> Response:
    """The page."""
    return _answer("index.html")


@router.get("/page/{name}")
async def part(name: str) -> Response:
    """A part of the page."""
    return _answer(name)


def _answer(name: str) -> Response:
    content = _files().get(name)
    if content is None:
        raise ServerError(404, "The page has no such part.")
    kind = TYPES["." + name.rpartition(".")[2]]
    return Response(content, media_type=f"{kind}; charset=utf-8", headers={"Cache-Control": "no-cache"})
