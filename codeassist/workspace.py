"""Find the repository and its index folder, and open an up-to-date index."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codeassist.config import PROJECT_FILE, Config
from codeassist.errors import UsageError, WorkspaceError

if TYPE_CHECKING:
    from indexers import Encoder, Index, IndexOptions
    from indexers.build.update import Progress
    from indexers.files.walker import Listing, WalkRules
    from indexers.search.rerank import Reranker

QUICK_BYTES = 3_000_000
"""A stale index with at most this many bytes of changed source is updated before an answer: about half a second."""

_MARKERS = (".codeassist", PROJECT_FILE, ".git", ".hg")


@dataclass(frozen=True, slots=True)
class Freshness:
    """The state of the index after opening: built, number of files refreshed, number of files left stale, and a note."""

    built: bool = False
    refreshed: int = 0
    stale: int = 0
    note: str = ""


def find_root(start: Path) -> Path:
    """The nearest folder at or above `start` with an index, a configuration or version control, else `start` itself."""
    if not start.exists():
        raise UsageError(f"There is no folder {start}.")
    if not start.is_dir():
        raise UsageError(f"{start} is a file; give the folder that contains it.")
    start = start.resolve()
    home = Path.home()
    for folder in (start, *start.parents):
        if folder != start and folder == home:
            break
        if any((folder / marker).exists() for marker in _MARKERS):
            return folder
    return start


def walk_rules(config: Config) -> WalkRules:
    """Which files are indexed. A remote encoder receives the text of every indexed file, so private files are excluded."""
    from indexers.files.walker import WalkRules

    settings = config.index
    kind, _, rest = settings.encoder.partition(":")
    private = config.privacy.never_send if rest and kind not in ("static", "sentence-transformers") else []
    return WalkRules(settings.max_file_size, tuple(settings.include), (*settings.exclude, *private))


def index_options(config: Config) -> IndexOptions:
    """The indexer's options for a configuration."""
    from indexers import IndexOptions

    settings = config.index
    rules = walk_rules(config)
    history = settings.history_commits if settings.history else 0

    def load_encoder(name: str) -> Encoder:
        from codeassist.models.encoders import load

        half, masked = settings.half_precision, config.privacy.mask_secrets
        return load(name, device=settings.device, batch_size=settings.batch_size, half=half, mask_secrets=masked)

    def load_reranker() -> Reranker:
        from indexers.search.rerank import CrossEncoderReranker

        return CrossEncoderReranker(config.search.reranker, device=settings.device, half=settings.half_precision)

    reranker = load_reranker if config.search.reranker else None
    return IndexOptions(rules, settings.encoder, settings.jobs, history, load_encoder, reranker)


def index_dir(root: Path, config: Config) -> Path:
    """The index folder of `root`: as configured, in the repository, or in the user's cache when the repository is read-only."""
    if config.index.index_dir:
        configured = Path(config.index.index_dir).expanduser()
        return configured if configured.is_absolute() else root / configured
    local = root / ".codeassist"
    if (local / "index.db").exists() or _can_make(local):
        return local
    return cache_folder(f"{root.name}-{repository_key(root)}")


def cache_folder(name: str) -> Path:
    """A folder of this program in the user's cache."""
    from platformdirs import user_cache_dir

    return Path(user_cache_dir("codeassist", appauthor=False)) / name


def repository_key(root: Path) -> str:
    """A digest of the path, which identifies a repository in the user's cache."""
    return hashlib.sha256(str(root).encode("utf-8", "surrogateescape")).hexdigest()[:16]


def index_exists(root: Path, config: Config) -> bool:
    """Whether the index exists."""
    return (index_dir(root, config) / "index.db").exists()


def _can_make(folder: Path) -> bool:
    if folder.exists():
        return os.access(folder, os.W_OK)
    try:
        folder.mkdir()
    except OSError:
        return False
    folder.rmdir()
    return True


def build(root: Path, config: Config, **how: Any) -> Index:
    """Build or update the index of `root`; `how` is passed to `Index.build`. Raises `WorkspaceError`."""
    from indexers import Index

    folder = index_dir(root, config)
    try:
        return Index.build(root, options=index_options(config), index_dir=folder, **how)
    except OSError as error:
        raise WorkspaceError(f"Cannot write the index at {folder}: {error.strerror or error}.") from error


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

    Without `refresh` nothing is written: a missing index raises `IndexMissingError`, a stale one is used unchanged.
    """
    with ThreadPoolExecutor(1) as pool:  # the folder is listed while the heavy libraries load
        pending_listing = pool.submit(_list, root, config) if refresh else None
        from indexers.errors import IndexMissingError

        try:
            index = open_index(root, config)
        except IndexMissingError:
            if not refresh:
                raise
            if on_build is not None:
                on_build()
            return build(root, config, on_progress=on_progress), Freshness(built=True)
        if pending_listing is None:
            return index, Freshness()
        listing = pending_listing.result()
    return index, refresh_index(index, config, listing)


def refresh(index: Index, root: Path, config: Config) -> Freshness:
    """Compare an open index with its folder, and update it when that is quick."""
    return refresh_index(index, config, _list(root, config))


def refresh_index(index: Index, config: Config, listing: Listing) -> Freshness:
    """Update an open index to a listing of its folder when that is quick."""
    from indexers.errors import IndexBusyError

    changes = index.changes(listing)
    count = len(changes)
    if not count:
        return Freshness()
    size = sum(file.size for file in (*changes.added, *changes.changed))
    if size > QUICK_BYTES or config.index.encoder != "static":
        return Freshness(stale=count, note=f"{count} files have changed; run 'codeassist index'")
    try:
        index.update(listing=listing)
    except IndexBusyError as error:
        return Freshness(stale=count, note=f"it is being written by process {error.pid or '?'}")
    except OSError as error:
        return Freshness(stale=count, note=f"it could not be updated: {error.strerror or error}")
    return Freshness(refreshed=count)


def _list(root: Path, config: Config) -> Listing:
    from indexers.files.walker import discover

    return discover(root, walk_rules(config))
