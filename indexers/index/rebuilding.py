"""Make an index again while the one of before is in use."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from indexers.build.report import Report
from indexers.index.options import IndexOptions
from indexers.stores.beside import beside, take_over
from indexers.stores.catalog import Catalog
from indexers.stores.folder import create_catalog
from indexers.stores.names import CATALOG
from indexers.types import Encoder

if TYPE_CHECKING:
    from indexers.build.report import Progress
    from indexers.index.facade import Index

Kind = TypeVar("Kind", bound="Index")


def rebuilt(
    kind: type[Kind],
    root: Path,
    folder: Path,
    encoder: Encoder,
    options: IndexOptions,
    on_progress: Callable[[Progress], None] | None,
    stop: Callable[[], bool] | None,
) -> Kind:
    """Make the index of a folder, whose writer lock is held, again; returns it, or that of before when it was stopped.

    After an error the index is that of before, too.
    """
    with beside(folder, root) as new:
        index = kind(root, new, create_catalog(new, root, encoder, after=folder), encoder, options)
        try:
            report = index.update(on_progress=on_progress, stop=stop)
        finally:
            index.close()
        if report.complete:
            take_over(folder, new)
    opened = kind(root, folder, Catalog.open(folder / CATALOG), encoder if report.complete else None, options)
    opened.last_report = report if report.complete else Report(remaining=report.remaining, discarded=True)
    return opened
