"""Costs of calls and context windows of models, from the offline price list of `genai-prices`."""

from __future__ import annotations

from typing import Any

from codeassist.config import ModelConfig

MILLION = 1_000_000
_PROVIDERS = {"google_genai": "google", "mistralai": "mistral"}


def _look_up(name: str, input_tokens: int, output_tokens: int) -> Any:
    try:
        from genai_prices import Usage, calc_price
    except ImportError:
        return None
    provider, _, model = name.partition(":")
    usage = Usage(input_tokens=input_tokens, output_tokens=output_tokens)
    try:
        return calc_price(usage, model_ref=model, provider_id=_PROVIDERS.get(provider, provider))
    except LookupError:
        return None


def cost(settings: ModelConfig, input_tokens: int, output_tokens: int) -> float | None:
    """Cost of these tokens in US dollars: 0 for a local model, None when the price is neither listed nor configured."""
    if settings.name.startswith(("local:", "ollama:")):
        return 0.0
    configured = (settings.price_input, settings.price_output)
    if settings.base_url:  # prices of a custom server are never listed
        return (input_tokens * configured[0] + output_tokens * configured[1]) / MILLION if any(configured) else None
    total = 0.0
    for price, tokens, counts in (
        (configured[0], input_tokens, (input_tokens, 0)),
        (configured[1], output_tokens, (0, output_tokens)),
    ):
        listed = None if price else _look_up(settings.name, *counts)
        if not price and listed is None:
            return None
        total += tokens * price / MILLION if listed is None else float(listed.total_price)
    return total


def known_window(name: str) -> int:
    """The listed context window of a model in tokens; 0 when it is not listed."""
    listed = _look_up(name, 0, 0)
    return int(listed.model.context_window or 0) if listed is not None else 0
