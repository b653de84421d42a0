"""One short question to a model, with its times."""

from __future__ import annotations

import pytest

from codeassist.config import Config, ModelConfig
from codeassist.errors import ModelError, UsageError
from codeassist.models.session import Session
from codeassist.tasks.models import trial, try_model
from codeassist.testing import ScriptedChat


@pytest.fixture
def chat(monkeypatch):
    """A scripted model in place of the configured one; it records that it was loaded before the question."""

    def start(*answers):
        model = ScriptedChat(answers)
        model.loaded_before = None
        model.load = lambda: setattr(model, "loaded_before", len(model.requests))
        monkeypatch.setattr(trial, "open_session", lambda config, _: Session(model, config.model))
        return model

    return start


def test_the_reply_and_its_times_are_reported(chat):
    model = chat("A unit test checks one behaviour.")
    result = try_model(Config(model=ModelConfig(max_output_tokens=900)))
    value = result.as_json()
    assert (value["schema"], value["model"]) == ("codeassist.models-test/1", "scripted:double")
    assert value["text"] == "A unit test checks one behaviour."
    assert value["output_tokens"] == result.reply.output_tokens > 0
    assert min(value["load_seconds"], value["first_token_seconds"]) >= 0
    assert value["context_window"] == model.context_window


def test_the_model_is_loaded_first_and_asked_for_a_short_answer(chat):
    model = chat("Yes.")
    try_model(Config(model=ModelConfig(max_output_tokens=900)))
    assert model.loaded_before == 0
    (request,) = model.requests
    assert request.max_output_tokens == trial.LENGTH
    assert [m.content for m in request.messages] == [trial.QUESTION]


def test_a_model_that_streams_nothing_is_timed_by_its_reply(chat):
    model = chat("Yes.")
    generate = model.generate
    model.generate = lambda request, _=None: generate(request)
    result = try_model(Config())
    assert result.first_token_seconds == result.reply.seconds


def test_a_failing_model_is_an_error(chat):
    chat(ModelError("It broke."))
    with pytest.raises(ModelError, match=r"It broke\."):
        try_model(Config())


def test_without_a_model_it_is_an_error():
    with pytest.raises(UsageError, match="No model is configured"):
        try_model(Config())
