"""`codeassist prompts render`: the messages that a prompt becomes."""

from __future__ import annotations

import json

import pytest

from tests.conftest import write


def test_the_context_of_a_question_is_filled_in(indexed, run):
    rendered = run("prompts", "render", "ask", "--question", "where is auth handled", cwd=indexed)
    assert "[1] shop/auth.py:" in rendered.out
    assert "Question: where is auth handled" in rendered.out


def test_inputs_are_filled_in_from_the_command_line_and_from_files(indexed, run):
    with_inputs = run("prompts", "render", "judge", "-i", "criterion=is kind", "-i", "answer=Hi", "--json", cwd=indexed)
    assert "Criterion: is kind" in json.loads(with_inputs.out)["messages"][1]["content"]
    write(indexed, {"criterion.txt": "is short"})
    from_file = run("prompts", "render", "judge", "-i", "criterion=@criterion.txt", "-i", "answer=Hi", cwd=indexed)
    assert "Criterion: is short" in from_file.out


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("x", "is not an input"),
        ("nope=1", "has no input 'nope'"),
        ("examples={", "is not a valid array"),
        ("question=@missing.txt", "Cannot read"),
    ],
)
def test_an_invalid_input_is_an_error(indexed, run, given, message):
    outcome = run("prompts", "render", "ask", "-i", given, cwd=indexed)
    assert (outcome.code, message in outcome.err) == (2, True), outcome.err
