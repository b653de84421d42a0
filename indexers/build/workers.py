"""Worker processes that prepare files, each driven by a thread over a pipe."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from dataclasses import replace
from queue import SimpleQueue
from typing import Self

from indexers.build.limits import TIMED_OUT
from indexers.build.messages import Item, Outcome, Settings, skipped_record
from indexers.build.processors import processors
from indexers.build.worker import Worker, borrow, give_back
from indexers.files.walker import Changes
from indexers.syntax.languages import detect
from indexers.types import FileRecord

PARALLEL_BYTES = 1_500_000
"""Below this much source, starting a second worker costs more than it saves."""

BATCHES_AHEAD = 8
"""Batches queued per worker, so that no worker idles while the parent writes; each has about 1 MB of results."""

MOST_TIMEOUTS = 10
"""After this many files of a language on which the parser took too long, the others of the language are indexed as lines."""

_STOP_SECONDS = 0.1
"""How often a stop request is looked for while no outcome arrives."""


class Workers:
    """A number of worker processes, which start at once; a context that ends them, or keeps a single one for later."""

    def __init__(self, jobs: int) -> None:
        """Start `jobs` processes."""
        self._all = [borrow()] if jobs == 1 else [Worker() for _ in range(jobs)]
        self._free: SimpleQueue[Worker] = SimpleQueue()
        self._timeouts: Counter[str] = Counter()
        for worker in self._all:
            worker.start()
            self._free.put(worker)

    def __enter__(self) -> Self:
        """Returns itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the processes, or give the only one back."""
        if len(self._all) == 1:
            give_back(self._all[0])
        else:
            self.stop()

    def stop(self) -> None:
        """End the processes, whatever they do."""
        for worker in self._all:
            worker.stop()

    def outcomes(
        self, batches: Iterable[list[Item]], settings: Settings, stop: Callable[[], bool] | None = None
    ) -> Iterator[list[Outcome]]:
        """The outcomes of each batch, in order; ends early once `stop()` is true. The queue is bounded to bound memory."""
        pending: list[Future[list[Outcome]]] = []
        queue = iter(batches)
        with ThreadPoolExecutor(len(self._all), "codeassist-index") as pool:
            try:
                while True:
                    while len(pending) < BATCHES_AHEAD * len(self._all) and (batch := next(queue, None)) is not None:
                        pending.append(pool.submit(self._run, batch, settings))
                    if not pending:
                        return
                    try:
                        outcomes = pending[0].result(_STOP_SECONDS)
                    except NotYet:
                        if stop is not None and stop():
                            return
                        continue
                    del pending[0]
                    yield outcomes
            finally:
                for future in pending:
                    future.cancel()
                if pending:
                    self.stop()

    def _run(self, batch: list[Item], settings: Settings) -> list[Outcome]:
        """Prepare a batch in a free worker."""
        if self._timeouts:
            batch = [self._spared(item) for item in batch]
        worker = self._free.get()
        try:
            answers = worker.answers(batch, settings)
            # `answers` first, so that it is read to its end: a worker whose answers are left unread is not used again
            return [self._outcome(item, answer) for answer, item in zip(answers, batch, strict=False)]
        finally:
            self._free.put(worker)

    def _outcome(self, item: Item, answer: Outcome | str) -> Outcome:
        """A worker's answer to an item; a string, the problem, when the file ended it even unparsed."""
        if isinstance(answer, str):
            return skipped_record(item.file, answer)
        if isinstance(answer, FileRecord) and answer.problem == TIMED_OUT and not item.problem:
            self._timeouts[answer.language] += 1
        return answer

    def _spared(self, item: Item) -> Item:
        """The item, not to be parsed if its language has taken too long too often."""
        return item if self._timeouts[detect(item.file.path).name] < MOST_TIMEOUTS else replace(item, problem=TIMED_OUT)


def start_workers(changes: Changes, jobs: int) -> Workers:
    """Start the processes that will prepare the changed files: as many as `jobs` (0: one a core), one for little work."""
    jobs = jobs or min(processors(), 8)
    return Workers(jobs if _size(changes) >= PARALLEL_BYTES else 1)


def _size(changes: Changes) -> int:
    return sum(file.size for files in (changes.added, changes.changed) for file in files)
