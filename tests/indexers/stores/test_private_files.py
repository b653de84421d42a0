"""Files of an index folder as other processes see them."""

from __future__ import annotations

import threading

from indexers.stores.private_files import write_private


def test_a_file_that_is_written_again_is_never_seen_empty(tmp_path):
    path = tmp_path / ".gitignore"
    write_private(path, b"*\n")
    done = threading.Event()

    def write_again() -> None:
        try:
            for _ in range(2000):
                write_private(path, b"*\n")
        finally:
            done.set()

    thread = threading.Thread(target=write_again)
    thread.start()
    seen = set()
    while not done.is_set():
        seen.add(path.read_bytes())
    thread.join()
    assert seen == {b"*\n"}


def test_a_shorter_content_replaces_a_longer_one(tmp_path):
    write_private(tmp_path / "write.pid", b"123456")
    write_private(tmp_path / "write.pid", b"77")
    assert (tmp_path / "write.pid").read_bytes() == b"77"
