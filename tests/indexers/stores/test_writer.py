"""Robustness of the index to damage, interruption, kills, a full disk and files that change during an update."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import textwrap

import pytest

from indexers import Index, IndexUnusableError
from tests.conftest import write
from tests.indexers.test_index import BIG, assert_consistent


@pytest.mark.parametrize("damage", ["garbage", "truncated", "old", "vectors gone", "vectors garbage"])
def test_a_damaged_index_is_reported_and_rebuilt(shop, damage):
    Index.build(shop).close()
    folder = shop / ".codeassist"
    database = folder / "index.db"
    vectors = next(folder.glob("vectors-*.faiss"))
    if damage == "garbage":
        database.write_bytes(b"not a database" * 1000)
    elif damage == "truncated":
        database.write_bytes(database.read_bytes()[:5000])
    elif damage == "old":
        connection = sqlite3.connect(database)
        connection.execute("UPDATE meta SET value = '0' WHERE key = 'format'")
        connection.commit()
        connection.close()
    elif damage == "vectors gone":
        vectors.unlink()
    else:
        vectors.write_bytes(b"junk")
    with pytest.raises(IndexUnusableError, match="codeassist index --rebuild"):
        Index.open(shop).search("authenticate")
    with Index.build(shop, rebuild=True) as index:
        assert_consistent(index)
        assert index.search("authenticate")


def test_a_stopped_update_is_continued_by_the_next_one(tmp_path):
    root = write(tmp_path / "r", {f"m{n}.py": f"def f{n}():\n    return {n}\n" for n in range(20)})
    calls = 0

    def stop() -> bool:
        nonlocal calls
        calls += 1
        return calls > 7

    with Index.build(root, stop=stop) as index:
        assert index.last_report.remaining == 13
        assert index.remaining == 13
        assert index.definitions("f0")
        assert_consistent(index)
    with Index.build(root) as index:
        assert index.last_report.added == 13
        assert index.remaining == 0
        assert_consistent(index)


@pytest.mark.skipif(os.name == "nt", reason="resource limits are POSIX")
def test_a_full_disk_leaves_the_previous_index(tmp_path):
    """A file size limit simulates a full disk; afterwards the old index still works and the next run completes."""
    root = write(tmp_path / "r", {"a.py": "def first():\n    return 1\n"})
    Index.build(root).close()
    write(root, {f"big{n}.py": BIG.replace("function", f"function{n}") for n in range(40)})
    script = textwrap.dedent(f"""
        import resource, signal, sys
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, 600_000))
        from indexers import Index
        try:
            Index.build({str(root)!r})
        except Exception as error:
            print(type(error).__name__, error)
            sys.exit(7)
    """)
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert result.returncode == 7, result.stderr
    with Index.open(root) as index:
        assert_consistent(index)
        assert [hit.path for hit in index.search("first")] == ["a.py"]
    with Index.build(root) as index:
        assert_consistent(index)
        assert index.last_report.added == 40


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is POSIX")
def test_kill_at_random_moments(tmp_path):
    """After a kill at any time the index opens and is consistent, and the next run completes it."""
    files = {f"p{n // 20}/m{n}.py": BIG.replace("function", f"function{n}")[:3000] for n in range(160)}
    root = write(tmp_path / "r", files)
    script = (
        "import indexers.build.update as b; b.COMMIT_SECONDS = 0.02\n"
        f"from indexers import Index, IndexOptions; print('go', flush=True); Index.build({str(root)!r}, options=IndexOptions(jobs=1))"
    )
    rng = random.Random(3)
    killed = 0
    for round_ in range(8):
        child = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        assert child.stdout.readline()
        deadline = rng.uniform(0.02, 0.6)
        try:
            child.wait(deadline)
        except subprocess.TimeoutExpired:
            child.send_signal(signal.SIGKILL)
            killed += 1
        child.wait()
        child.stdout.close()
        if (root / ".codeassist" / "index.db").exists():
            with Index.open(root) as index:
                assert_consistent(index)
        write(root, {f"p0/m{round_}.py": f"def changed_{round_}():\n    return {round_}\n"})
    assert killed
    with Index.build(root) as index:
        assert_consistent(index)
        assert index.statistics().languages["python"].files == 160


def test_a_file_deleted_after_it_was_listed_is_skipped(shop, monkeypatch):
    from indexers import index as module

    original = module.discover

    def discover(root, rules):
        listing = original(root, rules)
        (root / "shop/auth.py").unlink(missing_ok=True)
        return listing

    monkeypatch.setattr(module, "discover", discover)
    with Index.build(shop) as index:
        assert index.last_report.skipped["unreadable"] == 1
        assert not [d for d in index.definitions("authenticate") if d.path == "shop/auth.py"]
        assert_consistent(index)


@pytest.mark.skipif(os.name == "nt", reason="needs sparse files")
def test_a_file_of_two_gigabytes_is_skipped_without_reading(shop):
    with (shop / "huge.py").open("wb") as handle:
        handle.truncate(2 * 1024**3)
    with Index.build(shop) as index:
        assert index.last_report.skipped["too large"] == 1
        assert "huge.py" not in index.files()


def test_a_file_changed_after_it_was_listed_is_indexed_as_read(shop, monkeypatch):
    from indexers import index as module

    original = module.discover

    def discover(root, rules):
        listing = original(root, rules)
        write(root, {"shop/auth.py": "def changed_meanwhile():\n    return 1\n"})
        return listing

    monkeypatch.setattr(module, "discover", discover)
    with Index.build(shop) as index:
        assert index.definitions("changed_meanwhile")
    monkeypatch.undo()
    with Index.build(shop) as index:
        assert index.last_report.changed == 0
        assert_consistent(index)


def test_a_file_without_permission_is_recorded_and_indexed_later(shop, monkeypatch):
    from pathlib import Path

    original = Path.open

    def refuse(self, *args, **kwargs):
        if self.name == "auth.py":
            raise PermissionError(13, "Permission denied", str(self))
        return original(self, *args, **kwargs)

    monkeypatch.setattr(Path, "open", refuse)
    with Index.build(shop) as index:
        assert index.statistics().skipped["no permission"] == 1
    monkeypatch.undo()
    with Index.build(shop) as index:
        assert index.definitions("authenticate")
        assert "no permission" not in index.statistics().skipped
