"""Where the index of a repository is, and what the user's cache holds about it."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from pathlib import Path

from codeassist.config import Config


def index_dir(root: Path, config: Config) -> Path:
    """The index folder of `root`: as configured, in the repository, or in the user's cache when the repository is read-only."""
    if config.index.index_dir:
        configured = Path(config.index.index_dir).expanduser()
        return configured if configured.is_absolute() else root / configured
    local = root / ".codeassist"
    if (local / "index.db").exists() or _can_make(local):
        return local
    return default_folders(root)[1]


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


def default_folders(root: Path) -> tuple[Path, Path]:
    """Where the index of `root` is unless configured: in the repository, or else in the user's cache."""
    return root / ".codeassist", cache_folder(f"{root.name}-{repository_key(root)}")


def cache_folder(name: str) -> Path:
    """A folder of this program in the user's cache."""
    from platformdirs import user_cache_dir

    return Path(user_cache_dir("codeassist", appauthor=False)) / name


def cached_files(root: Path) -> list[Path]:
    """What the user's cache holds about the repository at `root` besides an index."""
    key = repository_key(root)
    found = [cache_folder("reviews") / f"{key}.json", contexts_file(root), *map(encoder_pin, default_folders(root))]
    return [path for path in (*found, *cache_folder("builds").glob(f"*-{key}")) if path.exists()]


def contexts_file(root: Path) -> Path:
    """Where it is kept which functions the tests of a repository call."""
    return cache_folder("contexts") / f"{repository_key(root)}.json"


def repository_key(root: Path) -> str:
    """A digest of the path, which identifies a repository in the user's cache."""
    return hashlib.sha256(str(root).encode("utf-8", "surrogateescape")).hexdigest()[:16]


def encoder_pin(folder: Path) -> Path:
    """The file with the encoder that the user chose for the index in `folder`; outside it, so that no clone brings one."""
    return cache_folder("encoders") / f"{repository_key(folder)}.json"
