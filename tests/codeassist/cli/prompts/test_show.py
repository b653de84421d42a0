"""`codeassist prompts show`: the text of a prompt."""

from __future__ import annotations


def test_a_prompt_file_is_printed_with_its_origin(indexed, run):
    shown = run("prompts", "show", "ask@1.1.0", cwd=indexed)
    assert shown.out.startswith("---\nname: ask\n")
    assert shown.err.startswith("ask@1.1.0, ")
    assert "sha256 " in shown.err


def test_the_text_of_an_own_prompt_is_shown(indexed, run):
    run("prompts", "eject", "judge", cwd=indexed)
    path = indexed / "prompts" / "judge.prompty"
    path.write_text(path.read_text().replace("You decide", "You alone decide"))
    assert "You alone decide" in run("prompts", "show", "judge", cwd=indexed).out


def test_a_misspelt_name_gets_a_suggestion(indexed, run):
    outcome = run("prompts", "show", "asc", cwd=indexed)
    assert (outcome.code, "did you mean 'ask'" in outcome.err) == (2, True), outcome.err
