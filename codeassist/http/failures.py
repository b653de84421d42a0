"""Errors as answers: a status, one sentence and the number of the request; never a traceback."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from codeassist.errors import CodeassistError, ModelError, RunStoreError, UsageError, WorkspaceError
from codeassist.privacy import mask
from indexers import IndexerError, IndexMissingError, QueryError
from indexers.errors import IndexBusyError

RETRY_SECONDS = "2"

TOP_LEVEL = 2
"""The parts of the place of a field that is in nothing but the body."""


class ServerError(CodeassistError):
    """A request that the server does not answer, with the status of HTTP."""

    def __init__(self, status: int, message: str) -> None:
        """Store the status."""
        super().__init__(message)
        self.status = status


class StoppedError(CodeassistError):
    """Work that ended before its result, because the client went away or the server stops."""


_STATUS: tuple[tuple[type[Exception], int], ...] = (
    (StoppedError, 503),
    (UsageError, 400),
    (QueryError, 400),
    (ModelError, 502),
    (IndexBusyError, 409),
    (IndexMissingError, 503),
    (RunStoreError, 503),
    (WorkspaceError, 503),
    (IndexerError, 503),
    (CodeassistError, 422),
)
"""Statuses of errors; the first matching class applies."""

_TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    409: "conflict_error",
    429: "rate_limit_error",
    502: "model_error",
}


def status_of(error: Exception) -> int:
    """The status of HTTP for an error of this program."""
    if isinstance(error, ServerError):
        return error.status
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 500)


def body_of(status: int, message: str, request_id: str) -> dict[str, Any]:
    """The JSON form of an error, which OpenAI's clients understand."""
    kind = _TYPES.get(status, "server_error" if status >= 500 else "invalid_request_error")
    return {"error": {"message": mask(message)[0], "type": kind, "code": status, "param": None, "request_id": request_id}}


def answer(request: Request, status: int, message: str) -> JSONResponse:
    """An error as a response."""
    headers = {"Retry-After": RETRY_SECONDS} if status in (429, 503) else {}
    return JSONResponse(body_of(status, message, request.scope.get("request_id", "")), status, headers=headers)


async def known_error(request: Request, error: Exception) -> JSONResponse:
    """The answer to an error of this program."""
    return answer(request, status_of(error), str(error))


async def invalid_request(request: Request, error: Exception) -> JSONResponse:
    """The answer to a request that does not fit the schema: its first fault, without the value, and what would fit."""
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    if first["type"] == "json_invalid":
        why = first.get("ctx", {}).get("error", "")
        return answer(request, 422, f"The body is not JSON: {why} (at character {first['loc'][-1]}).")
    where = ".".join(str(part) for part in first["loc"] if part != "body")
    text = str(first["msg"])
    fields = _fields(request) if first["type"] in ("extra_forbidden", "missing") and first["loc"][0] == "body" else ()
    known = f" The fields are {', '.join(fields)}." if fields and len(first["loc"]) <= TOP_LEVEL else ""
    return answer(request, 422, f"{where}: {text}.{known}" if where else f"{text}.{known}")


def _fields(request: Request) -> tuple[str, ...]:
    """The fields of the body that the route of a request takes."""
    field = getattr(request.scope.get("route"), "body_field", None)
    model = getattr(getattr(field, "field_info", None), "annotation", None)
    return tuple(getattr(model, "model_fields", ()))


async def http_error(request: Request, error: Exception) -> JSONResponse:
    """The answer to an error of the framework, such as an unknown path."""
    assert isinstance(error, HTTPException)
    response = answer(request, error.status_code, f"{error.detail}.")
    response.headers.update(error.headers or {})
    return response
