"""The methods of an index that compare it with its folder and bring it up to date."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack, nullcontext, suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from indexers.files.walker import Changes, Listing, compare, discover
from indexers.index.opened import OpenIndex
from indexers.index.opening import removed
from indexers.stores.catalog import Catalog
from indexers.stores.folder import make_private
from indexers.stores.names import CATALOG
from indexers.stores.seal import is_sealed, verify_seal, write_seal
from indexers.types import KnownFile, SourceFile, VectorStore

if TYPE_CHECKING:
    from indexers.build.messages import Unchanged
    from indexers.build.report import Progress, Report
    from indexers.build.workers import Workers


class UpdateMethods(OpenIndex):
    """Find what changed in the folder, and update the index."""

    def changes(self, listing: Listing | None = None) -> Changes:
        """The files that were added, changed or deleted since the last update.

        A file of which only the inode or the change time differs is among `changed` if its content differs too.
        """
        known = self._known_files()
        found = compare(listing or discover(self.root, self.options.rules), known)
        differing = [file for file in found.suspects if not _has_content(file, known[file.path].hash)]
        return replace(found, changed=[*found.changed, *differing])

    def skipped_paths(self) -> list[tuple[str, str]]:
        """(path, reason) of every file below the root that is not indexed, sorted; a folder ends with `/`."""
        listing = discover(self.root, self.options.rules, explain=True)
        listed = {file.path for file in listing.files}
        by_content = [(p, file.skipped) for p, file in self._known_files().items() if file.skipped is not None and p in listed]
        return sorted({*listing.skipped_paths, *by_content})

    def update(
        self,
        *,
        on_progress: Callable[[Progress], None] | None = None,
        stop: Callable[[], bool] | None = None,
        wait: bool = False,
        listing: Listing | None = None,
    ) -> Report:
        """Update the index to match the folder; see `build` for errors. Readers keep using the previous generation."""
        from indexers.stores.locking import writer_lock

        with ExitStack() as stack:
            stack.enter_context(self._writing)
            try:
                stack.enter_context(writer_lock(self.folder, wait=wait))
            except FileNotFoundError as error:
                raise removed(self.folder) from error
            if not (self.folder / CATALOG).exists():
                raise removed(self.folder)
            verify_seal(self.folder, locked=True)
            make_private(self.folder)
            return self._update(listing or discover(self.root, self.options.rules), on_progress, stop)

    def _update(
        self, listing: Listing, on_progress: Callable[[Progress], None] | None, stop: Callable[[], bool] | None
    ) -> Report:
        started = time.monotonic()
        with self._snapshots.connection() as catalog:
            report = self._bring_up_to_date(catalog, listing, on_progress, stop)
            if not is_sealed(self.folder) and catalog.checkpoint():
                with suppress(OSError):  # without a seal nothing is compared; the next update writes it
                    write_seal(self.folder)
        report.seconds = time.monotonic() - started
        self.last_report = report
        return report

    def _bring_up_to_date(
        self,
        catalog: Catalog,
        listing: Listing,
        on_progress: Callable[[Progress], None] | None,
        stop: Callable[[], bool] | None,
    ) -> Report:
        """Index what changed; only then the history and the numbers that `statistics` shows."""
        from indexers.build.touched import split_touched
        from indexers.build.workers import start_workers

        known_files = catalog.files()
        changes = compare(listing, known_files)
        changes = replace(changes, changed=[*changes.changed, *changes.suspects])  # reading them shows what changed
        touched, changes = split_touched(changes, known_files)
        with start_workers(changes, self.options.jobs) if changes.added or changes.changed else nullcontext() as workers:
            vectors, report = self._apply(catalog, changes, touched, known_files, workers, on_progress, stop)
        from indexers.encoders.static import StaticEncoder
        from indexers.graph import history

        if not known_files and len(changes) and report.complete and isinstance(self.encoder, StaticEncoder):
            catalog.compact()
        self._snapshots.publish(catalog, vectors)
        if report.complete:
            history.update(catalog, self.root, self.options.history)
        report.unchanged += len(listing.files) - len(changes.added) - len(changes.changed)
        report.skipped.update(listing.skipped)
        report.repositories, report.notes = listing.repositories, listing.notes
        stored = (catalog.meta("skipped", None), catalog.meta("remaining", 0))
        if len(changes) or touched or stored != (dict(listing.skipped), report.remaining):
            with catalog.transaction():
                catalog.set_meta(skipped=dict(listing.skipped), updated=time.time(), remaining=report.remaining)
        return report

    def _apply(
        self,
        catalog: Catalog,
        changes: Changes,
        touched: list[Unchanged],
        known_files: dict[str, KnownFile],
        workers: Workers | None,
        on_progress: Callable[[Progress], None] | None,
        stop: Callable[[], bool] | None,
    ) -> tuple[VectorStore, Report]:
        """Write the changes, and the times of `touched` files, to the catalog and to a fresh copy of the vectors."""
        from indexers.build.report import Report
        from indexers.build.update import apply  # after the processes were started: these take longer to import
        from indexers.encoders.static import StaticEncoder
        from indexers.stores.writer import Writer

        # Read even when nothing changed, because an index without vectors is unusable; and read a fresh copy, because the
        # writer changes it in place while readers use the previous generation.
        vectors = self._snapshots.read_vectors(catalog)
        if not len(changes) and not touched:
            return vectors, Report()
        if not known_files:  # who reads a new catalog before its first files are there must know
            with catalog.transaction():
                catalog.set_meta(remaining=len(changes))
        writer = Writer(catalog, vectors, self.encoder, park=not isinstance(self.encoder, StaticEncoder))
        for file in touched:
            writer.touch(known_files[file.path].id, file.size, file.mtime, file.ctime, file.inode)
        report = apply(catalog, writer, changes, known_files, self.encoder, workers, on_progress=on_progress, stop=stop)
        return vectors, report


def _has_content(file: SourceFile, known_hash: bytes) -> bool:
    """Whether the current content of a file has this hash."""
    from indexers.files.digest import digest
    from indexers.files.reading import read_bytes

    try:
        return digest(read_bytes(file.absolute, follow=False)) == known_hash
    except OSError:
        return False
