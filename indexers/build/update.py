"""Bringing an index up to date: compare the folder with the catalog, prepare what changed, write it in transactions."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from indexers.build.prepare import Outcome, Unchanged, Vanished, prepare_batch
from indexers.build.workers import prepare_parallel
from indexers.encoders.static import StaticEncoder
from indexers.files.walker import Changes
from indexers.stores.catalog import Catalog
from indexers.stores.writer import Writer
from indexers.types import Encoder, KnownFile, SourceFile

PARALLEL_BYTES = 1_500_000
"""Below this much source a second process costs more (about 0.3 s to start) than it saves."""

BATCH_BYTES = 200_000
BATCH_FILES = 64
COMMIT_SECONDS = 1.5
"""How much work a kill can cost at most; each commit rewrites the vectors' file."""

SLOW_ENCODER_FILES = 32
"""With an encoder that is not static, commits come after this many files: encoding takes the time."""


@dataclass(slots=True)
class Progress:
    """How far an update is; `total` and `done` count files, `bytes_*` their sizes."""

    total: int = 0
    done: int = 0
    bytes_total: int = 0
    bytes_done: int = 0
    chunks: int = 0


@dataclass(slots=True)
class Report:
    """What an update did. `remaining` counts files left undone when it was stopped."""

    added: int = 0
    changed: int = 0
    deleted: int = 0
    unchanged: int = 0
    chunks: int = 0
    remaining: int = 0
    seconds: float = 0.0
    skipped: Counter[str] = field(default_factory=Counter)

    @property
    def complete(self) -> bool:
        """Whether nothing was left undone."""
        return self.remaining == 0


def apply(
    catalog: Catalog,
    writer: Writer,
    changes: Changes,
    known: dict[str, KnownFile],
    encoder: Encoder,
    *,
    jobs: int = 0,
    on_progress: Callable[[Progress], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Report:
    """Write all changes; commits as it goes and returns early, with what is done committed, when `stop()` says so."""
    report = Report(deleted=len(changes.deleted))
    for row in changes.deleted:
        writer.delete(row.id)
    work = [*changes.added, *changes.changed]
    progress = Progress(len(work), 0, sum(f.size for f in work))
    last_commit = time.monotonic()
    static = isinstance(encoder, StaticEncoder)
    stopped = False
    for outcome, file in _outcomes(work, known, encoder, jobs):
        if stop is not None and stop():
            stopped = True
            break
        _take(writer, outcome, known.get(file.path), report)
        progress.done += 1
        progress.bytes_done += file.size
        progress.chunks = report.chunks
        if on_progress is not None:
            on_progress(progress)
        full = writer.pending >= SLOW_ENCODER_FILES and not static
        if full or time.monotonic() - last_commit > COMMIT_SECONDS:
            writer.commit(remaining=progress.total - progress.done)
            last_commit = time.monotonic()
    report.remaining = progress.total - progress.done if stopped else 0
    if writer.pending or int(catalog.meta("remaining", -1)) != report.remaining:
        writer.commit(remaining=report.remaining)
    return report


def _take(writer: Writer, outcome: Outcome, row: KnownFile | None, report: Report) -> None:
    if isinstance(outcome, Unchanged):
        assert row is not None
        writer.touch(row.id, outcome.size, outcome.mtime)
        report.unchanged += 1
    elif isinstance(outcome, Vanished):
        report.skipped[outcome.reason] += 1
        if row is not None:
            writer.delete(row.id)
            report.deleted += 1
    else:
        writer.put(outcome, row.id if row is not None else None)
        report.chunks += len(outcome.chunks)
        if outcome.skipped is not None:
            report.skipped[outcome.skipped] += 1
        elif row is None:
            report.added += 1
        else:
            report.changed += 1


def _outcomes(
    work: list[SourceFile], known: dict[str, KnownFile], encoder: Encoder, jobs: int
) -> Iterator[tuple[Outcome, SourceFile]]:
    """Prepare every file, in worker processes when there is enough to do."""
    source = encoder.source if isinstance(encoder, StaticEncoder) else None
    static, path = source is not None, source or None
    batches = list(_batches(work))
    jobs = jobs or min(os.cpu_count() or 1, 8)
    if jobs < 2 or sum(f.size for f in work) < PARALLEL_BYTES:
        for batch in batches:
            for file in batch:
                yield prepare_batch([_item(file, known)], path, static)[0], file
        return
    items = ([_item(file, known) for file in batch] for batch in batches)
    for outcomes, batch in zip(prepare_parallel(items, path, static, jobs), batches, strict=True):
        yield from zip(outcomes, batch, strict=True)


def _item(file: SourceFile, known: dict[str, KnownFile]) -> tuple[str, str, int, int, bytes | None]:
    row = known.get(file.path)
    return file.path, file.absolute, file.size, file.mtime_ns, row.hash if row is not None else None


def _batches(work: Iterable[SourceFile]) -> Iterator[list[SourceFile]]:
    batch: list[SourceFile] = []
    size = 0
    for file in work:
        batch.append(file)
        size += file.size
        if size >= BATCH_BYTES or len(batch) >= BATCH_FILES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
