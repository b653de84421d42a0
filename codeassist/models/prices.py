"""What a call costs and what a model takes in, from the price list of `genai-prices`, which lies on disk."""

from __future__ import annotations

from typing import Any

from codeassist.config import ModelConfig

MILLION = 1_000_000
_PROVIDERS = {"google_genai": "google", "mistralai": "mistral"}


def _looked_up(name: str, input_tokens: int, output_tokens: int) -> Any:
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
    """US dollars for these tokens: 0 for a local model, None when no list knows the model and no price is configured."""
    if settings.name.startswith(("local:", "ollama:")):
        return 0.0
    own = (settings.price_input, settings.price_output)
    if settings.base_url:  # whoever runs a server of its own sets the price; no list knows it
        return (input_tokens * own[0] + output_tokens * own[1]) / MILLION if any(own) else None
    total = 0.0
    for price, tokens, counts in ((own[0], input_tokens, (input_tokens, 0)), (own[1], output_tokens, (0, output_tokens))):
        found = None if price else _looked_up(settings.name, *counts)
        if not price and found is None:
            return None
        total += tokens * price / MILLION if found is None else float(found.total_price)
    return total


def known_window(name: str) -> int:
    """How many tokens the list says a model takes in; 0 when it does not know it."""
    found = _looked_up(name, 0, 0)
    return int(found.model.context_window or 0) if found is not None else 0
