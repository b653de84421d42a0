"""Any model that LangChain's `init_chat_model` supports, through the provider's own client: streaming and retries."""

from __future__ import annotations

import os
import time
import weakref
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from codeassist.config import ModelConfig
from codeassist.config.trust import is_loopback
from codeassist.errors import ConfigError, ModelError
from codeassist.models.chat import OnText, Request
from codeassist.models.failures import first_line, is_overflow, of_provider
from codeassist.models.messages import Finish, Message, Reply
from codeassist.models.prices import known_window
from codeassist.models.token_estimate import estimate

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessageChunk

ALIASES = {"google": "google_genai", "mistral": "mistralai"}
EXTRAS = {"openai": "openai", "anthropic": "anthropic", "google_genai": "google", "mistralai": "mistral", "ollama": "ollama"}
KEYS = {
    "openai": "OPENAI_API_KEY",
    "anthropic": "ANTHROPIC_API_KEY",
    "google_genai": "GOOGLE_API_KEY",
    "mistralai": "MISTRAL_API_KEY",
}
DEFAULT_WINDOW = 8_192
"""Context window in tokens of an unlisted model: small enough to be safe."""

_FINISH: dict[str, Finish] = {
    "length": "length",
    "max_tokens": "length",
    "MAX_TOKENS": "length",
    "content_filter": "filtered",
    "SAFETY": "filtered",
    "refusal": "filtered",
}


class RemoteChat:
    """A chat model over a network connection."""

    remote = True
    counts_tokens = False

    def __init__(self, settings: ModelConfig) -> None:
        """Set up the provider's client; nothing is sent yet. Raises `ConfigError` for a missing package or key."""
        provider, _, model = settings.name.partition(":")
        self._provider = ALIASES.get(provider, provider)
        self._model = model
        self._settings = settings
        self.name = settings.name
        self._base_url = settings.base_url or (os.environ.get("OPENAI_BASE_URL", "") if self._provider == "openai" else "")
        self.context_window = settings.context_window or known_window(settings.name) or DEFAULT_WINDOW
        self.fingerprint = self._base_url
        self._chat = self._connect()

    def count_tokens(self, text: str) -> int:
        """A conservative estimate: providers' tokenisers are unavailable or need a download."""
        return estimate(text)

    def generate(self, request: Request, on_text: OnText | None = None) -> Reply:
        """Answer; see `ChatModel`."""
        started = time.perf_counter()
        combined: AIMessageChunk | None = None
        pieces: list[str] = []
        from langsmith import tracing_context

        try:
            with tracing_context(enabled=False):  # else variables such as LANGSMITH_TRACING send the prompt to a third party
                for chunk in self._stream(request):
                    combined = chunk if combined is None else combined + chunk
                    piece = _text(chunk)
                    if piece:
                        pieces.append(piece)
                        if on_text is not None:
                            on_text(piece)
        except KeyboardInterrupt:
            return self._reply(request, "".join(pieces), combined, started, "interrupted")
        except ModelError:
            raise
        except Exception as error:  # each provider raises its own exceptions
            key = KEYS.get(self._provider, "its key")
            raise of_provider(error, self._settings, self._base_url, key, "".join(pieces)) from error
        return self._reply(request, "".join(pieces), combined, started, None)

    def _stream(self, request: Request) -> Iterator[AIMessageChunk]:
        bound: dict[str, Any] = {"temperature": request.temperature}
        limit = {"google_genai": "max_output_tokens", "ollama": "num_predict"}.get(self._provider, "max_tokens")
        bound[limit] = request.max_output_tokens
        model: Any = self._chat
        if request.schema is not None:
            bound |= _structured(self._provider, request.schema)
        sent = [(m.role, m.content) for m in request.messages]
        started = False
        try:
            for chunk in model.stream(sent, **bound):
                started = True
                yield chunk
        except Exception as error:
            if started or request.schema is None or getattr(error, "status_code", 0) not in (400, 404, 422, 501):
                raise
            if is_overflow(error):
                raise
            plain = Request(request.messages, request.temperature, request.max_output_tokens, None, request.seed)
            yield from self._stream(plain)  # server without JSON schemas: the prompt states the format, the caller checks it

    def _connect(self) -> BaseChatModel:
        try:
            from langchain.chat_models import init_chat_model
        except ImportError as error:
            raise ConfigError(f"The model '{self.name}' needs LangChain: {self._install()}.") from error
        settings: dict[str, Any] = {"max_retries": self._settings.retries, "timeout": self._settings.timeout}
        key = KEYS.get(self._provider)
        if self._base_url:
            settings["base_url"] = self._base_url
        direct = without_proxies(self._provider, self._base_url) if is_loopback(self._base_url) else {}
        if self._provider == "openai":
            settings["use_responses_api"] = False
            settings["stream_usage"] = True
            if self._base_url and not os.environ.get("OPENAI_API_KEY"):
                settings["api_key"] = "none"  # self-hosted servers accept any key, and the client requires one
                key = None
        if self._provider == "ollama":
            settings = {"base_url": self._base_url} if self._base_url else {}
            settings["client_kwargs"] = {"timeout": self._settings.timeout, **direct.get("client_kwargs", {})}
        if client := direct.get("http_client"):
            settings["http_client"] = client
            weakref.finalize(self, client.close)
        if key and not os.environ.get(key) and not (self._provider == "google_genai" and os.environ.get("GEMINI_API_KEY")):
            raise ConfigError(f"The model '{self.name}' needs a key: set {key} in the environment.")
        try:
            return cast("BaseChatModel", init_chat_model(self._model, model_provider=self._provider, **settings))
        except ImportError as error:
            raise ConfigError(f"The model '{self.name}' needs a package: {self._install()}.") from error
        except ValueError as error:
            if "Unsupported" in str(error):
                providers = ", ".join(sorted((*EXTRAS, *ALIASES)))
                raise ConfigError(
                    f"There is no provider '{self._provider}' for '{self.name}'; use {providers} or another one of LangChain's."
                ) from error
            raise ConfigError(f"The model '{self.name}' cannot be set up: {first_line(error)}") from error
        except Exception as error:
            raise ConfigError(f"The model '{self.name}' cannot be set up: {first_line(error)}") from error

    def _install(self) -> str:
        return f"pip install 'codeassist-repo[{EXTRAS.get(self._provider, 'openai')}]'"

    def _reply(
        self, request: Request, text: str, combined: AIMessageChunk | None, started: float, finish: Finish | None
    ) -> Reply:
        usage: Mapping[str, Any] = (combined.usage_metadata if combined is not None else None) or {}
        metadata: Mapping[str, Any] = combined.response_metadata if combined is not None else {}
        reason = str(metadata.get("finish_reason") or metadata.get("stop_reason") or metadata.get("done_reason") or "")
        if not text and combined is not None:
            text = _tool_arguments(combined)
        return Reply(
            text,
            int(usage.get("input_tokens") or count(self, request.messages)),
            int(usage.get("output_tokens") or self.count_tokens(text)),
            time.perf_counter() - started,
            finish or _FINISH.get(reason, "stop"),
            counted=bool(usage),
        )


def count(model: Any, messages: Any) -> int:
    """The number of tokens of messages by a model's count, plus four per message for its frame."""
    return sum(model.count_tokens(m.content) + 4 for m in cast("list[Message]", messages))


def without_proxies(provider: str, url: str) -> dict[str, Any]:
    """Client settings that reach a server on this machine directly, because a proxy would see the code.

    Raises `ConfigError` for a provider whose client cannot be set so, when a proxy is configured for the address.
    """
    host = urlsplit(url).hostname or ""
    pattern = f"all://[{host}]" if ":" in host else f"all://{host}"
    if provider == "openai":
        import httpx

        return {"http_client": httpx.Client(mounts={pattern: None}, follow_redirects=True)}
    if provider == "ollama":
        return {"client_kwargs": {"mounts": {pattern: None}}}
    if getproxies() and not proxy_bypass(host):
        raise ConfigError(f"A proxy would see what is sent to {url}: add {host} to NO_PROXY in the environment.")
    return {}


def _structured(provider: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    """The request parameters that make a provider follow a JSON schema."""
    name = str(schema.get("title", "answer"))
    if provider == "openai":  # not the client's own parameter, which parses the stream and fails on an invalid answer
        return {
            "extra_body": {"response_format": {"type": "json_schema", "json_schema": {"name": name, "schema": dict(schema)}}}
        }
    if provider in ("mistralai", "azure_openai", "together", "fireworks", "groq", "openrouter", "xai", "deepseek"):
        return {"response_format": {"type": "json_schema", "json_schema": {"name": name, "schema": dict(schema)}}}
    if provider == "ollama":
        return {"format": dict(schema)}
    if provider == "google_genai":
        return {"response_mime_type": "application/json", "response_json_schema": dict(schema)}
    if provider == "anthropic":
        tool = {"name": name, "description": "The answer.", "input_schema": dict(schema)}
        return {"tools": [tool], "tool_choice": {"type": "tool", "name": name}}
    return {}


def _text(chunk: AIMessageChunk) -> str:
    content = chunk.content
    if isinstance(content, str):
        return content
    parts = (part if isinstance(part, str) else part.get("text", "") for part in content)
    return "".join(part for part in parts if isinstance(part, str))


def _tool_arguments(combined: AIMessageChunk) -> str:
    """The arguments of a forced tool call, which some providers use for structured answers."""
    import json

    calls = getattr(combined, "tool_calls", [])
    return json.dumps(calls[0]["args"]) if calls else ""
