"""Find the repository and its index folder, and open an up-to-date index."""

from __future__ import annotations

import hashlib
import json
import os
import shlex
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from codeassist.config import PROJECT_FILE, Config, Loaded
from codeassist.errors import UsageError, WorkspaceError
from codeassist.printable import counted

if TYPE_CHECKING:
    from indexers import Encoder, Index, IndexOptions
    from indexers.build.report import Progress
    from indexers.files.walker import Changes, Listing, WalkRules
    from indexers.search.rerank import Reranker

QUICK_BYTES = 3_000_000
"""A stale index with at most this many bytes of changed source is updated before an answer: about half a second."""

MOST_NAMED = 10
"""The most repositories that a message names."""

MOST_ENTRIES = 1_000
"""The most entries of a folder in which repositories are looked for."""

_MARKERS = (".codeassist", PROJECT_FILE, ".git", ".hg")


@dataclass(frozen=True, slots=True)
class Freshness:
    """The state of the index after opening: built, number of files refreshed, number of files left stale, and a note."""

    built: bool = False
    refreshed: int = 0
    stale: int = 0
    note: str = ""


def find_root(start: Path, *, exact: bool = False) -> Path:
    """The nearest folder at or above `start` with an index, a configuration or version control, else `start` itself.

    With `exact` it is `start` itself. See `indexers.files.roots.enclosing` for the folders above that do not count.
    """
    from indexers.files.roots import enclosing

    if not start.exists():
        raise UsageError(f"There is no folder {start}.")
    if not start.is_dir():
        raise UsageError(f"{start} is a file; give the folder that contains it.")
    start = start.resolve()
    return start if exact else enclosing(start, _MARKERS) or start


def require_ordinary(root: Path, config: Config) -> None:
    """Raise `WorkspaceError` for a folder that is indexed only with `--force`, such as the home folder, until it is."""
    from indexers.files.roots import refusal

    reason = refusal(root)
    if reason and not index_exists(root, config):
        raise WorkspaceError(
            f"{root} is {reason}, which is not indexed; name a folder in it, or run 'codeassist index --force {quoted(root)}'."
        )


def require_first_index(root: Path, config: Config, confirm: Callable[[str], bool]) -> None:
    """Raise `WorkspaceError` unless a first index of `root` is expected: it is a repository, or `confirm` agrees."""
    require_ordinary(root, config)
    if any((root / marker).exists() for marker in _MARKERS):
        return
    repositories = repositories_below(root)
    if len(repositories) > 1:
        raise WorkspaceError(
            f"{root} is not a repository but contains several; run the command in one of them, or index one: "
            + "; ".join(f"codeassist index {quoted(path)}" for path in repositories[:MOST_NAMED])
            + "."
        )
    if not confirm(f"{root} is not a repository and has no index. Index it?"):
        raise WorkspaceError(f"{root} is not a repository and has no index; run 'codeassist index {quoted(root)}'.")


def repositories_below(root: Path) -> list[Path]:
    """The repositories one or two levels below `root`, sorted."""
    found: list[Path] = []
    folders = _folders(root)
    for folder in folders:
        if (folder / ".git").exists():
            found.append(folder)
        elif len(found) < MOST_NAMED:
            found += [inner for inner in _folders(folder) if (inner / ".git").exists()]
    return sorted(found)


def _folders(folder: Path) -> list[Path]:
    try:
        return [path for path in islice(folder.iterdir(), MOST_ENTRIES) if path.is_dir() and not path.is_symlink()]
    except OSError:
        return []


def distinct_names(roots: Sequence[Path]) -> list[str]:
    """A name for each repository: that of its folder, with as many folders above as make it distinct."""
    names = []
    for root in roots:
        parts, count = root.parts, 1
        while count < len(parts) and any(other != root and other.parts[-count:] == parts[-count:] for other in roots):
            count += 1
        names.append("/".join(parts[-count:]))
    return names


def quoted(path: Path) -> str:
    """A path as one word of a command line."""
    return shlex.quote(str(path)) if os.name != "nt" else f'"{path}"' if " " in str(path) else str(path)


def walk_rules(config: Config) -> WalkRules:
    """Which files are indexed. A remote encoder receives the text of every indexed file, so private files are excluded."""
    from indexers.files.walker import WalkRules

    settings = config.index
    kind, _, rest = settings.encoder.partition(":")
    private = config.privacy.never_send if rest and kind not in ("static", "sentence-transformers") else []
    exclude = (*settings.exclude, *private)
    return WalkRules(settings.max_file_size, tuple(settings.include), exclude, settings.other_file_systems)


def index_options(config: Config) -> IndexOptions:
    """The indexer's options for a configuration."""
    from indexers import IndexOptions, encoders

    settings = config.index
    rules = walk_rules(config)
    history = settings.history_commits if settings.history else 0

    def load_encoder(name: str) -> Encoder:
        if name == encoders.DEFAULT:
            return encoders.load(name)
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
    return default_folders(root)[1]


def default_folders(root: Path) -> tuple[Path, Path]:
    """Where the index of `root` is unless configured: in the repository, or else in the user's cache."""
    return root / ".codeassist", cache_folder(f"{root.name}-{repository_key(root)}")


def cached_files(root: Path) -> list[Path]:
    """What the user's cache holds about the repository at `root` besides an index."""
    key = repository_key(root)
    found = [cache_folder("reviews") / f"{key}.json", *map(_pin, default_folders(root))]
    return [path for path in (*found, *cache_folder("builds").glob(f"*-{key}")) if path.exists()]


def cache_folder(name: str) -> Path:
    """A folder of this program in the user's cache."""
    from platformdirs import user_cache_dir

    return Path(user_cache_dir("codeassist", appauthor=False)) / name


def repository_key(root: Path) -> str:
    """A digest of the path, which identifies a repository in the user's cache."""
    return hashlib.sha256(str(root).encode("utf-8", "surrogateescape")).hexdigest()[:16]


def _pin(folder: Path) -> Path:
    """The file with the encoder that the user chose for the index in `folder`; outside it, so that no clone brings one."""
    return cache_folder("encoders") / f"{repository_key(folder)}.json"


def with_pinned_encoder(root: Path, loaded: Loaded) -> Config:
    """The configuration with the encoder that the existing index was built with, unless an encoder is configured."""
    config = loaded.config
    is_default = any(setting.key == "index.encoder" and setting.source == "default" for setting in loaded.settings)
    if not is_default or not cache_folder("encoders").is_dir():
        return config
    folder = index_dir(root, config)
    try:
        from indexers.files.reading import read_text

        name = json.loads(read_text(_pin(folder)))["encoder"]
    except (OSError, ValueError, KeyError, TypeError):
        return config
    if not isinstance(name, str) or not (folder / "index.db").exists():
        return config
    return msgspec.structs.replace(config, index=msgspec.structs.replace(config.index, encoder=name))


def _pin_encoder(folder: Path, name: str) -> None:
    """Remember an encoder other than the default one; a cache that cannot be written only costs the option next time."""
    path = _pin(folder)
    try:
        if name == "static":
            path.unlink(missing_ok=True)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps({"encoder": name}), encoding="utf-8")
    except OSError:
        return


def index_exists(root: Path, config: Config) -> bool:
    """Whether the index exists."""
    with suppress(OSError):
        return (index_dir(root, config) / "index.db").stat().st_size > 0  # an empty file is what a full disk leaves
    return False


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

    folder, options = index_dir(root, config), index_options(config)
    if not (folder / "index.db").exists():
        options = replace(options, seed_from=_index_of_main_worktree(root, config))
    try:
        index = Index.build(root, options=options, index_dir=folder, **how)
        _pin_encoder(folder, config.index.encoder)
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
