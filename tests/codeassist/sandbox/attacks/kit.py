"""What the attacks are made of: system calls by number, what they aim at, and the table of attacks."""

import ctypes
import os

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
"""The attacks by name, in the order in which they run."""


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
