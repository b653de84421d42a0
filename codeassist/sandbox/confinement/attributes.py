"""The supervisor's part of the filter: set modes, times, owners and attributes of files inside the scratch folders only.

A program asks the kernel, the kernel asks the supervisor. It opens the file itself and looks where it is, so that nothing the
program does meanwhile can redirect it. Landlock sees to it that no file from outside gets into the folders.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct

from . import watch
from .kernel import machine, syscall
from .seccomp import ATTRIBUTES, SIGNALS

_RECEIVE, _SEND, _STILL_WAITING = 0xC0502100, 0xC0182101, 0x40082102
_GO_ON = 1
_HERE, _NO_FOLLOW, _EMPTY_PATH = -100, 0x100, 0x1000
_LONGEST_PATH, _LONGEST_VALUE = 4_096, 65_536


class Form:
    """Where a call has its arguments: folder, path or file descriptor, flags; `plain` is the same call for a path.

    `rest` are the arguments of the plain call: "3" a number, "s3" a string, "t3:32" a buffer of 32 bytes, "b3:4" one whose
    length is argument 4.
    """

    def __init__(
        self,
        plain: str,
        rest: tuple[str, ...],
        *,
        path: int | None = None,
        folder: int | None = None,
        handle: int | None = None,
        flags: int | None = None,
        follow: bool = True,
    ) -> None:
        """The numbers are those of arguments; `follow`: whether the call follows a link at the end of the path."""
        self.plain, self.rest, self.follow = plain, rest, follow
        self.path, self.folder, self.handle, self.flags = path, folder, handle, flags


FORMS = {
    "chmod": Form("fchmodat", ("1",), path=0),
    "fchmod": Form("fchmodat", ("1",), handle=0),
    "fchmodat": Form("fchmodat", ("2",), path=1, folder=0),
    "fchmodat2": Form("fchmodat", ("2",), path=1, folder=0, flags=3),
    "chown": Form("fchownat", ("1", "2"), path=0),
    "lchown": Form("fchownat", ("1", "2"), path=0, follow=False),
    "fchown": Form("fchownat", ("1", "2"), handle=0),
    "fchownat": Form("fchownat", ("2", "3"), path=1, folder=0, flags=4),
    "utime": Form("utime", ("t1:16",), path=0),
    "utimes": Form("utimes", ("t1:32",), path=0),
    "futimesat": Form("utimes", ("t2:32",), path=1, folder=0),
    "utimensat": Form("utimensat", ("t2:32",), path=1, folder=0, flags=3),
    "setxattr": Form("setxattr", ("s1", "b2:3", "3", "4"), path=0),
    "lsetxattr": Form("setxattr", ("s1", "b2:3", "3", "4"), path=0, follow=False),
    "fsetxattr": Form("setxattr", ("s1", "b2:3", "3", "4"), handle=0),
    "removexattr": Form("removexattr", ("s1",), path=0),
    "lremovexattr": Form("removexattr", ("s1",), path=0, follow=False),
    "fremovexattr": Form("removexattr", ("s1",), handle=0),
}
"""The calls that the supervisor makes; others of `ATTRIBUTES` fail with ENOSYS, and libraries fall back to one of these."""


class Supervisor:
    """Answers the notified calls of a run's processes."""

    def __init__(self, listener: int, folders: list[str]) -> None:
        """`listener` is the filter's file descriptor; `folders` are those that programs may write to."""
        self.listener = listener
        self._folders = tuple(os.path.realpath(folder) for folder in folders)
        numbers = (machine() or (0, {}))[1]
        self._names = {numbers[name]: name for name in (*ATTRIBUTES, *SIGNALS) if name in numbers}

    def answer(self) -> bool:
        """Receive and answer one call; False when no process is left to send one."""
        import fcntl

        request = bytearray(80)
        try:
            fcntl.ioctl(self.listener, _RECEIVE, request)
        except OSError as error:
            return error.errno in (errno.EINTR, errno.ENOENT)
        number, pid, _, call, _, _, *arguments = struct.unpack("QIIiIQ6Q", request)
        name = self._names.get(call, "")
        value = flags = 0
        try:
            if name in SIGNALS:
                flags = _GO_ON if self._is_own(arguments) else 0
                value = 0 if flags else -errno.EPERM
            elif name in FORMS:
                self._perform(FORMS[name], pid, arguments, number)
            else:
                value = -errno.ENOSYS
        except OSError as error:
            value = -(error.errno or errno.EPERM)
        try:
            fcntl.ioctl(self.listener, _SEND, bytearray(struct.pack("QqiI", number, 0, value, flags)))
        except OSError:  # the process has ended
            pass
        return True

    @staticmethod
    def _is_own(arguments: list[int]) -> bool:
        """Whether the target of a signal is a process of this run. Ids are numbers, so the kernel may go on with the call."""
        target = ctypes.c_int(arguments[0]).value
        if target == 0:  # its own process group, which is in a session of this run
            return True
        own = watch.descendants(os.getpid())
        if target < 0 or target in own:
            return abs(target) in own
        try:
            with open(f"/proc/{target}/status", encoding="utf-8", errors="replace") as file:  # a thread
                return any(line.startswith("Tgid:") and int(line.split()[1]) in own for line in file)
        except OSError:
            return not os.path.exists(f"/proc/{target}")

    def _perform(self, form: Form, pid: int, arguments: list[int], number: int) -> None:
        """Make a call for a process. Raises `OSError`."""
        flags = arguments[form.flags] if form.flags is not None else 0
        if flags & ~(_NO_FOLLOW | _EMPTY_PATH):
            raise OSError(errno.EINVAL, "unknown flags")
        rest = [self._fetch(pid, spelled, arguments) for spelled in form.rest]
        file = self._open(form, pid, arguments, follow=form.follow and not flags & _NO_FOLLOW, empty=bool(flags & _EMPTY_PATH))
        try:
            self._check_waiting(number)  # else the memory that was read may be that of another process
            where = os.readlink(f"/proc/self/fd/{file}")
            if not any(where == folder or where.startswith(folder + "/") for folder in self._folders):
                raise OSError(errno.EPERM, "outside the scratch folders")
            opened = os.fsencode(f"/proc/self/fd/{file}")
            prefix: list[int | bytes] = [_HERE] if form.plain in ("fchmodat", "fchownat", "utimensat") else []
            suffix = [0] if form.plain in ("fchownat", "utimensat") else []
            syscall(*_plain(form.plain, [*prefix, opened, *rest, *suffix]))
        finally:
            os.close(file)

    def _check_waiting(self, number: int) -> None:
        import fcntl

        fcntl.ioctl(self.listener, _STILL_WAITING, bytearray(struct.pack("Q", number)))

    @staticmethod
    def _open(form: Form, pid: int, arguments: list[int], *, follow: bool, empty: bool) -> int:
        """The file that a call names, opened without access to its content."""
        options = os.O_PATH | os.O_CLOEXEC
        if form.handle is not None:
            return os.open(f"/proc/{pid}/fd/{ctypes.c_int(arguments[form.handle]).value}", options)
        assert form.path is not None
        folder = ctypes.c_int(arguments[form.folder]).value if form.folder is not None else _HERE
        base = f"/proc/{pid}/cwd" if folder == _HERE else f"/proc/{pid}/fd/{folder}"
        path = _string(pid, arguments[form.path]) if arguments[form.path] else b""
        if not path:
            if empty or not arguments[form.path]:  # futimens
                return os.open(base, options)
            raise OSError(errno.ENOENT, os.strerror(errno.ENOENT))
        if path.startswith((b"/proc/self/", b"/proc/thread-self/")):
            path = b"/proc/%d/" % pid + path.split(b"/", 3)[3]
        full = path if path.startswith(b"/") else os.fsencode(base) + b"/" + path
        return os.open(full, options | (0 if follow else os.O_NOFOLLOW))

    @staticmethod
    def _fetch(pid: int, spelled: str, arguments: list[int]) -> int | bytes | None:
        """One argument of the plain call, see `Form`."""
        if spelled.isdigit():
            return arguments[int(spelled)]
        index, _, size = spelled[1:].partition(":")
        address = arguments[int(index)]
        if not address:
            return None
        if spelled[0] == "s":
            return _string(pid, address)
        return _memory(pid, address, int(size) if spelled[0] == "t" else min(arguments[int(size)], _LONGEST_VALUE))


def _plain(name: str, arguments: list[int | bytes | None]) -> tuple[str, *tuple[int | bytes | None, ...]]:
    """A call by path in the form that every machine has."""
    if name in ("utime", "utimes") and isinstance(arguments[1], bytes):
        return (name, *arguments)
    return ("utimensat", _HERE, arguments[0], None, 0) if name in ("utime", "utimes") else (name, *arguments)


def _memory(pid: int, address: int, size: int) -> bytes:
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as file:
        return os.pread(file.fileno(), size, address)


def _string(pid: int, address: int) -> bytes:
    text, end, _ = _memory(pid, address, _LONGEST_PATH).partition(b"\0")
    if not end:
        raise OSError(errno.ENAMETOOLONG, os.strerror(errno.ENAMETOOLONG))
    return text
