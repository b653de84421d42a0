"""`codeassist prompts lock`: published versions are recorded and kept."""

from __future__ import annotations

from tests.codeassist.cli.prompts.conftest import edit


def test_a_superseded_version_is_saved(indexed, own_judge, run):
    old = own_judge.read_text()
    edit(own_judge, "version: 1.0.0", "version: 1.1.0")
    locked = run("prompts", "lock", cwd=indexed)
    assert locked.code == 0
    assert locked.out.startswith("judge@1.1.0  ")
    assert "1 new version." in locked.err
    saved = indexed / "prompts" / "versions" / "judge@1.0.0.prompty"
    assert saved.read_text() == old


def test_locking_twice_changes_nothing(indexed, own_judge, run):
    lock = (indexed / "prompts" / "prompts.lock").read_text()
    again = run("prompts", "lock", cwd=indexed)
    assert (again.code, again.out) == (0, "")
    assert again.err.endswith("prompts/prompts.lock is up to date.\n")
    assert (indexed / "prompts" / "prompts.lock").read_text() == lock


def test_without_own_prompts_there_is_nothing_to_lock(indexed, run):
    outcome = run("prompts", "lock", cwd=indexed)
    assert outcome.code == 2
    assert "'codeassist prompts eject NAME' copies one to edit" in outcome.err
