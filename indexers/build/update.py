"""Apply changed files to an index: prepare them, in parallel when worthwhile, and write them in transactions."""

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
"""Below this much source, starting a second process (about 0.3 s) costs more than it saves."""

BATCH_BYTES = 200_000
BATCH_FILES = 64
COMMIT_SECONDS = 1.5
"""The most work that a kill can lose after the first commit, which has `FIRST_VECTORS` vectors; each commit rewrites the
vector file."""

SLOW_ENCODER_FILES = 32
"""Encoders other than the static one are slow, so the index is committed after this many files."""


@dataclass(slots=True)
class Progress:
    """The progress of an update; `total` and `done` count files, `bytes_*` their sizes."""

    total: int = 0
    done: int = 0
    bytes_total: int = 0
    bytes_done: int = 0
    chunks: int = 0


@dataclass(slots=True)
class Report:
    """The result of an update. `remaining` counts the files not processed because it was stopped.

    `repositories` are the nested repositories that were not entered; `notes` say how the files were listed if not as usual.
    """

    added: int = 0
    changed: int = 0
    deleted: int = 0
    unchanged: int = 0
    chunks: int = 0
    remaining: int = 0
    seconds: float = 0.0
    skipped: Counter[str] = field(default_factory=Counter)
    repositories: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """Whether every file was processed."""
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
    """Write all changes, with commits in between; when `stop()` returns true, commit the finished files and return."""
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
        _record(writer, outcome, known.get(file.path), report)
        progress.done += 1
        progress.bytes_done += file.size
        progress.chunks = report.chunks
        if on_progress is not None:
            on_progress(progress)
        full = writer.pending >= SLOW_ENCODER_FILES and not static
        if full or (time.monotonic() - last_commit > COMMIT_SECONDS and not (static and writer.is_first)):
            writer.commit(remaining=progress.total - progress.done)
            last_commit = time.monotonic()
    report.remaining = progress.total - progress.done if stopped else 0
    if writer.pending or int(catalog.meta("remaining", -1)) != report.remaining:
        writer.commit(remaining=report.remaining)
    return report


def _record(writer: Writer, outcome: Outcome, known_file: KnownFile | None, report: Report) -> None:
    if isinstance(outcome, Unchanged):
        assert known_file is not None
        writer.touch(known_file.id, outcome.size, outcome.mtime, outcome.ctime, outcome.inode)
        report.unchanged += 1
    elif isinstance(outcome, Vanished):
        report.skipped[outcome.reason] += 1
        if known_file is not None:
            writer.delete(known_file.id)
            report.deleted += 1
    else:
        writer.put(outcome, known_file.id if known_file is not None else None)
        report.chunks += len(outcome.chunks)
        if outcome.skipped is not None:
            report.skipped[outcome.skipped] += 1
        elif known_file is None:
            report.added += 1
        else:
            report.changed += 1


def _outcomes(
    work: list[SourceFile], known_files: dict[str, KnownFile], encoder: Encoder, jobs: int
) -> Iterator[tuple[Outcome, SourceFile]]:
    """Prepare every file, in worker processes when there is enough work."""
    source = encoder.source if isinstance(encoder, StaticEncoder) else None
    static, path = source is not None, source or None
    batches = list(_batches(work))
    jobs = jobs or min(os.cpu_count() or 1, 8)
    if jobs < 2 or sum(f.size for f in work) < PARALLEL_BYTES:
        for batch in batches:
            for file in batch:
                yield prepare_batch([_item(file, known_files)], path, static)[0], file
        return
    items = ([_item(file, known_files) for file in batch] for batch in batches)
    for outcomes, batch in zip(prepare_parallel(items, path, static, jobs), batches, strict=True):
        yield from zip(outcomes, batch, strict=True)


def _item(file: SourceFile, known_files: dict[str, KnownFile]) -> tuple[str, str, int, int, bytes | None]:
    known_file = known_files.get(file.path)
    return file.path, file.absolute, file.size, file.mtime_ns, known_file.hash if known_file is not None else None


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
