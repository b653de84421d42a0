"""The context window of a self-hosted server, by the addresses that tell it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from codeassist.config.trust import is_loopback
from codeassist.models.providers import KEYS, Endpoint

SECONDS = 2.0
"""How long one address may take: a server that does not answer is asked for the window in vain."""

_OF_MODEL = ("max_model_len", "loaded_context_length", "context_length", "context_window", "max_context_length")
"""vLLM, LM Studio, OpenRouter and Together, Groq, Mistral and LM Studio."""


def ask_window(endpoint: Endpoint) -> int:
    """The context window in tokens that the server of an endpoint tells; 0 when it tells none or is not self-hosted."""
    if endpoint.provider not in ("openai", "ollama") or (endpoint.provider == "openai" and not endpoint.self_hosted):
        return 0
    try:
        import httpx
    except ImportError:
        return 0
    host = urlsplit(endpoint.url).hostname or ""
    pattern = f"all://[{host}]" if ":" in host else f"all://{host}"
    mounts: dict[str, Any] = {pattern: None} if is_loopback(endpoint.url) else {}
    key = os.environ.get(KEYS.get(endpoint.provider, ""), "")
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    try:
        with httpx.Client(mounts=mounts, timeout=SECONDS, headers=headers) as client:
            return next((window for window in _windows(client, endpoint) if window > 0), 0)
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError):
        return 0


def _windows(client: Any, endpoint: Endpoint) -> Iterator[int]:
    base = endpoint.url.rstrip("/")
    if endpoint.provider == "ollama":
        shown = _json(client.post(f"{base}/api/show", json={"model": endpoint.model}))
        facts = shown.get("model_info")
        if isinstance(facts, Mapping):
            yield from (_whole(value) for key, value in facts.items() if str(key).endswith(".context_length"))
        return
    listed = _json(client.get(f"{base}/models"))
    entry = _entry(listed, endpoint.model)
    yield from (_whole(entry.get(key)) for key in _OF_MODEL)
    meta = entry.get("meta")
    yield _whole(meta.get("n_ctx")) if isinstance(meta, Mapping) else 0
    root = base.removesuffix("/v1")
    if root == base:
        return
    generation = _json(client.get(f"{root}/props")).get("default_generation_settings")  # llama.cpp
    yield _whole(generation.get("n_ctx")) if isinstance(generation, Mapping) else 0
    entry = _entry(_json(client.get(f"{root}/api/v0/models")), endpoint.model)  # LM Studio
    yield from (_whole(entry.get(key)) for key in _OF_MODEL)
    facts = _json(client.get(f"{root}/info"))  # TGI
    yield from (_whole(facts.get(key)) for key in ("max_total_tokens", "max_input_tokens", "max_input_length"))


def _entry(listed: Mapping[str, Any], model: str) -> Mapping[str, Any]:
    data = listed.get("data")
    entries = [e for e in data if isinstance(e, Mapping)] if isinstance(data, list) else []
    named = [e for e in entries if e.get("id") == model]
    return named[0] if named else entries[0] if len(entries) == 1 else {}


def _json(response: Any) -> Mapping[str, Any]:
    try:
        value = response.json() if response.status_code == 200 else {}
    except (ValueError, RecursionError):
        value = {}
    return value if isinstance(value, Mapping) else {}


def _whole(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
