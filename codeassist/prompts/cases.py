"""The test cases of a prompt: `NAME.cases.yaml` beside it, with inputs, a recorded answer, and assertions about it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from codeassist.errors import PromptError
from codeassist.models.token_estimate import estimate
from codeassist.prompts.format import Prompt
from indexers.files.reading import SMALL_BYTES, read_text


@dataclass(frozen=True, slots=True)
class Case:
    """One case. `response` is the recorded answer, `recorded` its origin, `expect` the assertions in order."""

    name: str
    inputs: Mapping[str, Any]
    expect: tuple[Mapping[str, Any], ...]
    response: str | None = None
    recorded: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of one assertion: `ok` is None when it could not be decided (a judge without a model)."""

    kind: str
    ok: bool | None
    words: str


def cases_path(prompt: Prompt) -> Path:
    """The path of the cases of a prompt: beside it, or for an archived version beside the current one."""
    folder = prompt.path.parent.parent if prompt.path.parent.name == "versions" else prompt.path.parent
    return folder / f"{prompt.name}.cases.yaml"


def read_cases(prompt: Prompt) -> list[Case]:
    """The cases of a prompt; empty when there are none. Raises `PromptError` with file and line."""
    import yaml

    path = cases_path(prompt)
    try:
        data = yaml.safe_load(read_text(path, limit=SMALL_BYTES))
    except FileNotFoundError:
        return []
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise PromptError(
            f"{path}:{line}: cannot read the cases: {getattr(error, 'problem', None) or error}.", line=line
        ) from error
    listed = data.get("cases") if isinstance(data, dict) else None
    if not isinstance(listed, list):
        raise PromptError(f"{path}:1: the file must contain a list 'cases'.")
    return [_case(entry, path, number) for number, entry in enumerate(listed, 1)]


def _case(entry: Any, path: Path, number: int) -> Case:
    where = f"{path}: case {number}"
    if not isinstance(entry, dict) or not entry.get("name"):
        raise PromptError(f"{where} needs a name.")
    unknown = set(entry) - {"name", "inputs", "expect", "response", "recorded"}
    if unknown:
        raise PromptError(f"{where} ('{entry['name']}'): unknown key '{min(map(str, unknown))}'.")
    expect = entry.get("expect") or []
    if not expect:
        raise PromptError(f"{where} ('{entry['name']}') has no assertions, so it cannot fail.")
    if not isinstance(expect, list):
        raise PromptError(f"{where} ('{entry['name']}'): 'expect' must be a list of assertions.")
    for assertion in expect:
        if (
            not isinstance(assertion, dict)
            or len(assertion) != 1
            or next(iter(assertion)) not in (*ASSERTIONS, "judge", "schema")
        ):
            kinds = ", ".join((*ASSERTIONS, "schema", "judge"))
            raise PromptError(f"{where} ('{entry['name']}'): an assertion is one of {kinds}, with its value.")
    for assertion in expect:
        if (reason := _faulty(*next(iter(assertion.items())))) is not None:
            raise PromptError(f"{where} ('{entry['name']}'): {reason}.")
    if not isinstance(entry.get("inputs") or {}, dict) or not isinstance(entry.get("recorded") or {}, dict):
        raise PromptError(f"{where} ('{entry['name']}'): 'inputs' and 'recorded' must be mappings.")
    if not isinstance(entry.get("response"), str | None):
        raise PromptError(f"{where} ('{entry['name']}'): 'response' must be text; put JSON in quotes.")
    return Case(entry["name"], entry.get("inputs") or {}, tuple(expect), entry.get("response"), entry.get("recorded") or {})


def _faulty(kind: str, value: Any) -> str | None:
    """Why the value of an assertion is invalid, or None."""
    import jsonschema

    try:
        if kind == "matches":
            re.compile(str(value))
        elif kind == "max_tokens":
            int(value)
        elif kind == "schema" and isinstance(value, dict):
            jsonschema.validators.validator_for(value).check_schema(value)
        elif kind == "schema" and value is not True:
            return "'schema' is true or a JSON schema"
    except (re.error, ValueError, TypeError, OverflowError, RecursionError, jsonschema.SchemaError) as error:
        return f"'{kind}' cannot be used: {str(error).splitlines()[0]}"
    return None


def _contains(answer: str, value: Any) -> tuple[bool, str]:
    return str(value).casefold() in answer.casefold(), f"contains {value!r}"


def _lacks(answer: str, value: Any) -> tuple[bool, str]:
    return str(value).casefold() not in answer.casefold(), f"does not contain {value!r}"


def _matches(answer: str, value: Any) -> tuple[bool, str]:
    return re.search(str(value), answer, re.MULTILINE) is not None, f"matches /{value}/"


def _cites(answer: str, value: Any) -> tuple[bool, str]:
    citation = f"[{value}]" if isinstance(value, int) else str(value)
    return citation in answer, f"cites {citation}"


def _max_tokens(answer: str, value: Any) -> tuple[bool, str]:
    return estimate(answer) <= int(value), f"at most {value} tokens (about {estimate(answer)})"


ASSERTIONS: dict[str, Callable[[str, Any], tuple[bool, str]]] = {
    "contains": _contains,
    "lacks": _lacks,
    "matches": _matches,
    "cites": _cites,
    "max_tokens": _max_tokens,
}
"""Assertions that need no model; `assess` handles `schema` and `judge`."""


def assess(prompt: Prompt, case: Case, answer: str, judge: Callable[[str, str], tuple[bool, str]] | None) -> list[Verdict]:
    """Evaluate every assertion of a case on an answer; `judge` gets (criterion, answer) and returns (holds, reason)."""
    verdicts = []
    for assertion in case.expect:
        kind, value = next(iter(assertion.items()))
        if kind == "judge":
            if judge is None:
                verdicts.append(Verdict(kind, None, f"not judged without a model: {value}"))
            else:
                ok, words = judge(str(value), answer)
                verdicts.append(Verdict(kind, ok, words))
        elif kind == "schema":
            verdicts.append(_schema(prompt, value, answer))
        else:
            ok, words = ASSERTIONS[kind](answer, value)
            verdicts.append(Verdict(kind, ok, words))
    return verdicts


def _schema(prompt: Prompt, value: Any, answer: str) -> Verdict:
    import jsonschema

    schema = value if isinstance(value, dict) else prompt.schema
    if schema is None:
        return Verdict("schema", False, f"'{prompt.name}' declares no schema")
    try:
        jsonschema.validate(json.loads(answer), schema)
    except (ValueError, RecursionError) as error:
        return Verdict("schema", False, f"is not JSON: {error}")
    except jsonschema.ValidationError as error:
        return Verdict("schema", False, f"does not fit the schema: {error.message}")
    return Verdict("schema", True, "fits the schema")
