"""`codeassist prompts check`: the state of a project's prompts."""

from __future__ import annotations

import json

from tests.codeassist.cli.prompts.conftest import edit
from tests.conftest import write


def test_an_unlocked_prompt_is_a_problem(indexed, run):
    run("prompts", "eject", "judge", cwd=indexed)
    assert run("prompts", "check", cwd=indexed).code == 1
    assert run("prompts", "lock", cwd=indexed).code == 0
    fine = run("prompts", "check", cwd=indexed)
    assert (fine.code, fine.out) == (0, "")
    assert fine.err == "1 prompts in prompts: no problems.\n"


def test_a_text_changed_without_a_new_version_is_a_problem(indexed, own_judge, run):
    edit(own_judge, "Judge only that", "Look only at that")
    changed = run("prompts", "check", cwd=indexed)
    assert changed.code == 1
    assert "prompts/judge.prompty:1: changed: text changed without a new version" in changed.out
    report = run("prompts", "check", "--json", cwd=indexed)
    assert (report.code, "changed" in {p["rule"] for p in json.loads(report.out)["problems"]}) == (1, True)


def test_a_file_that_is_no_prompt_is_a_problem(indexed, own_judge, run):
    write(indexed, {"prompts/broken.prompty": "no front matter\n"})
    outcome = run("prompts", "check", cwd=indexed)
    assert outcome.code == 1
    assert "prompts/broken.prompty:" in outcome.out
