"""The system call filter (seccomp): what neither namespaces nor Landlock hold.

It refuses new namespaces and mounts, keys, io_uring, tracing, other kernel interfaces and every socket family but those named.
A filter sees numbers, not paths. So where mounts do not hold the modes, times, owners and attributes of files outside, these
calls (`ATTRIBUTES`) are passed to the supervisor, which makes them for files inside the scratch folders (attributes.py).
"""

from __future__ import annotations

import ctypes
import errno
import struct
from collections.abc import Sequence

from .kernel import NO_NEW_PRIVILEGES, machine, prctl, syscall

REFUSED = (
    "keyctl add_key request_key unshare setns mount umount2 move_mount open_tree open_tree_attr fsopen fsconfig fsmount fspick "
    "mount_setattr pivot_root chroot ptrace process_vm_readv process_vm_writev pidfd_getfd process_madvise process_mrelease "
    "bpf perf_event_open userfaultfd kexec_load kexec_file_load init_module finit_module delete_module reboot swapon swapoff "
    "sethostname setdomainname settimeofday clock_settime clock_adjtime adjtimex acct quotactl quotactl_fd iopl ioperm syslog "
    "open_by_handle_at fanotify_init vhangup uselib migrate_pages move_pages lsm_set_self_attr file_setattr"
).split()
"""Calls that fail with EPERM."""

ABSENT = (
    "io_uring_setup io_uring_enter io_uring_register clone3 memfd_create memfd_secret shmget msgget semget mq_open mq_unlink"
).split()
"""Calls that fail with ENOSYS, so that programs use another way: memory that no limit counts, and objects shared by name."""

ATTRIBUTES = (
    "chmod fchmod fchmodat fchmodat2 chown fchown lchown fchownat utime utimes futimesat utimensat setxattr lsetxattr "
    "fsetxattr setxattrat removexattr lremovexattr fremovexattr removexattrat"
).split()
SIGNALS = "kill tkill tgkill rt_sigqueueinfo rt_tgsigqueueinfo pidfd_open".split()
ALLOW, ERROR, NOTIFY = 0x7FFF0000, 0x00050000, 0x7FC00000
NEW_NAMESPACES = 0x7E020000
INET, INET6, NETLINK = 2, 10, 16
FORBIDDEN_IOCTLS = (0x5412, 0x541C, 0x40086602, 0x40046602, 0x401C5820)
"""Typing into a terminal (TIOCSTI, TIOCLINUX), and the flags of files (FS_IOC_SETFLAGS, FS_IOC_FSSETXATTR)."""

_NUMBER, _ARCH, _ARGUMENTS = 0, 4, 16
_LOAD, _EQUAL, _AT_LEAST, _SOME_BITS, _AND, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x54, 0x06
Instruction = tuple[int, int, int, int]


def _argument(index: int, *, upper: bool = False) -> Instruction:
    return (_LOAD, 0, 0, _ARGUMENTS + 8 * index + (4 if upper else 0))


def _return(value: int) -> Instruction:
    return (_RETURN, 0, 0, value)


_REFUSE = _return(ERROR | errno.EPERM)
_PERMIT = _return(ALLOW)


def _one_of(index: int, values: Sequence[int], then: Instruction) -> list[Instruction]:
    """`then` if an argument is one of the values; else the next instruction."""
    return [_argument(index), *(step for value in values for step in ((_EQUAL, 0, 1, value), then))]


def _socket(network: bool) -> list[Instruction]:
    """IP sockets if there is a private network, and the read-only routing socket of NETLINK; no other family."""
    ip = _one_of(0, (INET, INET6), _PERMIT) if network else []
    return [*ip, _argument(0), (_EQUAL, 0, 2, NETLINK), _argument(2), (_EQUAL, 1, 0, 0), _REFUSE, _PERMIT]


def _on_itself(which: int | None, who: int, most: int) -> list[Instruction]:
    """Only for the calling process: argument `who` is 0, and the kind of target is at most `most`."""
    kind = [] if which is None else [_argument(which), (_AT_LEAST, 0, 1, most + 1), _REFUSE]
    return [*kind, _argument(who), (_EQUAL, 0, 1, 0), _PERMIT, _REFUSE]


def program(arch: int, numbers: dict[str, int], *, isolated: bool, notified: Sequence[str], refused: Sequence[str]) -> bytes:
    """The filter as BPF code. `isolated`: the process has private network and process namespaces."""
    unknown = _return(ERROR | errno.ENOSYS)
    code: list[Instruction] = [(_LOAD, 0, 0, _ARCH), (_EQUAL, 1, 0, arch), unknown, (_LOAD, 0, 0, _NUMBER)]
    if arch == 0xC000003E:  # the x32 calls of x86_64
        code += [(_AT_LEAST, 0, 1, 0x40000000), unknown]
    actions = dict.fromkeys((*REFUSED, *refused), _REFUSE)
    actions |= dict.fromkeys(ABSENT, unknown) | {name: _return(NOTIFY) for name in notified}
    for name, action in actions.items():
        if name in numbers:
            code += [(_EQUAL, 0, 1, numbers[name]), action]
    streams = [_argument(1), (_AND, 0, 0, 0xF), (_EQUAL, 2, 0, 1), (_EQUAL, 1, 0, 5), _REFUSE, _PERMIT]
    blocks = {
        "socket": _socket(isolated),
        "socketpair": streams,  # a pair of datagram sockets could be connected to a path
        "ioctl": [*_one_of(1, FORBIDDEN_IOCTLS, _REFUSE), _PERMIT],
        "clone": [_argument(0), (_SOME_BITS, 0, 1, NEW_NAMESPACES), _REFUSE, _PERMIT],
    }
    if not isolated:
        changes = [_argument(2), (_EQUAL, 0, 3, 0), _argument(2, upper=True), (_EQUAL, 0, 1, 0), _PERMIT]
        blocks |= {"prlimit64": [*changes, *_on_itself(None, 0, 0)], "setpriority": _on_itself(0, 1, 1)}
        blocks |= {"ioprio_set": _on_itself(0, 1, 2)}
        blocks |= {n: _on_itself(None, 0, 0) for n in ("sched_setscheduler", "sched_setparam", "sched_setattr")}
        blocks |= {"sched_setaffinity": _on_itself(None, 0, 0)}
    for name, block in blocks.items():
        code += [(_EQUAL, 0, len(block), numbers[name]), *block]
    return b"".join(struct.pack("HBBI", *instruction) for instruction in [*code, _PERMIT])


def install(*, isolated: bool, notified: Sequence[str], refused: Sequence[str]) -> int:
    """Filter the calls of this process from now on; returns the listener's file descriptor for `notified` calls, else 0.

    Raises `OSError` if the kernel or the machine does not support it.
    """
    known = machine()
    if known is None:
        raise OSError(errno.ENOSYS, "no system call numbers for this machine")
    code = program(*known, isolated=isolated, notified=notified, refused=refused)
    buffer = ctypes.create_string_buffer(code, len(code))
    header = struct.pack("HxxxxxxQ", len(code) // 8, ctypes.addressof(buffer))
    prctl(NO_NEW_PRIVILEGES, 1)
    return syscall("seccomp", 1, 8 if notified else 0, header)
