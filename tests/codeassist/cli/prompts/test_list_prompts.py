"""`codeassist prompts list`: the effective prompts."""

from __future__ import annotations

import json

from tests.codeassist.cli.conftest import lines


def test_shipped_prompts_are_listed(indexed, run):
    listed = run("prompts", "list", cwd=indexed)
    assert "ask@1.1.0" in listed.out
    assert "built-in" in listed.out
    assert {p["name"] for p in json.loads(run("prompts", "list", "--json", cwd=indexed).out)["prompts"]} >= {"ask", "judge"}


def test_an_own_prompt_replaces_the_shipped_one_in_the_list(indexed, run):
    run("prompts", "eject", "judge", cwd=indexed)
    listed = lines(run("prompts", "list", cwd=indexed).out)
    [position] = [n for n, line in enumerate(listed) if line.startswith("judge@")]
    assert "built-in" not in listed[position]
    assert listed[position + 1].strip() == "prompts/judge.prompty"
