"""`python confinement [OPTION...] FOLDER... -- COMMAND...`: run a command confined to the folders, with no network access.

The command may be in any language: on Linux the kernel enforces everything. Layers, as far as the system has them: private
namespaces in which only the folders are writable (namespaces.py), Landlock (landlock.py), a system call filter (seccomp.py),
no privileges, limits. This process stays outside, watches the bounds of the run (watch.py), and ends all of its processes when
the command ends, a bound is exceeded, or the process that started it ends.

Options: --report prints the layers instead of running a command; --allow-unconfined runs it even if writes or the network
cannot be held; --hide=PATH covers a path; --memory=BYTES, --processes=N, --disk=BYTES change the bounds; --landlock=VERSION
uses no newer features. Exit codes: the command's, 128 + its signal, 126 when nothing was run because too little is held, 127
if it cannot be run, 137 when a bound was exceeded.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import time
from collections.abc import Callable

from . import landlock, namespaces, seccomp, watch
from .attributes import Supervisor
from .kernel import DUMPABLE, PARENT_DEATH, SUBREAPER, drop_privileges, limit, prctl
from .layers import Layers, parsed

REFUSED, NOT_RUN, OUT_OF_BOUNDS = 126, 127, 137
SECONDS_BETWEEN_CHECKS = 0.1
SHARE_OF_CHECKS = 0.04
"""The most of a core's time that the checks take: on a machine with many processes they are less frequent."""


class Options:
    """The launcher's arguments."""

    def __init__(self, command: list[str]) -> None:
        """The defaults."""
        self.command = command
        self.folders: list[str] = []
        self.hidden: list[str] = []
        self.report = self.allow_unconfined = False
        self.landlock = 99
        self.bounds = {"memory": watch.MEMORY, "processes": watch.PROCESSES, "disk": watch.DISK}


def parse(arguments: list[str]) -> Options:
    """The options, the folders and the command."""
    end = arguments.index("--")
    options = Options(arguments[end + 1 :])
    for argument in arguments[:end]:
        name, _, value = argument.partition("=")
        if name == "--hide":
            options.hidden.append(value)
        elif name in ("--memory", "--processes", "--disk"):
            options.bounds[name[2:]] = int(value)
        elif name == "--landlock":
            options.landlock = int(value)
        elif name in ("--report", "--allow-unconfined"):
            setattr(options, name[2:].replace("-", "_"), True)
        else:
            options.folders.append(os.path.realpath(argument))
    return options


def main() -> int:
    """Run the command as the arguments say. Returns an exit code."""
    options = parse(sys.argv[1:])
    limit()
    if sys.platform == "linux":
        return confined(options)
    if options.report:
        print(Layers().spelled())
        return 0
    if not options.allow_unconfined:
        return _refuse(Layers())
    if os.name == "nt":
        import subprocess

        return subprocess.run(options.command, check=False).returncode
    return execute(options.command)


def confined(options: Options) -> int:
    """Run the command in namespaces, or without them if the system does not allow them."""
    prctl(PARENT_DEATH, signal.SIGTERM)
    prctl(SUBREAPER, 1)
    bounds = watch.Watch(os.getpid(), options.folders, **options.bounds)  # before the program can write
    child, reader, sockets = _start(options, _in_namespaces)
    line = _first_line(reader)
    if not line:  # no namespaces, or not all of what belongs to them
        if child:
            os.waitpid(child, 0)
        child, reader, sockets = _start(options, _without_namespaces)
        line = _first_line(reader)
    layers = parsed(line)
    supervisor = Supervisor(_received(sockets), options.folders) if layers.supervisor else None
    if options.report:
        print(layers.spelled(), flush=True)
    return supervise(child, supervisor, bounds)


def _start(options: Options, enter: Callable[[Options, int, object], int]) -> tuple[int, int, object]:
    """Fork with `enter`; returns the child (0: there is none), the pipe on which it says what holds, and a socket to it."""
    import _socket

    reader, writer = os.pipe()
    ours, theirs = _socket.socketpair()
    child = enter(options, writer, theirs)
    os.close(writer)
    theirs.close()
    return child, reader, ours


def _in_namespaces(options: Options, writer: int, channel: object) -> int:
    """The first process of new namespaces: it prepares them, starts the command and waits. 0 if there are none."""
    ids = os.getuid(), os.getgid()
    made = namespaces.fork()
    if made is None or made[0]:
        return made[0] if made else 0
    prctl(PARENT_DEATH, signal.SIGKILL)
    try:
        namespaces.enter(options.folders, options.hidden, ids if made[1] else None)
    except OSError:
        os._exit(REFUSED)
    pid = os.fork()
    if pid == 0:
        _run(options, writer, channel, isolated=True)
    os.close(writer)
    prctl(DUMPABLE, 0)
    drop_privileges()
    os._exit(_code(_wait_for(pid)))


def _without_namespaces(options: Options, writer: int, channel: object) -> int:
    pid = os.fork()
    if pid == 0:
        prctl(PARENT_DEATH, signal.SIGKILL)
        os.setsid()  # signals to its process group do not reach the supervisor
        _run(options, writer, channel, isolated=False)
    return pid


def _run(options: Options, writer: int, channel: object, *, isolated: bool) -> None:
    """Restrict this process, say what holds, and become the command; does not return."""
    shared = ["/dev/shm", "/dev/pts"] if isolated else []
    version = landlock.restrict([*options.folders, *shared], tcp=not isolated, newest=options.landlock)
    drop_privileges()
    filtered, listener = _filter(version, isolated=isolated)
    layers = Layers(isolated, version, filtered, listener > 0)
    os.write(writer, f"{layers.spelled()}\n".encode())
    if listener:
        channel.sendmsg([b"."], [(1, 1, listener.to_bytes(4, sys.byteorder))])  # type: ignore[attr-defined]
        os.close(listener)
    if options.report:
        os._exit(0)
    if not layers.sufficient and not options.allow_unconfined:
        os._exit(_refuse(layers))
    os._exit(execute(options.command))


def _filter(version: int, *, isolated: bool) -> tuple[bool, int]:
    """Install the system call filter; returns whether it is in force, and the file descriptor of its listener, 0 for none."""
    notified = [] if isolated or not version else [*seccomp.ATTRIBUTES, *(seccomp.SIGNALS if version < 6 else ())]
    refused = ["truncate"] if not isolated and 0 < version < 3 else []
    try:
        return True, seccomp.install(isolated=isolated, notified=notified, refused=refused)
    except OSError:
        if not notified:
            return False, 0
    try:  # without a listener (Linux before 5.0, or another one is in force) they fail
        seccomp.install(isolated=isolated, notified=(), refused=[*refused, *seccomp.ATTRIBUTES])
    except OSError:
        return False, 0
    return True, 0


def execute(command: list[str]) -> int:
    """Become the command; returns an exit code if it cannot be run."""
    try:
        os.execvp(command[0], command)
    except OSError as error:
        sys.stderr.write(f"{command[0]}: {error.strerror}\n")
        sys.stderr.flush()
    return NOT_RUN


def _refuse(layers: Layers) -> int:
    sys.stderr.write(f"Nothing was run. {layers.line}\n")
    sys.stderr.flush()
    return REFUSED


def supervise(child: int, supervisor: Supervisor | None, bounds: watch.Watch) -> int:
    """Wait for the command while its bounds are watched and its notified calls answered; returns its exit code.

    All processes of the run are gone afterwards.
    """
    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    stopped: list[int] = []
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda number, frame: None)
    signal.signal(signal.SIGTERM, lambda number, frame: stopped.append(number))
    listening = [woken, supervisor.listener] if supervisor is not None else [woken]
    due = time.monotonic() + SECONDS_BETWEEN_CHECKS
    try:
        while True:
            status = _finished(child)
            if status is not None:
                return _code(status)
            if stopped:
                return 128 + signal.SIGTERM
            ready = select.select(listening, [], [], SECONDS_BETWEEN_CHECKS)[0]
            if woken in ready:
                os.read(woken, 4_096)
            if supervisor is not None and supervisor.listener in ready and not supervisor.answer():
                listening.remove(supervisor.listener)
            if (now := time.monotonic()) < due:
                continue
            if reason := bounds.exceeded():
                sys.stderr.write(f"The sandbox ended the run: {reason}.\n")
                return OUT_OF_BOUNDS
            due = time.monotonic() + max(SECONDS_BETWEEN_CHECKS, (time.monotonic() - now) / SHARE_OF_CHECKS)
    finally:
        watch.end_all(os.getpid())


def _finished(child: int) -> int | None:
    """The status of the command if it has ended; other children that ended are reaped."""
    status = None
    while True:
        try:
            done, ended = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return status if status is not None else 0
        if done == 0:
            return status
        if done == child:
            status = ended


def _wait_for(child: int) -> int:
    while True:
        done, status = os.wait()
        if done == child:
            return status


def _code(status: int) -> int:
    return os.waitstatus_to_exitcode(status) & 0xFF if os.WIFEXITED(status) else 128 + os.WTERMSIG(status)


def _first_line(reader: int) -> str:
    line = os.read(reader, 100).decode()
    os.close(reader)
    return line


def _received(channel: object) -> int:
    """The file descriptor that the child sends."""
    _, messages, _, _ = channel.recvmsg(1, 64)  # type: ignore[attr-defined]
    return int.from_bytes(messages[0][2][:4], sys.byteorder)
