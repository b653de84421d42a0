"""Parameters that a model's server refuses: which one an error names, and what was refused before."""

from __future__ import annotations

import re

from codeassist.models.failures import chain, is_overflow, status_of
from codeassist.models.providers import Endpoint, structured_mode

LEARNED: dict[tuple[str, str, str], set[str]] = {}
"""What each model refused, by (provider, model, address), for the life of the process.

Not stored on disk: a refused call costs nothing and takes one round trip, while a stored refusal would outlast an upgrade of
the server, and hide from users that a setting of theirs has no effect."""

_REFUSING = frozenset({400, 404, 405, 422, 501})
_FORMAT = re.compile(
    r"json_schema|response_format|response_json_schema|response_?schema|structured output|grammar|output_config"
)
_TOO_LARGE = re.compile(r"too large|at most|less than or equal|must be (?:<|below|at most)|exceeds|maximum")
_SIMPLE = ("temperature", "stream_options", "max_completion_tokens", "max_tokens")


def learned(endpoint: Endpoint) -> set[str]:
    """The names that the model refused in this process; the set is shared, and grows with `refused_by`."""
    return LEARNED.setdefault((endpoint.provider, endpoint.model, endpoint.url), set())


def refused_by(error: BaseException, endpoint: Endpoint, refused: set[str], *, structured: bool, sent: set[str]) -> str:
    """What an error refuses, once each: a parameter, a way to structured answers, `stream`, or `chat` (the protocol itself).

    `sent` names the simple parameters of the call. The result is added to `refused`; empty when the error names nothing new.
    """
    status = status_of(error)
    text = chain(error).lower()
    if is_overflow(error) or status is None:
        return ""
    if endpoint.provider == "openai" and "chat" not in refused and status in _REFUSING and "/responses" in text:
        name = "chat"
    elif structured and (status in _REFUSING or status >= 500) and _FORMAT.search(text):
        name = structured_mode(refused)
    elif status in _REFUSING:
        name = _named(text, sent - refused)
        if not name and structured and status != 404:
            name = structured_mode(refused)
    else:
        return ""
    if not name or name == "text" or name in refused:
        return ""
    refused.add(name)
    if (
        name == "json_schema"
        and endpoint.provider in ("openai", "mistralai")
        and not re.search(r"json_schema|json_object|schema", text)
    ):
        refused.add("json_object")  # the error names response_format itself
    return name


def _named(text: str, sent: set[str]) -> str:
    for name in _SIMPLE:
        if name in sent and re.search(rf"\b{name}\b", text):
            limit = name.startswith("max_") and _TOO_LARGE.search(text)
            return "" if limit else name
    if "stream" in sent and re.search(r"\bstream(?:ing)?\b", text):
        return "stream"
    return ""


def note(name: str, model: str, refused: set[str]) -> str:
    """The sentence about a refusal that the user sees."""
    if name == "chat":
        return f"'{model}' is reached through the Responses API, because it refused chat completions."
    if name == "stream":
        return f"'{model}' refused to stream, so its answer comes at once."
    if name in ("json_schema", "json_object"):
        instead = structured_mode(refused)
        how = "JSON without a schema" if instead == "json_object" else "text, which is checked"
        return f"'{model}' refused {name}, so it is asked for {how}."
    if name in ("max_tokens", "max_completion_tokens"):
        other = {"max_tokens", "max_completion_tokens"} - refused
        instead = f"{other.pop()} is sent" if other else "no limit is sent"
        return f"'{model}' refused {name}, so {instead} instead."
    return f"'{model}' refused {name}, so it is not sent."
