"""Whether this user made an index folder: a mark in it that only a secret of the user can make.

An index can come with an archive: it then belongs to the user who unpacked it, git tracks nothing, and its answers and its
vectors are whatever its maker chose. So each folder that is made gets a file with a random number and its keyed hash
(BLAKE2b). The key is a file in the user's state folder (0600, `XDG_STATE_HOME` or what is usual on the system). A folder that
cannot be marked, on a read-only file system, is remembered in the state folder by its path and inode. Where the state folder
cannot be written nothing can be checked, and every folder counts as the user's own. Checking a mark takes about 0.1 ms.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from hmac import compare_digest
from pathlib import Path

from indexers.files.reading import read_bytes
from indexers.stores.names import ORIGIN
from indexers.stores.private_files import FOLDER_MODE, read_private, write_private

_KEY = "index.key"
_KEY_BYTES = 32
_NUMBER_BYTES = 16


def is_marked(folder: Path) -> bool:
    """Whether the folder has this user's mark or was accepted, or no mark can be checked."""
    key = _key()
    if key is None:
        return True
    try:
        found = bytes.fromhex(read_private(folder / ORIGIN).decode("ascii"))
    except (OSError, ValueError):
        return _is_accepted(folder, key)
    number = found[:_NUMBER_BYTES]
    return compare_digest(found, number + _keyed(key, number)) or _is_accepted(folder, key)


def mark(folder: Path) -> None:
    """Mark a folder as this user's. Raises `OSError` when it cannot be written."""
    key = _key()
    if key is not None:
        number = os.urandom(_NUMBER_BYTES)
        temporary = folder / f"{ORIGIN}.{os.urandom(4).hex()}.tmp"  # several processes may mark a folder at the same time
        write_private(temporary, (number + _keyed(key, number)).hex().encode())
        temporary.replace(folder / ORIGIN)


def accept(folder: Path) -> None:
    """Use a folder that another user or machine has made: mark it, or remember it when it cannot be written.

    Raises `OSError` when neither is possible.
    """
    try:
        mark(folder)
    except OSError:
        key = _key()
        if key is None:
            raise
        path = _accepted(folder)
        path.parent.mkdir(mode=FOLDER_MODE, exist_ok=True)
        write_private(path, _identity(folder, key))


def _keyed(key: bytes, data: bytes) -> bytes:
    return hashlib.blake2b(data, key=key, digest_size=_KEY_BYTES).digest()


def _is_accepted(folder: Path, key: bytes) -> bool:
    try:
        return compare_digest(read_private(_accepted(folder)), _identity(folder, key))
    except OSError:
        return False


def _identity(folder: Path, key: bytes) -> bytes:
    return _keyed(key, f"{folder.resolve()}\0{folder.stat().st_ino}".encode("utf-8", "surrogateescape"))


def _accepted(folder: Path) -> Path:
    name = hashlib.blake2b(os.fsencode(folder.resolve()), digest_size=12).hexdigest()
    return _state_folder() / "indexes" / name


def _state_folder() -> Path:
    given = os.environ.get("XDG_STATE_HOME", "")
    if Path(given).is_absolute():
        return Path(given) / "codeassist"
    from platformdirs import user_state_dir

    return Path(user_state_dir("codeassist", appauthor=False))


def _key() -> bytes | None:
    """The user's key, made at first use; None when it can neither be read nor made."""
    path = _state_folder() / _KEY
    for _ in range(2):
        try:
            key = read_bytes(path, limit=_KEY_BYTES, follow=False)  # it has two names for a moment, or after a kill
        except OSError:
            key = b""
        if len(key) == _KEY_BYTES:
            return key
        try:
            _make_key(path)
        except OSError:
            return None
    return None


def _make_key(path: Path) -> None:
    """Write a key unless another process did so first. Raises `OSError`."""
    path.parent.mkdir(parents=True, mode=FOLDER_MODE, exist_ok=True)
    temporary = path.with_name(f"{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    try:
        write_private(temporary, os.urandom(_KEY_BYTES))
        if path.exists() and path.stat().st_size != _KEY_BYTES:  # a full disk left it half written
            path.unlink(missing_ok=True)
        try:
            temporary.rename(path) if os.name == "nt" else path.hardlink_to(temporary)
        except FileExistsError:
            return
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
