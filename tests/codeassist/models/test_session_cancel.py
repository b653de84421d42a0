"""A request to stop ends an answer at its next piece and refuses the next question."""

from __future__ import annotations

import pytest

from codeassist.config import ModelConfig
from codeassist.deadline import Cancel
from codeassist.errors import CancelledError
from codeassist.models.messages import Message
from codeassist.models.session import Session
from codeassist.testing import ScriptedChat

HELLO = [Message("user", "hello")]


def test_nothing_is_asked_after_a_request_to_stop() -> None:
    cancel, model = Cancel(), ScriptedChat(["one", "two"])
    session = Session(model, ModelConfig(name="scripted:double"), cancel=cancel)
    assert session.ask(HELLO).text == "one"
    cancel.request()
    with pytest.raises(CancelledError):
        session.ask(HELLO)
    assert len(model.requests) == 1


def test_an_answer_ends_at_its_next_piece() -> None:
    cancel, pieces = Cancel(), []
    session = Session(ScriptedChat(["one\ntwo\nthree\n"]), ModelConfig(name="scripted:double"), cancel=cancel)

    def receive(piece: str) -> None:
        pieces.append(piece)
        if piece == "two\n":
            cancel.request()

    with pytest.raises(CancelledError):
        session.ask(HELLO, on_text=receive)
    assert pieces == ["one\n", "two\n"]
