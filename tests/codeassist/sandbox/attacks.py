"""`python attacks.py BASE VICTIM PORTS...`: try to harm what is outside BASE/scratch, by system calls only; run inside the sandbox.

Writes {attack: "done" or why not} to BASE/scratch/result.json as it goes. What counts is seen from outside as well (attack_table).
Uses the standard library only, and no Python guard: ctypes calls the kernel directly.
"""

import ctypes
import json
import os
import signal
import socket
import struct
import sys
import time
from pathlib import Path

LIBC = ctypes.CDLL(None, use_errno=True)
X86_64 = os.uname().machine == "x86_64"
NUMBERS = (
    {"add_key": 248, "keyctl": 250, "bpf": 321, "perf": 298, "userfaultfd": 323, "ptrace": 101, "clone": 56, "ioprio_set": 251}
    if X86_64
    else {
        "add_key": 217,
        "keyctl": 219,
        "bpf": 280,
        "perf": 241,
        "userfaultfd": 282,
        "ptrace": 117,
        "clone": 220,
        "ioprio_set": 30,
    }
) | {"io_uring_setup": 425, "clone3": 435, "fchmodat2": 452, "open_tree": 428, "pidfd_open": 434, "pidfd_send_signal": 424}
CALLS = {}


def attack(function):
    CALLS[function.__name__.replace("_", " ").strip()] = function
    return function


def call(name, *arguments):
    """A system call by number; raises `OSError`."""
    values = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    return checked(LIBC.syscall(ctypes.c_long(NUMBERS[name]), *values))


def checked(result):
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


class Harm:
    """What the attacks aim at."""

    def __init__(self, base, victim, tcp, udp):
        self.scratch, self.out, self.home = base / "scratch", base / "outside", base / "home"
        self.victim, self.tcp, self.udp = victim, tcp, udp
        self.precious = str(self.out / "precious.txt").encode()


@attack
def make_a_file(it):
    (it.out / "made").write_text("x")


@attack
def overwrite_a_file(it):
    (it.out / "overwritten").write_text("changed")


@attack
def write_through_a_link(it):
    (it.scratch / "link").symlink_to(it.out / "linked")
    (it.scratch / "link").write_text("changed")


@attack
def truncate_a_file(it):
    checked(LIBC.truncate(str(it.out / "truncated").encode(), ctypes.c_long(0)))


@attack
def delete_a_file(it):
    (it.out / "deleted").unlink()


@attack
def rename_a_file(it):
    (it.out / "renamed").rename(it.scratch / "taken")


@attack
def make_a_folder(it):
    (it.out / "folder").mkdir()


@attack
def take_a_hard_link(it):
    os.link(it.out / "hard", it.scratch / "hard")
    (it.scratch / "hard").write_text("changed")


@attack
def make_a_file_in_shared_memory(it):
    Path("/dev/shm/codeassist-attack").write_text("x")


@attack
def write_a_kernel_setting(it):
    path = Path("/proc/sys/vm/swappiness")
    path.write_text(path.read_text())


@attack
def open_a_disk(it):
    disks = [p for p in Path("/dev").iterdir() if p.is_block_device()]
    os.mknod(it.scratch / "node", 0o60600, os.makedev(254, 0)) if not disks else None
    os.close(os.open(disks[0] if disks else it.scratch / "node", os.O_RDWR))


@attack
def chmod(it):
    checked(LIBC.chmod(it.precious, 0o600))


@attack
def fchmod(it):
    handle = os.open(it.precious, os.O_RDONLY)
    checked(LIBC.fchmod(handle, 0o600))


@attack
def fchmodat2(it):
    call("fchmodat2", -100, it.precious, 0o600, 0)


@attack
def chmod_through_a_link(it):
    os.symlink(it.precious, it.scratch / "precious-link")
    checked(LIBC.chmod(str(it.scratch / "precious-link").encode(), 0o600))


@attack
def chmod_through_proc(it):
    handle = os.open(it.precious, os.O_RDONLY)
    checked(LIBC.chmod(f"/proc/self/fd/{handle}".encode(), 0o600))


@attack
def utime(it):
    checked(LIBC.utimensat(-100, it.precious, struct.pack("4q", 1, 0, 1, 0), 0))


@attack
def setxattr(it):
    checked(LIBC.setxattr(it.precious, b"user.attack", b"x", ctypes.c_size_t(1), 0))


@attack
def removexattr(it):
    checked(LIBC.removexattr(it.precious, b"user.kept"))


@attack
def chown(it):
    checked(LIBC.chown(it.precious, -1 if os.getuid() else 1, os.getgid()))


@attack
def file_flags(it):
    handle = os.open(it.precious, os.O_RDONLY)
    checked(LIBC.ioctl(handle, ctypes.c_ulong(0x40086602), struct.pack("q", 0x40)))


@attack
def host_name(it):
    checked(LIBC.sethostname(b"attacked", 8))


@attack
def tcp(it):
    with socket.socket() as connection:
        connection.settimeout(1)
        connection.connect(("127.0.0.1", it.tcp))


@attack
def udp(it):
    with socket.socket(type=socket.SOCK_DGRAM) as connection:
        connection.sendto(b"udp", ("127.0.0.1", it.udp))


@attack
def raw_packets(it):
    socket.socket(socket.AF_PACKET, socket.SOCK_RAW).close()


@attack
def unix_socket(it):
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(str(it.out / "stream"))


@attack
def unix_datagram(it):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as connection:
        connection.sendto(b"unix", str(it.out / "datagram"))


@attack
def unix_datagram_by_a_pair(it):
    connection, _ = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    connection.connect(str(it.out / "datagram"))
    connection.send(b"pair")


@attack
def abstract_socket(it):
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(f"\0{it.out}")


@attack
def vsock(it):
    socket.socket(40, socket.SOCK_STREAM).close()


@attack
def crypto_socket(it):
    socket.socket(socket.AF_ALG, socket.SOCK_SEQPACKET).close()


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


@attack
def read_a_private_key(it):
    if not (it.home / ".ssh" / "id").read_text():
        raise PermissionError(1, "empty")


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


def in_child(action):
    """Do something that would change this process; raises `OSError` as the child did."""
    child = os.fork()
    if child == 0:
        try:
            action()
        except OSError as error:
            os._exit(error.errno or 1)
        os._exit(0)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if code:
        raise OSError(code, os.strerror(code))


def fork_bomb(it):
    for _ in range(2_000):
        try:
            if os.fork() == 0:
                time.sleep(600)
        except OSError:
            break
    time.sleep(600)


def memory_hog(it):
    for _ in range(8):
        if os.fork() == 0:
            hog = bytearray(b"x" * 1024) * (24 << 10)
            time.sleep(600)
            del hog
    time.sleep(600)


def disk_hog(it):
    for number in range(40):
        (it.scratch / f"hog{number}").write_bytes(bytes(8 << 20))
    time.sleep(600)


def disk_hog_of_deleted_files(it):
    kept = []
    for number in range(40):
        file = (it.scratch / f"hog{number}").open("wb")
        os.unlink(file.name)
        file.write(bytes(8 << 20))
        file.flush()
        kept.append(file)
    time.sleep(600)


HOGS = (fork_bomb, memory_hog, disk_hog, disk_hog_of_deleted_files)


def main():
    base, victim, tcp_port, udp_port, *wanted = sys.argv[1:]
    it = Harm(Path(base), int(victim), int(tcp_port), int(udp_port))
    for hog in HOGS:
        if hog.__name__ in wanted:
            hog(it)
            return
    results = {}
    for name, function in CALLS.items():
        try:
            function(it)
            results[name] = "done"
        except (OSError, AttributeError) as error:
            results[name] = error.strerror if isinstance(error, OSError) else str(error)
    (it.scratch / "result.json").write_text(json.dumps(results))


if __name__ == "__main__":
    main()
