"""`python confinement.py SCRATCH [MORE...] -- COMMAND...`: run a command that can write there only and reach no network.

On Linux the kernel holds it, whatever language the command is written in: Landlock (5.13 and newer) refuses other
writes and a network namespace of its own leaves nothing but loopback. What the system lacks is left out without a word:
`held()` says what there is. Copied beside the scratch copy; only the standard library is used.
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
WRITING = 0b1_1111_1111_0010
"""Landlock's rights of version 1 that change files: write, remove, make (linux/landlock.h)."""

REFER, TRUNCATE = 1 << 13, 1 << 14
NET_TCP = 0b11
NEW_USER, NEW_NET = 0x10000000, 0x40000000
NO_NEW_PRIVILEGES = 38
INTERFACE_UP = 0x8914
FILE_SIZE = 512 << 20


def main() -> int:
    """Confine this process, then become the command."""
    end = sys.argv.index("--")
    folders, command = sys.argv[1:end], sys.argv[end + 1 :]
    if sys.platform == "linux":
        alone = leave_network()
        hold_writes(folders, tcp=not alone)
    limit()
    if os.name == "nt":
        import subprocess

        return subprocess.run(command, check=False).returncode
    try:
        os.execvp(command[0], command)
    except OSError as error:
        sys.stderr.write(f"{command[0]}: {error.strerror}\n")
        return 127


def held() -> tuple[str, ...]:
    """What the system holds by itself here: of "writes" and "network"."""
    if sys.platform != "linux":
        return ()
    version = _libc().syscall(CREATE_RULESET, None, ctypes.c_size_t(0), 1)
    return ("writes", "network") if version >= 4 else ("writes",) if version > 0 else ()


def leave_network() -> bool:
    """Move to a network namespace with nothing but loopback; False where that is not allowed."""
    libc, user, group = _libc(), os.getuid(), os.getgid()
    if libc.unshare(NEW_NET if user == 0 else NEW_USER | NEW_NET):
        return False
    if user:
        try:
            for name, text in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
                with open(f"/proc/self/{name}", "w", encoding="ascii") as file:
                    file.write(text)
        except OSError:
            pass
    import fcntl
    import socket

    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
            fcntl.ioctl(any_socket, INTERFACE_UP, struct.pack("16sh14x", b"lo", 1))
    except OSError:
        pass
    return True


def hold_writes(folders: list[str], *, tcp: bool) -> bool:
    """Refuse writes outside `folders` and devices, and TCP when `tcp`; False where the kernel cannot."""
    libc = _libc()
    version = libc.syscall(CREATE_RULESET, None, ctypes.c_size_t(0), 1)
    if version < 1:
        return False
    rights = WRITING | (REFER if version >= 2 else 0) | (TRUNCATE if version >= 3 else 0)
    attributes = struct.pack("QQ", rights, NET_TCP if tcp else 0) if version >= 4 else struct.pack("Q", rights)
    ruleset = libc.syscall(CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), 0)
    if ruleset < 0:
        return False
    for path, allowed in (*((folder, rights) for folder in folders), ("/dev", rights & (0b10 | TRUNCATE))):
        try:
            place = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except OSError:
            continue
        libc.syscall(ADD_RULE, ruleset, 1, struct.pack("=Qi", allowed, place), 0)
        os.close(place)
    libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    done = bool(libc.syscall(RESTRICT_SELF, ruleset, 0) == 0)
    os.close(ruleset)
    return done


def limit() -> None:
    """No core files, and no file larger than half a gigabyte."""
    try:
        import resource
    except ImportError:
        return
    for kind, value in ((resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, FILE_SIZE)):
        try:
            resource.setrlimit(kind, (value, resource.getrlimit(kind)[1]))
        except (ValueError, OSError):
            continue


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


if __name__ == "__main__":
    sys.exit(main())
