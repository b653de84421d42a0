"""Prices: from the list or the configuration, 0 for local models, unknown otherwise."""

from __future__ import annotations

import sys

import pytest

from codeassist.config import ModelConfig
from codeassist.models import prices


def test_known_prices_and_windows():
    settings = ModelConfig(name="openai:gpt-4o-mini")
    assert prices.cost(settings, 1_000_000, 0) == pytest.approx(0.15)
    assert prices.known_window("openai:gpt-4o-mini") == 128_000
    assert prices.cost(ModelConfig(name="openai:never-heard-of"), 1, 1) is None
    assert prices.cost(ModelConfig(name="local:x"), 10**6, 10**6) == 0.0


def test_configured_prices_replace_the_listed_ones():
    listed = ModelConfig(name="openai:gpt-4o-mini")
    own_input = ModelConfig(name="openai:gpt-4o-mini", price_input=2.0)
    assert prices.cost(own_input, 1_000_000, 0) == pytest.approx(2.0)
    assert prices.cost(own_input, 0, 1_000_000) == prices.cost(listed, 0, 1_000_000) > 0
    unlisted = ModelConfig(name="openai:never-heard-of", price_input=1.0, price_output=3.0)
    assert prices.cost(unlisted, 500_000, 1_000_000) == pytest.approx(3.5)


def test_one_configured_price_of_an_unlisted_model_is_not_enough():
    assert prices.cost(ModelConfig(name="openai:never-heard-of", price_input=1.0), 1, 1) is None


def test_the_price_of_a_custom_server_is_never_listed():
    settings = ModelConfig(name="openai:gpt-4o-mini", base_url="http://127.0.0.1:1/v1")
    assert prices.cost(settings, 1_000_000, 0) is None
    configured = ModelConfig(name="openai:gpt-4o-mini", base_url="http://127.0.0.1:1/v1", price_output=2.0)
    assert prices.cost(configured, 1_000_000, 1_000_000) == pytest.approx(2.0)


def test_models_on_this_machine_cost_nothing():
    assert prices.cost(ModelConfig(name="ollama:qwen3", price_input=9.0), 10**6, 10**6) == 0.0


def test_without_the_price_list_nothing_is_known(monkeypatch):
    monkeypatch.setitem(sys.modules, "genai_prices", None)
    assert prices.cost(ModelConfig(name="openai:gpt-4o-mini"), 1, 1) is None
    assert prices.known_window("openai:gpt-4o-mini") == 0
