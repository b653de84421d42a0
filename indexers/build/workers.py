"""Worker processes that prepare files, each driven by a thread over a pipe.

`multiprocessing` is not used: its children re-import the caller's main module, which breaks scripts without a
`__main__` guard, and they import from the current folder, where a repository may contain its own `types.py`.
A worker that dies (a grammar that crashes on one file) is replaced and the file reported; the run continues.
"""

from __future__ import annotations

import gc
import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from indexers.build.prepare import Outcome, Vanished, prepare_batch

Item = tuple[str, str, int, int, bytes | None]

BATCHES_AHEAD = 8
"""Batches queued per worker, so that no worker idles while the parent writes; each has about 1 MB of results."""

_BOOT = "import pickle, sys; sys.path[:] = pickle.load(sys.stdin.buffer); from indexers.build.workers import serve; serve()"


class Worker:
    """A child process; `run` must be called by one thread at a time."""

    def __init__(self, encoder: str | None, encode: bool) -> None:
        """Store the child's encoder settings; the process starts on first use."""
        self._settings = (encoder, encode)
        self._child: subprocess.Popen[bytes] | None = None
        self._closed = False

    def run(self, batch: list[Item]) -> list[Outcome]:
        """Prepare a batch; a file that crashes the child is returned as `Vanished`."""
        try:
            return self._ask(batch)
        except (EOFError, OSError, pickle.UnpicklingError):
            if self._closed:
                return []
            self._end()
        if len(batch) == 1:
            return [Vanished(batch[0][0], "the parser crashed")]
        return [self.run([item])[0] for item in batch]

    def _ask(self, batch: list[Item]) -> list[Outcome]:
        if self._closed:
            raise EOFError
        if self._child is None:
            self._child = subprocess.Popen(
                [sys.executable, "-P", "-c", _BOOT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
            )
            self._send(sys.path)
            self._send(self._settings)
        self._send(batch)
        assert self._child.stdout is not None
        answer: list[Outcome] | Exception = pickle.load(self._child.stdout)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _send(self, value: Any) -> None:
        assert self._child is not None
        assert self._child.stdin is not None
        pickle.dump(value, self._child.stdin, protocol=5)
        self._child.stdin.flush()

    def stop(self) -> None:
        """Kill the child and do not start another."""
        self._closed = True
        self._end()

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.kill()
            child.communicate()


def prepare_parallel(batches: Iterable[list[Item]], encoder: str | None, encode: bool, jobs: int) -> Iterator[list[Outcome]]:
    """The outcomes of each batch, in order; the number of queued batches is limited to bound memory."""
    workers: list[Worker] = []
    local = threading.local()

    def start() -> None:
        local.worker = Worker(encoder, encode)
        workers.append(local.worker)

    def run(items: list[Item]) -> list[Outcome]:
        outcomes: list[Outcome] = local.worker.run(items)
        return outcomes

    pending: list[Future[list[Outcome]]] = []
    queue = iter(batches)
    with ThreadPoolExecutor(jobs, "codeassist-index", start) as pool:
        try:
            while True:
                while len(pending) < BATCHES_AHEAD * jobs and (batch := next(queue, None)) is not None:
                    pending.append(pool.submit(run, batch))
                if not pending:
                    return
                yield pending.pop(0).result()
        finally:
            for future in pending:
                future.cancel()
            for worker in workers:
                worker.stop()


def serve() -> None:
    """The child's loop: answer batches from standard input until it ends."""
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # the pipe carries only pickled results
    gc.disable()  # a batch creates many objects and hardly any cycles; reference counting frees them
    encoder, encode = pickle.load(source)
    while True:
        try:
            batch = pickle.load(source)
        except EOFError:
            return
        answer: list[Outcome] | Exception
        try:
            answer = prepare_batch(batch, encoder, encode)
        except Exception as error:  # noqa: BLE001  # a bug in this package: the parent raises it
            answer = error
        try:
            pickle.dump(answer, sink, protocol=5)
            sink.flush()
        except BrokenPipeError:  # the parent is gone
            os._exit(0)
