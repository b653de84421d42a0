"""The safe reader: never blocking, never endless, only regular files."""

from __future__ import annotations

import os
import socket
from types import SimpleNamespace

import pytest

from indexers import Index, SourceError
from indexers.files.reading import (
    COARSE,
    TICK,
    UNSETTLED,
    NotRegularError,
    TooLargeError,
    read_bytes,
    read_start,
    read_text,
    read_with_status,
    settled_change_time,
    text_or_empty,
)
from indexers.files.walker import discover
from tests.conftest import write

posix = pytest.mark.skipif(os.name == "nt", reason="pipes, devices and links are POSIX")
linux = pytest.mark.skipif(not os.path.ismount("/proc"), reason="needs /proc")


def test_the_content_of_a_file_is_read(tmp_path):
    path = write(tmp_path, {"a.txt": b"caf\xc3\xa9\r\nx\r"}) / "a.txt"
    assert read_bytes(path) == b"caf\xc3\xa9\r\nx\r"
    assert read_text(path) == "café\nx\n" == path.read_text(encoding="utf-8")
    assert read_start(path, 3) == b"caf"
    assert read_with_status(path)[1].st_size == path.stat().st_size
    assert read_bytes(write(tmp_path, {"empty": ""}) / "empty") == b""


FINE, WHOLE = 1_700_000_000_123_456_789, 1_700_000_000_000_000_000


@pytest.mark.parametrize(
    ("changed", "later", "settled"),
    [
        (FINE, TICK - 1, False),
        (FINE, TICK + 1, True),
        (FINE, -(10**9), False),  # the clock of a file server is ahead
        (FINE, -(10**14), True),  # the machine's clock was wrong once
        (WHOLE, TICK + 1, False),
        (WHOLE, COARSE + 1, True),
    ],
)
def test_times_of_a_file_that_had_just_changed_are_not_believed(changed, later, settled):
    status = SimpleNamespace(st_ctime_ns=changed, st_mtime_ns=changed)
    assert settled_change_time(status, changed + later) == (changed if settled else UNSETTLED)


def test_a_large_file_is_refused_before_it_is_read(tmp_path):
    with (tmp_path / "large").open("wb") as file:
        file.truncate(2 * 1024**3)
    with pytest.raises(TooLargeError, match="Larger than 64,000,000 bytes"):
        read_bytes(tmp_path / "large")
    with pytest.raises(TooLargeError):
        read_bytes(write(tmp_path, {"b": "12345"}) / "b", limit=4)
    assert read_start(tmp_path / "large", 2) == b"\0\0"


def test_missing_files_and_folders_are_errors_of_the_system(tmp_path):
    with pytest.raises(FileNotFoundError):
        read_bytes(tmp_path / "none")
    with pytest.raises(NotRegularError):
        read_bytes(tmp_path)
    assert text_or_empty(tmp_path / "none") == text_or_empty(tmp_path) == ""


@posix
def test_pipes_sockets_devices_and_links_to_them_are_refused_without_blocking(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "zero").symlink_to("/dev/zero")
    (tmp_path / "to-pipe").symlink_to(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as listening:
        here = os.getcwd()
        os.chdir(tmp_path)  # the name of a socket is short
        try:
            listening.bind("socket")
        finally:
            os.chdir(here)
        for name in ("pipe", "zero", "to-pipe", "socket"):
            with pytest.raises(NotRegularError, match="Not a regular file"):
                read_bytes(tmp_path / name)


@posix
def test_a_link_is_followed_only_on_request(tmp_path):
    write(tmp_path, {"a": "x"})
    (tmp_path / "link").symlink_to(tmp_path / "a")
    assert read_bytes(tmp_path / "link") == b"x"
    with pytest.raises(OSError):
        read_bytes(tmp_path / "link", follow=False)


@linux
@pytest.mark.parametrize("target", ["/proc/kmsg", "/proc/self/mem", "/proc/self/status"])
def test_files_of_the_kernel_are_refused(tmp_path, target):
    (tmp_path / "link").symlink_to(target)
    with pytest.raises(NotRegularError, match="one of the kernel's"):
        read_bytes(tmp_path / "link")


@posix
@pytest.mark.parametrize("make", [os.mkfifo, lambda path: os.symlink("/dev/zero", path)])
def test_ignore_files_that_cannot_be_read_are_named(tmp_path, make):
    root = write(tmp_path, {"a.py": "x = 1\n"})
    make(root / ".gitignore")
    listing = discover(root)
    assert [file.path for file in listing.files] == ["a.py"]
    assert any(".gitignore is not applied" in note for note in listing.notes)
    make(root / ".codeassistignore")
    with pytest.raises(SourceError, match=r"\.codeassistignore cannot be read: Not a regular file"):
        discover(root)


@posix
def test_a_source_file_replaced_by_a_pipe_after_the_listing_is_skipped(tmp_path):
    root = write(tmp_path, {"a.py": "x = 1\n", "b.py": "y = 2\n"})
    with Index.build(root) as index:
        listing = discover(root)
        (root / "a.py").unlink()
        os.mkfifo(root / "a.py")
        write(root, {"b.py": "y = 33\n"})
        os.utime(root / "b.py", ns=(1, 1))
        listing.files = [f for f in discover(root).files if f.path == "b.py"] + [
            type(f)(f.path, f.absolute, 99, 1) for f in listing.files if f.path == "a.py"
        ]
        report = index.update(listing=listing)
        assert report.skipped["not a regular file"] == 1
        assert index.files() == ["b.py"]
