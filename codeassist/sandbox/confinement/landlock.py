"""Landlock (Linux 5.13 and newer): refuse writes outside some folders, TCP, and signals to processes outside."""

from __future__ import annotations

import os
import struct

from .kernel import NO_NEW_PRIVILEGES, prctl, syscall

WRITING = 0b1_1111_1111_0010
"""The access rights of version 1 that change files: write, remove, make (linux/landlock.h)."""

REFER, TRUNCATE, WRITE_FILE = 1 << 13, 1 << 14, 0b10
NET_TCP = 0b11
SCOPES = 0b11
"""The scopes of version 6: abstract Unix sockets and signals."""

DEVICES = ("null", "zero", "full", "tty", "random", "urandom", "ptmx")


def version() -> int:
    """The version of Landlock that the kernel supports; 0 for none."""
    try:
        return syscall("landlock_create_ruleset", None, 0, 1)
    except OSError:
        return 0


def restrict(folders: list[str], *, tcp: bool, newest: int) -> int:
    """Refuse writes outside `folders` and a few devices, and TCP if `tcp` is set.

    Uses the features of version `newest` at most. Returns the version in force, 0 for none.
    """
    supported = min(version(), newest)
    if supported < 1:
        return 0
    rights = WRITING | (REFER if supported >= 2 else 0) | (TRUNCATE if supported >= 3 else 0)
    fields = [rights, *([NET_TCP if tcp else 0] if supported >= 4 else []), *([SCOPES] if supported >= 6 else [])]
    attributes = struct.pack("Q" * len(fields), *fields)
    try:
        ruleset = syscall("landlock_create_ruleset", attributes, len(attributes), 0)
        allowed = [(folder, rights) for folder in folders]
        allowed += [(f"/dev/{name}", rights & (WRITE_FILE | TRUNCATE)) for name in DEVICES]
        for path, path_rights in allowed:
            try:
                handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
            except OSError:
                continue
            syscall("landlock_add_rule", ruleset, 1, struct.pack("=Qi", path_rights, handle), 0)
            os.close(handle)
        prctl(NO_NEW_PRIVILEGES, 1)
        syscall("landlock_restrict_self", ruleset, 0)
        os.close(ruleset)
    except OSError:
        return 0
    return supported
