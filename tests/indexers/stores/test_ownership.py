"""An index folder that is a link, another user's, tracked by git, or holds links is refused before anything is read."""

from __future__ import annotations

import os
import subprocess

import pytest

from indexers import Index, UntrustedFolderError
from indexers.stores.names import is_own
from indexers.stores.origin import mark
from indexers.stores.ownership import check_folder
from tests.conftest import git, write

pytestmark = pytest.mark.skipif(os.name == "nt", reason="links need rights there")

NAMES = [
    *("index.db", "index.db-wal", "index.db-shm", "index.db-journal", "index.db.new", "index.db.new-wal", "index.seal"),
    *(
        "index.seal.tmp",
        "vectors-1.faiss",
        "vectors-1.faiss.tmp",
        "vectors-1.log",
        "write.lock",
        "write.pid",
        "origin",
        ".gitignore",
    ),
    *("runs.db", "runs.db-wal", "runs.db-shm", "runs.db-journal", "runs.db.lock", "chat_history"),
]


def plant(path, kind, target):
    """Put something that is not a regular file of its own at `path`."""
    if kind == "link":
        path.symlink_to(target)
    elif kind == "dangling link":
        path.symlink_to(target.with_name("not-yet-there"))
    elif kind == "link to a folder":
        path.symlink_to(target.parent)
    elif kind == "hard link":
        path.hardlink_to(target)
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        path.mkdir()


KINDS = ["link", "dangling link", "link to a folder", "hard link", "pipe", "folder"]


def test_every_name_that_is_used_is_known(shop):
    with Index.build(shop) as index:
        write(shop, {"new.py": "def fresh():\n    return 1\n"})
        index.update()
        index.search("fresh")
        assert [path.name for path in index.folder.iterdir() if not is_own(path.name)] == []
    assert all(map(is_own, NAMES))


@pytest.mark.parametrize("kind", KINDS)
def test_links_and_special_files_are_refused_under_every_name(tmp_path, kind):
    victim = write(tmp_path, {"victim": "keep me"}) / "victim"
    for name in NAMES:
        folder = tmp_path / f"folder of {name}"
        folder.mkdir()
        plant(folder / name, kind, victim)
        with pytest.raises(UntrustedFolderError, match=name.replace(".", r"\.")):
            check_folder(folder)


def test_links_of_the_user_under_other_names_are_left_alone(tmp_path):
    write(tmp_path, {"victim": "keep me"})
    write(tmp_path / "folder", {"index.db": "x"})
    (tmp_path / "folder" / "notes").symlink_to(tmp_path / "victim")
    mark(tmp_path / "folder")
    check_folder(tmp_path / "folder")


def test_a_folder_that_is_a_link_is_refused(shop, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (shop / ".codeassist").symlink_to(tmp_path / "elsewhere")
    for index_dir in (None, shop / ".codeassist"):
        with pytest.raises(UntrustedFolderError, match="is a symbolic link"):
            Index.build(shop, index_dir=index_dir)
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_folder_of_another_user_is_refused(shop, monkeypatch):
    Index.build(shop).close()
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    with pytest.raises(UntrustedFolderError, match="another user"):
        Index.open(shop)


def test_a_folder_with_a_tracked_file_is_refused(shop):
    Index.build(shop).close()
    git(shop, "init", "-q")
    git(shop, "add", ".")
    Index.open(shop).close()
    git(shop, "add", "-f", ".codeassist/index.db")
    with pytest.raises(UntrustedFolderError, match="git tracks it"):
        Index.open(shop)
    git(shop, "rm", "-rq", "--cached", ".codeassist")
    Index.open(shop).close()


@pytest.mark.parametrize("version", ["2", "3", "4"])
@pytest.mark.parametrize("other", [[".codeassist.toml"], [], [".codeassis", ".codeassistant/x", "src/.codeassist/x"]])
def test_tracked_files_are_found_in_every_version_of_gits_index(tmp_path, version, other):
    root = write(tmp_path / "r", dict.fromkeys((*other, ".codeassist/write.pid"), "x"))
    git(root, "init", "-q")
    git(root, "add", "--", *(other or ["."]))
    if not other:
        git(root, "rm", "-rq", "--cached", ".")
    git(root, "update-index", "--index-version", version)
    check_folder(root / ".codeassist")
    git(root, "add", "-f", ".codeassist")
    with pytest.raises(UntrustedFolderError):
        check_folder(root / ".codeassist")


def test_a_folder_below_a_linked_working_tree_is_checked(tmp_path):
    main = write(tmp_path / "main", {"a.py": "x = 1\n", "sub/.codeassist/index.db": "x"})
    git(main, "init", "-q")
    git(main, "add", "-f", ".")
    git(main, "commit", "-qm", "first")
    git(main, "worktree", "add", "-q", str(tmp_path / "linked"))
    with pytest.raises(UntrustedFolderError):
        check_folder(tmp_path / "linked" / "sub" / ".codeassist")


def test_a_submodule_in_the_place_of_the_folder_is_refused(tmp_path):
    inner = write(tmp_path / "inner", {"index.db": "x"})
    git(inner, "init", "-q")
    git(inner, "add", ".")
    git(inner, "commit", "-qm", "first")
    outer = write(tmp_path / "outer", {"a.py": "x = 1\n"})
    git(outer, "init", "-q")
    git(outer, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner), ".codeassist")
    with pytest.raises(UntrustedFolderError):
        check_folder(outer / ".codeassist")


def test_git_is_not_started_for_a_repository_that_tracks_nothing_there(shop, monkeypatch):
    Index.build(shop).close()
    git(shop, "init", "-q")
    git(shop, "add", ".")

    def forbidden(*_, **__):
        raise AssertionError("git was started")

    monkeypatch.setattr(subprocess, "Popen", forbidden)
    check_folder(shop / ".codeassist")
