"""What the endpoints of one server share, and how they run tasks: in threads, with a limit of time and a stop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Annotated, TypeVar

import anyio
from anyio import to_thread
from fastapi import Depends, Query, Request

from codeassist.deadline import Cancel
from codeassist.errors import CancelledError, UsageError
from codeassist.http.failures import ServerError, StoppedError
from codeassist.http.jobs import Jobs
from codeassist.http.metrics import Metrics
from codeassist.http.settings import ServerSettings
from codeassist.http.tokens import Access
from codeassist.privacy import masked
from codeassist.repositories import Repositories, Repository

T = TypeVar("T")

THREADS = 16
"""The most tasks that run at once; further requests wait."""

LOOKS = 0.5
"""Seconds between two looks whether a client is still there."""


class ServerState:
    """The repositories, jobs, counters and running work of one server."""

    def __init__(self, repositories: Repositories, settings: ServerSettings) -> None:
        """Nothing runs yet."""
        self.repositories = repositories
        self.settings = settings
        self.metrics = Metrics()
        roots = {repository.name: str(repository.root) for repository in repositories}
        self.jobs = Jobs(lambda job: self.metrics.jobs.labels(job.kind, job.state).inc(), roots)
        self.running = 0
        self.stopping = False
        self.work: set[Cancel] = set()
        self.limiter = anyio.CapacityLimiter(THREADS)

    def stop(self) -> None:
        """Ask all running work to stop, and let nothing new begin. Safe in a signal handler."""
        self.stopping = True
        for cancel in tuple(self.work):
            cancel.request()
        self.jobs.stop()

    def close(self) -> None:
        """Wait for the jobs to stop, and close the indexes."""
        self.stop()
        self.jobs.close()
        self.repositories.close()


def state_of(request: Request) -> ServerState:
    """The state of the server that a request reached."""
    state: ServerState = request.app.state.server
    return state


def repository_named(request: Request, name: str) -> Repository:
    """The repository of this name. Raises `ServerError` for one that is unknown or that the token does not permit."""
    access: Access = request.scope["access"]
    every = [r.name for r in state_of(request).repositories if access.permits(r.name)]
    if not name and len(every) == 1:
        name = every[0]
    if not name:
        raise UsageError(f"Name one of the repositories with 'repo': {', '.join(every)}.")
    if name not in every:
        raise ServerError(404, f"There is no repository '{name}'; there is {', '.join(every) or 'none for this token'}.")
    return state_of(request).repositories.get(name)


def _repository(
    request: Request, repo: Annotated[str, Query(max_length=200, description="The repository, if several are served.")] = ""
) -> Repository:
    return repository_named(request, repo)


Repo = Annotated[Repository, Depends(_repository)]
"""The repository of a request: its parameter `repo`, or the only one."""


async def run(request: Request, task: Callable[[Cancel], T]) -> T:
    """The result of a task, run in a thread. It is stopped when its time is over, the client goes away or the server stops."""
    state = state_of(request)
    cancel = Cancel()
    state.work.add(cancel)
    watcher = asyncio.create_task(_watch(request, cancel))
    try:
        with anyio.fail_after(state.settings.seconds):
            return await to_thread.run_sync(partial(stoppable, task, cancel), abandon_on_cancel=True, limiter=state.limiter)
    except TimeoutError as error:
        raise ServerError(504, f"The answer took longer than {state.settings.seconds:g} s and was stopped.") from error
    finally:
        cancel.request()
        state.work.discard(cancel)
        watcher.cancel()


def stoppable(task: Callable[[Cancel], T], cancel: Cancel) -> T:
    """The result of a task; a stop is raised as `StoppedError`, since a `KeyboardInterrupt` would end the server."""
    try:
        return task(cancel)
    except CancelledError as error:
        raise StoppedError("The work was stopped before its result.") from error


async def _watch(request: Request, cancel: Cancel) -> None:
    with suppress(Exception):
        while not cancel.requested:
            await asyncio.sleep(LOOKS)
            if await request.is_disconnected():
                cancel.request()


def safe_json(value: T) -> T:
    """A JSON value without the secrets in its texts."""
    cleaned: T = masked(value)
    return cleaned
