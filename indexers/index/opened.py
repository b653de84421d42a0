"""What an open index has: its place, its options, its snapshots, and the models for it, loaded on first use."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from indexers.index.opening import check_encoder, identity
from indexers.index.options import IndexOptions
from indexers.index.snapshots import Snapshots, View
from indexers.stores.catalog import Catalog
from indexers.types import Encoder, KnownFile

if TYPE_CHECKING:
    from indexers.build.report import Report
    from indexers.search.rerank import Reranker

T = TypeVar("T")


class OpenIndex:
    """The state that the methods of an index share."""

    def __init__(self, root: Path, folder: Path, catalog: Catalog, encoder: Encoder | None, options: IndexOptions) -> None:
        """Use `Index.build` or `Index.open` instead."""
        self.root = root
        self.folder = folder
        self.options = options
        self.last_report: Report | None = None
        self._identity = identity(folder)
        self._snapshots = Snapshots(folder, catalog)
        self._encoder = encoder
        self._reranker: Reranker | None = None
        self._loading = threading.RLock()
        self._writing = threading.RLock()

    @property
    def encoder(self) -> Encoder:
        """The encoder, loaded on first use and checked against the one the index was built with."""
        with self._loading:
            if self._encoder is None:
                loaded = self.options.load_encoder(self.options.encoder)
                with self._snapshots.connection() as catalog:
                    check_encoder(catalog, loaded)
                self._encoder = loaded
            return self._encoder

    def _read(self, query: Callable[[View], T]) -> T:
        """Run `query` on a snapshot of one generation."""
        return self._snapshots.read(query)

    def _loaded_reranker(self) -> Reranker | None:
        with self._loading:
            if self._reranker is None and self.options.load_reranker is not None:
                self._reranker = self.options.load_reranker()
            return self._reranker

    def _known_files(self) -> dict[str, KnownFile]:
        with self._snapshots.connection() as catalog:
            return catalog.files()

    def _meta(self, key: str, default: Any) -> Any:
        with self._snapshots.connection() as catalog:
            return catalog.meta(key, default)
