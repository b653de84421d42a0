"""The test cases of a prompt: `NAME.cases.yaml` beside it, with inputs, a recorded answer, and assertions about it.

`defaults` apply to every case; `data` names a CSV or JSON Lines file with one case a row.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from codeassist.errors import PromptError
from codeassist.prompts.assertions import fault
from codeassist.prompts.format import Prompt
from codeassist.prompts.tables import read_rows
from codeassist.prompts.yaml_text import load_yaml
from indexers.files.reading import SMALL_BYTES, read_text

_DEFAULTS = ("inputs", "expect", "repeat", "threshold")
_CASE = (*_DEFAULTS, "name", "question", "response", "recorded", "rating", "note")
MOST_REPEATS = 100


@dataclass(frozen=True, slots=True)
class Case:
    """One case. `response` is the recorded answer, `recorded` its origin, `expect` the assertions in order.

    With a `question`, the inputs `question` and `context` come from the index. A live case is asked `repeat` times. It passes
    when every assertion holds, or with `threshold` when that share of their weight does.
    """

    name: str
    inputs: Mapping[str, Any]
    expect: tuple[Mapping[str, Any], ...]
    response: str | None = None
    recorded: Mapping[str, Any] = field(default_factory=dict)
    question: str = ""
    repeat: int = 1
    threshold: float | None = None


def cases_path(prompt: Prompt) -> Path:
    """The path of the cases of a prompt: beside it, or for an archived version beside the current one."""
    folder = prompt.path.parent.parent if prompt.path.parent.name == "versions" else prompt.path.parent
    return folder / f"{prompt.name}.cases.yaml"


def read_cases(prompt: Prompt) -> list[Case]:
    """The cases of a prompt; empty when there are none. Raises `PromptError` with file and line."""
    path = cases_path(prompt)
    data = read_document(path)
    if data is None:
        return []
    listed = data.get("cases") if isinstance(data, dict) else None
    if not isinstance(listed, list):
        raise PromptError(f"{path}:1: the file must contain a list 'cases'.")
    if unknown := set(data) - {"cases", "defaults"}:
        raise PromptError(f"{path}:1: unknown key '{min(map(str, unknown))}'; expected 'cases' and 'defaults'.")
    defaults = _defaults(data.get("defaults"), path)
    types = {i.name: i.type for i in prompt.inputs}
    cases: list[Case] = []
    for entry, where in _entries(listed, path, types):
        cases.append(_case(entry, defaults, where))
    names = [case.name for case in cases]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise PromptError(f"{path}: two cases have the name '{twice}'.")
    return cases


def read_document(path: Path) -> Any:
    """The content of a file of cases; None when there is none. Raises `PromptError` with file and line."""
    import yaml

    try:
        return load_yaml(read_text(path, limit=SMALL_BYTES)) or {}
    except FileNotFoundError:
        return None
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise PromptError(
            f"{path}:{line}: cannot read the cases: {getattr(error, 'problem', None) or error}.", line=line
        ) from error


def _defaults(stated: Any, path: Path) -> Mapping[str, Any]:
    defaults = stated or {}
    if not isinstance(defaults, dict) or set(defaults) - set(_DEFAULTS):
        raise PromptError(f"{path}:1: 'defaults' must be a mapping with some of {', '.join(_DEFAULTS)}.")
    return defaults


def _entries(listed: list[Any], path: Path, types: Mapping[str, str]) -> Iterator[tuple[Any, str]]:
    """Each case with its place for errors; the rows of data files are cases."""
    for number, entry in enumerate(listed, 1):
        where = f"{path}: case {number}"
        if isinstance(entry, dict) and "data" in entry:
            for row, line in read_rows(entry, path, where, types):
                yield row, f"{path.parent / str(entry['data'])}:{line}"
        else:
            yield entry, where


def _case(entry: Any, defaults: Mapping[str, Any], where: str) -> Case:
    if not isinstance(entry, dict) or not entry.get("name"):
        raise PromptError(f"{where} needs a name.")
    where = f"{where} ('{entry['name']}')"
    if unknown := set(entry) - set(_CASE):
        raise PromptError(f"{where}: unknown key '{min(map(str, unknown))}'.")
    for key, kind, words in (
        ("inputs", dict, "a mapping"),
        ("recorded", dict, "a mapping"),
        ("expect", list, "a list of assertions"),
    ):
        for stated in (entry, defaults):
            if not isinstance(stated.get(key) or kind(), kind):
                raise PromptError(f"{where}: '{key}' must be {words}.")
    expect = (*(entry.get("expect") or ()), *(defaults.get("expect") or ()))
    if not expect:
        raise PromptError(f"{where} has no assertions, so it cannot fail.")
    if reason := next((reason for assertion in expect if (reason := fault(assertion))), ""):
        raise PromptError(f"{where}: {reason}.")
    if not isinstance(entry.get("response"), str | None):
        raise PromptError(f"{where}: 'response' must be text; put JSON in quotes.")
    repeat, threshold = (entry.get(key, defaults.get(key)) for key in ("repeat", "threshold"))
    if repeat is not None and (isinstance(repeat, bool) or not isinstance(repeat, int) or not 1 <= repeat <= MOST_REPEATS):
        raise PromptError(f"{where}: 'repeat' must be a number from 1 to {MOST_REPEATS}.")
    if threshold is not None and (
        isinstance(threshold, bool) or not isinstance(threshold, int | float) or not 0 < threshold <= 1
    ):
        raise PromptError(f"{where}: 'threshold' must be a share above 0 and up to 1.")
    question = entry.get("question") or ""
    if not isinstance(question, str):
        raise PromptError(f"{where}: 'question' must be text.")
    return Case(
        str(entry["name"]),
        {**(defaults.get("inputs") or {}), **(entry.get("inputs") or {})},
        expect,
        entry.get("response"),
        entry.get("recorded") or {},
        question,
        repeat or 1,
        None if threshold is None else float(threshold),
    )
