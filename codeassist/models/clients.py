"""Set up the client library of a provider; nothing is sent yet."""

from __future__ import annotations

import os
import warnings
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from codeassist.config import ModelConfig
from codeassist.config.trust import is_loopback
from codeassist.errors import ConfigError
from codeassist.models.failures import first_line
from codeassist.models.providers import ALIASES, EXTRAS, KEYS, Endpoint

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

OWN_DEFAULTS = {"google_genai": ("temperature",), "mistralai": ("temperature", "top_p", "safe_mode")}
"""Parameters that a client library sends although nobody set them; they are unset, so that the provider's defaults apply."""


def connect(endpoint: Endpoint, settings: ModelConfig, *, responses: bool = False) -> tuple[BaseChatModel, Any]:
    """(client, HTTP client to close with it or None). `responses`: through OpenAI's Responses API.

    Raises `ConfigError` for a missing package or key, and for an unknown provider.
    """
    name, provider = settings.name, endpoint.provider
    try:
        from langchain.chat_models import init_chat_model
    except ImportError as error:
        raise ConfigError(f"The model '{name}' needs LangChain: {_install(provider)}.") from error
    options = _options(endpoint, settings, responses=responses)
    try:
        if provider == "openai":
            chat = openai_client()(model=endpoint.model, **options)
        else:
            chat = init_chat_model(endpoint.model, model_provider=provider, **options)
    except ImportError as error:
        raise ConfigError(f"The model '{name}' needs a package: {_install(provider)}.") from error
    except Exception as error:  # each provider raises its own exceptions
        if isinstance(error, ValueError) and "Unsupported" in str(error):
            providers = ", ".join(sorted((*EXTRAS, *ALIASES)))
            raise ConfigError(
                f"There is no provider '{provider}' for '{name}'; use {providers} or another one of LangChain's."
            ) from error
        raise ConfigError(f"The model '{name}' cannot be set up: {first_line(error)}") from error
    if provider == "anthropic":  # a tool call that was not asked for has a sentence of its own
        warnings.filterwarnings("ignore", "Received unexpected tool content block", UserWarning)
    for parameter in OWN_DEFAULTS.get(provider, ()):
        setattr(chat, parameter, None)
    return chat, options.get("http_client")


def _options(endpoint: Endpoint, settings: ModelConfig, *, responses: bool) -> dict[str, Any]:
    """The settings of a client. It never retries by itself: `RemoteChat` does, for all providers alike."""
    provider, url = endpoint.provider, endpoint.url
    direct = without_proxies(provider, url) if is_loopback(url) else {}
    if provider == "ollama":
        return {"base_url": url, "client_kwargs": {"timeout": settings.timeout, **direct.get("client_kwargs", {})}}
    attempts = 1 if provider in ("google_genai", "mistralai") else 0  # what these two call retries counts the first try
    options: dict[str, Any] = {"max_retries": attempts, "timeout": settings.timeout} | ({"base_url": url} if url else {})
    key = KEYS.get(provider)
    if provider == "openai":
        options["use_responses_api"] = responses
        if url and not os.environ.get("OPENAI_API_KEY"):
            options["api_key"] = "none"  # self-hosted servers accept any key, and the client requires one
            key = None
    if key and not os.environ.get(key) and not (provider == "google_genai" and os.environ.get("GEMINI_API_KEY")):
        raise ConfigError(f"The model '{settings.name}' needs a key: set {key} in the environment.")
    return options | direct


def _install(provider: str) -> str:
    if provider in EXTRAS:
        return f"pip install 'codeassist-repo[{EXTRAS[provider]}]'"
    return f"pip install 'codeassist-repo[openai]' langchain-{provider.replace('_', '-')}"


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


def openai_client() -> Any:
    """LangChain's class for OpenAI's protocol, which also keeps the words of a streamed refusal."""
    from langchain_openai import ChatOpenAI

    class WithRefusals(ChatOpenAI):
        def _convert_chunk_to_generation_chunk(self, chunk: Any, *rest: Any) -> Any:
            generation = super()._convert_chunk_to_generation_chunk(chunk, *rest)
            choices = chunk.get("choices") or ()
            words = (choices[0].get("delta") or {}).get("refusal") if choices else None
            if generation is not None and words:
                generation.message.additional_kwargs["refusal"] = words
            return generation

    return WithRefusals
