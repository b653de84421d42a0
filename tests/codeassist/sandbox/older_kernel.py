"""`python older_kernel.py [--user=N] MISSING... -- COMMAND...`: run a command as on a kernel that lacks features, as some user.

MISSING: `landlock` (no such calls), `namespaces` (clone and unshare refuse all), `filter` (no seccomp), `listener` (no calls
passed to a supervisor), `mount_setattr`. It has mounts of its own where that is allowed. The filter that simulates this is written here with numbers of its own.
"""

import ctypes
import errno
import os
import struct
import sys

X86_64 = os.uname().machine == "x86_64"
CLONE, UNSHARE, SECCOMP, PRCTL = (56, 272, 317, 157) if X86_64 else (220, 97, 277, 167)
EQUAL, ANY_BIT, LOAD, RETURN = 0x15, 0x45, 0x20, 0x06
ALLOW, FAIL = 0x7FFF0000, 0x00050000
CREATING = 0x7E020000
NEW_MOUNTS, RECURSIVE_PRIVATE = 0x20000, 0x44000


def filter_code(missing):
    """The program of the filter, as (code, jump if true, jump if false, value)."""
    code = [(LOAD, 0, 0, 0)]

    def fail(number, error):
        code.extend([(EQUAL, 0, 1, number), (RETURN, 0, 0, FAIL | error)])

    def fail_if(number, argument, test, value, error):
        steps = [(LOAD, 0, 0, 16 + 8 * argument), (test, 0, 1, value), (RETURN, 0, 0, FAIL | error), (RETURN, 0, 0, ALLOW)]
        code.extend([(EQUAL, 0, len(steps), number), *steps])

    if "landlock" in missing:
        for number in (444, 445, 446):
            fail(number, errno.ENOSYS)
    if "mount_setattr" in missing:
        fail(442, errno.ENOSYS)
    if "namespaces" in missing:
        fail(UNSHARE, errno.EPERM)
        fail(435, errno.ENOSYS)
        fail_if(CLONE, 0, ANY_BIT, CREATING, errno.EPERM)
    if "filter" in missing:
        fail(SECCOMP, errno.ENOSYS)
        fail_if(PRCTL, 0, EQUAL, 22, errno.EINVAL)
    if "listener" in missing:
        fail_if(SECCOMP, 1, EQUAL, 8, errno.EINVAL)
    return [*code, (RETURN, 0, 0, ALLOW)]


def main():
    end = sys.argv.index("--")
    options, command = sys.argv[1:end], sys.argv[end + 1 :]
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(NEW_MOUNTS) == 0:  # a mount that succeeds must not outlast the attack
        libc.mount(b"none", b"/", None, ctypes.c_ulong(RECURSIVE_PRIVATE), None)
    for option in options:
        if option.startswith("--user="):
            user = int(option.partition("=")[2])
            os.setgroups([])
            os.setresgid(user, user, user)
            os.setresuid(user, user, user)
    missing = [o for o in options if not o.startswith("--")]
    libc.prctl(38, 1, 0, 0, 0)
    if missing:
        code = b"".join(struct.pack("HBBI", *step) for step in filter_code(missing))
        buffer = ctypes.create_string_buffer(code, len(code))
        header = ctypes.create_string_buffer(struct.pack("HxxxxxxQ", len(code) // 8, ctypes.addressof(buffer)))
        if libc.prctl(22, 2, ctypes.c_void_p(ctypes.addressof(header)), 0, 0):
            sys.exit("the filter was not installed")
    os.execvp(command[0], command)


if __name__ == "__main__":
    main()
