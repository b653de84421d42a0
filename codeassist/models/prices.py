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
    if settings.price_input or settings.price_output:
        return (input_tokens * settings.price_input + output_tokens * settings.price_output) / MILLION
    if settings.base_url:
        return None  # whoever runs the server sets the price
    found = _looked_up(settings.name, input_tokens, output_tokens)
    return float(found.total_price) if found is not None else None


def known_window(name: str) -> int:
    """How many tokens the list says a model takes in; 0 when it does not know it."""
    found = _looked_up(name, 0, 0)
    return int(found.model.context_window or 0) if found is not None else 0
