"""The answers of a model to known questions, counted."""

from __future__ import annotations

import pytest

from codeassist.config import Config
from codeassist.deadline import Cancel
from codeassist.errors import CancelledError, ModelError
from codeassist.models.session import Session
from codeassist.tasks.evaluate import ModelAnswer, Question, ask_the_model
from codeassist.testing import ScriptedChat

QUESTIONS = [
    Question("docstring", "one", frozenset(["a.py"])),
    Question("docstring", "two", frozenset(["a.py"])),
    Question("commit", "three", frozenset(["b.py"])),
]


def session():
    return Session(ScriptedChat(["x"]), Config().model)


def test_sentences_and_files_are_counted_and_kinds_take_turns():
    asked = []

    def ask(text):
        asked.append(text)
        return ModelAnswer(True, frozenset(["a.py"]), 4, 1, clean=False)

    counts, error = ask_the_model(session(), QUESTIONS, 2, ask)
    assert error is None
    assert asked == ["one", "three"]
    value = counts.as_json()
    assert (value["questions"], value["right_file"], value["sentences"], value["unsupported"]) == (2, 1, 8, 2)
    assert value["supported"] == 0.75
    assert value["clean"] == 0
    assert value["usage"]["calls"] == 0


def test_a_failure_ends_it_and_keeps_what_was_counted():
    def ask(text):
        if text == "three":
            raise ModelError("the server is gone")
        return ModelAnswer(False, frozenset(), 0, 0, clean=True)

    counts, error = ask_the_model(session(), QUESTIONS, 3, ask)
    assert str(error) == "the server is gone"
    assert (counts.questions, counts.answered, counts.supported) == (1, 0, None)


def test_a_request_to_stop_is_obeyed():
    stop = Cancel()
    stop.request()
    with pytest.raises(CancelledError):
        ask_the_model(session(), QUESTIONS, 3, lambda _: pytest.fail("asked"), cancel=stop)
