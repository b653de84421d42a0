"""Private namespaces (Linux): processes, network, IPC, host name, and files that are read-only except in some folders."""

from __future__ import annotations

import os
import signal
import struct

from .kernel import Tolerant, mount, syscall

NEW_USER = 0x10000000
OTHERS = 0x00020000 | 0x20000000 | 0x40000000 | 0x08000000 | 0x04000000
"""Mount, PID, network, IPC and UTS namespaces."""

READ_ONLY, NO_SETUID, NO_DEVICES, NO_PROGRAMS, REMOUNT, BIND, RECURSIVE, PRIVATE = 1, 2, 4, 8, 32, 4096, 0x4000, 0x40000
INTERFACE_UP, INET, DATAGRAM = 0x8914, 2, 2
DEVICES = ("null", "zero", "full", "tty", "random", "urandom")
LINKS = {"fd": "/proc/self/fd", "stdin": "fd/0", "stdout": "fd/1", "stderr": "fd/2", "ptmx": "pts/ptmx"}
MOST_PROCESSES = 4_096
SHARED_MEMORY = "256m"
_OPTIONS = {"nosuid": NO_SETUID, "nodev": NO_DEVICES, "noexec": NO_PROGRAMS, "noatime": 1024, "nodiratime": 2048}
_OPTIONS |= {"relatime": 1 << 21}


def fork() -> tuple[int, bool] | None:
    """Fork into new namespaces; returns 0 in the child, its first process, and whether it has a user namespace.

    None if the system does not allow it.

    User 0 gets a user namespace as well, so that it is an ordinary user to everything outside; without user namespaces its
    own privileges are enough to make the others.
    """
    for flags in (OTHERS | NEW_USER, OTHERS) if os.getuid() == 0 else (OTHERS | NEW_USER,):
        try:
            return syscall("clone", flags | signal.SIGCHLD, 0, 0, 0, 0), bool(flags & NEW_USER)
        except OSError:
            continue
    return None


def enter(folders: list[str], hidden: list[str], ids: tuple[int, int] | None) -> bool:
    """Set up the new namespaces in their first process; returns whether /proc shows only its processes.

    `ids` are the user and group before the fork, to be kept in a user namespace; None without one. Raises `OSError` if the
    files outside `folders` would not be read-only afterwards.
    """
    if ids is not None:
        user, group = ids
        for name, text in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
            with open(f"/proc/self/{name}", "w", encoding="ascii") as file:
                file.write(text)
    _loopback()
    here = os.getcwd()
    mount("none", "/", None, RECURSIVE | PRIVATE)
    for folder in folders:
        mount(folder, folder, None, BIND | RECURSIVE)
    try:
        mount("proc", "/proc", "proc", NO_SETUID | NO_DEVICES | NO_PROGRAMS)
        own_proc = True
    except OSError:  # a container's /proc has covered parts
        own_proc = False
    _limit_processes(user_namespace=ids is not None, own_proc=own_proc)
    changeable = [*folders, *_devices(folders)]
    _hide(hidden, folders)
    _make_read_only(changeable)
    with Tolerant():
        os.chdir(here)  # through the new mounts
    return own_proc


def _loopback() -> None:
    import _socket
    import fcntl

    with Tolerant():
        handle = _socket.socket(INET, DATAGRAM)
        try:
            fcntl.ioctl(handle.fileno(), INTERFACE_UP, struct.pack("16sh14x", b"lo", 1))
        finally:
            handle.close()


def _limit_processes(*, user_namespace: bool, own_proc: bool) -> None:
    """Allow no nested user namespaces, and bound the process ids: since Linux 6.14 `pid_max` belongs to the PID namespace."""
    release = tuple(int(part) for part in os.uname().release.split("-")[0].split(".")[:2] if part.isdigit())
    values = {"user/max_user_namespaces": 0} if user_namespace else {}
    if own_proc and release >= (6, 14):
        values["kernel/pid_max"] = MOST_PROCESSES
    for name, value in values.items():
        with Tolerant(), open(f"/proc/sys/{name}", "w", encoding="ascii") as file:
            file.write(str(value))


def _devices(folders: list[str]) -> list[str]:
    """Replace /dev by harmless devices, private terminals and shared memory; returns what stays writable."""
    if any(folder.startswith("/dev/") for folder in folders):
        raise OSError(f"{folders[0]} is in /dev")
    opened = {}
    for name in DEVICES:
        with Tolerant():
            opened[name] = os.open(f"/dev/{name}", os.O_PATH | os.O_CLOEXEC)
    mount("tmpfs", "/dev", "tmpfs", NO_SETUID | NO_PROGRAMS, "mode=0755,size=64k")
    for name, handle in opened.items():
        os.close(os.open(f"/dev/{name}", os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o666))
        mount(f"/proc/self/fd/{handle}", f"/dev/{name}", None, BIND)
    for name, target in LINKS.items():
        os.symlink(target, f"/dev/{name}")
    os.mkdir("/dev/shm")
    os.mkdir("/dev/pts")
    mount("tmpfs", "/dev/shm", "tmpfs", NO_SETUID | NO_DEVICES, f"mode=1777,size={SHARED_MEMORY}")
    with Tolerant():
        mount("devpts", "/dev/pts", "devpts", NO_SETUID | NO_PROGRAMS, "newinstance,ptmxmode=0666,mode=620")
    return ["/dev/shm", "/dev/pts", *(f"/dev/{name}" for name in opened)]


def _hide(hidden: list[str], folders: list[str]) -> None:
    """Cover files and folders with secrets, where no writable folder is inside."""
    for path in hidden:
        if os.path.isdir(path) and not any(f"{folder}/".startswith(f"{path}/") for folder in folders):
            mount("tmpfs", path, "tmpfs", NO_SETUID | NO_DEVICES | NO_PROGRAMS, "mode=0555,size=4k")
        elif os.path.isfile(path):
            mount("/dev/null", path, None, BIND)


def _make_read_only(changeable: list[str]) -> None:
    """Make every mount read-only, without devices and set-user-id programs, except `changeable`."""
    try:
        _set("/", READ_ONLY | NO_SETUID | NO_DEVICES, 0, recursive=True)
    except OSError as error:
        if error.errno not in (38, 22):  # Linux before 5.12
            raise
        _remount_read_only(set(changeable))
        return
    for path in changeable:
        devices = path.startswith("/dev/") and path != "/dev/shm"
        with Tolerant():  # it stays read-only
            _set(path, 0, READ_ONLY | (NO_DEVICES if devices else 0), recursive=path not in ("/dev/shm", "/dev/pts"))


def _set(path: str, attributes: int, cleared: int, *, recursive: bool) -> None:
    """Set and clear attributes of a mount. Raises `OSError`."""
    flags = 0x8000 if recursive else 0
    syscall("mount_setattr", -100, os.fsencode(path), flags, struct.pack("QQQQ", attributes, cleared, 0, 0), 32)


def _remount_read_only(changeable: set[str]) -> None:
    """The same mount by mount, keeping the flags of each, which an unprivileged user may not remove."""
    with open("/proc/self/mountinfo", encoding="utf-8", errors="surrogateescape") as file:
        mounts = [line.split(" ") for line in file]
    for fields in mounts:
        path = fields[4].encode("utf-8", "surrogateescape").decode("unicode_escape").encode("latin-1", "replace")
        name = os.fsdecode(path)
        if name in changeable:
            continue
        options = sum(_OPTIONS.get(option, 0) for option in fields[5].split(","))
        try:
            mount(None, name, None, REMOUNT | BIND | READ_ONLY | NO_SETUID | NO_DEVICES | options)
        except OSError as error:
            if error.errno not in (2, 13, 22):  # covered by another mount: it cannot be reached
                raise
