"""The repositories that a server, an agent or an editor may ask about, each with an open index that is kept up to date."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from codeassist import workspace
from codeassist.errors import CodeassistError, UsageError, WorkspaceError
from codeassist.printable import counted
from codeassist.services import Services
from indexers.errors import IndexerError, IndexMissingError

if TYPE_CHECKING:
    from indexers import Index

FRESH_SECONDS = 2.0
"""A repository is compared with its index at most this often."""

RETRY_SECONDS = 10.0
"""How long after a failure a first index is not tried again."""

CLOSE_SECONDS = 5.0
"""How long closing waits for the first index to stop at its next file."""

FIRST_WAIT = 0.4
"""How long the first call waits for the first part of a new index, in seconds."""


@dataclass(slots=True, eq=False)
class Repository:
    """One repository. Its index is opened by the first call; a missing one is built in the background meanwhile."""

    name: str
    services: Services
    _index: Index | None = None
    _checked: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _refreshing: threading.Lock = field(default_factory=threading.Lock)
    _state: str = "up to date"
    _builder: threading.Thread | None = None
    _failure: str = ""
    _failed: float = 0.0

    @property
    def root(self) -> Path:
        """The top folder."""
        return self.services.root

    @contextmanager
    def index(self, wait: float | None = None) -> Iterator[tuple[Index, str]]:
        """The open index, and how complete and fresh it is. Raises `CodeassistError` or `IndexerError`.

        While the first index is made, it holds what was read so far; for its first part this waits `wait` seconds.
        """
        with self._lock:
            index = self._open(FIRST_WAIT if wait is None else wait)
        # Other calls need not wait for a refresh: they use the generation before it.
        if not self.building and self._refreshing.acquire(blocking=False):
            try:
                self._state = self._freshen(index)
            finally:
                self._refreshing.release()
        yield index, self._noted(index)

    @property
    def has_index(self) -> bool:
        """Whether there is an index, which may be incomplete."""
        return self._index is not None or workspace.index_exists(self.root, self.services.config)

    @property
    def building(self) -> bool:
        """Whether the first index is being made."""
        return self._builder is not None and self._builder.is_alive()

    def generation(self) -> int | None:
        """The generation of the open index, or None before the first call."""
        return self._index.generation if self._index is not None else None

    def _open(self, wait: float) -> Index:
        if self._index is not None:
            if not self._index.replaced:
                return self._index
            self._index.close()
            self._index = None
        end = time.monotonic() + wait
        while True:
            try:
                self._index = workspace.open_index(self.root, self.services.config)
            except IndexMissingError:
                self._start_building()
                if self._failure:
                    raise WorkspaceError(self._failure) from None
                if time.monotonic() > end:
                    raise
                time.sleep(0.05)
            else:
                return self._index

    def _start_building(self) -> None:
        waiting = self._failure and time.monotonic() < self._failed + RETRY_SECONDS
        if not (waiting or (self._builder is not None and self._builder.is_alive())):
            self._failure = ""
            self._builder = threading.Thread(target=self._build, name="codeassist-first-index", daemon=True)
            self._builder.start()

    def _build(self) -> None:
        try:
            workspace.build(self.root, self.services.config, stop=lambda: self.services.cancel.requested).close()
        except (CodeassistError, IndexerError) as error:
            self._failed = time.monotonic()
            self._failure = str(error)

    def _freshen(self, index: Index) -> str:
        """Update the index when it was not looked at for a moment; returns what is not up to date, or "up to date"."""
        if time.monotonic() - self._checked <= FRESH_SECONDS:
            return self._state
        freshness = workspace.refresh(index, self.root, self.services.config)
        self._checked = time.monotonic()
        return f"stale: {freshness.note}" if freshness.stale else "up to date"

    def _noted(self, index: Index) -> str:
        """How complete and fresh the index is at this moment: another process may be making it again."""
        left = index.remaining
        if self.building:
            return (
                f"the first index is being made, {counted(left, 'file')} left" if left > 1 else "the first index is being made"
            )
        return f"incomplete: {counted(left, 'file')} not indexed" if left else self._state

    def state(self) -> str:
        """Why there is no index yet."""
        return self._failure or "the first index is being made; ask again in a moment"

    def close(self) -> None:
        """Stop making a first index, and close the index."""
        self.services.cancel.request()
        if self._builder is not None:
            self._builder.join(CLOSE_SECONDS)
        with self._lock:
            if self._index is not None:
                self._index.close()
                self._index = None


class Repositories:
    """The repositories of one server, by name; nothing outside them is read."""

    def __init__(
        self, folders: Sequence[Path], *, together: bool = False, make: Callable[[str, Services], Repository] | None = None
    ) -> None:
        """Open the services of each folder, with `together` also those that its `[workspace]` names.

        `make` gives the repository of a name. Raises `WorkspaceError` for a folder that is not a repository and has no index.
        """
        self._all: dict[str, Repository] = {}
        for services in [s for folder in folders for s in _opened(folder, together=together)]:
            if any(services.root == repository.root for repository in self):
                continue
            if not workspace.index_exists(services.root, services.config):
                workspace.require_first_index(services.root, services.config, lambda _: False)
            name = services.root.name
            while name in self._all:
                name += "+"
            self._all[name] = (make or Repository)(name, services)

    def __len__(self) -> int:
        """How many there are."""
        return len(self._all)

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


def _opened(folder: Path, *, together: bool) -> list[Services]:
    services = Services.open(folder)
    return services.together() if together else [services]
