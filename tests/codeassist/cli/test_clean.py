"""`codeassist clean`: only the index is removed."""

from __future__ import annotations

from tests.conftest import git


def test_the_index_is_removed(indexed, run):
    assert "Removed" in run("clean", cwd=indexed).err
    assert not (indexed / ".codeassist").exists()
    assert "There is no index" in run("clean", cwd=indexed).err


def test_clean_leaves_other_files_alone(indexed, run):
    (indexed / ".codeassist" / "notes.txt").write_text("mine")
    run("clean", cwd=indexed)
    assert [p.name for p in (indexed / ".codeassist").iterdir()] == ["notes.txt"]


def test_recorded_runs_are_kept(indexed, run):
    run("ask", "where is auth handled", cwd=indexed)
    run("clean", cwd=indexed)
    assert "where is auth handled" in run("log", cwd=indexed).out
    assert run("status", cwd=indexed).code == 4


def test_the_repository_can_be_indexed_again(indexed, run):
    run("ask", "where is auth handled", cwd=indexed)
    cleaned = run("clean", cwd=indexed)
    assert "recorded runs are kept" in cleaned.err
    assert run("index", "-q", ".", cwd=indexed).code == 0
    assert "where is auth handled" in run("log", cwd=indexed).out


def test_git_does_not_see_the_recorded_runs(indexed, run):
    git(indexed, "init", "-q")
    run("ask", "where is auth handled", cwd=indexed)
    run("clean", cwd=indexed)
    assert ".codeassist/" not in git(indexed, "status", "--porcelain")
