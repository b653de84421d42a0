"""What differs between the providers: packages, keys, addresses, parameters, and how each follows a JSON schema."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from codeassist.config import ModelConfig
from codeassist.models.chat import Request
from codeassist.models.messages import Message

ALIASES = {"google": "google_genai", "mistral": "mistralai"}
EXTRAS = {"openai": "openai", "anthropic": "anthropic", "google_genai": "google", "mistralai": "mistral", "ollama": "ollama"}
KEYS = {
    "openai": "OPENAI_API_KEY",
    "anthropic": "ANTHROPIC_API_KEY",
    "google_genai": "GOOGLE_API_KEY",
    "mistralai": "MISTRAL_API_KEY",
}
OLLAMA_PORT = 11434
OLLAMA_URL = f"http://127.0.0.1:{OLLAMA_PORT}"
"""Where Ollama listens unless its environment variable OLLAMA_HOST says otherwise."""

STRUCTURED = ("json_schema", "json_object", "text")
"""The ways to a structured answer, strictest first. A server that refuses one is asked by the next."""

LEAST_NUM_CTX = 2_048


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a model is reached: the provider, the model's name there, and the address (empty: the provider's own)."""

    provider: str
    model: str
    url: str

    @classmethod
    def of(cls, settings: ModelConfig) -> Endpoint:
        """The endpoint of a configured model."""
        provider, _, model = settings.name.partition(":")
        provider = ALIASES.get(provider, provider)
        url = settings.base_url
        if not url and provider == "openai":
            url = os.environ.get("OPENAI_BASE_URL", "")
        if not url and provider == "ollama":
            url = ollama_url(os.environ.get("OLLAMA_HOST", ""))
        return cls(provider, model, url)

    @property
    def self_hosted(self) -> bool:
        """Whether a server other than the provider's own answers in OpenAI's protocol."""
        host = urlsplit(self.url).hostname or ""
        return self.provider == "openai" and bool(host) and not host.endswith(("openai.com", "azure.com"))


def ollama_url(host: str) -> str:
    """The address that OLLAMA_HOST means, as Ollama reads it: a URL, or a host, a port or both, each with its default."""
    host = host.strip()
    if not host or "://" in host:
        return host or OLLAMA_URL
    try:
        parts = urlsplit(f"//{host}")
        name, port = parts.hostname or "127.0.0.1", parts.port or OLLAMA_PORT
    except ValueError:  # not a port
        return f"http://{host}"
    return f"http://{f'[{name}]' if ':' in name else name}:{port}"


def parameters(request: Request, endpoint: Endpoint, refused: set[str], context: tuple[int, int]) -> dict[str, Any]:
    """The parameters of one call. Nothing is sent that the user did not set, apart from the limit of the answer's length.

    `refused` names what this model refused earlier; `context` is (tokens of the messages, context window), for Ollama.
    """
    sent: dict[str, Any] = {}
    if request.temperature is not None and "temperature" not in refused:
        sent["temperature"] = request.temperature
    sent |= _limit(request.max_output_tokens, endpoint, refused)
    if endpoint.provider == "ollama":
        return {"options": {**sent, "num_ctx": num_ctx(context[0] + request.max_output_tokens, context[1])}} | _format(
            request, refused
        )
    if endpoint.provider == "openai" and "chat" not in refused:
        sent["stream_usage"] = "stream_options" not in refused
    if request.schema is None:
        return sent
    mode = structured_mode(refused)
    structured = {} if mode == "text" else _structured(endpoint.provider, mode, request.schema, responses="chat" in refused)
    if "extra_body" in structured:
        structured["extra_body"] = sent.pop("extra_body", {}) | structured["extra_body"]
    return sent | structured


def structured_mode(refused: set[str]) -> str:
    """The strictest way to a structured answer that was not refused."""
    return next((mode for mode in STRUCTURED if mode not in refused), "text")


def num_ctx(needed: int, window: int) -> int:
    """Ollama's context size for a call: the next power of two above what is needed, because each other size loads again."""
    size = LEAST_NUM_CTX
    while size < needed:
        size *= 2
    return max(min(size, window), min(needed, window))


def stated(request: Request, mode: str) -> Request:
    """A request whose last message states the schema, for a server that is not held to the schema itself."""
    if request.schema is None or mode == "json_schema":
        return request
    last = request.messages[-1]
    text = (
        f"{last.content}\n\nAnswer with one JSON value that fits this schema, and nothing else:\n{json.dumps(request.schema)}"
    )
    messages: Sequence[Message] = [*request.messages[:-1], Message(last.role, text)]
    return replace(request, messages=messages)


def _limit(tokens: int, endpoint: Endpoint, refused: set[str]) -> dict[str, Any]:
    """The parameter that limits the length of an answer. Anthropic's API requires one."""
    if endpoint.provider == "google_genai":
        return {"max_output_tokens": tokens}
    if endpoint.provider == "ollama":
        return {"num_predict": tokens}
    if endpoint.provider != "openai" or "chat" in refused:
        return {"max_tokens": tokens}
    name = limit_name(endpoint, refused)
    return {"extra_body": {name: tokens}} if name else {}


def limit_name(endpoint: Endpoint, refused: set[str]) -> str:
    """What the limit is called in chat completions; empty when both names were refused.

    OpenAI's own models want `max_completion_tokens`; most other servers know only `max_tokens` and ignore the new name.
    """
    names = ("max_tokens", "max_completion_tokens")
    return next((name for name in (names if endpoint.self_hosted else names[::-1]) if name not in refused), "")


def _format(request: Request, refused: set[str]) -> dict[str, Any]:
    if request.schema is None or structured_mode(refused) == "text":
        return {}
    return {"format": dict(request.schema) if structured_mode(refused) == "json_schema" else "json"}


def _structured(provider: str, mode: str, schema: Mapping[str, Any], *, responses: bool) -> dict[str, Any]:
    """The request parameters that make a provider follow a JSON schema, or (`json_object`) answer in any JSON."""
    name = str(schema.get("title", "answer"))
    if provider == "openai" and responses:
        kind = {"type": "json_schema", "name": name, "schema": dict(schema)} if mode == "json_schema" else {"type": mode}
        return {"text": {"format": kind}}
    shape: dict[str, Any] = {"type": mode}
    if mode == "json_schema":
        shape["json_schema"] = {"name": name, "schema": dict(schema)}
    if provider == "openai":  # not the client's own parameter, which parses the stream and fails on an invalid answer
        return {"extra_body": {"response_format": shape}}
    if provider in ("mistralai", "azure_openai", "together", "fireworks", "groq", "openrouter", "xai", "deepseek"):
        return {"response_format": shape}
    if provider == "google_genai":
        only_json = {"response_mime_type": "application/json"}
        return only_json | ({"response_json_schema": dict(schema)} if mode == "json_schema" else {})
    if provider == "anthropic" and mode == "json_schema":
        tool = {"name": name, "description": "The answer.", "input_schema": dict(schema)}
        return {"tools": [tool], "tool_choice": {"type": "tool", "name": name}}
    return {}
