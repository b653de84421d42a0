"""An index that is made again stays in use until the new one is complete."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from indexers import Index, IndexWriteError
from indexers.stores import beside
from indexers.stores.folder import remove_index
from indexers.testing import HashEncoder
from tests.conftest import write
from tests.indexers.conftest import assert_consistent

FOLDER = ".codeassist"


def names(root):
    """The files of an index that hold its content."""
    return sorted(path.name for path in (root / FOLDER).iterdir() if path.name.startswith(("index", "vectors")))


def test_a_rebuild_that_is_stopped_leaves_the_index_as_it_was(shop):
    with Index.build(shop, encoder=HashEncoder(4)) as index:
        generation, files = index.generation, index.files()
    before = names(shop)
    seen = []

    def stop():
        seen.append((shop / FOLDER / "index.new/index.db").exists())
        return len(seen) > 2

    with Index.build(shop, encoder=HashEncoder(8), rebuild=True, stop=stop) as index:
        assert all(seen)
        assert index.last_report.discarded
        assert index.last_report.remaining
        assert (index.generation, index.files()) == (generation, files)
    assert names(shop) == before
    with Index.open(shop, encoder=HashEncoder(4)) as index:
        assert_consistent(index)
        assert index.search("authenticate")


def test_a_rebuild_that_fails_leaves_the_index_as_it_was(shop, monkeypatch):
    with Index.build(shop) as index:
        generation = index.generation
    before = names(shop)

    def fails(*_):
        raise IndexWriteError("The disk is full.")

    monkeypatch.setattr(beside.Catalog, "compact", fails)
    with pytest.raises(IndexWriteError, match="disk is full"):
        Index.build(shop, rebuild=True)
    assert names(shop) == before
    with Index.build(shop) as index:
        assert index.generation == generation
        assert_consistent(index)


def test_a_complete_rebuild_takes_the_place_of_the_index(shop):
    with Index.build(shop, encoder=HashEncoder(4)) as reader:
        generation = reader.generation
        write(shop, {"shop/new.py": "def brand_new():\n    return 1\n"})
        with Index.build(shop, encoder=HashEncoder(8), rebuild=True) as index:
            assert index.generation > generation
            assert not index.last_report.discarded
            assert index.definitions("brand_new")
            assert_consistent(index)
        assert reader.replaced
    assert not (shop / FOLDER / "index.new").exists()
    with Index.open(shop, encoder=HashEncoder(8)) as index:
        assert index.health().ok
        assert index.search("brand_new")
        report = index.update()
        assert (report.added, report.changed, report.deleted) == (0, 0, 0)


@pytest.mark.skipif(os.name == "nt", reason="signals are POSIX")
def test_a_killed_rebuild_leaves_the_index_and_the_next_writer_removes_its_files(shop):
    Index.build(shop).close()
    before = names(shop)
    script = (
        "import os, signal, sys\n"
        "from indexers import Index\n"
        "Index.build(sys.argv[1], rebuild=True, on_progress=lambda _: os.kill(os.getpid(), signal.SIGKILL))\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(shop)], timeout=120, check=False)
    assert done.returncode == -signal.SIGKILL
    assert (shop / FOLDER / "index.new").is_dir()
    with Index.open(shop) as index:
        assert_consistent(index)
        assert index.search("authenticate")
    Index.build(shop).close()
    assert names(shop) == before


def test_clean_removes_an_unfinished_rebuild_but_no_file_of_others_and_follows_no_link(shop, tmp_path):
    Index.build(shop).close()
    folder = shop / FOLDER
    write(folder / "index.new", {"index.db": "half", "vectors-3.faiss": "half"})
    assert remove_index(folder)
    assert not folder.exists()
    Index.build(shop).close()
    write(folder / "index.new", {"index.db": "half", "mine.txt": "mine"})
    remove_index(folder)
    assert [path.name for path in (folder / "index.new").iterdir()] == ["mine.txt"]
    Index.build(shop).close()
    assert (folder / "index.new/mine.txt").read_text() == "mine"


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_a_link_in_the_place_of_the_new_index_is_removed_and_not_followed(shop, tmp_path):
    Index.build(shop).close()
    elsewhere = write(tmp_path / "elsewhere", {"index.db": "of others", "vectors-1.log": "of others"})
    (shop / FOLDER / "index.new").symlink_to(elsewhere, target_is_directory=True)
    with Index.build(shop, rebuild=True) as index:
        assert_consistent(index)
    assert sorted(path.read_text() for path in elsewhere.iterdir()) == ["of others"] * 2
    assert not (shop / FOLDER / "index.new").exists()
