"""Scratch folders: removed at the end, or by the next run when theirs was killed; others are left alone."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile

import pytest

from codeassist.sandbox.folders import LOCK, PREFIX, SECONDS_WITHOUT_LOCK, remove, remove_abandoned, scratch_folder

HOLDER = """
import sys, tempfile
tempfile.tempdir = sys.argv[1]
from codeassist.sandbox.folders import scratch_folder
with scratch_folder() as folder:
    (folder / "copy").mkdir()
    print(folder, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def parent(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def holder(parent):
    """A process that uses a scratch folder until its input ends, and the folder's name."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(parent)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    return process, process.stdout.readline().strip()


def test_the_folder_of_a_killed_run_is_removed_by_the_next(parent):
    process, folder = holder(parent)
    assert os.path.isdir(folder)
    process.kill()
    process.communicate()
    assert os.path.isdir(folder)
    with scratch_folder() as mine:
        assert os.listdir(parent) == [mine.name]
    assert os.listdir(parent) == []


def test_the_folder_of_a_run_that_goes_on_is_left_alone(parent):
    process, folder = holder(parent)
    assert remove_abandoned(parent) == 0
    assert os.path.isdir(f"{folder}/copy")
    process.communicate("")
    assert os.listdir(parent) == []


def test_a_folder_without_a_lock_is_removed_when_it_is_old(parent):
    new, old = parent / f"{PREFIX}new", parent / f"{PREFIX}old"
    for folder in (new, old):
        folder.mkdir()
    then = old.stat().st_mtime - SECONDS_WITHOUT_LOCK - 60
    os.utime(old, (then, then))
    assert remove_abandoned(parent) == 1
    assert new.exists()


def test_what_a_killed_run_was_removing_is_removed(parent):
    (parent / f"{PREFIX}half" / "tools").mkdir(parents=True)  # its lock is gone already
    assert remove_abandoned(parent) == 1


def test_links_files_and_folders_of_others_are_left_alone(parent):
    precious = parent / "precious"
    precious.mkdir()
    (precious / LOCK).touch()
    (parent / f"{PREFIX}link").symlink_to(precious, target_is_directory=True)
    (parent / f"{PREFIX}file").touch()
    assert remove_abandoned(parent) == 0
    assert (precious / LOCK).exists()
    if hasattr(os, "getuid") and os.getuid() == 0:
        other = parent / f"{PREFIX}other"
        other.mkdir()
        (other / LOCK).touch()
        os.chown(other, 65_534, 65_534)
        assert remove_abandoned(parent) == 0


def test_links_in_a_folder_are_removed_and_not_followed(parent):
    precious = parent / "precious.txt"
    precious.write_text("x")
    folder = parent / "folder"
    (folder / "deep").mkdir(parents=True)
    (folder / "deep" / "link").symlink_to(precious)
    (folder / "here").symlink_to(parent, target_is_directory=True)
    remove(folder)
    assert os.listdir(parent) == ["precious.txt"]


def test_protected_and_very_deep_folders_are_removed(parent, request):
    limit = sys.getrecursionlimit()
    request.addfinalizer(lambda: sys.setrecursionlimit(limit))
    sys.setrecursionlimit(300)
    folder = parent / "folder"
    folder.mkdir()
    (folder / "closed").mkdir()
    (folder / "closed" / "file").touch()
    (folder / "closed").chmod(0o000)
    here = os.open(folder, os.O_RDONLY)
    for _ in range(310):
        os.mkdir("name-of-a-folder", dir_fd=here)
        inner = os.open("name-of-a-folder", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(here)
    remove(folder)
    assert not folder.exists()
