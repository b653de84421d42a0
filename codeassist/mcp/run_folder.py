"""Where the process that all agents of a user share is found: a socket in the user's run folder that nobody else can reach."""

from __future__ import annotations

import hashlib
import os
import socket
import stat
import struct
import sys
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from codeassist import __version__

LONGEST = 100
"""The longest path of a Unix socket that every system accepts, in bytes."""

_DECIDE = ("HOME", "VIRTUAL_ENV")


@dataclass(frozen=True, slots=True)
class Place:
    """The socket of a shared process; `lock` is held as long as it runs, `starting` while a client starts it."""

    socket: Path

    @property
    def lock(self) -> Path:
        """Held by the process."""
        return self.socket.with_suffix(".lock")

    @property
    def starting(self) -> Path:
        """Held by the client that starts the process."""
        return self.socket.with_suffix(".starting")


def place(environment: Mapping[str, str] = os.environ) -> Place | None:
    """The place for programs of this version and environment; None where there is none that only this user can reach."""
    if not hasattr(socket, "AF_UNIX") or not hasattr(os, "geteuid"):
        return None
    from platformdirs import user_runtime_path

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # without a run folder of the session a folder below /tmp is used
        folder = user_runtime_path("codeassist", appauthor=False)
    found = Place(folder / f"mcp-{_key(environment)}.sock")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if len(os.fsencode(found.socket)) > LONGEST or not (_private(folder) and _safe_parent(folder.parent)):
            return None
    except OSError:
        return None
    return found


def _key(environment: Mapping[str, str]) -> str:
    """A digest of what decides how a process answers: the program, its version and the user's settings."""
    decides = {key: value for key, value in environment.items() if key in _DECIDE or key.startswith(("CODEASSIST_", "XDG_"))}
    parts = (__version__, sys.executable, str(Path(__file__)), *(f"{key}={decides[key]}" for key in sorted(decides)))
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()[:16]


def _private(folder: Path) -> bool:
    status = folder.lstat()
    return stat.S_ISDIR(status.st_mode) and status.st_uid == os.geteuid() and not stat.S_IMODE(status.st_mode) & 0o077


def _safe_parent(folder: Path) -> bool:
    """Whether nobody else can put another folder in the place of ours."""
    status = folder.stat()
    others = stat.S_IMODE(status.st_mode) & 0o022
    return status.st_uid in (0, os.geteuid()) and (not others or bool(status.st_mode & stat.S_ISVTX))


def is_own_socket(path: Path) -> bool:
    """Whether the path is a socket of this user."""
    try:
        status = path.lstat()
    except OSError:
        return False
    return stat.S_ISSOCK(status.st_mode) and status.st_uid == os.geteuid()


def is_own_peer(connection: socket.socket) -> bool:
    """Whether a process of this user is at the other end, where the system says who it is."""
    option = getattr(socket, "SO_PEERCRED", None)
    if option is None:
        return True  # the folder and the socket are this user's alone
    try:
        data = connection.getsockopt(socket.SOL_SOCKET, option, struct.calcsize("3i"))
    except OSError:
        return False
    return int(struct.unpack("3i", data)[1]) == os.geteuid()
