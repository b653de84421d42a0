"""A model that fills in the middle: `/v1/completions` of OpenAI's protocol with a `suffix`, as code models are served."""

from __future__ import annotations

from typing import Any

from codeassist.config import NO_MODEL, Config, task_model
from codeassist.config.trust import is_loopback
from codeassist.errors import ConfigError, ModelError
from codeassist.models.clients import without_proxies
from codeassist.models.failures import first_line
from codeassist.models.providers import Endpoint
from codeassist.privacy import mask

SECONDS = 10.0
"""Nobody waits longer for a completion."""

MOST_TOKENS = 96
MOST_BEFORE, MOST_AFTER = 8_000, 2_000
"""Characters around the cursor that are sent."""


class Infill:
    """The model of `[tasks.complete]`. Secrets are masked in what is sent, unless the configuration says otherwise."""

    def __init__(self, config: Config) -> None:
        """Set up the client; nothing is sent yet. Raises `ConfigError`."""
        import os

        settings = task_model(config, "complete")
        endpoint = Endpoint.of(settings)
        if endpoint.provider != "openai":
            raise ConfigError(f"'{settings.name}' cannot complete: 'model' under [tasks.complete] must be openai:NAME.")
        try:
            from openai import OpenAI
        except ImportError as error:
            raise ConfigError("Inline completion needs a package: pip install 'codeassist-repo[openai]'.") from error
        key = os.environ.get("OPENAI_API_KEY") or ("none" if endpoint.url else None)
        if key is None:
            raise ConfigError(f"The model '{settings.name}' needs a key: set OPENAI_API_KEY in the environment.")
        direct = without_proxies("openai", endpoint.url) if is_loopback(endpoint.url) else {}
        options: dict[str, Any] = {"base_url": endpoint.url} if endpoint.url else {}
        self.name = settings.name
        self._model = endpoint.model
        self._temperature = settings.temperature or 0.0
        self._masks = config.privacy.mask_secrets
        self._client = OpenAI(api_key=key, timeout=min(SECONDS, settings.timeout), max_retries=0, **options, **direct)

    def complete(self, context: str, before: str, after: str) -> str:
        """The text for the place between `before` and `after`; `context` stands in front. Raises `ModelError`."""
        suffix = after
        if self._masks:  # before anything is cut: a part of a secret is not recognised
            context, before, suffix = mask(context)[0], mask(before)[0], mask(after)[0]
        prompt, suffix = context + before[-MOST_BEFORE:], suffix[:MOST_AFTER]
        try:
            found = self._client.completions.create(
                model=self._model, prompt=prompt, suffix=suffix, max_tokens=MOST_TOKENS, temperature=self._temperature
            )
        except Exception as error:  # the client has many of its own
            raise ModelError(f"'{self.name}' did not complete: {first_line(error)}.") from error
        return _cut(found.choices[0].text if found.choices else "", after)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


def _cut(text: str, after: str) -> str:
    """A completion up to where it repeats the line that follows the cursor."""
    following = next((line.strip() for line in after.split("\n")[1:] if line.strip()), "")
    kept: list[str] = []
    for line in text.rstrip().split("\n"):
        if kept and following and line.strip() == following:
            break
        kept.append(line)
    rest = after.partition("\n")[0].strip()
    joined = "\n".join(kept)
    return joined.removesuffix(rest) if rest and "\n" not in joined else joined


def infill(config: Config) -> Infill | None:
    """The model that is configured for completion, or None. Raises `ConfigError`."""
    return None if config.tasks.complete.model in NO_MODEL else Infill(config)
