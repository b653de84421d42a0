"""Listing files with git, in repositories that are not trusted."""

from __future__ import annotations

import os

import pytest

from indexers import Index, IndexOptions, SourceError
from indexers.files.git import git_paths
from indexers.files.walker import discover
from tests.conftest import git, write


def listed(root, skipped=None, notes=None):
    found = [] if skipped is None else skipped
    return git_paths(root, lambda path, reason: found.append((path, reason)), [] if notes is None else notes)


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


def test_a_folder_ignored_by_an_outer_repository_is_indexed(tmp_path):
    """The ignore rules of an outer repository do not apply to a folder that is indexed directly."""
    outer = write(tmp_path, {".gitignore": "work/\n", "work/a.py": "def f():\n    pass\n"})
    git(outer, "init", "-q")
    with Index.build(outer / "work") as index:
        assert index.definitions("f")


def test_git_environment_variables_are_ignored(tmp_path, monkeypatch):
    root = write(tmp_path / "r", {"a.py": "1"})
    git(root, "init", "-q")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    assert [file.path for file in discover(root).files] == ["a.py"]


def test_tracked_and_new_files_are_listed_and_folders_of_tools_are_not(tmp_path):
    root = write(
        tmp_path, {"a.py": "1", ".venv/b.py": "1", "new.py": "1", "größe x.py": "1", "c.log": "1", ".gitignore": "*.log"}
    )
    git(root, "init", "-q")
    git(root, "add", "-f", "a.py", ".venv/b.py")
    skipped: list[tuple[str, str]] = []
    assert sorted(listed(root, skipped)) == [".gitignore", "a.py", "größe x.py", "new.py"]
    assert not skipped


def test_there_is_no_list_outside_a_working_tree_or_without_git(tmp_path, monkeypatch):
    root = write(tmp_path, {"a.py": "1"})
    assert listed(root) is None
    git(root, "init", "-q")
    assert listed(root) == ["a.py"]
    monkeypatch.setenv("PATH", str(tmp_path))
    assert listed(root) is None


def test_a_damaged_repository_gives_no_list(tmp_path):
    root = write(tmp_path, {"a.py": "1", ".git": "gitdir: nowhere\n"})
    assert listed(root) is None


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root may give files to others")
def test_a_repository_of_another_user_is_reported_with_the_remedy_of_git(tmp_path, run):
    root = write(tmp_path / "r", {"a.py": "def f():\n    pass\n"})
    git(root, "init", "-q")
    for path in (root, root / ".git"):
        os.chown(path, 4242, 4242)
    with pytest.raises(SourceError, match=f"git config --global --add safe.directory {root}"):
        discover(root)
    refused = run("index", str(root))
    assert refused.code == 2
    assert f"safe.directory {root}'" in refused.err
    assert f"safe.directory {root}'" in run("review", "--staged", cwd=root).err


def test_a_listing_without_git_says_so(tmp_path, monkeypatch):
    root = write(tmp_path, {"a.py": "1", ".git": "gitdir: nowhere\n"})
    assert any("git could not list the files" in note for note in discover(root).notes)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert discover(root).notes == ["git is not installed, so the .gitignore files are applied without it."]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root may give files to others")
def test_a_repository_of_another_user_around_a_folder_is_not_used(tmp_path):
    outer = write(tmp_path / "r", {"mine/a.py": "1", ".gitignore": "a.py\n"})
    git(outer, "init", "-q")
    for path in (outer, outer / ".git"):
        os.chown(path, 4242, 4242)
    listing = discover(outer / "mine")
    assert [file.path for file in listing.files] == ["a.py"]
    assert listing.notes == [
        f"The repository {outer} is not used: it is another user's, the home folder, or another file system."
    ]
