"""Whether the server works, what it serves, and what it counted."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from codeassist import __version__
from codeassist.config import task_model
from codeassist.http.failures import ServerError
from codeassist.http.state import state_of

router = APIRouter(tags=["operation"])


@router.get("/health")
async def health(request: Request) -> dict[str, Any]:
    """Whether the server answers; it names nothing of a repository."""
    state = state_of(request)
    return {"status": "stopping" if state.stopping else "ok", "version": __version__}


@router.get("/metrics", responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}})
async def metrics(request: Request) -> Response:
    """What the server counted, in the text format of Prometheus. It names every repository, so a token must be for all."""
    if request.scope["access"].repositories is not None:
        raise ServerError(403, "The metrics name every repository; use a token that is for all of them.")
    state = state_of(request)
    for repository in state.repositories:
        if (generation := repository.generation()) is not None:
            state.metrics.generation.labels(repository.name).set(generation)
    return Response(state.metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")


@router.get("/v1/repositories")
async def repositories(request: Request) -> dict[str, Any]:
    """The repositories that the client may ask about, with the model of each."""
    access = request.scope["access"]
    return {
        "schema": "codeassist.repositories/1",
        "repositories": [
            {"name": repository.name, "model": task_model(repository.services.config, "ask").name}
            for repository in state_of(request).repositories
            if access.permits(repository.name)
        ],
    }
