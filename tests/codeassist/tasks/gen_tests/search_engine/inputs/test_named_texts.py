"""Parameters of usual names get texts of their kind."""

from __future__ import annotations

import pytest

from codeassist.tasks.gen_tests.search_engine.inputs.named_texts import texts_for


@pytest.mark.parametrize(
    ("name", "part"),
    [("encoding", "utf-8"), ("base_url", "https://"), ("user_email", "@"), ("text", "Dr. Smith"), ("_host", "example.com")],
)
def test_texts_of_a_kind(name, part):
    assert any(part in text for text in texts_for(name))


@pytest.mark.parametrize("name", ["spam", "curly", "x", "hosted"])
def test_other_names_say_nothing(name):
    assert texts_for(name) == ()
