"""`codeassist clean`: what this program stored is removed, and nothing else."""

from __future__ import annotations

import pytest

from codeassist import workspace
from tests.conftest import git, write


def test_the_index_is_removed(indexed, run):
    assert "Removed" in run("clean", cwd=indexed).err
    assert not (indexed / ".codeassist").exists()
    assert "There is no index" in run("clean", cwd=indexed).err


def test_clean_leaves_other_files_alone(indexed, run):
    (indexed / ".codeassist" / "notes.txt").write_text("mine")
    run("clean", cwd=indexed)
    assert [p.name for p in (indexed / ".codeassist").iterdir()] == ["notes.txt"]


def test_the_repository_is_as_if_it_had_never_been_indexed(shop, run):
    git(shop, "init", "-q")
    before = sorted(shop.rglob("*"))
    run("index", "-q", ".", cwd=shop)
    run("ask", "where is auth handled", cwd=shop)
    assert run("clean", cwd=shop).code == 0
    assert sorted(path for path in shop.rglob("*") if ".git" not in path.parts) == [
        path for path in before if ".git" not in path.parts
    ]
    assert run("index", ".", cwd=shop).code == 0
    assert run("clean", cwd=shop).code == 0
    assert ".codeassist" not in git(shop, "status", "--porcelain", "--ignored")


def test_recorded_runs_are_kept_if_asked(indexed, run):
    git(indexed, "init", "-q")
    run("ask", "where is auth handled", cwd=indexed)
    assert "recorded runs are kept" in run("clean", "--keep-runs", cwd=indexed).err
    assert "where is auth handled" in run("log", cwd=indexed).out
    assert run("status", cwd=indexed).code == 4
    assert ".codeassist/" not in git(indexed, "status", "--porcelain")
    assert run("index", "-q", ".", cwd=indexed).code == 0
    assert "where is auth handled" in run("log", cwd=indexed).out


@pytest.mark.parametrize("half", [b"", b"*"])
def test_a_half_written_ignore_file_is_completed_and_removed(indexed, run, half):
    ignore = indexed / ".codeassist" / ".gitignore"
    (indexed / ".codeassist" / "index.db").unlink()
    ignore.write_bytes(half)
    assert run("index", "-q", ".", cwd=indexed).code == 0
    assert ignore.read_bytes() == b"*\n"
    ignore.write_bytes(half)
    assert run("clean", cwd=indexed).code == 0
    assert not (indexed / ".codeassist").exists()


def test_what_the_cache_holds_about_the_repository_is_removed(indexed, run):
    cached = [
        workspace.cache_folder("reviews") / f"{workspace.repository_key(indexed.resolve())}.json",
        workspace.cache_folder("builds") / f"go-{workspace.repository_key(indexed.resolve())}" / "file",
        workspace.default_folders(indexed.resolve())[1] / "index.db",
    ]
    for path in (*cached, workspace.cache_folder("reviews") / "other.json"):
        write(path.parent, {path.name: "x"})
    assert run("clean", cwd=indexed).code == 0
    assert [path.exists() for path in cached] == [False] * 3
    assert (workspace.cache_folder("reviews") / "other.json").exists()
