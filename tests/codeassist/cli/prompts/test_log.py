"""`codeassist prompts log`: published versions and commits of a prompt."""

from __future__ import annotations

from tests.codeassist.cli.conftest import lines
from tests.codeassist.cli.prompts.conftest import edit


def test_versions_and_commits_are_listed(indexed, own_judge, run):
    edit(own_judge, "Judge only that", "Look only at that")
    edit(own_judge, "version: 1.0.0", "version: 1.1.0")
    run("prompts", "lock", cwd=indexed)
    log = lines(run("prompts", "log", "judge", cwd=indexed).out)
    assert [line.split()[0] for line in log if line.endswith("(current)")] == ["judge@1.1.0"]
    assert [line.split()[0] for line in log if "locked" in line] == ["judge@1.0.0", "judge@1.1.0"]
    assert log[-1].endswith("Own judge")


def test_a_file_outside_git_has_no_history(indexed, run):
    run("prompts", "eject", "judge", cwd=indexed)
    outcome = run("prompts", "log", "judge", cwd=indexed)
    assert (outcome.code, outcome.out) == (0, "")
    assert "git has no history of this file." in outcome.err
