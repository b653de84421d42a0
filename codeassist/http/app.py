"""The application: its endpoints, its errors, and the guard before them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from codeassist import __version__
from codeassist.errors import CodeassistError
from codeassist.http import failures
from codeassist.http.guard import Guard
from codeassist.http.routes import ask, code, jobs, openai_api, openai_responses, operation, page, review, runs, search
from codeassist.http.settings import ServerSettings
from codeassist.http.state import ServerState
from codeassist.repositories import Repositories
from indexers import IndexerError

DESCRIPTION = (
    "Search, answers, checks, reviews and tests for the repositories of this server. Results have the JSON forms of the "
    'command line. Errors are `{"error": {"message", "type", "code", "request_id"}}`.'
)
_ERRORS = {
    status: {"description": text, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}}
    for status, text in {
        400: "The request cannot be answered as it is.",
        401: "A token is needed.",
        403: "The host or the origin is not served, or the token is for other things.",
        404: "There is no such repository, file, job or run.",
        405: "The method is not one of this path.",
        408: "The request did not arrive in time.",
        409: "Another process writes the index.",
        413: "The request is too large.",
        422: "The request does not fit the schema.",
        429: "Too many requests are being answered.",
        502: "The language model failed.",
        503: "There is no index yet, or the server is stopping.",
        504: "The answer took too long.",
    }.items()
}


def make_app(repositories: Repositories, settings: ServerSettings | None = None) -> FastAPI:
    """The application for these repositories. It closes them when it ends."""
    settings = settings or ServerSettings()
    settings.check()
    state = ServerState(repositories, settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        await anyio.to_thread.run_sync(state.close)

    app = FastAPI(
        title="codeassist",
        version=__version__,
        description=DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        responses=_ERRORS,  # type: ignore[arg-type]
    )
    app.state.server = state
    for kind in (CodeassistError, IndexerError):
        app.add_exception_handler(kind, failures.known_error)
    app.add_exception_handler(RequestValidationError, failures.invalid_request)
    app.add_exception_handler(HTTPException, failures.http_error)
    for module in (search, ask, code, review, jobs, runs, operation, openai_api, openai_responses, page):
        app.include_router(module.router)
    app.add_middleware(Guard, state=state)
    _describe_errors(app)
    return app


def _describe_errors(app: FastAPI) -> None:
    """Put the form of errors into the specification."""
    make = app.openapi

    def openapi() -> dict[str, object]:
        specification = make()
        schemas = specification.setdefault("components", {}).setdefault("schemas", {})
        schemas["Error"] = {
            "type": "object",
            "required": ["error"],
            "properties": {
                "error": {
                    "type": "object",
                    "required": ["message", "type", "code", "request_id"],
                    "properties": {
                        "message": {"type": "string"},
                        "type": {"type": "string"},
                        "code": {"type": "integer"},
                        "param": {"type": "null"},
                        "request_id": {"type": "string"},
                    },
                }
            },
        }
        return specification

    app.openapi = openapi  # type: ignore[method-assign]
