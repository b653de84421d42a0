"""Stop code under test from writing outside the scratch folder, using the network, starting or killing processes, and sleeping.

An audit hook raises `Blocked`, a `PermissionError` like the operating system's own. Reading a file outside the project and the
interpreter's folders is not stopped but noted: what it gives must not reach a test. The hook shows the search engine what a
call tried; against code that means harm it does not protect. Libraries may be loaded: what they must not do, the kernel refuses
(`confinement`). Limits on memory, CPU time and file size apply as well where the system supports them.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence

REFUSED = frozenset(
    "subprocess.Popen os.system os.exec os.fork os.forkpty os.posix_spawn os.spawn os.startfile os.kill os.killpg pty.spawn "
    "socket.connect socket.bind socket.sendto socket.getaddrinfo socket.gethostbyname socket.sendmsg signal.pthread_kill "
    "webbrowser.open urllib.Request ftplib.connect smtplib.connect imaplib.open telnetlib.Telnet.open http.client.connect "
    "winreg.SetValue winreg.DeleteKey winreg.CreateKey os.setxattr "
    "os.removexattr syslog.openlog nntplib.connect poplib.connect".split()
)
PATHS = frozenset(
    "os.remove os.rename os.rmdir os.mkdir os.chmod os.chown os.link os.symlink os.truncate os.utime shutil.rmtree "
    "shutil.move shutil.copyfile shutil.copytree shutil.chown shutil.unpack_archive shutil.make_archive os.chflags "
    "sqlite3.connect".split()
)
MEMORY = 3 << 30
FILE_SIZE = 64 << 20
LONGEST_SLEEP = 0.02


class Blocked(PermissionError):
    """Refused by the sandbox."""


class State:
    """Whether the guard is active (`armed`), and what happened since these were cleared.

    `tripped` is the last refused event, `read` the last file that was read outside the project and the interpreter.
    """

    tripped = ""
    read = ""
    armed = False


def _inside(path: object, roots: tuple[str, ...]) -> bool:
    if isinstance(path, int):
        return True
    try:
        full = os.path.realpath(os.fsdecode(path))  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return True
    return (full + os.sep).startswith(roots) or full in ("/dev/null", "/dev/tty", os.devnull)


def _readable() -> tuple[str, ...]:
    """The folders whose files are the same on other machines: the interpreter's, and those that modules are imported from."""
    folders = {sys.prefix, sys.base_prefix, sys.exec_prefix, *sys.path, "/usr/share/zoneinfo", "/dev/urandom"}
    return tuple(os.path.realpath(folder) + os.sep for folder in folders if folder)


def install(folders: Sequence[str]) -> None:
    """Refuse writes outside `folders` and all `REFUSED` events from now on. Cannot be undone; `State.armed` switches it off."""
    roots = tuple(os.path.realpath(folder) + os.sep for folder in folders)
    known = (*roots, *_readable())
    writing = os.O_WRONLY | os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_TRUNC

    def refuse(event: str, detail: object) -> None:
        State.tripped = event
        raise Blocked(1, f"not allowed while tests are generated: {event}", str(detail)[:200])

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if not State.armed:
            return
        if event in REFUSED:
            refuse(event, arguments[:1])
        elif event == "open":
            path, mode, flags = arguments[0], arguments[1], arguments[2]
            writes = (isinstance(mode, str) and any(c in mode for c in "wax+")) or (isinstance(flags, int) and flags & writing)
            if not _inside(path, roots if writes else known):
                refuse(event, path) if writes else setattr(State, "read", str(path))
        elif event in PATHS:
            for path in arguments[:2]:
                if isinstance(path, (str, bytes, os.PathLike)) and not _inside(path, roots):
                    refuse(event, path)

    sys.addaudithook(hook)
    real_sleep = time.sleep

    def sleep(seconds: float) -> None:
        if State.armed and seconds > LONGEST_SLEEP:
            refuse("time.sleep", seconds)
        real_sleep(seconds)

    time.sleep = sleep  # type: ignore[assignment]


def limit(cpu_seconds: int) -> None:
    """Set resource limits, where the operating system supports them."""
    try:
        import resource
    except ImportError:  # Windows: only the parent's timeout and the audit hook apply
        return
    memory = "RLIMIT_DATA" if sys.platform == "linux" else "RLIMIT_AS"  # loaded libraries reserve more than they use
    for name, value in (("RLIMIT_CPU", cpu_seconds), (memory, MEMORY), ("RLIMIT_FSIZE", FILE_SIZE), ("RLIMIT_CORE", 0)):
        kind = getattr(resource, name, None)
        if kind is None:
            continue
        try:
            _, hard = resource.getrlimit(kind)
            soft = value if hard == resource.RLIM_INFINITY else min(value, hard)
            resource.setrlimit(kind, (soft, soft))
        except (ValueError, OSError):
            continue
