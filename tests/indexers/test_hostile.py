"""Malicious repositories, damaged indexes and unusual files."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from indexers import Index, IndexOptions, IndexUnusableError, QueryError, SourceError
from indexers.encoders.static import StaticEncoder
from tests.conftest import git, write


def test_thousands_of_consecutive_comment_lines(tmp_path):
    root = write(
        tmp_path, {"a.c": "// remark\n" * 5000 + "int f(void) { return 1; }\n", "b.py": "# x\n" * 5000 + "def g():\n    pass\n"}
    )
    with Index.build(root) as index:
        assert index.definitions("f")
        assert index.definitions("g")


@pytest.mark.skipif(os.name == "nt", reason="a POSIX shell command")
def test_git_settings_of_a_repository_run_no_program(tmp_path):
    root = write(tmp_path / "r", {"a.py": "x = 1\n"})
    git(root, "init", "-q")
    git(root, "config", "core.fsmonitor", f"touch {tmp_path / 'owned'}; false")
    with Index.build(root, options=IndexOptions(history=5)):
        assert not (tmp_path / "owned").exists()


@pytest.mark.skipif(os.name == "nt", reason="symbolic links")
def test_a_tracked_folder_replaced_by_a_link_is_not_followed(tmp_path):
    outside = write(tmp_path / "outside", {"pw.py": "SECRET = 1\n"})
    root = write(tmp_path / "r", {"a.py": "x = 1\n", "dir/pw.py": "y = 1\n"})
    git(root, "init", "-q")
    git(root, "add", "-A")
    (root / "dir/pw.py").unlink()
    (root / "dir").rmdir()
    (root / "dir").symlink_to(outside)
    with Index.build(root) as index:
        assert list(index.files()) == ["a.py"]


def test_the_index_needs_a_separate_folder(shop, tmp_path):
    with pytest.raises(SourceError, match="separate folder"):
        Index.build(shop, index_dir=shop)
    other = write(tmp_path / "other", {"notes.txt": "mine", ".gitignore": "mine too\n"})
    with pytest.raises(SourceError, match="contains other files"):
        Index.build(shop, index_dir=other)
    assert (other / ".gitignore").read_text() == "mine too\n"


def test_invalid_ignore_patterns_are_ignored_and_invalid_filters_rejected(tmp_path):
    root = write(tmp_path, {".gitignore": "!\n\\\n*.log\n", "a.py": "def f():\n    pass\n", "b.log": "x\n"})
    with Index.build(root) as index:
        assert sorted(index.files()) == [".gitignore", "a.py"]
        with pytest.raises(QueryError, match="not a valid path pattern"):
            index.search("f", paths=["!"])


def test_overwritten_database_pages_are_reported(shop):
    Index.build(shop).close()
    database = shop / ".codeassist" / "index.db"
    data = bytearray(database.read_bytes())
    data[8192:] = os.urandom(len(data) - 8192)
    database.write_bytes(bytes(data))
    with pytest.raises(IndexUnusableError, match="--rebuild"), Index.open(shop) as index:
        index.search("authenticate")
    with pytest.raises(IndexUnusableError, match="--rebuild"):
        Index.build(shop)
    with Index.build(shop, rebuild=True) as index:
        assert index.search("authenticate")


def test_missing_vectors_are_reported_even_if_nothing_changed(shop):
    Index.build(shop).close()
    next((shop / ".codeassist").glob("vectors-*")).unlink()
    with pytest.raises(IndexUnusableError, match="--rebuild"):
        Index.build(shop)


def test_a_rebuild_with_an_open_reader_never_mixes_generations(shop):
    with Index.build(shop) as reader:
        before = [hit.path for hit in reader.search("authenticate")]
        Index.build(shop, rebuild=True).close()
        with suppress(IndexUnusableError):
            assert [hit.path for hit in reader.search("authenticate")] == before


def test_threads_can_share_an_index(shop_index):
    def search(number: int) -> list[str]:
        language = ("python", "go", "javascript")[number % 3]
        return [hit.language for hit in shop_index.search("charge the account", languages=[language])]

    with ThreadPoolExecutor(8) as pool:
        for number, languages in enumerate(pool.map(search, range(120))):
            assert set(languages) == {("python", "go", "javascript")[number % 3]}


def test_a_custom_encoder_is_used(shop):
    import numpy as np

    table = np.eye(3, dtype=np.int8) * 127
    encoder = StaticEncoder(table, np.ones(3, dtype=np.float32), ["charge", "password", "reserve"], "static", "own-1")
    with Index.build(shop, encoder=encoder) as index:
        (nearest,) = index.similar(["reserve"], 1)[0]
        assert nearest.path.endswith(".go")
        assert round(nearest.similarity, 1) == 1.0


def test_messages_with_control_characters_do_not_break_the_history(shop):
    git(shop, "init", "-q")
    for number in range(3):
        write(shop, {"n.py": f"x = {number}\n"})
        git(shop, "add", "-A")
        git(shop, "commit", "-qm", f"Odd \x1e\x1f message {number}\n\nbody \x1e abc \x1f def")
    with Index.build(shop, options=IndexOptions(history=10)) as index:
        assert index.commits("odd message")
    with Index.build(shop) as index:
        assert index.commits("odd message") == []


@pytest.mark.skipif(os.name == "nt", reason="process groups are POSIX")
def test_stopping_an_update_ends_its_workers(tmp_path):
    body = "\n\n".join(f"def f{n}(value):\n    return compute_{n}(value)" for n in range(400))
    root = write(tmp_path / "r", {f"m{n}.py": body for n in range(80)})
    script = textwrap.dedent(f"""
        import subprocess, os
        from indexers import Index, IndexOptions
        calls = []
        def stop():
            calls.append(1)
            return len(calls) > 3
        Index.build({str(root)!r}, options=IndexOptions(jobs=3), stop=stop).close()
        print(subprocess.run(["ps", "--ppid", str(os.getpid()), "-o", "comm="], capture_output=True, text=True).stdout.split())
    """)
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert result.stdout.strip() == "['ps']"


def test_a_folder_ignored_by_an_outer_repository_is_indexed(tmp_path):
    """The ignore rules of an outer repository do not apply to a folder that is indexed directly."""
    outer = write(tmp_path, {".gitignore": "work/\n", "work/a.py": "def f():\n    pass\n"})
    git(outer, "init", "-q")
    with Index.build(outer / "work") as index:
        assert index.definitions("f")


def test_remaining_files_deleted_before_the_next_update_are_not_counted(tmp_path):
    root = write(tmp_path / "r", {f"m{n}.py": f"def f{n}():\n    return {n}\n" for n in range(6)})
    count = iter(range(100))
    Index.build(root, stop=lambda: next(count) > 2).close()
    for path in root.glob("m[3-5].py"):
        path.unlink()
    with Index.build(root) as index:
        assert index.remaining == 0


def test_a_locked_database_raises_index_busy_error(shop, monkeypatch):
    from indexers import IndexBusyError

    monkeypatch.setattr("indexers.stores.catalog.BUSY_SECONDS", 0.05)
    Index.build(shop).close()
    other = sqlite3.connect(shop / ".codeassist" / "index.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    try:
        write(shop, {"new.py": "x = 1\n"})
        with Index.open(shop) as index:
            with pytest.raises(IndexBusyError):
                index.update()
    finally:
        other.execute("ROLLBACK")
        other.close()
