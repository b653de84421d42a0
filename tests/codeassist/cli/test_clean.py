"""`codeassist clean`: only the index is removed."""

from __future__ import annotations


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
