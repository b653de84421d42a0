"""The writer lock: held by one process at a time, released when it ends."""

from __future__ import annotations

import os
import subprocess
import threading
from contextlib import ExitStack, suppress

import pytest

from indexers import Index, IndexBusyError, IndexMissingError
from indexers.stores.folder import remove_index
from indexers.stores.locking import writer_lock
from tests.conftest import lock_holder, started, write


def test_a_second_writer_gets_the_process_id_of_the_lock_holder(shop):
    Index.build(shop).close()
    with lock_holder(shop / ".codeassist") as holder:
        with pytest.raises(IndexBusyError, match=f"process {holder.pid}") as caught:
            Index.build(shop)
        assert caught.value.pid == holder.pid
        with Index.open(shop) as index:  # the lock does not block readers
            assert index.search("authenticate")
    Index.build(shop).close()


def test_the_lock_is_released_after_an_error_and_the_process_id_removed(tmp_path):
    with pytest.raises(KeyError), writer_lock(tmp_path):
        assert (tmp_path / "write.pid").read_text() == str(os.getpid())
        raise KeyError
    assert not (tmp_path / "write.pid").exists()
    with writer_lock(tmp_path):
        assert (tmp_path / "write.pid").exists()


@pytest.mark.parametrize("content", [None, "", "half-writ"])
def test_a_holder_whose_process_id_cannot_be_read_is_another_process(tmp_path, content):
    with writer_lock(tmp_path):
        if content is None:
            (tmp_path / "write.pid").unlink()
        else:
            (tmp_path / "write.pid").write_text(content)
        with pytest.raises(IndexBusyError, match="written by another process") as caught, writer_lock(tmp_path):
            pass
        assert caught.value.pid == 0


def test_a_writer_that_waits_gets_the_lock_when_it_is_released(tmp_path):
    order: list[str] = []
    started = threading.Event()

    def write_later() -> None:
        started.set()
        with writer_lock(tmp_path, wait=True):
            order.append("second")

    thread = threading.Thread(target=write_later)
    with writer_lock(tmp_path):
        thread.start()
        assert started.wait(10)
        order.append("first")
    thread.join(10)
    assert order == ["first", "second"]


_WRITE = """
import os, sys
from pathlib import Path
from indexers.index.opening import locked_folder
root, sentinel = Path(sys.argv[1]), Path(sys.argv[2])
folder = root / ".codeassist"
for _ in range(60):
    with locked_folder(folder, root, wait=True):
        os.close(os.open(sentinel, os.O_CREAT | os.O_EXCL))  # fails if another writer is inside
        (folder / "index.db").write_bytes(b"x")
        assert (folder / "write.lock").exists()
        assert (folder / ".gitignore").read_bytes() == b"*\\n"
        (folder / "index.db").unlink()
        sentinel.unlink()
print("done")
"""


def test_cleaning_never_lets_a_second_writer_in(tmp_path):
    """Writers wait for the lock while another process removes the folder again and again."""
    root = write(tmp_path / "r", {"a.py": "x = 1\n"})
    removed = 0
    with ExitStack() as stack:
        arguments = ("-c", _WRITE, str(root), str(tmp_path / "inside"))
        writers = [stack.enter_context(started(*arguments, stdout=subprocess.PIPE)) for _ in range(2)]
        while any(writer.poll() is None for writer in writers):
            with suppress(IndexBusyError, FileNotFoundError):
                removed += remove_index(root / ".codeassist") > 0
        assert [writer.communicate()[0] for writer in writers] == ["done\n"] * 2
    assert removed
    remove_index(root / ".codeassist")
    assert [path.name for path in root.iterdir()] == ["a.py"]


def test_an_index_removed_while_it_is_open_is_an_error_of_the_package(shop):
    with Index.build(shop) as index:
        remove_index(shop / ".codeassist")
        write(shop, {"new.py": "x = 1\n"})
        with pytest.raises(IndexMissingError):
            index.update()
    assert not (shop / ".codeassist").exists()
