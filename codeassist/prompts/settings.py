"""The mapping `model` of a prompt's front matter: the form of the answer, and settings of the request.

What is read has an effect, and what would have none is refused: the model is chosen by the configuration, not by a prompt.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from codeassist.errors import PromptError
from codeassist.models.json_schema import fault_in_schema

_MODEL = ("api", "configuration", "parameters", "response")
_LIMITS = ("max_tokens", "max_output_tokens", "max_completion_tokens")
"""The names by which prompty files and providers call the limit of the answer."""


@dataclass(frozen=True, slots=True)
class PromptSettings:
    """What a prompt asks for: `None` and 0 leave the user's own setting in force.

    `temperature` replaces `[model] temperature`; `max_output_tokens` only lowers the user's limit. `context_window` is the
    smallest window in tokens that the prompt is written for: a note says so when a model's is smaller. `schema` is the JSON
    schema of the answer, or None for prose.
    """

    schema: dict[str, Any] | None = None
    temperature: float | None = None
    max_output_tokens: int = 0
    context_window: int = 0


def read_settings(front: Mapping[str, Any], where: str) -> PromptSettings:
    """The settings in a front matter. Raises `PromptError` (starting with `where`) for what has no effect."""
    model = front.get("model")
    model = {} if model is None else model
    parts = {key: {} if model.get(key) is None else model[key] for key in _MODEL[1:]} if isinstance(model, dict) else {}
    if not isinstance(model, dict) or not all(isinstance(part, dict) for part in parts.values()):
        raise PromptError(f"{where}: 'model' and its 'response', 'configuration' and 'parameters' must be mappings.")
    _known(model, _MODEL, "model", where)
    if model.get("api", "chat") != "chat":
        raise PromptError(f"{where}: 'api' must be chat, not {model['api']!r}.")
    configuration, parameters, response = parts["configuration"], parts["parameters"], parts["response"]
    _known(configuration, ("context_window",), "model.configuration", where)
    _known(parameters, ("temperature", *_LIMITS), "model.parameters", where)
    _known(response, ("schema",), "model.response", where)
    window = configuration.get("context_window", 0)
    if not _whole(window):
        raise PromptError(f"{where}: 'context_window' must be a number.")
    if (schema := response.get("schema")) is not None:
        _check_schema(schema, where)
    return PromptSettings(schema, _temperature(parameters, where), _limit(parameters, where), window)


def _known(given: Mapping[str, Any], known: tuple[str, ...], what: str, where: str) -> None:
    for key in given:
        if key not in known:
            listed = ", ".join(known)
            hint = "" if what == "model.response" else "; other settings of the model belong under [model] of the configuration"
            raise PromptError(f"{where}: '{key}' under '{what}' has no effect; expected one of {listed}{hint}.")


def _temperature(parameters: Mapping[str, Any], where: str) -> float | None:
    value = parameters.get("temperature")
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 2:
        raise PromptError(f"{where}: 'temperature' must be a number from 0 to 2, not {value!r}.")
    return float(value)


def _limit(parameters: Mapping[str, Any], where: str) -> int:
    given = [key for key in _LIMITS if parameters.get(key) is not None]
    if len(given) > 1:
        raise PromptError(f"{where}: '{given[0]}' and '{given[1]}' are one setting; keep one of them.")
    value = parameters[given[0]] if given else 0
    if not _whole(value) or (given and value < 1):
        raise PromptError(f"{where}: '{given[0] if given else _LIMITS[0]}' must be a number of tokens, not {value!r}.")
    return int(value)


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _check_schema(schema: Any, where: str) -> None:
    if why := fault_in_schema(schema):
        raise PromptError(f"{where}: 'schema' is not a valid JSON schema: {why}.")
