"""An index that another user or machine made is not answered from; it is made anew, or used once it is accepted."""

from __future__ import annotations

import os
import shutil

import pytest

from indexers import Index, UntrustedFolderError
from indexers.stores import origin
from indexers.stores.ownership import check_folder
from tests.conftest import write


@pytest.fixture
def another_user(tmp_path, monkeypatch):
    """Become a user with another state folder."""

    def become(name="another"):
        monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / name))

    return become


def test_an_index_of_another_user_is_refused_until_it_is_made_anew(shop, another_user):
    Index.build(shop).close()
    write(shop / ".codeassist", {"runs.db": "planted", "chat_history": "planted"})
    another_user()
    with pytest.raises(UntrustedFolderError, match="was not made by you on this machine.*run 'codeassist index'"):
        Index.open(shop)
    with Index.build(shop) as index:  # not an update of what is there
        assert index.last_report.added == len(index.files())
    assert not (shop / ".codeassist" / "runs.db").exists()
    assert not (shop / ".codeassist" / "chat_history").exists()
    Index.open(shop).close()


@pytest.mark.parametrize("planted", ["", "00", "zz" * 48, "0" * 96])
def test_a_mark_cannot_be_made_up(shop, planted):
    Index.build(shop).close()
    (shop / ".codeassist" / "origin").write_text(planted)
    with pytest.raises(UntrustedFolderError):
        Index.open(shop)


def test_a_repository_may_be_moved_and_copied(shop, tmp_path):
    Index.build(shop).close()
    shutil.copytree(shop, tmp_path / "copy")
    shop.rename(tmp_path / "moved")
    for root in ("copy", "moved"):
        Index.open(tmp_path / root).close()


def test_an_accepted_index_is_used(shop, another_user):
    Index.build(shop).close()
    another_user()
    origin.accept(shop / ".codeassist")
    Index.open(shop).close()


def test_an_accepted_index_that_cannot_be_written_is_remembered(shop, another_user, monkeypatch):
    Index.build(shop).close()
    folder = shop / ".codeassist"
    another_user()

    def read_only(*_):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(origin, "mark", read_only)
    origin.accept(folder)
    Index.open(shop).close()
    folder.rename(shop / "elsewhere")
    shutil.copytree(shop / "elsewhere", folder)  # another folder at the same place
    (shop / "elsewhere").rename(shop / "kept")
    with pytest.raises(UntrustedFolderError):
        Index.open(shop)


def test_the_key_is_for_the_user_alone_and_made_again_when_half_written(shop, another_user, tmp_path):
    another_user()
    Index.build(shop).close()
    key = tmp_path / "another" / "codeassist" / "index.key"
    if os.name != "nt":
        assert key.stat().st_mode & 0o777 == 0o600
    assert len(key.read_bytes()) == 32
    key.write_bytes(b"half")
    with pytest.raises(UntrustedFolderError):
        Index.open(shop)
    assert len(key.read_bytes()) == 32
    assert [path.name for path in key.parent.iterdir()] == ["index.key"]


@pytest.mark.skipif(os.name == "nt", reason="the key is renamed there")
def test_a_kill_while_the_key_is_made_costs_nothing(shop, another_user, tmp_path):
    another_user()
    Index.build(shop).close()
    key = tmp_path / "another" / "codeassist" / "index.key"
    key.with_name("index.key.1.0").hardlink_to(key)  # what a process killed before its last step leaves
    Index.open(shop).close()
    write(shop, {".codeassist/origin": "0" * 96})
    with pytest.raises(UntrustedFolderError):
        Index.open(shop)


def test_a_mark_is_not_read_to_its_end_when_it_is_endless(shop):
    Index.build(shop).close()
    with (shop / ".codeassist" / "origin").open("r+b") as file:
        file.truncate(1 << 40)
    with pytest.raises(UntrustedFolderError):
        Index.open(shop)


def test_an_index_with_names_in_capitals_counts_as_one(shop, tmp_path):
    """A file system without case finds `INDEX.DB` under the name `index.db`."""
    folder = tmp_path / "other" / ".codeassist"
    write(folder, {"INDEX.DB": "planted"})
    with pytest.raises(UntrustedFolderError, match="was not made by you"):
        check_folder(folder)
    (shop / ".codeassist").mkdir()
    write(shop / ".codeassist", {"Vectors-1.FAISS": "planted", "index.db": ""})
    Index.build(shop).close()
    assert not (shop / ".codeassist" / "Vectors-1.FAISS").exists()


def test_without_a_place_for_the_key_an_index_is_used(shop, tmp_path, monkeypatch):
    Index.build(shop).close()
    write(tmp_path, {"file": ""})
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    Index.open(shop).close()
    Index.build(shop).close()


def test_a_folder_without_content_needs_no_mark(tmp_path):
    write(tmp_path / "folder", {".gitignore": "*\n", "write.lock": ""})
    check_folder(tmp_path / "folder")
