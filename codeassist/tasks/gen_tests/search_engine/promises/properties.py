"""Properties that documentation states of every result: case is ignored, never the argument itself, a sum, a limit of items."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

_IGNORES_CASE = re.compile(
    r"\bignor(?:es?|ing) (?:the )?case\b|\bcase[- ]insensitiv|\bregardless of (?:the )?case\b|\bcase is ignored\b"
    r"|\b(?:upper|lower)[- ](?:case )?(?:or|and) (?:lower|upper)[- ]?case\b",
    re.IGNORECASE,
)
_NEVER_ITSELF = re.compile(r"\bnever `*(\w+)`* itself\b")
_SUMS_TO_ONE = re.compile(r"\bsums? (?:up )?to `*(?:1|one)(?:\.0)?`*(?![\w.]*\d)")
_LIMIT = re.compile(
    r"\b(?:at most|(?:no|never|not) (?:\w+ )?more than|never exceeds?|does not exceed|up to|a maximum of|limited to)"
    r"\s+`*(\w+)`*",
    re.IGNORECASE,
)


def stated_properties(
    name: str, call: str, parameters: Sequence[str], kinds: Mapping[str, str], text: str
) -> Iterator[tuple[str, str, str]]:
    """(what is wrong otherwise, a test over the parameters, where it must hold or "") for each property of a function."""
    only = parameters[0] if len(parameters) == 1 else ""
    if only and kinds.get(only) == "str" and _IGNORES_CASE.search(text):
        yield "does not ignore case as documented", f"isinstance({call}, str) or {name}({only}.upper()) == {call}", ""
    for parameter in _NEVER_ITSELF.findall(text):
        if parameter in parameters:
            yield f"gives {parameter} itself", f"{call} != {parameter}", ""
    if only and kinds.get(only) in ("list", "iter") and _SUMS_TO_ONE.search(text):
        yield "gives values that do not sum to 1", f"abs(sum({call}) - 1) < 1e-6", f"min({only}, default=0) > 0"


def limits(text: str, parameters: Sequence[str]) -> list[str]:
    """The parameters of a constructor that a documentation text names as the most items that an object holds."""
    return [parameter for parameter in dict.fromkeys(_LIMIT.findall(text)) if parameter in parameters]
