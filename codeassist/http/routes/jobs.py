"""What takes long: generating tests, auditing tests, indexing. Each is a job with progress that can be cancelled."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path as Folder
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from codeassist.deadline import Cancel, Events
from codeassist.http.failures import ServerError
from codeassist.http.jobs import ENDED, Job
from codeassist.http.routes.ask import EVENT, sse
from codeassist.http.state import Repo, run, safe_json, state_of

router = APIRouter(tags=["jobs"])

Target = Annotated[str, StringConstraints(min_length=1, max_length=1000)]
JobId = Annotated[str, Path(pattern="^[0-9a-f]{32}$")]


class Tests(BaseModel):
    """Tests to generate for files or functions (`PATH` or `PATH::NAME`), or with `audit` to look for tests that cannot fail."""

    model_config = ConfigDict(extra="forbid")

    paths: list[Target] = Field([], max_length=50)
    changed: bool = False
    audit: bool = False
    engine: Literal["auto", "search", "model", "both"] = "search"
    seconds: float = Field(30.0, ge=5, le=600)
    write: bool = False


class Build(BaseModel):
    """How to index: `rebuild` makes the index again."""

    model_config = ConfigDict(extra="forbid")

    rebuild: bool = False


@router.post("/v1/tests", status_code=202)
async def start_tests(request: Request, body: Tests, repository: Repo) -> dict[str, Any]:
    """Start generating or auditing tests; the job's result has the JSON form of the command line."""
    for name in body.paths:
        if not _is_inside(repository.root.resolve(), name.partition("::")[0]):
            raise ServerError(404, "One of the paths is not in the repository.")
    task = (lambda e, c: _audit(repository, body, e, c)) if body.audit else (lambda e, c: _generate(repository, body, e, c))
    return state_of(request).jobs.start("audit" if body.audit else "tests", repository.name, task).as_json()


def _is_inside(root: Folder, name: str) -> bool:
    try:
        path = (root / name).resolve()
        return path.is_relative_to(root) and path.exists()
    except (OSError, ValueError):  # a name that is too long, or with a NUL
        return False


def _generate(repository: Any, body: Tests, events: Events, cancel: Cancel) -> Any:
    from codeassist.tasks.gen_tests import Engine, GenTestsContext, GenTestsRequest, check_request
    from codeassist.tasks.gen_tests import run as generate

    services = repository.services.for_request(events, cancel)
    paths = [str(repository.root / path) for path in body.paths]
    wanted = GenTestsRequest(paths, changed=body.changed, engine=Engine(body.engine), seconds=body.seconds, write=body.write)
    check_request(wanted, services.root)
    session = None if wanted.engine is Engine.SEARCH else services.session("gen-tests")
    context = GenTestsContext(
        services.root, services.config, services.existing_index, services.library, session, events, cancel
    )
    return generate(wanted, context).as_json()


def _audit(repository: Any, body: Tests, events: Events, cancel: Cancel) -> Any:
    from codeassist.services import audit_bench
    from codeassist.tasks.test_audit import TestAuditContext, TestAuditRequest
    from codeassist.tasks.test_audit import run as audit

    services = repository.services.for_request(events, cancel)
    paths = tuple(str(repository.root / path) for path in body.paths)
    wanted = TestAuditRequest(paths, body.changed, False, "", body.seconds)
    return audit(wanted, TestAuditContext(services.root, audit_bench(services), events, cancel)).as_json()


@router.post("/v1/index", status_code=202)
async def start_index(request: Request, body: Build, repository: Repo) -> dict[str, Any]:
    """Start bringing the index up to date; questions are answered meanwhile."""
    from codeassist.tasks.index import build

    def task(events: Events, cancel: Cancel) -> Any:
        services = repository.services
        result = build(services.root, services.config, rebuild=body.rebuild, wait=True, events=events, cancel=cancel)
        result.index.close()
        return result.as_json()

    return state_of(request).jobs.start("index", repository.name, task).as_json()


@router.get("/v1/index")
async def index_status(request: Request, repository: Repo) -> dict[str, Any]:
    """What is indexed and how fresh it is (schema `codeassist.status/1`)."""
    from codeassist.tasks.index import status

    def task(_: object) -> dict[str, Any]:
        with repository.index() as (index, state):
            return safe_json(status(index, skipped=False).as_json()) | {"repository": repository.name, "index": state}

    return await run(request, task)


@router.get("/v1/tests")
async def list_tests(request: Request, repository: Repo) -> dict[str, Any]:
    """The jobs that generated or audited tests of the repository, newest first."""
    jobs = [*state_of(request).jobs.list("tests"), *state_of(request).jobs.list("audit")]
    return {"schema": "codeassist.jobs/1", "jobs": [job.as_json() for job in jobs if job.repository == repository.name]}


@router.get("/v1/jobs")
async def list_jobs(request: Request, repository: Repo) -> dict[str, Any]:
    """The jobs of a repository, newest first."""
    jobs = [job for job in state_of(request).jobs.list() if job.repository == repository.name]
    return {"schema": "codeassist.jobs/1", "jobs": [job.as_json() for job in jobs]}


@router.get("/v1/jobs/{number}")
async def job(request: Request, number: JobId) -> dict[str, Any]:
    """One job: its state, progress, and its result when it has ended."""
    return _permitted(request, number).as_json()


@router.delete("/v1/jobs/{number}")
async def cancel_job(request: Request, number: JobId) -> dict[str, Any]:
    """Stop a job at its next safe point."""
    _permitted(request, number)
    return state_of(request).jobs.cancel(number).as_json()


@router.get("/v1/jobs/{number}/events", responses={200: {"content": {"text/event-stream": {"schema": EVENT}}}})
async def job_events(
    request: Request, number: JobId, interval: Annotated[float, Query(ge=0.05, le=10)] = 0.25
) -> StreamingResponse:
    """The progress of a job as server-sent events: `job` whenever something changed, the last one with its result."""
    found = _permitted(request, number)
    return StreamingResponse(_progress(request, found, interval), media_type="text/event-stream")


async def _progress(request: Request, found: Job, interval: float) -> AsyncIterator[str]:
    state = state_of(request)
    last = ""
    silent = 0.0
    while True:
        ends = found.state in ENDED or state.stopping  # first: the job may end while its state is written
        event = sse("job", found.as_json())
        if event != last:
            last, silent = event, 0.0
            yield event
        if ends:
            return
        silent += interval
        if silent > 10:
            silent = 0.0
            yield sse("alive", None)
        await asyncio.sleep(interval)


def _permitted(request: Request, number: str) -> Job:
    found = state_of(request).jobs.get(number)
    if not request.scope["access"].permits(found.repository):
        raise ServerError(404, "There is no such job.")
    return found
