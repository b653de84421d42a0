"""Attacks on files outside the scratch folder."""

import ctypes
import os
import struct
from pathlib import Path

from kit import LIBC, attack, call, checked


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
def read_a_private_key(it):
    if not (it.home / ".ssh" / "id").read_text():
        raise PermissionError(1, "empty")
