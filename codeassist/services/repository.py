"""Configuration, index, session, prompts and runs of one repository, opened once by an interface and passed to tasks."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codeassist import config as configuration
from codeassist import workspace
from codeassist.config import Config
from codeassist.deadline import SILENT, Cancel, Events
from codeassist.errors import ConfigError, UsageError
from codeassist.printable import counted
from codeassist.sandbox.confinement import policy

if TYPE_CHECKING:
    from codeassist.models.infill import Infill
    from codeassist.models.ledger import Ledger
    from codeassist.models.loaded import LoadedModels
    from codeassist.models.session import Session
    from codeassist.prompts import Library
    from codeassist.runs.store import RunStore
    from codeassist.tasks.review.behaviour import SearchEngine
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
        self._noted: set[str] = set()
        self._models: LoadedModels | None = None
        self._first_request = threading.Lock()

    @classmethod
    def open(
        cls,
        start: Path,
        flags: Mapping[str, Any] | None = None,
        *,
        events: Events = SILENT,
        cancel: Cancel | None = None,
        exact: bool = False,
    ) -> Services:
        """Open the repository that contains `start`; `flags` map `section.key` to values that override every file.

        With `exact` the repository is `start` itself, whatever is around it.
        Raises `UsageError` when the folder does not exist and `ConfigError` for an invalid configuration.
        """
        root = workspace.find_root(start, exact=exact)
        config = workspace.with_pinned_encoder(root, configuration.load(root, flags))
        policy.allow_unconfined = config.sandbox.allow_unconfined
        return cls(root, config, flags=flags, events=events, cancel=cancel)

    def with_flags(self, flags: Mapping[str, Any]) -> Services:
        """The same services with additional command-line settings. Raises `ConfigError`."""
        merged = self._flags | dict(flags)
        config = workspace.with_pinned_encoder(self.root, configuration.load(self.root, merged))
        return Services(self.root, config, flags=merged, events=self.events, cancel=self.cancel)

    def for_request(self, events: Events = SILENT, cancel: Cancel | None = None) -> Services:
        """The same services for one request to a server, with its own events and stop; models stay loaded between requests."""
        services = Services(self.root, self.config, flags=self._flags, events=events, cancel=cancel)
        from codeassist.models.loaded import LoadedModels

        with self._first_request:
            self._models = self._models or LoadedModels()
        services._models = self._models
        return services

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

    @cached_property
    def every_prompt(self) -> Library:
        """The prompts with the repository's own, also when they are not trusted: to show, check and edit them."""
        from codeassist.prompts import Library

        return Library.of(self.root, self.config, untrusted=True)

    def together(self) -> list[Services]:
        """These services and those of the repositories that `[workspace]` names. Raises `ConfigError` for a missing one."""
        from codeassist.config import members

        self.note_ignored("workspace.")
        entries = self.config.workspace.repositories
        for entry in members.missing(self.root, entries):
            raise ConfigError(
                f"'repositories' under [workspace] names {entry}, and there is no such repository in {self.root}."
            )
        flags = {key: value for key, value in self._flags.items() if key != "index.index_dir"}
        others = members.members(self.root, entries)
        return [self, *(Services.open(o, flags, events=self.events, cancel=self.cancel, exact=True) for o in others)]

    def note_ignored(self, *prefixes: str) -> None:
        """Note once which settings of the repository with these prefixes are ignored, and how to approve them."""
        for key, reason in self.config.refused.items():
            if key.startswith(prefixes) and key not in self._noted:
                self._noted.add(key)
                self.events.note(f"Ignored: {reason}")

    def require_own_folder(self) -> None:
        """Raise `UntrustedFolderError` for an index folder that is a link, another user's or part of the repository."""
        from indexers.index import check_folder

        check_folder(self.folder)

    @property
    def may_run(self) -> bool:
        """Whether the user agreed that the code of this repository is run in the sandbox without being asked for."""
        from codeassist.config import trust

        return trust.may_run(configuration.user_file(), self.root)

    @property
    def search_engine(self) -> SearchEngine | None:
        """The engine with which a review runs changed code; None unless the user trusts this repository."""
        return self.requested_engine() if self.may_run else None

    def requested_engine(self) -> SearchEngine:
        """The same engine for a command that the user gave in order to run code, as `fix` runs tests."""
        from codeassist.tasks.gen_tests.recorded_calls import SEARCH_ENGINE, calls_in_tests
        from codeassist.tasks.review.behaviour import SearchEngine

        return SearchEngine(SEARCH_ENGINE, calls_in_tests)

    @property
    def run_log(self) -> RunStore | None:
        """Where to record runs, or None when `[ask] log` is off."""
        return self.runs if self.config.ask.log else None

    def session(self, task: str, *, dry: bool = False, ledger: Ledger | None = None) -> Session | None:
        """A session with the model of a task, or None when none is configured; see `models.session.open_session`.

        Its answers are kept in the index folder. Raises `UntrustedFolderError` for one that must not be used.
        """
        self.require_own_folder()
        if configuration.task_model(self.config, task).name in configuration.NO_MODEL:
            self.note_ignored("model.name", f"tasks.{task}.model")
            return None
        from codeassist.models.session import open_session
        from codeassist.runs.store import AnswerCache

        session = open_session(
            self.config,
            task,
            AnswerCache(self.folder),
            dry=dry,
            ledger=ledger,
            cancel=self.cancel,
            note=self.events.note,
            models=self._models,
        )
        self.note_ignored("model.name", f"tasks.{task}.model")
        if session is not None:
            self.note_ignored("model.", "tasks.", "privacy.", "prompts.", "review.instructions", "review.auditor")
        return session

    def needed_session(self, task: str) -> Session:
        """A session with the model of a task. Raises `UsageError` when none is configured or the user agreed to none."""
        session = self.session(task)
        if session is None:
            for key in (f"tasks.{task}.model", "model.name"):
                if key in self.config.refused:
                    raise UsageError(self.config.refused[key])
            raise UsageError("This needs a language model; name one with --model, such as openai:NAME or local:FOLDER.")
        return session

    @cached_property
    def infill(self) -> Infill | None:
        """The model that fills in the middle, or None when none is configured. Raises `ConfigError`."""
        from codeassist.models.infill import infill

        self.note_ignored("tasks.complete.model")
        return infill(self.config)

    def not_sent(self, session: Session | None) -> Callable[[str], bool]:
        """A predicate for paths that must not be sent to a session's model: `[privacy] never_send`, for remote models."""
        globs = self.config.privacy.never_send if session is not None and session.model.remote else ()
        if not globs:
            return lambda _: False
        from indexers.files.globs import GlobSpec

        return GlobSpec(globs).match_file

    @contextmanager
    def index(self, *, refresh: bool = True) -> Iterator[Index]:
        """An open index, built or refreshed as needed; notices about its state are sent as events."""
        self.note_ignored("index.", "search.")
        index, freshness = workspace.open_fresh(
            self.root,
            self.config,
            refresh=refresh and self.config.search.refresh,
            on_build=self._first_index,
            on_progress=self.events.indexing,
        )
        with index:
            self._report(freshness)
            if remaining := index.remaining:
                self.events.note(
                    f"Partial results: the index is incomplete, {counted(remaining, 'file')} left; "
                    "run 'codeassist index' to continue."
                )
            yield index

    @contextmanager
    def existing_index(self, *, refresh: bool = False, notes: list[str] | None = None) -> Iterator[Index | None]:
        """The existing index, updated first with `refresh`, or None when there is no usable one. Never builds an index.

        A note on its freshness is appended to `notes` if given, else it is an event. Raises `UntrustedFolderError` for a
        folder that must not be used: what a clone brings is not passed over in silence.
        """
        from indexers.errors import IndexerError, UntrustedFolderError

        self.require_own_folder()
        self.note_ignored("index.", "search.")
        try:
            if refresh and workspace.index_exists(self.root, self.config):
                index, freshness = workspace.open_fresh(self.root, self.config)
                self._report(freshness, notes)
            else:
                index = workspace.open_index(self.root, self.config)
        except UntrustedFolderError:
            raise
        except IndexerError:
            yield None
            return
        with index:
            yield index

    def _first_index(self) -> None:
        workspace.require_first_index(self.root, self.config, self.events.confirm)
        self.events.note(f"Indexing {self.root} (first use) …")

    def _report(self, freshness: Freshness, notes: list[str] | None = None) -> None:
        if not freshness.stale:
            return
        if notes is None:
            self.events.note(f"The index is stale: {freshness.note}.")
        else:
            notes.append(f"the index is stale: {freshness.note}")
