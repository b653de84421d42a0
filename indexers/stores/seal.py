"""The seal of a catalog: a checksum of the whole file, written when it is complete and checked before it is believed.

SQLite notices damage to its pages' structure, but not to the content of rows. A writer removes the seal before its first
change and writes it anew after it has moved everything from the WAL into the file. While there is a seal, nobody changes
the file: a file that differs is damaged. The checksum is computed only when size, times or inode of the file differ from
those in the seal, or a day after the last time: 50 MB take about 15 ms.
"""

from __future__ import annotations

import json
import time
import zlib
from contextlib import nullcontext, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from indexers.errors import IndexUnusableError
from indexers.stores.names import CATALOG, SEAL
from indexers.stores.private_files import checksum, read_private, replace_private

_VERIFIED_SECONDS = 86_400.0
_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Seal:
    """The checksum of a catalog, the state of the file when it was computed, and the time."""

    crc: int
    state: tuple[int, ...]
    time: float


def remove_seal(folder: Path) -> None:
    """Announce a change of the catalog; call it while holding the writer lock."""
    (folder / SEAL).unlink(missing_ok=True)


def write_seal(folder: Path) -> None:
    """Seal a complete catalog, all of whose content is in the file itself; call it while holding the writer lock."""
    path = folder / CATALOG
    before = _state(path)
    crc = checksum(path)[1]
    if _state(path) == before:
        _save(folder, Seal(crc, before, time.time()))


def is_sealed(folder: Path) -> bool:
    """Whether there is a readable seal."""
    return _load(folder) is not None


def verify_seal(folder: Path, *, fully: bool = False, locked: bool = False) -> None:
    """Raise `IndexUnusableError` when the catalog differs from its seal; without a seal there is nothing to compare.

    With `fully` the checksum is computed even if the file looks untouched; `locked` says that the caller holds the writer lock.
    """
    path = folder / CATALOG
    for _ in range(_ATTEMPTS):
        seal = _load(folder)
        if seal is None:
            return
        try:
            state = _state(path)
            is_recent = state == seal.state and abs(time.time() - seal.time) < _VERIFIED_SECONDS
            if is_recent and not fully:
                return
            if checksum(path)[1] == seal.crc:
                if not is_recent:
                    _renew(folder, Seal(seal.crc, state, time.time()), seal, locked=locked)
                return
        except OSError:  # replaced or removed meanwhile
            continue
        if _load(folder) == seal and _state(path) == state:
            raise IndexUnusableError(f"The index at {folder} is damaged; run 'codeassist index --rebuild'.")


def _renew(folder: Path, new: Seal, old: Seal, *, locked: bool) -> None:
    """Store a new state, if no writer is at work and the disk can be written."""
    from indexers.errors import IndexerError
    from indexers.stores.locking import writer_lock

    with suppress(OSError, IndexerError), nullcontext() if locked else writer_lock(folder):
        if _load(folder) == old and _state(folder / CATALOG) == new.state:
            _save(folder, new)


def _state(path: Path) -> tuple[int, ...]:
    status = path.stat()
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino


def _save(folder: Path, seal: Seal) -> None:
    body = json.dumps(asdict(seal))
    replace_private(folder / SEAL, f"{zlib.crc32(body.encode()):08x} {body}\n".encode())


def _load(folder: Path) -> Seal | None:
    """The seal, or None when there is none or it is itself damaged."""
    try:
        check, _, body = read_private(folder / SEAL).decode().rstrip("\n").partition(" ")
        if int(check, 16) != zlib.crc32(body.encode()):
            return None
        fields = json.loads(body)
        return Seal(int(fields["crc"]), tuple(fields["state"]), float(fields["time"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
