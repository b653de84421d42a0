"""The repositories a server may answer about, each with an open index that is kept up to date."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from codeassist import workspace
from codeassist.errors import CodeassistError, UsageError
from codeassist.printable import counted
from codeassist.services import Services
from indexers import Index, IndexerError, IndexMissingError

FRESH_SECONDS = 2.0
"""A repository is compared with its index at most this often."""

FIRST_WAIT = 1.5
"""How long the first call waits for the first part of a new index, in seconds."""


@dataclass(slots=True)
class Repository:
    """One repository. Its index is opened by the first call; a missing one is built in the background meanwhile."""

    name: str
    services: Services
    _index: Index | None = None
    _checked: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _builder: threading.Thread | None = None
    _failure: str = ""

    @property
    def root(self) -> Path:
        """The top folder."""
        return self.services.root

    @contextmanager
    def index(self) -> Iterator[tuple[Index, str]]:
        """The open index, and how complete and fresh it is. Raises `CodeassistError` or `IndexerError`.

        While the first index is made, it holds what was read so far.
        """
        with self._lock:
            index = self._open()
            note = self._freshen(index)
        yield index, note

    def _open(self) -> Index:
        if self._index is not None:
            return self._index
        end = time.monotonic() + FIRST_WAIT
        while True:
            try:
                self._index = workspace.open_index(self.root, self.services.config)
            except IndexMissingError:
                self._start_building()
                if time.monotonic() > end or self._failure:
                    raise
                time.sleep(0.05)
            else:
                return self._index

    def _start_building(self) -> None:
        if self._builder is None or not (self._builder.is_alive() or self._failure):
            self._builder = threading.Thread(target=self._build, name="codeassist-first-index", daemon=True)
            self._builder.start()

    def _build(self) -> None:
        try:
            workspace.build(self.root, self.services.config, stop=lambda: self.services.cancel.requested).close()
        except (CodeassistError, IndexerError) as error:
            self._failure = str(error)

    def _freshen(self, index: Index) -> str:
        """Update the index when it was not looked at for a moment; returns what is not up to date, or "up to date"."""
        if self._builder is not None and self._builder.is_alive():
            left = index.remaining
            return f"the first index is being made, {counted(left, 'file')} left" if left else "the first index is being made"
        if time.monotonic() - self._checked > FRESH_SECONDS:
            freshness = workspace.refresh(index, self.root, self.services.config)
            self._checked = time.monotonic()
            if freshness.stale:
                return f"stale: {freshness.note}"
        return f"incomplete: {counted(index.remaining, 'file')} not indexed" if index.remaining else "up to date"

    def state(self) -> str:
        """Why there is no index yet."""
        return self._failure or "the first index is being made; ask again in a moment"

    def close(self) -> None:
        """Close the index."""
        with self._lock:
            if self._index is not None:
                self._index.close()
                self._index = None


class Repositories:
    """The repositories of one server, by name; nothing outside them is read."""

    def __init__(self, folders: Sequence[Path]) -> None:
        """Open the services of each folder. Raises `WorkspaceError` for a folder that is no repository and has no index."""
        self._all: dict[str, Repository] = {}
        for folder in folders:
            services = Services.open(folder)
            if not workspace.index_exists(services.root, services.config):
                workspace.require_first_index(services.root, services.config, lambda _: False)
            name = services.root.name
            while name in self._all:
                name += "+"
            self._all[name] = Repository(name, services)

    def __iter__(self) -> Iterator[Repository]:
        """The repositories, in the order they were named."""
        return iter(self._all.values())

    def get(self, name: str = "") -> Repository:
        """The repository of this name, or the only one. Raises `UsageError`."""
        if name in self._all:
            return self._all[name]
        if not name and len(self._all) == 1:
            return next(iter(self._all.values()))
        raise UsageError(f"Name one of the repositories: {', '.join(self._all)}.")

    def close(self) -> None:
        """Close every index."""
        for repository in self:
            repository.close()
