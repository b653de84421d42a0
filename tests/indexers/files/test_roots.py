"""Which folders around a folder decide for it, and which folders are too much to index."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from indexers.files.roots import enclosing, refusal
from tests.conftest import write

MARKERS = (".codeassist", ".git")
needs_root = pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root may give files to others")


def test_the_nearest_folder_with_a_marker_encloses(tmp_path):
    root = write(tmp_path / "r", {".git/HEAD": "", "a/b/c.py": "", "a/.codeassist/x": ""}).resolve()
    assert enclosing(root, MARKERS) == root
    assert enclosing(root / "a" / "b", MARKERS) == root / "a"
    assert enclosing(root / "a" / "b", (".git",)) == root
    assert enclosing(root / "a" / "b", (".hg",)) is None


def test_the_home_folder_does_not_enclose(tmp_path, monkeypatch):
    home = write(tmp_path / "home", {".git/HEAD": "", "work/a.py": ""}).resolve()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))
    assert enclosing(home / "work", MARKERS) is None
    assert enclosing(home, MARKERS) == home


@needs_root
@pytest.mark.parametrize("given", ["r", "r/.git"])
def test_a_folder_or_marker_of_another_user_does_not_enclose(tmp_path, given):
    root = write(tmp_path / "r", {".git/HEAD": "", "a/b.py": ""}).resolve()
    assert enclosing(root / "a", MARKERS) == root
    os.chown(tmp_path / given, 4242, 4242)
    assert enclosing(root / "a", MARKERS) is None


@needs_root
def test_a_repository_of_another_user_encloses_its_own_folders(tmp_path):
    """As in a container, where root works in a mounted folder of the user."""
    root = write(tmp_path / "r", {".git/HEAD": "", "a/b.py": ""}).resolve()
    for path in (root, root / ".git", root / "a"):
        os.chown(path, 4242, 4242)
    assert enclosing(root / "a", MARKERS) == root


@pytest.mark.skipif(os.name == "nt", reason="permissions")
def test_a_folder_that_everybody_may_write_to_does_not_enclose(tmp_path):
    root = write(tmp_path / "r", {".git/HEAD": "", "a/b.py": ""}).resolve()
    root.chmod(0o1777)
    assert enclosing(root / "a", MARKERS) is None


def test_another_file_system_does_not_enclose(tmp_path, monkeypatch):
    root = write(tmp_path / "r", {".git/HEAD": "", "a/b.py": ""}).resolve()
    original = Path.stat

    def moved(self, **options):
        status = original(self, **options)
        if self != root:
            return status
        return os.stat_result((*status[:2], status.st_dev + 1, *status[3:10]))

    monkeypatch.setattr(Path, "stat", moved)
    assert enclosing(root / "a", MARKERS) is None


def test_folders_that_are_too_much(tmp_path, monkeypatch):
    home = write(tmp_path / "home", {"work/a.py": ""}).resolve()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))
    assert refusal(home) == "the home folder"
    assert refusal(home.parent) == "a folder around the home folder"
    assert refusal(Path(home.anchor)) == "the root of a file system"
    assert refusal(home / "work") == ""


@pytest.mark.skipif(os.name == "nt", reason="POSIX paths")
@pytest.mark.parametrize("path", ["/proc", "/proc/self", "/sys/kernel", "/dev"])
def test_folders_of_the_system_are_too_much(path):
    assert refusal(Path(path)) == "a folder of the operating system"
