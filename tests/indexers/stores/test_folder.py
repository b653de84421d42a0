"""The folder of an index: made, recognised, emptied and removed."""

from __future__ import annotations

import pytest

from indexers import Index, IndexBusyError, SourceError
from indexers.stores import origin
from indexers.stores.folder import create_catalog, index_folder, index_size, make_folder, remove_index
from indexers.stores.locking import writer_lock
from indexers.testing import HashEncoder
from tests.conftest import git, write


def test_git_ignores_the_index_folder(shop):
    git(shop, "init", "-q")
    Index.build(shop).close()
    assert ".codeassist" not in git(shop, "status", "--porcelain")


def test_the_index_needs_a_separate_folder(shop, tmp_path):
    with pytest.raises(SourceError, match="separate folder"):
        Index.build(shop, index_dir=shop)
    other = write(tmp_path / "other", {"notes.txt": "mine", ".gitignore": "mine too\n"})
    with pytest.raises(SourceError, match="contains other files"):
        Index.build(shop, index_dir=other)
    assert (other / ".gitignore").read_text() == "mine too\n"


def test_the_folder_of_an_index(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert index_folder(tmp_path) == tmp_path / ".codeassist"
    assert index_folder(tmp_path / "r", "elsewhere") == tmp_path.resolve() / "elsewhere"


def test_generation_numbers_continue_in_a_new_catalog(tmp_path):
    origin.mark(tmp_path)
    write(tmp_path, {"vectors-7.faiss": "x", "vectors-12.faiss.tmp": "x", "vectors-x.faiss": "x"})
    catalog = create_catalog(tmp_path, tmp_path / "r", HashEncoder(4))
    assert (catalog.meta("generation", 0), catalog.meta("vectors", "")) == (12, None)
    assert (catalog.meta("fingerprint", ""), catalog.meta("dimension", 0)) == ("hash-4", 4)
    catalog.close()
    assert [path.name for path in tmp_path.glob("vectors-*")] == ["vectors-x.faiss"]


def test_removing_an_index_removes_its_folder(shop):
    Index.build(shop).close()
    folder = shop / ".codeassist"
    size = index_size(folder)
    assert size > (folder / "index.db").stat().st_size > 0
    assert 0 < remove_index(folder) <= size
    assert not folder.exists()
    assert remove_index(folder) == 0


def test_removing_an_index_keeps_the_files_of_others(shop):
    Index.build(shop).close()
    folder = shop / ".codeassist"
    write(folder, {"notes.txt": "mine", ".gitignore": "mine\n", "vectors-mine.faiss": "mine"})
    remove_index(folder)
    assert sorted(path.name for path in folder.iterdir()) == [".gitignore", "notes.txt", "vectors-mine.faiss"]


def test_an_index_that_is_being_written_is_not_removed(shop):
    Index.build(shop).close()
    folder = shop / ".codeassist"
    with writer_lock(folder), pytest.raises(IndexBusyError):
        remove_index(folder)
    with Index.open(shop) as index:
        assert index.search("authenticate")


def test_a_folder_with_an_index_may_contain_other_files(tmp_path):
    folder = write(tmp_path / "index", {"index.db": "", "notes.txt": "mine"})
    make_folder(folder, tmp_path)
    assert (folder / ".gitignore").read_text() == "*\n"
    with pytest.raises(SourceError, match="not the root"):
        make_folder(tmp_path, tmp_path)
