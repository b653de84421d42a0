"""JSON answers: found in prose and fences, checked against the schema, repaired once."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeassist.config import ModelConfig
from codeassist.errors import AnswerError
from codeassist.models.answers import ask_for_json, parse
from codeassist.models.session import Session
from codeassist.runs.store import AnswerCache
from codeassist.testing import ScriptedChat
from tests.codeassist.chat_server import Fails, serving
from tests.codeassist.models.conftest import HELLO, session

SCHEMA = {"title": "place", "type": "object", "required": ["path"], "properties": {"path": {"type": "string"}}}
needs_server = pytest.mark.usefixtures("provider_keys")
VALUES = st.dictionaries(st.text(max_size=5), st.none() | st.booleans() | st.integers() | st.text(max_size=20), max_size=4)


@given(
    VALUES,
    st.sampled_from(["{}", "  {}\n", "Sure!\n```json\n{}\n```\nDone.", "```\n{}\n```", "The answer is {} as you asked."]),
)
def test_a_value_is_found_in_prose_and_fences(value, frame):
    assert parse(frame.replace("{}", json.dumps(value)), {"type": "object"}) == (value, "")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "it is empty"),
        (" \n", "it is empty"),
        ("No idea.", "it is not JSON"),
        ('{"path": ', "it is not JSON"),
        ("[" * 100_000, "it is not JSON"),
        ('{"path": 3}', "path: 3 is not of type 'string'"),
        ("[]", "the value: [] is not of type 'object'"),
    ],
)
def test_the_fault_of_an_answer_is_stated(text, fault):
    assert parse(text, SCHEMA) == (None, fault)


def test_the_first_value_that_fits_is_taken():
    text = '```json\n{"file": 1}\n```\nBetter:\n```json\n{"path": "b.py"}\n```'
    assert parse(text, SCHEMA) == ({"path": "b.py"}, "")


def test_an_answer_that_does_not_fit_is_not_cached(tmp_path):
    def ask(*answers):
        chat = ScriptedChat(answers)
        talk = Session(chat, ModelConfig(), cache=AnswerCache(tmp_path))
        return ask_for_json(talk, HELLO, SCHEMA), len(chat.requests)

    assert ask("no idea", '{"path": "a.py"}') == ({"path": "a.py"}, 2)
    assert ask('{"path": "b.py"}') == ({"path": "b.py"}, 1)
    assert ask() == ({"path": "b.py"}, 0)


@needs_server
def test_structured_output_uses_the_servers_json_schema_support():
    with serving('{"path": "shop/auth.py"}') as (url, script):
        assert ask_for_json(session(url), HELLO, SCHEMA) == {"path": "shop/auth.py"}
    assert script.seen[0]["response_format"]["json_schema"]["schema"] == SCHEMA


@needs_server
def test_structured_output_on_a_server_without_schemas():
    with serving(Fails(400, "response_format is not supported"), 'Sure!\n```json\n{"path": "a.py"}\n```') as (url, script):
        assert ask_for_json(session(url), HELLO, SCHEMA) == {"path": "a.py"}
    assert "response_format" not in script.seen[1]


@needs_server
def test_an_invalid_answer_is_repaired_once():
    with serving('{"file": "a.py"}', '{"path": "a.py"}') as (url, script):
        assert ask_for_json(session(url), HELLO, SCHEMA) == {"path": "a.py"}
    assert "'path' is a required property" in script.seen[1]["messages"][-1]["content"]


@needs_server
def test_the_error_for_two_invalid_answers_has_the_raw_text():
    with (
        serving("no idea", "[1, 2]") as (url, _),
        pytest.raises(AnswerError, match="twice returned an invalid answer") as caught,
    ):
        ask_for_json(session(url), HELLO, SCHEMA)
    assert "no idea" in caught.value.partial
    assert "[1, 2]" in caught.value.partial
