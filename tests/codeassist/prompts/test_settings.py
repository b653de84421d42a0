"""The mapping `model` of a prompt: every setting has its effect or is refused."""

from __future__ import annotations

import pytest

from codeassist.config import ModelConfig
from codeassist.errors import PromptError
from codeassist.models.session import Session
from codeassist.prompts import render
from codeassist.prompts.format import parse
from codeassist.testing import ScriptedChat
from tests.codeassist.prompts.conftest import greet


def prompt(tmp_path, model):
    return parse(greet().replace("template:", f"model: {model}\ntemplate:"), tmp_path / "greet.prompty")


@pytest.mark.parametrize(
    ("model", "message"),
    [
        ("{parameters: {temprature: 0}}", "'temprature' under 'model.parameters' has no effect; expected one of temperature"),
        ("{parameters: {temperature: warm}}", "'temperature' must be a number from 0 to 2, not 'warm'"),
        ("{parameters: {temperature: 3}}", "'temperature' must be a number from 0 to 2, not 3"),
        ("{parameters: {max_tokens: 0}}", "'max_tokens' must be a number of tokens, not 0"),
        (
            "{parameters: {max_tokens: 5, max_output_tokens: 5}}",
            "'max_tokens' and 'max_output_tokens' are one setting; keep one",
        ),
        (
            "{configuration: {type: azure_openai}}",
            "'type' under 'model.configuration' has no effect; .*belong under \\[model\\]",
        ),
        ("{response: {format: json}}", "'format' under 'model.response' has no effect; expected one of schema"),
        ("{api: completion}", "'api' must be chat, not 'completion'"),
        ("{name: gpt}", "'name' under 'model' has no effect"),
    ],
)
def test_a_setting_without_effect_is_refused_with_its_line(tmp_path, model, message):
    with pytest.raises(PromptError, match=f"greet.prompty:7: {message}"):
        prompt(tmp_path, model)


def test_the_settings_of_a_prompt_reach_the_model(tmp_path):
    warm = prompt(tmp_path, "{parameters: {temperature: 0.5, max_tokens: 50}}")
    chat, notes = ScriptedChat(["a", "b", "c"], context_window=2_000), []
    session = Session(chat, ModelConfig(temperature=0.1, max_output_tokens=100), note=notes.append)
    session.ask(render(warm, {"who": "Ada"}), asking=warm.asking)
    session.ask(render(warm, {"who": "Bob"}), asking=prompt(tmp_path, "{parameters: {max_tokens: 500}}").asking)
    wide = prompt(tmp_path, "{configuration: {context_window: 4096}}")
    session.ask(render(wide, {"who": "Eve"}), asking=wide.asking)
    assert [(r.temperature, r.max_output_tokens) for r in chat.requests] == [(0.5, 50), (0.1, 100), (0.1, 100)]
    assert notes == ["greet@1.0.0 is written for a context window of 4,096 tokens; 'scripted:double' has 2,000."]
