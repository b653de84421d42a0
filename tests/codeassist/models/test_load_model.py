"""Which model a name loads, and the model of a dry run."""

from __future__ import annotations

import pytest

from codeassist.config import ModelConfig
from codeassist.errors import ConfigError, ModelError
from codeassist.models.chat import Request
from codeassist.models.load_model import describe, load
from codeassist.models.messages import Message


@pytest.mark.parametrize("name", ["", "none"])
def test_no_model_is_loaded_without_a_name(name):
    assert load(ModelConfig(name=name)) is None


@pytest.mark.parametrize("name", ["gpt-5", "openai:", "local:"])
def test_a_name_without_a_model_is_an_error(name):
    with pytest.raises(
        ConfigError, match=f"'{name}' is not a model name: write local:NAME_OR_FOLDER, local:FILE.gguf, PROVIDER:MODEL"
    ):
        load(ModelConfig(name=name))


@pytest.mark.parametrize(
    ("settings", "remote", "window"),
    [
        (ModelConfig(name="openai:gpt-4o-mini"), True, 128_000),
        (ModelConfig(name="openai:gpt-4o-mini", context_window=5_000), True, 5_000),
        (ModelConfig(name="openai:never-heard-of"), True, 8_192),
        (ModelConfig(name="local:tiny"), False, 8_192),
    ],
)
def test_a_described_model_needs_no_key_and_no_weights(monkeypatch, settings, remote, window):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    model = describe(settings)
    assert (model.name, model.remote, model.context_window, model.counts_tokens) == (settings.name, remote, window, False)
    assert model.count_tokens("where is auth?") > 0


def test_a_described_model_cannot_answer():
    with pytest.raises(ModelError, match="'openai:x' is not connected: this is a dry run"):
        describe(ModelConfig(name="openai:x")).generate(Request([Message("user", "hi")]))
