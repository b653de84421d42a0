"""`python confinement.py FOLDER... -- COMMAND...`: run a command that writes only to the folders and has no network access.

On Linux the kernel enforces this for a command in any language: Landlock (Linux 5.13 and newer) refuses other writes and
signals; private namespaces leave only the loopback interface, the command's own processes and a /proc that shows only those.
The command and its child processes are killed when the process that started it ends. Protections that the system lacks are
skipped; `held()` lists the available ones. Only the standard library is used.
"""

from __future__ import annotations

import ctypes
import os
import signal
import struct
import sys

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
WRITING = 0b1_1111_1111_0010
"""Landlock's version 1 access rights that change files: write, remove, make (linux/landlock.h)."""

REFER, TRUNCATE, WRITE_FILE = 1 << 13, 1 << 14, 0b10
NET_TCP = 0b11
SCOPES = 0b11
"""Landlock's version 6 scopes: abstract Unix sockets and signals."""

NEW_USER, NEW_NET, NEW_PID, NEW_MOUNTS = 0x10000000, 0x40000000, 0x20000000, 0x00020000
PRIVATE = 0x4000 | 0x40000
NO_NEW_PRIVILEGES, PARENT_DEATH = 38, 1
INTERFACE_UP = 0x8914
FILE_SIZE = 512 << 20
DEVICES = ("null", "zero", "full", "tty", "random", "urandom")


def main() -> int:
    """Confine this process, then replace it with the command. Returns an exit code: 127 if the command cannot be run."""
    end = sys.argv.index("--")
    folders, command = sys.argv[1:end], sys.argv[end + 1 :]
    limit()
    if os.name == "nt":
        import subprocess

        return subprocess.run(command, check=False).returncode
    if sys.platform == "linux":
        _libc().prctl(PARENT_DEATH, signal.SIGKILL, 0, 0, 0)
        isolated = leave()
        if isolated and (code := supervise(os.fork())) is not None:
            return code
        hold_writes(folders, tcp=not isolated)
    try:
        os.execvp(command[0], command)
    except OSError as error:
        sys.stderr.write(f"{command[0]}: {error.strerror}\n")
        return 127


def supervise(pid: int) -> int | None:
    """Act as parent and init process of a new PID namespace; returns an exit code, or None in the command's own process.

    When the init process ends, the kernel kills all others in its namespace. Signals without a handler do not reach it, so it
    only waits for the command.
    """
    libc = _libc()
    if pid == 0:
        libc.prctl(PARENT_DEATH, signal.SIGKILL, 0, 0, 0)
        libc.mount(b"proc", b"/proc", b"proc", 0, None)
        pid = os.fork()
        if pid == 0:
            return None
        os._exit(_ended(pid))
    return _ended(pid)


def _ended(pid: int) -> int:
    while True:
        done, status = os.wait()
        if done == pid:
            return os.waitstatus_to_exitcode(status) & 0xFF if os.WIFEXITED(status) else 128 + os.WTERMSIG(status)


def held() -> tuple[str, ...]:
    """The restrictions that Landlock enforces on this system: "writes", "network", both or neither."""
    if sys.platform != "linux":
        return ()
    version = _libc().syscall(CREATE_RULESET, None, ctypes.c_size_t(0), 1)
    return ("writes", "network") if version >= 4 else ("writes",) if version > 0 else ()


def leave() -> bool:
    """Move to new network, process and mount namespaces; False if the system does not allow it."""
    libc, user, group = _libc(), os.getuid(), os.getgid()
    if libc.unshare((NEW_USER if user else 0) | NEW_NET | NEW_PID | NEW_MOUNTS):
        return False
    if user:
        try:
            for name, text in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
                with open(f"/proc/self/{name}", "w", encoding="ascii") as file:
                    file.write(text)
        except OSError:
            pass
    libc.mount(b"none", b"/", None, PRIVATE, None)
    import fcntl
    import socket

    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
            fcntl.ioctl(any_socket, INTERFACE_UP, struct.pack("16sh14x", b"lo", 1))
    except OSError:
        pass
    return True


def hold_writes(folders: list[str], *, tcp: bool) -> bool:
    """Refuse writes outside `folders` and a few devices, and TCP if `tcp` is set; False if the kernel does not support it."""
    libc = _libc()
    version = libc.syscall(CREATE_RULESET, None, ctypes.c_size_t(0), 1)
    if version < 1:
        return False
    rights = WRITING | (REFER if version >= 2 else 0) | (TRUNCATE if version >= 3 else 0)
    fields = [rights, *([NET_TCP if tcp else 0] if version >= 4 else []), *([SCOPES] if version >= 6 else [])]
    attributes = struct.pack("Q" * len(fields), *fields)
    ruleset = libc.syscall(CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), 0)
    if ruleset < 0:
        return False
    allowed = [(folder, rights) for folder in folders]
    allowed += [(f"/dev/{name}", rights & (WRITE_FILE | TRUNCATE)) for name in DEVICES]
    for path, path_rights in allowed:
        try:
            handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except OSError:
            continue
        libc.syscall(ADD_RULE, ruleset, 1, struct.pack("=Qi", path_rights, handle), 0)
        os.close(handle)
    libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    restricted = bool(libc.syscall(RESTRICT_SELF, ruleset, 0) == 0)
    os.close(ruleset)
    return restricted


def limit() -> None:
    """Allow no core files, and no file larger than `FILE_SIZE` bytes."""
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
