"""Attacks on the kernel, on namespaces and on the terminal."""

import ctypes
import os
import signal
import struct
from pathlib import Path

from kit import LIBC, attack, call, checked, in_child


@attack
def host_name(it):
    checked(LIBC.sethostname(b"attacked", 8))


@attack
def keys(it):
    call("add_key", b"user", b"codeassist:attack", b"secret", 6, -4)


@attack
def io_uring(it):
    os.close(call("io_uring_setup", 1, ctypes.create_string_buffer(120)))


@attack
def bpf(it):
    os.close(call("bpf", 0, struct.pack("IIII112x", 2, 4, 4, 1), 128))


@attack
def perf(it):
    os.close(call("perf", struct.pack("II104x", 1, 112) + bytes(0), 0, -1, -1, 0))


@attack
def userfaultfd(it):
    os.close(call("userfaultfd", 1))


@attack
def new_namespace(it):
    in_child(lambda: checked(LIBC.unshare(0x10000000)))


@attack
def clone_into_a_namespace(it):
    child = call("clone", 0x10000000 | signal.SIGCHLD, 0, 0, 0, 0)
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)


@attack
def clone3_into_a_namespace(it):
    child = call("clone3", struct.pack("8Q", 0x10000000, 0, 0, 0, signal.SIGCHLD, 0, 0, 0), 64)
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)


@attack
def mount(it):
    (it.scratch / "mount").mkdir()
    checked(LIBC.mount(b"none", str(it.scratch / "mount").encode(), b"tmpfs", ctypes.c_ulong(0), None))


@attack
def remount(it):
    checked(LIBC.mount(None, b"/", None, ctypes.c_ulong(0x1020), None))
    (it.out / "remounted").write_text("x")


@attack
def change_root(it):
    in_child(lambda: checked(LIBC.chroot(b"/")))


@attack
def keep_capabilities(it):
    status = Path("/proc/self/status").read_text()
    kinds = ("CapEff:", "CapPrm:", *(("CapBnd:",) if os.getuid() == 0 else ()))
    if not any(int(status.partition(kind)[2].split()[0], 16) for kind in kinds):
        raise PermissionError(1, "none")


@attack
def type_into_the_terminal(it):
    master, slave = os.openpty()
    checked(LIBC.ioctl(slave, ctypes.c_ulong(0x5412), b"x"))
    os.close(master)
