"""What a case expects of an answer: assertions, their check when a case is read, and their evaluation.

An assertion is a mapping of one kind to its value, with an optional `weight`. `not`, `any` and `all` contain others.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from codeassist.models.json_schema import fault_in_schema, fault_in_value
from codeassist.models.token_estimate import estimate
from codeassist.prompts.format import Prompt

SIMILAR = 0.6
"""The cosine similarity that `similar` asks for when it states none. A measure of shared words: see docs/prompts.md."""

Decided = tuple[bool | None, str]
"""Whether an assertion holds (None: it cannot be decided here), and the words for it."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of one assertion: `ok` is None when it could not be decided (a judge without a model)."""

    kind: str
    ok: bool | None
    words: str
    weight: float = 1.0

    def as_json(self) -> dict[str, Any]:
        """The JSON form."""
        return {"kind": self.kind, "ok": self.ok, "words": self.words, "weight": self.weight}


@dataclass(frozen=True, slots=True)
class Checks:
    """What assertions need besides the answer. What is None cannot be used, and its assertions stay undecided.

    `judge` gets (criterion, answer), `script` (file, answer), `similarity` two texts. `files` maps the numbers of the context's
    blocks to paths, `cited` the numbers of the answer (default: the same).
    """

    prompt: Prompt
    judge: Callable[[str, str], Decided] | None = None
    script: Callable[[str, str], Decided] | None = None
    similarity: Callable[[str, str], float] | None = None
    files: Mapping[int, str] = field(default_factory=dict)
    cited: Mapping[int, str] | None = None


def _contains(answer: str, value: Any) -> Decided:
    return str(value).casefold() in answer.casefold(), f"contains {value!r}"


def _lacks(answer: str, value: Any) -> Decided:
    return str(value).casefold() not in answer.casefold(), f"does not contain {value!r}"


def _equals(answer: str, value: Any) -> Decided:
    return answer.strip() == str(value).strip(), f"equals {value!r}"


def _matches(answer: str, value: Any) -> Decided:
    return re.search(str(value), answer, re.MULTILINE) is not None, f"matches /{value}/"


def _cites(answer: str, value: Any) -> Decided:
    citation = f"[{value}]" if isinstance(value, int) else str(value)
    return citation in answer, f"cites {citation}"


def _max_tokens(answer: str, value: Any) -> Decided:
    return estimate(answer) <= int(value), f"at most {value} tokens (about {estimate(answer)})"


_PLAIN: dict[str, Callable[[str, Any], Decided]] = {
    "contains": _contains,
    "lacks": _lacks,
    "equals": _equals,
    "matches": _matches,
    "cites": _cites,
    "max_tokens": _max_tokens,
}
_GROUPS = ("any", "all")
KINDS = (*_PLAIN, "schema", "similar", "cites_file", "context_has", "script", "judge", "not", *_GROUPS)
"""Every kind of assertion."""


def fault(assertion: Any) -> str:
    """Why an assertion is invalid; empty when it is valid."""
    if not isinstance(assertion, dict):
        return f"an assertion is one of {', '.join(KINDS)}, with its value"
    kinds = [key for key in assertion if key != "weight"]
    if len(kinds) != 1 or kinds[0] not in KINDS:
        return f"an assertion is one of {', '.join(KINDS)}, with its value (and a 'weight'), not {', '.join(map(str, kinds))}"
    weight = assertion.get("weight", 1)
    if isinstance(weight, bool) or not isinstance(weight, int | float) or not 0 < weight < 1e6:
        return f"'weight' must be a number above 0, not {weight!r}"
    return _faulty_value(kinds[0], assertion[kinds[0]])


def _faulty_value(kind: str, value: Any) -> str:
    if kind == "not":
        return fault(value)
    if kind in _GROUPS:
        if not isinstance(value, list) or not value:
            return f"'{kind}' needs a list of assertions"
        return next((reason for inner in value if (reason := fault(inner))), "")
    if kind == "similar":
        _, least = _similar_parts(value)
        return "" if least is not None and 0 < least <= 1 else "'similar' is a text, or {to: TEXT, at_least: a number up to 1}"
    try:
        if kind == "matches":
            re.compile(str(value))
        elif kind == "max_tokens":
            int(value)
        elif kind == "schema" and value is not True:
            return _faulty_schema(value)
    except (re.error, ValueError, TypeError, OverflowError, RecursionError) as error:
        return f"'{kind}' cannot be used: {str(error).splitlines()[0]}"
    return ""


def _faulty_schema(value: Any) -> str:
    if not isinstance(value, dict):
        return "'schema' is true or a JSON schema"
    why = fault_in_schema(value)
    return f"'schema' cannot be used: {why}" if why else ""


def _similar_parts(value: Any) -> tuple[str, float | None]:
    """(text, least similarity) of the value of `similar`; None for an invalid one."""
    if isinstance(value, str):
        return value, SIMILAR
    if isinstance(value, dict) and set(value) <= {"to", "at_least"} and isinstance(value.get("to"), str):
        least = value.get("at_least", SIMILAR)
        return value["to"], float(least) if isinstance(least, int | float) and not isinstance(least, bool) else None
    return "", None


def assess(expect: Sequence[Mapping[str, Any]], answer: str, checks: Checks) -> list[Verdict]:
    """Evaluate assertions on an answer, in order."""
    return [_verdict(assertion, answer, checks) for assertion in expect]


def _verdict(assertion: Mapping[str, Any], answer: str, checks: Checks) -> Verdict:
    kind, value = next((k, v) for k, v in assertion.items() if k != "weight")
    ok, words = _decide(kind, value, answer, checks)
    return Verdict(kind, ok, words, float(assertion.get("weight", 1)))


def _decide(kind: str, value: Any, answer: str, checks: Checks) -> Decided:
    if kind in _PLAIN:
        return _PLAIN[kind](answer, value)
    if kind == "not":
        inner = _verdict(value, answer, checks)
        return (None if inner.ok is None else not inner.ok), f"not: {inner.words}"
    if kind in _GROUPS:
        return _group(kind, [_verdict(inner, answer, checks) for inner in value])
    return _SPECIAL[kind](value, answer, checks)


def _group(kind: str, inner: list[Verdict]) -> Decided:
    words = f"{kind} of: {'; '.join(v.words for v in inner)}"
    decisive = kind == "any"  # one that holds decides `any`, one that fails decides `all`
    if any(v.ok is decisive for v in inner):
        return decisive, words
    return (None if any(v.ok is None for v in inner) else not decisive), words


def _judged(value: Any, answer: str, checks: Checks) -> Decided:
    return checks.judge(str(value), answer) if checks.judge else (None, f"not judged without a model: {value}")


def _scripted(value: Any, answer: str, checks: Checks) -> Decided:
    return checks.script(str(value), answer) if checks.script else (None, f"not run: {value}")


def _similar(value: Any, answer: str, checks: Checks) -> Decided:
    text, least = _similar_parts(value)
    if checks.similarity is None or least is None:
        return None, "not compared without an encoder"
    likeness = checks.similarity(text, answer)
    return likeness >= least, f"similar to {text[:60]!r}: {likeness:.2f}, at least {least:g}"


def _cites_file(value: Any, answer: str, checks: Checks) -> Decided:
    files = checks.files if checks.cited is None else checks.cited
    cited = {files.get(int(n), "") for n in re.findall(r"\[(\d{1,6})\]", answer)} - {""}
    named = ", ".join(sorted(cited)) or "none"
    return any(_same_file(path, str(value)) for path in cited), f"cites a block of {value} (cited: {named})"


def _context_has(value: Any, answer: str, checks: Checks) -> Decided:
    return any(_same_file(path, str(value)) for path in checks.files.values()), f"the context has a block of {value}"


def _same_file(path: str, wanted: str) -> bool:
    return path == wanted or path.endswith(f"/{wanted}")


def _schema(value: Any, answer: str, checks: Checks) -> Decided:
    schema = value if isinstance(value, dict) else checks.prompt.schema
    if schema is None:
        return False, f"'{checks.prompt.name}' declares no schema"
    try:
        found = json.loads(answer)
    except (ValueError, RecursionError) as error:
        return False, f"is not JSON: {error}"
    _, why = fault_in_value(found, schema)
    return (False, f"does not fit the schema: {why}") if why else (True, "fits the schema")


_SPECIAL: dict[str, Callable[[Any, str, Checks], Decided]] = {
    "schema": _schema,
    "similar": _similar,
    "cites_file": _cites_file,
    "context_has": _context_has,
    "script": _scripted,
    "judge": _judged,
}


def passed(verdicts: Sequence[Verdict], threshold: float | None = None) -> bool | None:
    """Whether a case passes: every assertion holds, or with `threshold` that share of their weight. None: undecided."""
    if threshold is None:
        if any(v.ok is False for v in verdicts):
            return False
        return None if any(v.ok is None for v in verdicts) else True
    total = sum(v.weight for v in verdicts)
    held, open_ = (sum(v.weight for v in verdicts if v.ok is state) for state in (True, None))
    if held >= threshold * total - 1e-9:
        return True
    return None if held + open_ >= threshold * total - 1e-9 else False
