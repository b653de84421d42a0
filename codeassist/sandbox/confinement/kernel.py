"""System calls by number for the machines that are supported, the limits of a process, and giving up privileges."""

from __future__ import annotations

import ctypes
import errno
import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType


def _numbers(table: str) -> dict[str, int]:
    """Name -> number, from "name number name number ..."."""
    words = table.split()
    return {name: int(number) for name, number in zip(words[::2], words[1::2], strict=True)}


_BOTH = _numbers(
    "pidfd_send_signal 424 io_uring_setup 425 io_uring_enter 426 io_uring_register 427 open_tree 428 move_mount 429 "
    "fsopen 430 fsconfig 431 fsmount 432 fspick 433 pidfd_open 434 clone3 435 pidfd_getfd 438 process_madvise 440 "
    "mount_setattr 442 quotactl_fd 443 landlock_create_ruleset 444 landlock_add_rule 445 landlock_restrict_self 446 "
    "memfd_secret 447 process_mrelease 448 fchmodat2 452 lsm_set_self_attr 460 setxattrat 463 removexattrat 466 "
    "open_tree_attr 467 file_setattr 469"
)
_X86_64 = _numbers(
    "ioctl 16 shmget 29 socket 41 socketpair 53 clone 56 kill 62 semget 64 msgget 68 truncate 76 chmod 90 fchmod 91 "
    "chown 92 fchown 93 lchown 94 ptrace 101 syslog 103 capset 126 rt_sigqueueinfo 129 utime 132 uselib 134 setpriority 141 "
    "sched_setparam 142 sched_setscheduler 144 vhangup 153 pivot_root 155 adjtimex 159 chroot 161 acct 163 settimeofday 164 "
    "mount 165 umount2 166 swapon 167 swapoff 168 reboot 169 sethostname 170 setdomainname 171 iopl 172 ioperm 173 "
    "init_module 175 delete_module 176 quotactl 179 setxattr 188 lsetxattr 189 fsetxattr 190 removexattr 197 "
    "lremovexattr 198 fremovexattr 199 tkill 200 sched_setaffinity 203 clock_settime 227 tgkill 234 utimes 235 mq_open 240 "
    "mq_unlink 241 kexec_load 246 add_key 248 request_key 249 keyctl 250 ioprio_set 251 migrate_pages 256 fchownat 260 "
    "futimesat 261 fchmodat 268 unshare 272 move_pages 279 utimensat 280 rt_tgsigqueueinfo 297 perf_event_open 298 "
    "fanotify_init 300 prlimit64 302 open_by_handle_at 304 clock_adjtime 305 setns 308 process_vm_readv 310 "
    "process_vm_writev 311 finit_module 313 sched_setattr 314 seccomp 317 memfd_create 319 kexec_file_load 320 bpf 321 "
    "userfaultfd 323"
)
_GENERIC = _numbers(
    "setxattr 5 lsetxattr 6 fsetxattr 7 removexattr 14 lremovexattr 15 fremovexattr 16 ioctl 29 ioprio_set 30 umount2 39 "
    "mount 40 pivot_root 41 truncate 45 chroot 51 fchmod 52 fchmodat 53 fchownat 54 fchown 55 vhangup 58 quotactl 60 "
    "utimensat 88 acct 89 capset 91 unshare 97 kexec_load 104 init_module 105 delete_module 106 clock_settime 112 "
    "syslog 116 ptrace 117 sched_setparam 118 sched_setscheduler 119 sched_setaffinity 122 kill 129 tkill 130 tgkill 131 "
    "rt_sigqueueinfo 138 setpriority 140 reboot 142 sethostname 161 setdomainname 162 settimeofday 170 adjtimex 171 "
    "mq_open 180 mq_unlink 181 msgget 186 semget 190 shmget 194 socket 198 socketpair 199 add_key 217 request_key 218 "
    "keyctl 219 clone 220 swapon 224 swapoff 225 migrate_pages 238 move_pages 239 rt_tgsigqueueinfo 240 perf_event_open 241 "
    "prlimit64 261 fanotify_init 262 open_by_handle_at 265 clock_adjtime 266 setns 268 process_vm_readv 270 "
    "process_vm_writev 271 finit_module 273 sched_setattr 274 seccomp 277 memfd_create 279 bpf 280 userfaultfd 282 "
    "kexec_file_load 294"
)
MACHINES = {
    "x86_64": (0xC000003E, _BOTH | _X86_64),
    "aarch64": (0xC00000B7, _BOTH | _GENERIC),
    "riscv64": (0xC00000F3, _BOTH | _GENERIC),
    "loongarch64": (0xC0000102, _BOTH | _GENERIC),
}
"""Machine -> (its AUDIT_ARCH value, its system call numbers by name)."""

PARENT_DEATH, DUMPABLE, CAPBSET_DROP, SUBREAPER, NO_NEW_PRIVILEGES, AMBIENT = 1, 4, 24, 36, 38, 47
CAPABILITY_VERSION_3 = 0x20080522
FILE_SIZE = 512 << 20
OPEN_FILES = 4_096
CPU_SECONDS = 3_600


class Tolerant:
    """A block in which an `OSError` ends the block and nothing else; `contextlib` is slow to import."""

    def __enter__(self) -> None:
        """Begin the block."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> bool:
        """Ignore an `OSError`."""
        return isinstance(error, OSError)


libc: ctypes.CDLL = ctypes.CDLL(None if os.name == "posix" else "kernel32", use_errno=True)


def machine() -> tuple[int, dict[str, int]] | None:
    """The AUDIT_ARCH value and system call numbers of this machine; None if it is not supported."""
    return MACHINES.get(os.uname().machine) if ctypes.sizeof(ctypes.c_void_p) == 8 else None


def syscall(name: str, *arguments: int | bytes | ctypes.Array[ctypes.c_char] | None) -> int:
    """Make a system call; returns its result. Raises `OSError`, with ENOSYS for a call or machine that is not supported."""
    numbers = (machine() or (0, {}))[1]
    if name not in numbers:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS), name)
    converted = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    result = int(libc.syscall(ctypes.c_long(numbers[name]), *converted))
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code), name)
    return result


def prctl(option: int, *arguments: int) -> bool:
    """Set an attribute of this process; whether the kernel accepted it."""
    values = [ctypes.c_ulong(a) for a in (*arguments, 0, 0, 0, 0)[:4]]
    return bool(libc.prctl(option, *values) == 0)


def mount(source: str | None, target: str, kind: str | None, flags: int, data: str | None = None) -> None:
    """Mount something. Raises `OSError`."""
    encoded = [None if text is None else os.fsencode(text) for text in (source, target, kind)]
    if libc.mount(*encoded, ctypes.c_ulong(flags), None if data is None else data.encode()):
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code), target)


def drop_privileges() -> None:
    """Give up every capability, also those that a program would get back when user 0 starts it."""
    capability = 0
    while capability < 64 and prctl(CAPBSET_DROP, capability):
        capability += 1
    prctl(AMBIENT, 4)
    header = CAPABILITY_VERSION_3.to_bytes(4, "little") + bytes(4)
    try:
        syscall("capset", ctypes.create_string_buffer(header), ctypes.create_string_buffer(24))
    except OSError:
        pass
    prctl(NO_NEW_PRIVILEGES, 1)


def limit() -> None:
    """Allow no core files, and bound file sizes, open files and CPU seconds of each process; programs cannot raise these."""
    try:
        import resource
    except ImportError:  # Windows
        return
    bounds = (("CORE", 0), ("FSIZE", FILE_SIZE), ("NOFILE", OPEN_FILES), ("CPU", CPU_SECONDS))
    for name, value in bounds:
        kind = getattr(resource, f"RLIMIT_{name}")
        hard = resource.getrlimit(kind)[1]
        bound = value if hard == resource.RLIM_INFINITY else min(value, hard)
        try:
            resource.setrlimit(kind, (bound, bound))
        except (ValueError, OSError):
            continue
