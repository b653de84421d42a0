"""The writer lock: held by one process at a time, released when it ends."""

from __future__ import annotations

import os
import threading

import pytest

from indexers import Index, IndexBusyError
from indexers.stores.locking import writer_lock
from tests.conftest import lock_holder


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
