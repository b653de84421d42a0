"""Attacks on other processes."""

import os
import signal
import struct
from pathlib import Path

from kit import LIBC, attack, call, checked


@attack
def read_another_environment(it):
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            text = path.read_bytes()
        except OSError:
            continue
        if b"ATTACKED_SECRET=s3cret" in text:
            return
    raise PermissionError(1, "not found")


@attack
def read_another_memory(it):
    os.close(os.open(f"/proc/{it.victim}/mem", os.O_RDONLY))


@attack
def ptrace(it):
    call("ptrace", 0x4206, it.victim, 0, 0)
    call("ptrace", 17, it.victim, 0, 0)


@attack
def limits_of_another(it):
    checked(LIBC.prlimit(it.victim, 7, struct.pack("QQ", 77, 77), None))


@attack
def priority_of_another(it):
    checked(LIBC.setpriority(0, it.victim, 7))


@attack
def priority_of_the_user(it):
    call("ioprio_set", 3, os.getuid(), (2 << 13) | 7)


@attack
def signal_the_session(it):
    checked(LIBC.kill(-it.victim, signal.SIGUSR1))


@attack
def kill_by_a_handle(it):
    handle = call("pidfd_open", it.victim, 0)
    call("pidfd_send_signal", handle, signal.SIGUSR1, None, 0)


@attack
def kill_another(it):
    checked(LIBC.kill(it.victim, signal.SIGUSR1))


@attack
def leave_a_process_behind(it):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.execvp("sleep", ["sleep", f"600.{it.tcp}"])
        os._exit(0)
    os.wait()
