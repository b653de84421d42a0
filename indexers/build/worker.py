"""One worker process that parses files: a crash, a hang or memory exhaustion in a grammar costs the file, not the program.

`multiprocessing` is not used: its children re-import the caller's main module, which breaks scripts without a
`__main__` guard, and they import from the current folder, where a repository may contain its own `types.py`.
"""

from __future__ import annotations

import atexit
import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any

from indexers.build import limits
from indexers.build.messages import Request, Settings

_BOOT = "import pickle, sys; sys.path[:] = pickle.load(sys.stdin.buffer); from indexers.build.serving import serve; serve()"


class Worker:
    """A child process; `answers` must be used by one thread at a time."""

    def __init__(self) -> None:
        """The process starts on first use, or with `start`."""
        self._child: subprocess.Popen[bytes] | None = None
        self._settings: Settings | None = None
        self._closed = False

    def start(self) -> None:
        """Start the process, so that it is ready when it is first used."""
        if self._child is None and not self._closed:
            self._child = subprocess.Popen(
                [sys.executable, "-P", "-c", _BOOT],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # the last words of a crashing grammar
                start_new_session=True,
            )

    def answers(self, requests: Sequence[Request], settings: Settings) -> Iterator[Any]:
        """The answer to each request, in order; see `serving`. After `stop` there are no further answers.

        A request on which the process ends is asked again with its `problem` set; if the process ends again, the answer is
        the problem, a string.
        """
        remaining, killed = list(requests), False
        while remaining:
            done = 0
            try:
                for answer in self._ask(remaining, settings):
                    done += 1
                    yield answer
            except (EOFError, OSError, pickle.UnpicklingError):
                if self._closed:
                    return
                problem = limits.cause_of(self._end(patience=0.5))
                if done:
                    remaining, killed = remaining[done:], False
                if remaining[0].problem:
                    yield problem
                    del remaining[0]
                elif problem == limits.KILLED and not killed:
                    killed = True  # from outside, so probably not because of the file
                else:
                    remaining[0] = replace(remaining[0], problem=problem)
            else:
                return

    def _ask(self, requests: Sequence[Request], settings: Settings) -> Iterator[Any]:
        if self._closed:
            raise EOFError
        self.start()
        child = self._child
        assert child is not None
        assert child.stdout is not None
        if self._settings is None:
            _send(child, sys.path)
        if self._settings != settings:
            _send(child, settings)
            self._settings = settings
        _send(child, requests)
        for left in range(len(requests) - 1, -1, -1):
            with _watched(child):
                answer = pickle.load(child.stdout)
            if isinstance(answer, Exception):
                self._end()  # further answers are on their way
                raise answer
            try:
                yield answer
            except GeneratorExit:
                if left:
                    self._end()
                raise

    @property
    def closed(self) -> bool:
        """Whether `stop` was called."""
        return self._closed

    def stop(self) -> None:
        """Kill the process and do not start another."""
        self._closed = True
        self._end()

    def _end(self, patience: float = 0) -> int | None:
        """Kill the process if it does not end within `patience` seconds; returns its exit code, which says why it ended."""
        child, self._child, self._settings = self._child, None, None
        if child is None:
            return None
        with suppress(subprocess.TimeoutExpired):
            child.wait(patience)
        child.kill()
        child.communicate()
        return child.returncode


def _send(child: subprocess.Popen[bytes], value: object) -> None:
    assert child.stdin is not None
    pickle.dump(value, child.stdin, protocol=5)
    child.stdin.flush()


@contextmanager
def _watched(child: subprocess.Popen[bytes]) -> Iterator[None]:
    """Kill a process that takes too long within this block, where it cannot limit itself."""
    if limits.CAN_LIMIT_TIME:
        yield
        return
    timer = threading.Timer(limits.WALL_SECONDS, child.kill)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


_idle: list[tuple[int, Worker]] = []
"""At most one worker that is kept for the next little work, with the process that started it."""


def borrow() -> Worker:
    """The idle worker, if there is one, else a new one; return it with `give_back`."""
    try:
        process, worker = _idle.pop()
    except IndexError:
        return Worker()
    return worker if process == os.getpid() else Worker()  # after a fork the parent still uses it


def give_back(worker: Worker) -> None:
    """Keep a worker for the next `borrow`, or end it if one is kept already."""
    if worker.closed or _idle:
        worker.stop()
    else:
        _idle.append((os.getpid(), worker))


@atexit.register
def _end_idle() -> None:
    while _idle:
        process, worker = _idle.pop()
        if process == os.getpid():
            worker.stop()
