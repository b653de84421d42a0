"""Models that stay loaded: once for requests that come at once, and each request has its own notes."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from codeassist.config import ModelConfig
from codeassist.errors import ModelError
from codeassist.models.chat import Request
from codeassist.models.loaded import LoadedModels
from codeassist.models.messages import Message, Reply
from codeassist.models.session import Session
from codeassist.testing import ScriptedChat

SETTINGS = ModelConfig(name="local:tiny")


def test_requests_that_come_at_once_load_a_model_once():
    models, begun = LoadedModels(), threading.Barrier(4)
    loaded = []

    def load(settings):
        loaded.append(settings)
        threading.Event().wait(0.05)  # long enough that the others ask meanwhile
        return ScriptedChat(["yes"])

    def ask(_):
        begun.wait(10)
        return models.get(SETTINGS, load)

    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(ask, range(4)))
    assert loaded == [SETTINGS]
    assert len({id(model) for model in results}) == 1


def test_a_failed_load_is_tried_again():
    models = LoadedModels()

    def fails(settings):
        raise ModelError("no memory.")

    with pytest.raises(ModelError):
        models.get(SETTINGS, fails)
    assert models.get(SETTINGS, lambda _: ScriptedChat(["yes"])) is not None


class Slow(ScriptedChat):
    """Answers when both requests have come, and then notes the text that it read."""

    both = threading.Barrier(2)

    def generate(self, request: Request, on_text=None) -> Reply:
        self.both.wait(10)
        request.note(f"read {request.messages[0].content}")
        self.both.wait(10)
        return super().generate(request, on_text)


def test_two_sessions_of_one_model_have_their_own_notes():
    model = Slow(["yes", "yes"])
    notes = {"a": [], "b": []}

    def ask(name):
        Session(model, SETTINGS, note=notes[name].append).ask([Message("user", name)])

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(ask, notes))
    assert notes == {"a": ["read a"], "b": ["read b"]}
