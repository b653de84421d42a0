"""`codeassist prompts diff`: two versions of a prompt."""

from __future__ import annotations

from tests.codeassist.cli.prompts.conftest import edit


def test_text_and_rendered_sample_are_compared(indexed, own_judge, run):
    edit(own_judge, "Judge only that", "Look only at that")
    edit(own_judge, "version: 1.0.0", "version: 1.1.0")
    run("prompts", "lock", cwd=indexed)
    difference = run("prompts", "diff", "judge@1.0.0", cwd=indexed)
    assert "-You decide" in difference.out
    assert "+You decide" in difference.out
    assert "judge@1.1.0 (rendered sample)" in difference.out
    assert "judge@1.1.0 (inputs)" not in difference.out
    assert run("prompts", "diff", "judge", cwd=indexed).out == difference.out


def test_an_unlocked_edit_is_compared_with_the_published_text(indexed, own_judge, run):
    edit(own_judge, "Judge only that", "Look only at that")
    assert "+You decide" in run("prompts", "diff", "judge", cwd=indexed).out


def test_equal_prompts_are_said_to_be_the_same(indexed, run):
    same = run("prompts", "diff", "judge", "judge", cwd=indexed)
    assert same.out == ""
    assert "are the same" in same.err


def test_an_unknown_version_is_an_error(indexed, run):
    assert run("prompts", "diff", "judge@9.9.9", cwd=indexed).code == 2
