"""Any model that LangChain's `init_chat_model` knows, over the provider's own client: streamed, retried, in plain words."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from codeassist.config import ModelConfig
from codeassist.config.trust import is_loopback
from codeassist.errors import ConfigError, ModelError
from codeassist.models.chat import OnText, Request
from codeassist.models.failures import first_line
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
"""Taken for a model that no list knows: small enough to be safe."""

_FINISH: dict[str, Finish] = {
    "length": "length",
    "max_tokens": "length",
    "MAX_TOKENS": "length",
    "content_filter": "filtered",
    "SAFETY": "filtered",
    "refusal": "filtered",
}
_OVERFLOW = ("context_length", "context length", "context window", "maximum context", "too many tokens", "prompt is too long")


class RemoteChat:
    """A chat model behind a connection."""

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
        if is_loopback(self._base_url):
            _past_proxies(self._base_url)
        self._chat = self._connect()

    def count_tokens(self, text: str) -> int:
        """An estimate that leans high: providers keep their tokenisers, or download them."""
        return estimate(text)

    def generate(self, request: Request, on_text: OnText | None = None) -> Reply:
        """Answer; see `ChatModel`."""
        started = time.perf_counter()
        whole: AIMessageChunk | None = None
        said: list[str] = []
        try:
            for chunk in self._stream(request):
                whole = chunk if whole is None else whole + chunk
                piece = _text(chunk)
                if piece:
                    said.append(piece)
                    if on_text is not None:
                        on_text(piece)
        except KeyboardInterrupt:
            return self._reply(request, "".join(said), whole, started, "interrupted")
        except ModelError:
            raise
        except Exception as error:  # each provider raises its own kinds
            raise self._explained(error, "".join(said)) from error
        return self._reply(request, "".join(said), whole, started, None)

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
            if any(sign in str(error).lower() for sign in _OVERFLOW):
                raise
            plain = Request(request.messages, request.temperature, request.max_output_tokens, None, request.seed)
            yield from self._stream(plain)  # a server without JSON schemas: the prompt says the form, the caller checks it

    def _connect(self) -> BaseChatModel:
        try:
            from langchain.chat_models import init_chat_model
        except ImportError as error:
            raise ConfigError(f"The model '{self.name}' needs LangChain: pip install 'codeassist[{self._extra()}]'.") from error
        settings: dict[str, Any] = {"max_retries": self._settings.retries, "timeout": self._settings.timeout}
        key = KEYS.get(self._provider)
        if self._base_url:
            settings["base_url"] = self._base_url
        if self._provider == "openai":
            settings["use_responses_api"] = False
            settings["stream_usage"] = True
            if self._base_url and not os.environ.get("OPENAI_API_KEY"):
                settings["api_key"] = "none"  # servers of one's own take any key, and the client wants one
                key = None
        if self._provider == "ollama":
            settings = {"base_url": self._base_url} if self._base_url else {}
            settings["client_kwargs"] = {"timeout": self._settings.timeout}
        if key and not os.environ.get(key) and not (self._provider == "google_genai" and os.environ.get("GEMINI_API_KEY")):
            raise ConfigError(f"The model '{self.name}' needs a key: set {key} in the environment.")
        try:
            return cast("BaseChatModel", init_chat_model(self._model, model_provider=self._provider, **settings))
        except ImportError as error:
            raise ConfigError(f"The model '{self.name}' needs a package: pip install 'codeassist[{self._extra()}]'.") from error
        except ValueError as error:
            if "Unsupported" in str(error):
                known = ", ".join(sorted((*EXTRAS, *ALIASES)))
                raise ConfigError(
                    f"There is no provider '{self._provider}' for '{self.name}'; known are {known} and LangChain's others."
                ) from error
            raise ConfigError(f"The model '{self.name}' cannot be set up: {first_line(error)}") from error
        except Exception as error:
            raise ConfigError(f"The model '{self.name}' cannot be set up: {first_line(error)}") from error

    def _extra(self) -> str:
        return EXTRAS.get(self._provider, "openai")

    def _reply(self, request: Request, text: str, whole: AIMessageChunk | None, started: float, finish: Finish | None) -> Reply:
        usage: Mapping[str, Any] = (whole.usage_metadata if whole is not None else None) or {}
        about: Mapping[str, Any] = whole.response_metadata if whole is not None else {}
        reason = str(about.get("finish_reason") or about.get("stop_reason") or about.get("done_reason") or "")
        if not text and whole is not None:
            text = _called(whole)
        return Reply(
            text,
            int(usage.get("input_tokens") or count(self, request.messages)),
            int(usage.get("output_tokens") or self.count_tokens(text)),
            time.perf_counter() - started,
            finish or _FINISH.get(reason, "stop"),
            counted=bool(usage),
        )

    def _explained(self, error: Exception, partial: str) -> ModelError:
        """One sentence for what a provider's client raised, with what mends it."""
        status = getattr(error, "status_code", None) or getattr(getattr(error, "response", None), "status_code", None)
        said = first_line(error)
        lowered, kind = str(error).lower(), type(error).__name__
        where = f" at {self._base_url}" if self._base_url else ""
        if any(sign in lowered for sign in _OVERFLOW):
            words = (
                f"the messages are too long for '{self.name}': lower context_tokens under [ask], or set context_window "
                "under [model]"
            )
        elif status in (401, 403):
            words = f"the key for '{self.name}' was refused{where}: check {KEYS.get(self._provider, 'its key')}"
        elif status == 404:
            words = f"there is no model '{self._model}'{where}, or nothing at that address: check [model] name and base_url"
        elif status == 429:
            words = f"'{self.name}' is over its rate or quota, after {self._settings.retries} retries"
        elif "content_filter" in lowered or "ContentFilter" in kind:
            words = f"'{self.name}' refused to answer (content filter)"
        elif "Timeout" in kind or "timed out" in lowered:
            words = (
                f"'{self.name}'{where} did not answer within {self._settings.timeout:g} seconds: raise timeout under [model]"
            )
        elif partial:
            words = f"'{self.name}'{where} broke off in the middle of its answer ({kind})"
        elif status is not None and int(status) >= 500:
            words = f"'{self.name}'{where} failed ({status}), after {self._settings.retries} retries"
        elif "CERTIFICATE_VERIFY_FAILED" in _chain(error):
            words = f"the certificate{where} is not trusted: set SSL_CERT_FILE to your authority's certificates"
        elif "Connect" in kind or "Connection" in kind or "connect" in lowered:
            words = f"no connection to '{self.name}'{where}: is the server running, and are HTTPS_PROXY and SSL_CERT_FILE right"
        else:
            words = f"'{self.name}'{where} failed: {said}"
        detail = "" if said in words or partial else f" ({said[:200]})"
        return ModelError(f"{words[0].upper()}{words[1:]}.{detail}", partial=partial)


def count(model: Any, messages: Any) -> int:
    """The tokens of messages by a model's count, with four for each message's frame."""
    return sum(model.count_tokens(m.content) + 4 for m in cast("list[Message]", messages))


def at_home(settings: ModelConfig) -> bool:
    """Whether a model behind a connection runs on this machine."""
    return is_loopback(settings.base_url) if settings.base_url else settings.name.startswith("ollama:")


def _past_proxies(url: str) -> None:
    """Keep a server on this machine from being reached through a proxy, which would see the code."""
    host = urlsplit(url).hostname or ""
    for name in ("NO_PROXY", "no_proxy"):
        known = os.environ.get(name, "")
        if known != "*" and host not in known.split(","):
            os.environ[name] = f"{known},{host}" if known else host


def _chain(error: BaseException | None) -> str:
    """The texts of an error and all it came from."""
    said: list[str] = []
    while error is not None and len(said) < 10:
        said.append(str(error))
        error = error.__cause__ or error.__context__
    return "\n".join(said)


def _structured(provider: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    """How each provider is told to keep to a JSON schema."""
    name = str(schema.get("title", "answer"))
    if provider == "openai":  # beside the client's own parameter, which would parse the stream and fail on what does not fit
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


def _called(whole: AIMessageChunk) -> str:
    """The arguments of a forced tool call, which is how some providers keep to a schema."""
    import json

    calls = getattr(whole, "tool_calls", [])
    return json.dumps(calls[0]["args"]) if calls else ""
