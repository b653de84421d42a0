"""Load the configured model, or describe it for a dry run."""

from __future__ import annotations

from dataclasses import dataclass

from codeassist.config import NO_MODEL, ModelConfig
from codeassist.errors import ConfigError, ModelError
from codeassist.models.chat import ChatModel, OnText, Request, is_remote
from codeassist.models.messages import Reply
from codeassist.models.token_estimate import estimate
from codeassist.plugins import MODELS, names, plugin


def load(settings: ModelConfig) -> ChatModel | None:
    """Load the configured model, or None when there is none. Raises `ConfigError` or `ModelError`."""
    if settings.name in NO_MODEL:
        return None
    kind, _, rest = settings.name.partition(":")
    if not rest:
        raise ConfigError(
            f"'{settings.name}' is not a model name: write local:NAME_OR_FOLDER, local:FILE.gguf, "
            "PROVIDER:MODEL (such as openai:gpt-5-mini) or none."
        )
    if kind in names(MODELS):
        model: ChatModel = plugin(MODELS, kind)(settings)
        return model
    if kind == "local" and rest.lower().endswith(".gguf"):
        from codeassist.models.gguf import GgufChat

        return GgufChat(settings)
    if kind == "local":
        from codeassist.models.local import LocalChat

        return LocalChat(settings)
    from codeassist.models.remote import RemoteChat

    return RemoteChat(settings)


@dataclass(slots=True)
class Unconnected:
    """A configured model that is only described, for a dry run: it needs no key and no weights, and cannot answer."""

    name: str
    remote: bool
    context_window: int
    counts_tokens: bool = False

    def count_tokens(self, text: str) -> int:
        """A conservative estimate."""
        return estimate(text)

    def generate(self, request: Request, on_text: OnText | None = None) -> Reply:
        """Always raises `ModelError`."""
        raise ModelError(f"'{self.name}' is not connected: this is a dry run.")


def describe(settings: ModelConfig) -> Unconnected:
    """The configured model without connecting to it or loading it."""
    from codeassist.models.prices import known_window

    window = settings.context_window or known_window(settings.name) or 8_192
    return Unconnected(settings.name, is_remote(settings.name), window)
