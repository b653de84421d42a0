"""Read batches of files in several processes, in the order of the batches, for repositories where that is faster.

Threads would wait for each other: tokens are found by the interpreter. `indexers/build/worker.py` says why
`multiprocessing` is not used.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue

from codeassist.deadline import Cancel
from codeassist.tasks.duplicates.reading import FunctionLines, TokenBatch, read_batch
from indexers.build.processors import processors

MOST_PROCESSES = 8
PARALLEL_FUNCTIONS = 10_000
"""Fewer functions are read here: starting processes would cost more than it saves."""

BATCHES_AHEAD = 4
"""Batches for each process that are read before the first of them is taken."""

_STOP_SECONDS = 0.1
"""How often a request to stop is looked for while no batch arrives."""

_BOOT = (
    "import pickle, sys; sys.path[:] = pickle.load(sys.stdin.buffer); "
    "from codeassist.tasks.duplicates.readers import serve; serve()"
)


def read_all(root: Path, batches: Iterable[Sequence[FunctionLines]], functions: int, stop: Cancel) -> Iterator[TokenBatch]:
    """Each batch of files, read; `functions` is how many there are in all. Raises `CancelledError` after a request to stop."""
    processes = min(processors(), MOST_PROCESSES) if functions >= PARALLEL_FUNCTIONS else 1
    if processes > 1:
        yield from _in_processes(root, batches, processes, stop)
        return
    for batch in batches:
        stop.check()
        yield read_batch(root, batch)


def _in_processes(root: Path, batches: Iterable[Sequence[FunctionLines]], processes: int, stop: Cancel) -> Iterator[TokenBatch]:
    readers = [_Reader(root) for _ in range(processes)]
    free: SimpleQueue[_Reader] = SimpleQueue()
    for reader in readers:
        free.put(reader)

    def read(batch: Sequence[FunctionLines]) -> TokenBatch | None:
        reader = free.get()
        try:
            return reader.read(batch)
        finally:
            free.put(reader)

    pending: deque[tuple[Sequence[FunctionLines], Future[TokenBatch | None]]] = deque()

    def taken() -> TokenBatch:
        batch, future = pending.popleft()
        return _result(future, stop) or read_batch(root, batch)

    with ThreadPoolExecutor(processes, "codeassist-duplicates") as pool:
        try:
            for batch in batches:
                pending.append((batch, pool.submit(read, batch)))
                if len(pending) >= BATCHES_AHEAD * processes:
                    yield taken()
            while pending:
                yield taken()
        finally:
            for _, future in pending:
                future.cancel()
            for reader in readers:
                reader.stop()


def _result(future: Future[TokenBatch | None], stop: Cancel) -> TokenBatch | None:
    """What a process has read; None if it ended, as for lack of memory."""
    while True:
        stop.check()
        try:
            return future.result(_STOP_SECONDS)
        except NotYet:
            continue


class _Reader:
    """A process that reads batches; used by one thread at a time."""

    def __init__(self, root: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-c", _BOOT],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for the program, which then ends this process
        )
        self._send(sys.path)
        self._send(root)

    def read(self, batch: Sequence[FunctionLines]) -> TokenBatch | None:
        """The batch, read; None if the process has ended."""
        assert self._process.stdout is not None
        if not self._send(batch):
            return None
        try:
            found = pickle.load(self._process.stdout)
        except (EOFError, OSError, pickle.UnpicklingError, ValueError):
            return None
        return found if isinstance(found, TokenBatch) else None

    def _send(self, value: object) -> bool:
        assert self._process.stdin is not None
        try:
            pickle.dump(value, self._process.stdin, protocol=5)
            self._process.stdin.flush()
        except (OSError, ValueError):  # it has ended, or was stopped
            return False
        return True

    def stop(self) -> None:
        """End the process, whatever it does."""
        self._process.kill()
        with suppress(OSError, ValueError):
            self._process.communicate()


def serve() -> None:
    """The loop of a reader process: a root, then batches from standard input, each answered on standard output."""
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # the pipe carries only pickled results
    with suppress(EOFError, BrokenPipeError, KeyboardInterrupt):
        root = pickle.load(source)
        while True:
            pickle.dump(read_batch(root, pickle.load(source)), sink, protocol=5)
            sink.flush()
