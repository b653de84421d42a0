"""Partials are part of the prompts that include them: in text, hash, variables and errors."""

from __future__ import annotations

import pytest

from codeassist.errors import PromptError
from codeassist.prompts import render
from codeassist.prompts.checking import check_folder
from codeassist.prompts.format import read
from tests.codeassist.prompts.conftest import folder_of, greet
from tests.conftest import write

BODY = 'system:\n{% include "rules" %}\n\nuser:\nHello {{ who }}!\n'


def including(tmp_path, body=BODY, **partials):
    folder = folder_of(tmp_path, greet(body))
    write(folder, {f"partials/{name}.jinja": text for name, text in partials.items()})
    return folder / "greet.prompty"


def test_a_partial_is_rendered_and_hashed_as_part_of_the_prompt(tmp_path):
    path = including(tmp_path, rules='Be kind to {{ who }}.\n{% include "more" %}\n', more="Be brief.")
    prompt = read(path)
    assert [m.content for m in render(prompt, {"who": "Ada"})] == ["Be kind to Ada.\nBe brief.", "Hello Ada!"]
    before = prompt.content_hash
    write(path.parent, {"partials/more.jinja": "Be loud."})
    assert read(path).content_hash != before


def test_the_name_may_be_written_as_a_path(tmp_path):
    path = including(tmp_path, BODY.replace('"rules"', "'partials/rules.jinja'"), rules="Be kind.")
    assert render(read(path), {"who": "Ada"})[0].content == "Be kind."


def test_a_fault_in_a_partial_has_its_file_and_line(tmp_path):
    path = including(tmp_path, rules="fine\n{{ nobody }}")
    places = [(p.path.name, p.line) for p in check_folder(path.parent, 500) if p.rule == "template"]
    assert places == [("rules.jinja", 2)]
    with pytest.raises(PromptError, match=r"partials/rules.jinja:2: 'nobody' is undefined"):
        render(read(path), {"who": "Ada"})
    later = including(tmp_path, BODY + "{{ later }}", rules="two\nlines")
    assert (later.name, 14) in [(p.path.name, p.line) for p in check_folder(path.parent, 500)]


@pytest.mark.parametrize(
    ("include", "partials", "message"),
    [
        ("missing", {}, r"greet.prompty:10: the partial partials/missing.jinja cannot be read"),
        ("../../secret", {}, r"greet.prompty:10: a partial is named by a-z"),
        ("rules", {"rules": '{% include "rules" %}'}, r"rules.jinja:1: partials include each other without end"),
    ],
)
def test_a_partial_that_cannot_be_included_is_an_error(tmp_path, include, partials, message):
    with pytest.raises(PromptError, match=message):
        read(including(tmp_path, BODY.replace("rules", include), **partials))
