"""Worker processes that prepare files, each driven by a thread over a pipe.

Not `multiprocessing`: its children import the caller's main module again, which breaks scripts without a
`__main__` guard, and they import from the current folder, where a repository may hold a `types.py` of its own.
A worker that dies (a grammar that crashes on one file) is replaced and the file named instead of the run lost.
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
"""Batches under way a worker, so that none waits while the parent writes; about 1 MB of answers each."""

_BOOT = "import pickle, sys; sys.path[:] = pickle.load(sys.stdin.buffer); from indexers.build.workers import serve; serve()"


class Worker:
    """One child process; `run` is called by one thread at a time."""

    def __init__(self, encoder: str | None, encode: bool) -> None:
        """Remember what the child is told; it starts on first use."""
        self._setting = (encoder, encode)
        self._child: subprocess.Popen[bytes] | None = None
        self._closed = False

    def run(self, batch: list[Item]) -> list[Outcome]:
        """Prepare a batch; a file that kills the child comes back as `Vanished`."""
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
            self._send(self._setting)
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
        """End the child, whatever it is doing, and start no other."""
        self._closed = True
        self._end()

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.kill()
            child.communicate()


def prepare_parallel(batches: Iterable[list[Item]], encoder: str | None, encode: bool, jobs: int) -> Iterator[list[Outcome]]:
    """The outcomes of each batch, in order, with few batches under way so that memory stays flat."""
    workers: list[Worker] = []
    own = threading.local()

    def start() -> None:
        own.worker = Worker(encoder, encode)
        workers.append(own.worker)

    def run(items: list[Item]) -> list[Outcome]:
        outcomes: list[Outcome] = own.worker.run(items)
        return outcomes

    waiting: list[Future[list[Outcome]]] = []
    queue = iter(batches)
    with ThreadPoolExecutor(jobs, "codeassist-index", start) as pool:
        try:
            while True:
                while len(waiting) < BATCHES_AHEAD * jobs and (batch := next(queue, None)) is not None:
                    waiting.append(pool.submit(run, batch))
                if not waiting:
                    return
                yield waiting.pop(0).result()
        finally:
            for future in waiting:
                future.cancel()
            for worker in workers:
                worker.stop()


def serve() -> None:
    """The child's loop: answer batches from standard input until it ends."""
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # nothing but answers may go down the pipe
    gc.disable()  # a batch makes many objects and no cycles worth a pause; they go with the batch
    encoder, encode = pickle.load(source)
    while True:
        try:
            batch = pickle.load(source)
        except EOFError:
            return
        answer: list[Outcome] | Exception
        try:
            answer = prepare_batch(batch, encoder, encode)
        except Exception as error:  # noqa: BLE001  # a fault of ours: the parent raises it, with its traceback
            answer = error
        try:
            pickle.dump(answer, sink, protocol=5)
            sink.flush()
        except BrokenPipeError:  # the parent is gone
            os._exit(0)
