"""Configuration, index, session, prompts and runs of one repository, opened once by an interface and passed to tasks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codeassist import config as configuration
from codeassist import workspace
from codeassist.config import Config
from codeassist.deadline import SILENT, Cancel, Events
from codeassist.errors import UsageError

if TYPE_CHECKING:
    from codeassist.models.session import Ledger, Session
    from codeassist.prompts import Library
    from codeassist.runs.store import RunStore
    from codeassist.workspace import Freshness
    from indexers import Index


class Services:
    """The resources of one repository; each is opened on first use."""

    def __init__(
        self,
        root: Path,
        config: Config,
        *,
        flags: Mapping[str, Any] | None = None,
        events: Events = SILENT,
        cancel: Cancel | None = None,
    ) -> None:
        """Prefer `open`; `flags` are the command-line settings, which `with_flags` extends."""
        self.root = root
        self.config = config
        self.events = events
        self.cancel = cancel or Cancel()
        self._flags = dict(flags or {})

    @classmethod
    def open(
        cls,
        start: Path,
        flags: Mapping[str, Any] | None = None,
        *,
        events: Events = SILENT,
        cancel: Cancel | None = None,
    ) -> Services:
        """Open the repository that contains `start`; `flags` map `section.key` to values that override every file.

        Raises `UsageError` when the folder does not exist and `ConfigError` for an invalid configuration.
        """
        root = workspace.find_root(start)
        return cls(root, configuration.load(root, flags).config, flags=flags, events=events, cancel=cancel)

    def with_flags(self, flags: Mapping[str, Any]) -> Services:
        """The same services with additional command-line settings. Raises `ConfigError`."""
        merged = self._flags | dict(flags)
        config = configuration.load(self.root, merged).config
        return Services(self.root, config, flags=merged, events=self.events, cancel=self.cancel)

    @cached_property
    def folder(self) -> Path:
        """The folder of the index, which may not exist yet."""
        return workspace.index_dir(self.root, self.config)

    @cached_property
    def library(self) -> Library:
        """The active prompts."""
        from codeassist.prompts import Library

        return Library.of(self.root, self.config)

    @cached_property
    def runs(self) -> RunStore:
        """The runs of the repository."""
        from codeassist.runs.store import RunStore

        return RunStore(self.folder)

    @property
    def run_log(self) -> RunStore | None:
        """Where to record runs, or None when `[ask] log` is off."""
        return self.runs if self.config.ask.log else None

    def session(self, task: str, *, dry: bool = False, ledger: Ledger | None = None) -> Session | None:
        """A session with the model of a task, or None when none is configured; see `models.session.open_session`."""
        from codeassist.models.session import open_session
        from codeassist.runs.store import AnswerCache

        session = open_session(
            self.config, task, AnswerCache(self.folder), dry=dry, ledger=ledger, cancel=self.cancel, note=self.events.note
        )
        if session is not None:
            for key, reason in self.config.refused.items():
                if not key.endswith((".name", ".model")):
                    self.events.note(f"Ignored: {reason}")
        return session

    def needed_session(self, task: str) -> Session:
        """A session with the model of a task. Raises `UsageError` when none is configured."""
        session = self.session(task)
        if session is None:
            raise UsageError("This needs a language model; name one with --model, such as openai:NAME or local:FOLDER.")
        return session

    def not_sent(self, session: Session | None) -> Callable[[str], bool]:
        """A predicate for paths that must not be sent to a session's model: `[privacy] never_send`, for remote models."""
        globs = self.config.privacy.never_send if session is not None and session.model.remote else ()
        if not globs:
            return lambda _: False
        from pathspec import GitIgnoreSpec

        return GitIgnoreSpec.from_lines(globs).match_file

    @contextmanager
    def index(self, *, refresh: bool = True) -> Iterator[Index]:
        """An open index, built or refreshed as needed; notices about its state are sent as events."""
        index, freshness = workspace.open_fresh(
            self.root,
            self.config,
            refresh=refresh and self.config.search.refresh,
            on_build=lambda: self.events.note(f"Indexing {self.root} (first use) …"),
            on_progress=self.events.indexing,
        )
        with index:
            self._report(freshness)
            if remaining := index.remaining:
                self.events.note(
                    f"Partial results: the index is incomplete, {remaining} files are left; run 'codeassist index' to continue."
                )
            yield index

    @contextmanager
    def existing_index(self, *, refresh: bool = False, notes: list[str] | None = None) -> Iterator[Index | None]:
        """The existing index, updated first with `refresh`, or None when there is no usable one. Never builds an index.

        A note on its freshness is appended to `notes` if given, else it is an event.
        """
        from indexers import IndexerError

        try:
            if refresh and workspace.index_exists(self.root, self.config):
                index, freshness = workspace.open_fresh(self.root, self.config)
                self._report(freshness, notes)
            else:
                index = workspace.open_index(self.root, self.config)
        except IndexerError:
            yield None
            return
        with index:
            yield index

    def _report(self, freshness: Freshness, notes: list[str] | None = None) -> None:
        if not freshness.stale:
            return
        if notes is None:
            self.events.note(f"The index is stale: {freshness.note}.")
        else:
            notes.append(f"the index is stale: {freshness.note}")
