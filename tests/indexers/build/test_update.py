"""Updates of an index: what is read again, progress, stopping and continuing, worker processes."""

from __future__ import annotations

import os
import time

import pytest

from indexers import Index, IndexOptions
from indexers.files.walker import discover
from indexers.testing import HashEncoder
from tests.conftest import SHOP, write
from tests.indexers.conftest import BIG, assert_consistent, rows


def test_a_touched_file_is_not_indexed_again(shop):
    Index.build(shop).close()
    os.utime(shop / "shop/auth.py", (1, 1))
    with Index.build(shop) as index:
        assert index.last_report.changed == 0
        assert len(index.changes()) == 0


def test_a_change_that_keeps_the_size_is_detected(shop):
    Index.build(shop).close()
    path = shop / "shop/auth.py"
    path.write_text(path.read_text().replace("AuthError", "OopsError"))
    with Index.build(shop) as index:
        assert index.definitions("OopsError")


def test_progress_counts_up_to_the_end(shop):
    states = []
    Index.build(shop, on_progress=lambda p: states.append((p.done, p.total))).close()
    assert states == [(n, len(SHOP)) for n in range(1, len(SHOP) + 1)]


def test_worker_processes_give_the_same_index(tmp_path, monkeypatch):
    monkeypatch.setattr("indexers.build.workers.PARALLEL_BYTES", 100_000)
    root = write(tmp_path / "r", {f"m{n}.py": BIG.replace("function", f"f{n}_")[:4000] for n in range(70)})
    started = time.monotonic()
    with Index.build(root, options=IndexOptions(jobs=2)) as index:
        assert_consistent(index)
        assert index.last_report.added == 70
        assert time.monotonic() - started < 60
    inline = tmp_path / "inline"
    with Index.build(root, index_dir=inline, options=IndexOptions(jobs=1)) as other, Index.open(root) as index:
        query = "SELECT path, start, end, kind FROM chunks JOIN files ON files.id = file ORDER BY 1, 2"
        assert rows(other, query) == rows(index, query)


def test_a_stopped_update_is_continued_by_the_next_one(tmp_path):
    root = write(tmp_path / "r", {f"m{n}.py": f"def f{n}():\n    return {n}\n" for n in range(20)})
    done = []
    with Index.build(root, on_progress=done.append, stop=lambda: len(done) > 6) as index:
        assert index.last_report.remaining == 13
        assert index.remaining == 13
        assert index.definitions("f0")
        assert_consistent(index)
    with Index.build(root) as index:
        assert index.last_report.added == 13
        assert index.remaining == 0
        assert_consistent(index)


def test_remaining_files_deleted_before_the_next_update_are_not_counted(tmp_path):
    root = write(tmp_path / "r", {f"m{n}.py": f"def f{n}():\n    return {n}\n" for n in range(6)})
    done = []
    Index.build(root, on_progress=done.append, stop=lambda: len(done) > 2).close()
    for path in root.glob("m[3-5].py"):
        path.unlink()
    with Index.build(root) as index:
        assert index.remaining == 0


def test_a_slow_encoder_commits_after_a_number_of_files(tmp_path, monkeypatch):
    from indexers.build import update as module

    monkeypatch.setattr(module, "SLOW_ENCODER_FILES", 2)
    monkeypatch.setattr(module, "COMMIT_SECONDS", 1e9)
    root = write(tmp_path / "r", {f"m{n}.py": f"def f{n}():\n    return {n}\n" for n in range(7)})
    with Index.build(root, encoder=HashEncoder(4)) as index:
        assert index.generation == 4
        assert_consistent(index)


def test_an_update_stopped_at_once_adds_nothing(shop):
    with Index.build(shop, stop=lambda: True) as index:
        report = index.last_report
        assert (report.added, report.remaining, report.complete) == (0, len(SHOP), False)
        assert index.files() == []
        assert index.update().complete
        assert len(index.files()) == len(SHOP) - 1


def test_a_known_file_that_can_no_longer_be_read_is_deleted(shop, monkeypatch):
    Index.build(shop).close()
    write(shop, {"shop/auth.py": "def other():\n    return 1\n"})
    with Index.open(shop) as index:
        listing = discover(shop)
        (shop / "shop/auth.py").unlink()
        report = index.update(listing=listing)
        assert (report.changed, report.deleted, report.skipped["unreadable"]) == (0, 1, 1)
        assert "shop/auth.py" not in index.files()
        assert_consistent(index)


@pytest.mark.parametrize("seconds", [0.0, 0.2, 1e9])
def test_the_vectors_do_not_depend_on_the_speed_of_the_machine(tmp_path, monkeypatch, seconds):
    body = "\n\n".join(f"def f{n}(value):\n    return compute_{n}(value) + {n}\n\n\n# part {n}" for n in range(60))
    expected = Index.build(write(tmp_path / "a", {f"m{n:03}.py": body.replace("compute", f"c{n}") for n in range(120)}))
    monkeypatch.setattr("indexers.build.update.COMMIT_SECONDS", seconds)
    actual = Index.build(write(tmp_path / "b", {f"m{n:03}.py": body.replace("compute", f"c{n}") for n in range(120)}))
    with expected, actual:
        for question in ("compute a value", "part 7", "c11 function"):
            results = [[(h.path, h.start_line, h.score) for h in index.search(question)] for index in (expected, actual)]
            assert results[0] == results[1]
