"""Functions as arguments: what `Callable[[...], ...]` annotations say about them, and functions of that form as source text."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass

from ..subjects.kinds import Parameter
from .pools import CALLABLES

LETTERS = "abcdefgh"

AWAITED = re.compile(r"(?:\w+\.)*(?:Awaitable|Coroutine)\b")
"""Annotations of results that are awaited."""

SIMPLE = frozenset({"bool", "int", "float", "str", "none"})
"""Kinds of results that usual small functions give."""


@dataclass(frozen=True)
class Form:
    """The form of a function: how many parameters it takes (None: any number), and the annotation of its result."""

    arity: int | None
    result: str
    awaited: bool = False


def form_of(annotation: str) -> Form | None:
    """The form that the first `Callable[..., ...]` of an annotation says; None when it has none."""
    start = re.search(r"Callable\[", annotation)
    if start is None:
        return None
    parts = _parts(annotation[start.end() :])
    if len(parts) != 2:
        return None
    given = re.fullmatch(r"\[(.*)\]", parts[0], re.DOTALL)
    arity = len(_parts(f"{given[1]}]")) if given and given[1].strip() else 0 if given else None
    awaited = AWAITED.match(parts[1])
    result = (_parts(parts[1][awaited.end() + 1 :]) or [""])[-1] if awaited and "[" in parts[1] else parts[1]
    return Form(arity, result, bool(awaited))


def _parts(text: str) -> list[str]:
    """What commas separate in a text, up to the bracket that closes it."""
    parts, depth = [""], 0
    for character in text:
        depth += (character == "[") - (character == "]")
        if depth < 0:
            break
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip() for part in parts if part.strip()]


def written(parameter: Parameter, result: Callable[[Parameter], str], chance: random.Random) -> str:
    """A function for a parameter, as source text; `result` makes a value for what it returns.

    A coroutine function or one whose result nobody reads is a mock, so that tests can assert its calls.
    """
    usual = CALLABLES[min(3, parameter.arity)]
    if parameter.awaited:
        return f"mock.AsyncMock(return_value={result(parameter.result) if parameter.result else None})"
    if parameter.result is None:
        return chance.choice(usual)
    kinds = set(parameter.result.kinds)
    if kinds == {"none"}:
        return "mock.Mock()"
    if chance.random() < (0.4 if kinds <= SIMPLE else 0.0):
        return chance.choice([text for text in usual if text.startswith("lambda")])
    names = ", ".join(LETTERS[: parameter.arity]) if parameter.fixed else "*args, **kwargs"
    return f"lambda {names}: {result(parameter.result)}" if names else f"lambda: {result(parameter.result)}"
