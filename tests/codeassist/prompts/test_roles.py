"""Lines that look like a misspelled role, and prompts without a message of the user."""

from __future__ import annotations

from pathlib import Path

import pytest

from codeassist.prompts.format import parse
from codeassist.prompts.library import built_in
from codeassist.prompts.roles import role_problems
from tests.codeassist.prompts.conftest import greet


def found(body):
    return list(role_problems(parse(greet(body), Path("greet.prompty"))))


@pytest.mark.parametrize(
    ("line", "role"), [("sytem:", "system"), ("Users :", "user"), ("assitant:", "assistant"), ("human:", "user")]
)
def test_a_misspelled_role_has_its_line(line, role):
    assert found(f"user:\nhi {{{{ who }}}}\n{line}\nmore") == [
        (11, f"'{line}' is text of the user message; did you mean the role '{role}:'?")
    ]


@pytest.mark.parametrize("line", ["Blocks:", "Answer:", "Question:", "Rules:", "users: two of them"])
def test_other_lines_that_end_in_a_colon_are_text(line):
    assert found(f"user:\n{line}\nhi {{{{ who }}}}") == []


def test_a_prompt_needs_a_user_message():
    assert found("system:\nhi {{ who }}") == [(1, "there is no 'user:' message, and many models answer only to one")]


def test_the_shipped_prompts_have_no_such_fault():
    for path in built_in().glob("*.prompty"):
        assert list(role_problems(parse(path.read_text(), path))) == []
