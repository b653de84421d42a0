"""The schema: every key has a default and a description, and unknown keys are refused."""

from __future__ import annotations

import msgspec
import pytest

from codeassist.config.schema import (
    DESCRIPTIONS,
    SECTIONS,
    AskConfig,
    Config,
    ModelConfig,
    TaskConfig,
    TasksConfig,
    read,
    task_model,
)


def test_every_key_of_every_section_is_described_and_readable():
    keys = {f"{section}.{name}" for section, kind in SECTIONS.items() for name in kind.__struct_fields__}
    assert set(DESCRIPTIONS) == keys
    config = Config()
    for section, kind in SECTIONS.items():
        for name in kind.__struct_fields__:
            assert read(config, f"{section}.{name}") == getattr(kind(), name)


def test_a_key_with_a_dash_is_read():
    config = Config(tasks=TasksConfig(gen_tests=TaskConfig(prompt="mine@1.0.0")))
    assert read(config, "tasks.gen-tests.prompt") == "mine@1.0.0"
    with pytest.raises(AttributeError):
        read(config, "tasks.nobody.prompt")


def test_the_model_of_a_task_replaces_only_the_name():
    config = Config(
        model=ModelConfig(name="openai:small", temperature=0.5, max_cost=1.0),
        tasks=TasksConfig(gen_tests=TaskConfig(model="openai:large")),
    )
    assert task_model(config, "gen-tests") == ModelConfig(name="openai:large", temperature=0.5, max_cost=1.0)
    assert task_model(config, "ask") is config.model


def test_unknown_keys_and_values_are_refused():
    with pytest.raises(msgspec.ValidationError, match="unknown field `place`"):
        msgspec.convert({"place": 3}, AskConfig)
    with pytest.raises(msgspec.ValidationError, match="Invalid enum value 'guess'"):
        msgspec.convert({"strategy": "guess"}, AskConfig)
