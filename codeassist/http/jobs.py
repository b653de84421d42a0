"""Jobs: tasks that take long, run one after the other beside the requests, with progress and a stop.

Each is recorded in the user's cache, so that one that ended with its server is still known as `interrupted`.
"""

from __future__ import annotations

import json
import os
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout

from codeassist import workspace
from codeassist.deadline import Cancel, Events
from codeassist.errors import CancelledError, CodeassistError, exit_code
from codeassist.http.failures import ServerError
from codeassist.http.logs import log
from codeassist.privacy import masked
from indexers import IndexerError

if TYPE_CHECKING:
    from indexers.build.report import Progress

MOST_KEPT = 100
MOST_WAITING = 20
MOST_NOTES = 50
STOP_SECONDS = 10.0
"""How long a stopping server waits for its jobs."""

ENDED = frozenset({"done", "failed", "cancelled", "interrupted"})

Task = Callable[[Events, Cancel], Any]
"""Work that reports to events, checks its stop, and returns the JSON form of its result."""


@dataclass(slots=True)
class Job:
    """One job. `state` is waiting, running, done, failed, cancelled or interrupted (its server stopped first)."""

    id: str
    kind: str
    repository: str
    state: str = "waiting"
    created: float = field(default_factory=time.time)
    ended: float = 0.0
    step: str = ""
    done: int = 0
    total: int = 0
    notes: list[str] = field(default_factory=list)
    result: Any = None
    error: str = ""

    def as_json(self) -> dict[str, Any]:
        """The documented JSON form, schema `codeassist.job/1`."""
        return {"schema": "codeassist.job/1", **masked(asdict(self))}


class _JobEvents(Events):
    def __init__(self, job: Job) -> None:
        self.job = job

    def step(self, words: str) -> None:
        self.job.step = words

    def note(self, text: str) -> None:
        if len(self.job.notes) < MOST_NOTES:
            self.job.notes.append(text)

    def progress(self, done: int, total: int) -> None:
        self.job.done, self.job.total = done, total

    def indexing(self, state: Progress) -> None:
        self.job.done, self.job.total = state.done, state.total


class Jobs:
    """The jobs of one server; two run at once."""

    def __init__(self, on_end: Callable[[Job], None] = lambda _: None, roots: Mapping[str, str] | None = None) -> None:
        """Read what earlier servers recorded; `on_end` is called with each job that ends.

        `roots` are the folders of the repositories by name: jobs of another repository of the same name are not shown.
        """
        self._roots = dict(roots or {})
        self._folder = workspace.cache_folder("jobs")
        self._jobs: dict[str, Job] = {}
        self._cancels: dict[str, Cancel] = {}
        self._futures: dict[str, Future[None]] = {}
        self._elsewhere: set[str] = set()
        self._pool = ThreadPoolExecutor(2, "codeassist-job")
        self._lock = threading.Lock()
        self._on_end = on_end
        self._stopping = False
        self._server = uuid.uuid4().hex
        self._alive = FileLock(self._folder / f"{self._server}.lock", thread_local=False)
        with suppress(OSError):  # without a cache nothing is recorded
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._alive.acquire()
        for job in _recorded(self._folder, self._roots):
            self._jobs[job.id] = job
            if job.state not in ENDED:
                self._elsewhere.add(job.id)

    def start(self, kind: str, repository: str, task: Task) -> Job:
        """Start a job, or let it wait for those before it. Raises `ServerError` when too many wait."""
        with self._lock:
            if self._stopping:
                raise ServerError(503, "The server is stopping.")
            if sum(self._jobs[number].state == "waiting" for number in self._futures) >= MOST_WAITING:
                raise ServerError(429, f"{MOST_WAITING} jobs are waiting; cancel one or try again later.")
            job = Job(uuid.uuid4().hex, kind, repository)
            cancel = self._cancels[job.id] = Cancel()
            self._jobs[job.id] = job
            for old in [j for j in self._jobs.values() if j.state in ENDED][:-MOST_KEPT]:
                self._forget(old)
            self._record(job)
            self._futures[job.id] = self._pool.submit(self._run, job, cancel, task)
        return job

    def get(self, number: str) -> Job:
        """A job, also one of another server for the same repository. Raises `ServerError`."""
        if number not in self._jobs:
            raise ServerError(404, "There is no such job.")
        if number in self._elsewhere:
            self._reread(number)
        return self._jobs[number]

    def list(self, kind: str = "") -> list[Job]:
        """The jobs, newest first."""
        for number in tuple(self._elsewhere):
            self._reread(number)
        found = [job for job in self._jobs.values() if not kind or job.kind == kind]
        return sorted(found, key=lambda job: -job.created)

    def cancel(self, number: str) -> Job:
        """Ask a job to stop; one that waits never begins. Raises `ServerError` (409) for one that another server runs."""
        job = self.get(number)
        if number in self._elsewhere:
            raise ServerError(409, "Another server runs this job; stop it there.")
        cancel = self._cancels.get(number)
        if job.state not in ENDED and cancel is not None:
            cancel.request()
            if self._futures[number].cancel():
                self._end(job, "cancelled")
        return job

    def stop(self) -> None:
        """Ask every job to stop."""
        self._stopping = True
        for cancel in tuple(self._cancels.values()):
            cancel.request()

    def close(self) -> None:
        """Wait for a moment until the jobs have stopped; what has not ended is marked as interrupted."""
        self.stop()
        self._pool.shutdown(wait=False, cancel_futures=True)
        wait_for(tuple(self._futures.values()), STOP_SECONDS)
        for number in tuple(self._futures):
            self._end(self._jobs[number], "interrupted")
        if self._alive.is_locked:
            self._alive.release()
            Path(self._alive.lock_file).unlink(missing_ok=True)

    def _reread(self, number: str) -> None:
        """Take over what another server has recorded of its job since."""
        found = _entry(self._folder / f"{number}.json")
        if found is None:
            self._elsewhere.discard(number)
            return
        job = self._jobs[number] = found.current(self._folder)
        if job.state in ENDED:
            self._elsewhere.discard(number)

    def _run(self, job: Job, cancel: Cancel, task: Task) -> None:
        job.state = "running"
        self._record(job)
        try:
            cancel.check()
            job.result = task(_JobEvents(job), cancel)
        except CancelledError:
            self._end(job, "interrupted" if self._stopping else "cancelled")
        except (CodeassistError, IndexerError) as error:
            job.error = str(error)
            self._end(job, "failed")
        except BaseException as error:  # noqa: BLE001  # a bug in a job must not show its traceback to a client
            if exit_code(error) is None:
                log("bug", error=error, job=job.id)
            job.error = "The job failed; the server's log has the details."
            self._end(job, "failed")
        else:
            stopped = cancel.requested
            self._end(job, "done" if not stopped else "interrupted" if self._stopping else "cancelled")

    def _end(self, job: Job, state: str) -> None:
        if job.state in ENDED:
            return
        job.state, job.ended = state, time.time()
        self._cancels.pop(job.id, None)
        self._record(job)
        self._on_end(job)
        log("job", job=job.id, kind=job.kind, state=state, seconds=round(job.ended - job.created, 3))

    def _record(self, job: Job) -> None:
        """Write a job to the cache; without a cache only this server knows it."""
        path = self._folder / f"{job.id}.json"
        temporary = path.with_name(f"{path.name}.{os.getpid()}")
        origin = {"server": self._server, "root": self._roots.get(job.repository, "")}
        try:
            temporary.write_text(json.dumps(masked(asdict(job) | origin)), encoding="utf-8")
            temporary.replace(path)
        except OSError:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)

    def _forget(self, job: Job) -> None:
        self._jobs.pop(job.id, None)
        self._futures.pop(job.id, None)
        (self._folder / f"{job.id}.json").unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class _Entry:
    """A recorded job, with the server that recorded it and the folder of its repository."""

    job: Job
    server: str
    root: str

    def current(self, folder: Path) -> Job:
        """The job; one that had not ended is interrupted if its server is gone."""
        if self.job.state not in ENDED and not _runs(folder, self.server):
            self.job.state = "interrupted"
        return self.job


def _entry(path: Path) -> _Entry | None:
    from indexers.files.reading import read_text

    try:
        entry = json.loads(read_text(path))
        server, root = str(entry.pop("server")), str(entry.pop("root", ""))
        return _Entry(Job(**entry), server, root)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def _recorded(folder: Path, roots: Mapping[str, str]) -> list[Job]:
    """The newest jobs that servers recorded in these repositories. Older ones are removed, those of other repositories too."""
    by_root: dict[tuple[str, str], list[_Entry]] = {}
    for path in folder.glob("*.json") if folder.is_dir() else ():
        if found := _entry(path):
            by_root.setdefault((found.job.repository, found.root), []).append(found)
    jobs = []
    for (repository, root), entries in by_root.items():
        entries.sort(key=lambda entry: entry.job.created)
        for old in [entry for entry in entries if entry.job.state in ENDED][:-MOST_KEPT]:
            entries.remove(old)
            with suppress(OSError):
                (folder / f"{old.job.id}.json").unlink(missing_ok=True)
        if root == roots.get(repository, ""):
            jobs += [entry.current(folder) for entry in entries]
    return sorted(jobs, key=lambda job: job.created)


def _runs(folder: Path, server: str) -> bool:
    """Whether the server that recorded a job still runs: it holds a lock as long as it does."""
    lock = FileLock(folder / f"{server}.lock", timeout=0)
    try:
        with lock:
            pass
    except Timeout:
        return True
    Path(lock.lock_file).unlink(missing_ok=True)
    return False
