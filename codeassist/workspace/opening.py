"""Build an index, and open one that is up to date."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codeassist.config import Config
from codeassist.errors import WorkspaceError
from codeassist.printable import counted
from codeassist.workspace.folders import index_dir, index_exists
from codeassist.workspace.options import index_options, pin_encoder, walk_rules

if TYPE_CHECKING:
    from indexers import Index
    from indexers.build.report import Progress
    from indexers.files.walker import Changes, Listing

QUICK_BYTES = 3_000_000
"""A stale index with at most this many bytes of changed source is updated before an answer: about half a second."""


@dataclass(frozen=True, slots=True)
class Freshness:
    """The state of the index after opening: built, number of files refreshed, number of files left stale, and a note."""

    built: bool = False
    refreshed: int = 0
    stale: int = 0
    note: str = ""


def build(root: Path, config: Config, **how: Any) -> Index:
    """Build or update the index of `root`; `how` is passed to `Index.build`. Raises `WorkspaceError`."""
    from indexers import Index

    folder, options = index_dir(root, config), index_options(config)
    if not (folder / "index.db").exists():
        options = replace(options, seed_from=_index_of_main_worktree(root, config))
    try:
        index = Index.build(root, options=options, index_dir=folder, **how)
        if index.last_report is None or not index.last_report.discarded:
            pin_encoder(folder, config.index.encoder)
        return index
    except OSError as error:
        raise WorkspaceError(f"Cannot write the index at {folder}: {error.strerror or error}.") from error


def _index_of_main_worktree(root: Path, config: Config) -> Path | None:
    """The index folder of the main working tree, when `root` is a linked one and both have folders of their own."""
    from indexers.files.worktrees import main_worktree

    main = main_worktree(root)
    if main is None:
        return None
    folder = index_dir(main, config)
    return folder if folder != index_dir(root, config) else None


def open_index(root: Path, config: Config) -> Index:
    """Open the existing index of `root`."""
    from indexers import Index

    return Index.open(root, options=index_options(config), index_dir=index_dir(root, config))


def open_fresh(
    root: Path,
    config: Config,
    *,
    refresh: bool = True,
    on_build: Callable[[], None] | None = None,
    on_progress: Callable[[Progress], None] | None = None,
) -> tuple[Index, Freshness]:
    """Open the index of `root` and update it when that is quick; build it when there is none.

    `on_build` is called before anything is read for a first build, and may raise to prevent it.
    Without `refresh` nothing is written: a missing index raises `IndexMissingError`, a stale one is used unchanged.
    """
    if refresh and not index_exists(root, config):
        if on_build is not None:
            on_build()
        return build(root, config, on_progress=on_progress), Freshness(built=True)
    with ThreadPoolExecutor(1) as pool:  # the folder is listed while the heavy libraries load
        pending_listing = pool.submit(_list, root, config) if refresh else None
        from indexers.errors import SourceError

        index = open_index(root, config)
        if pending_listing is None:
            return index, Freshness()
        try:
            listing = pending_listing.result()
        except SourceError as error:
            return index, Freshness(stale=1, note=str(error).removesuffix("."))
    return index, _refreshed(index, config, listing)


def refresh(index: Index, root: Path, config: Config) -> Freshness:
    """Compare an open index with its folder, and update it when that is quick."""
    from indexers.errors import SourceError

    try:
        return _refreshed(index, config, _list(root, config))
    except SourceError as error:
        return Freshness(stale=1, note=str(error).removesuffix("."))


def _refreshed(index: Index, config: Config, listing: Listing) -> Freshness:
    """Update an open index to a listing of its folder when that is quick."""
    from indexers.errors import IndexBusyError, IndexWriteError

    changes = index.changes(listing)
    count = len(changes)
    if not count:
        if changes.suspects:  # the same content under another inode or change time, which is not to be read again
            with suppress(IndexBusyError, OSError):
                index.update(listing=listing)
        return Freshness()
    size = sum(file.size for file in (*changes.added, *changes.changed))
    if size > QUICK_BYTES or config.index.encoder != "static":
        return Freshness(stale=count, note=f"{_described(changes)}; run 'codeassist index'")
    try:
        index.update(listing=listing)
    except IndexBusyError as error:
        return Freshness(stale=count, note=f"it is being written by process {error.pid or '?'}")
    except IndexWriteError as error:
        return Freshness(stale=count, note=f"it could not be updated: {str(error).rstrip('.')}")
    except OSError as error:
        return Freshness(stale=count, note=f"it could not be updated: {error.strerror or error}")
    return Freshness(refreshed=count)


def _described(changes: Changes) -> str:
    """What differs between the folder and the index: "3 files are not indexed yet", "2 files have changed"."""
    new, others = len(changes.added), len(changes.changed) + len(changes.deleted)
    added = f"{counted(new, 'file is', 'files are')} not indexed yet" if new else ""
    return ", ".join(filter(None, (added, f"{counted(others, 'file has', 'files have')} changed" if others else "")))


def _list(root: Path, config: Config) -> Listing:
    from indexers.files.walker import discover

    return discover(root, walk_rules(config))
