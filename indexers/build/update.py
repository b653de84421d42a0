"""Apply changed files to an index: prepare them in worker processes, and write them in transactions."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator

from indexers.build.messages import Item, Outcome, Settings, Unchanged, Vanished
from indexers.build.report import Progress, Report
from indexers.build.workers import Workers
from indexers.encoders.static import StaticEncoder
from indexers.files.walker import Changes
from indexers.stores.catalog import Catalog
from indexers.stores.writer import Writer
from indexers.types import Encoder, KnownFile, SourceFile

ENCODE_BYTES = 500_000
"""Below this much source, the vectors are made in this process: a worker would need longer to load the encoder."""

BATCH_BYTES = 200_000
BATCH_FILES = 64
COMMIT_SECONDS = 1.5
"""The most work that a kill can lose after the first commit, which has `FIRST_VECTORS` vectors; each commit rewrites a
part of the catalog."""

SLOW_ENCODER_FILES = 32
"""Encoders other than the static one are slow, so the index is committed after this many files, if they are not few beside
those already written: each commit rewrites a large part of the catalog."""

SLOW_ENCODER_SHARE = 0.25
"""The share of the files written in this update that a kill may lose with a slow encoder."""


def apply(
    catalog: Catalog,
    writer: Writer,
    changes: Changes,
    known: dict[str, KnownFile],
    encoder: Encoder,
    workers: Workers | None,
    *,
    on_progress: Callable[[Progress], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Report:
    """Write all changes, with commits in between; when `stop()` returns true, commit the finished files and return.

    `workers` are those of `start_workers` for these changes; None where no file is to be read.
    """
    report = Report(deleted=len(changes.deleted))
    for row in changes.deleted:
        writer.delete(row.id)
    work = [*changes.added, *changes.changed]
    progress = Progress(len(work), 0, sum(f.size for f in work))
    last_commit = time.monotonic()
    static = isinstance(encoder, StaticEncoder)
    for outcome, file in _outcomes(work, known, catalog.unparsed(), encoder, workers, stop):
        if stop is not None and stop():
            break
        _record(writer, outcome, known.get(file.path), report)
        progress.done += 1
        progress.bytes_done += file.size
        progress.chunks = report.chunks
        if on_progress is not None:
            on_progress(progress)
        written = progress.done - writer.pending
        full = not static and writer.pending >= max(SLOW_ENCODER_FILES, SLOW_ENCODER_SHARE * written)
        late = static and time.monotonic() - last_commit > COMMIT_SECONDS and not writer.is_first
        if full or late:
            writer.commit(remaining=progress.total - progress.done)
            last_commit = time.monotonic()
    report.remaining = progress.total - progress.done
    if writer.pending or int(catalog.meta("remaining", -1)) != report.remaining:
        writer.commit(remaining=report.remaining)
    report.shortened = sorted(writer.shortened)
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
        if outcome.problem:
            report.unparsed.append((outcome.path, outcome.problem))
        if outcome.skipped is not None:
            report.skipped[outcome.skipped] += 1
        elif known_file is None:
            report.added += 1
        else:
            report.changed += 1


def _outcomes(
    work: list[SourceFile],
    known_files: dict[str, KnownFile],
    unparsed: dict[bytes, str],
    encoder: Encoder,
    workers: Workers | None,
    stop: Callable[[], bool] | None,
) -> Iterator[tuple[Outcome, SourceFile]]:
    """Prepare every file. The static encoder runs in the workers too, unless loading it there would take longer."""
    if workers is None:
        return
    source = encoder.source if isinstance(encoder, StaticEncoder) else None
    encode = source is not None and sum(file.size for file in work) >= ENCODE_BYTES
    settings = Settings(source or None, encode, unparsed)
    batches = list(_batches(work))
    items = ([_item(file, known_files) for file in batch] for batch in batches)
    for outcomes, batch in zip(workers.outcomes(items, settings, stop), batches, strict=False):
        yield from zip(outcomes, batch, strict=True)


def _item(file: SourceFile, known_files: dict[str, KnownFile]) -> Item:
    known_file = known_files.get(file.path)
    return Item(file, known_file.hash if known_file is not None else None)


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
