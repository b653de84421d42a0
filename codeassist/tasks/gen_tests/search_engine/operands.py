"""Inputs that give a condition its other value, from the operands that decided about it.

Where a literal of the input has the value of one operand, or contains it, it gets the value that the condition needs
(input-to-state correspondence; Aschermann et al., 2019).
"""

from __future__ import annotations

import ast
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from .inputs.mocks import with_part
from .inputs.patterns import matching
from .inputs.recipes import inside_objects
from .running.outcome import Candidate
from .running.probe import ORDERED, Operands, Other

EQUAL = ("Eq", "NotEq", "Is", "IsNot")
MEMBER = ("In", "NotIn")
LONGEST = 400
"""Maximum characters of a text or container that is made."""

_EMPTY = {"str": "", "list": [], "tuple": (), "dict": {}, "int": 0, "float": 0.0, "bytes": b"", "bool": False}
_NOTHING = (None, "", 0)
_FILLED = {"str": "abc", "list": [1], "tuple": (1,), "dict": {"a": 1}, "int": 1, "float": 1.5, "bytes": b"abc", "bool": True}


def needed(operands: Operands, wanted: bool | None, chance: random.Random) -> Iterator[tuple[Any, Any]]:
    """(value now, value needed) of an operand, most promising first, so that a relation gets the truth value `wanted`.

    With None the operands of an ordering become equal.
    """
    relation, left, right = operands
    if wanted is None:
        yield from ((left, right), (right, left))
        return
    if relation in (*EQUAL, *MEMBER) and relation in ("NotEq", "IsNot", "NotIn"):
        wanted = not wanted
    if relation in EQUAL:
        yield from _equal(left, right, wanted)
    elif relation in ORDERED:
        yield from _ordered(left, right)
    elif relation in MEMBER:
        yield from _member(left, right, wanted, chance)
    elif relation in ("Truth", "Loop"):
        yield from _truth(left, wanted)
    elif relation in ("startswith", "endswith") and isinstance(left, str):
        yield from _affix(relation, left, right, wanted)
    elif relation in ("match", "fullmatch", "search"):
        yield from _pattern(left, right, wanted, chance)
    elif relation == "isinstance":
        yield from ((left, instance) for instance in _instances(right, wanted, chance))


def _equal(left: Any, right: Any, wanted: bool) -> Iterator[tuple[Any, Any]]:
    if wanted:
        yield left, right
        yield right, left
        return
    for value in (left, right):
        if isinstance(value, str):
            yield value, f"{value}a"
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            yield value, value + 1
        elif value is None:
            yield from ((None, other) for other in ("abc", 1, [1]))
        elif isinstance(value, bool):
            yield value, not value


def _ordered(left: Any, right: Any) -> Iterator[tuple[Any, Any]]:
    for value, other in ((left, right), (right, left)):
        if isinstance(other, (int, float)) and not isinstance(other, bool):
            yield from ((value, other + step) for step in (0, 1, -1))
        elif isinstance(other, str):
            yield from ((value, text) for text in (f"{other}a", other, ""))


def _member(left: Any, right: Any, wanted: bool, chance: random.Random) -> Iterator[tuple[Any, Any]]:
    if not wanted:
        yield from _equal(left, None, False)
        if isinstance(left, str) and isinstance(right, str):
            yield right, right.replace(left, "")
        return
    if isinstance(right, str):
        if isinstance(left, str):
            yield right, f"{right}{left}"
            yield right, f"a{left}b"
        if right:
            yield left, chance.choice(right)
    elif isinstance(right, (list, tuple, dict)):
        items = list(right)
        yield from ((left, item) for item in ([*items[:2], *chance.sample(items, min(3, len(items)))]))
        if isinstance(right, list):
            yield right, [*right, left]
        elif isinstance(right, dict):
            yield right, {**right, left: None}


def _truth(value: Any, wanted: bool) -> Iterator[tuple[Any, Any]]:
    kind = value.kind if isinstance(value, Other) else type(value).__name__
    if value is None and wanted:
        yield from ((None, filled) for filled in ("abc", 1, [1], True, {"a": 1}))
    elif wanted:
        yield value, _FILLED.get(kind)
    elif kind == "Mock":
        yield from ((value, nothing) for nothing in _NOTHING)
    else:
        yield value, _EMPTY.get(kind)
        yield value, None


def _affix(relation: str, text: str, affix: Any, wanted: bool) -> Iterator[tuple[Any, Any]]:
    for part in affix if isinstance(affix, tuple) else (affix,):
        if not isinstance(part, str):
            continue
        if wanted:
            yield text, part + text if relation == "startswith" else text + part
            yield text, part
            yield part, text[: len(part)] if relation == "startswith" else text[-len(part) :]
        else:
            yield text, text.removeprefix(part) if relation == "startswith" else text.removesuffix(part)
            yield text, f"a{text}" if relation == "startswith" else f"{text}a"


def _pattern(pattern: Any, text: Any, wanted: bool, chance: random.Random) -> Iterator[tuple[Any, Any]]:
    source = pattern.pattern if isinstance(pattern, re.Pattern) else pattern
    if not isinstance(source, str) or not isinstance(text, (str, Other)):
        return
    if not wanted:
        yield from ((text, other) for other in ("", "-", f"-{text}" if isinstance(text, str) else "?"))
        return
    for _ in range(4):
        made = matching(source, chance)
        if made is not None and len(made) < LONGEST:
            yield text, made


def _instances(classes: Any, wanted: bool, chance: random.Random) -> Iterator[Any]:
    """Plain values that are instances of some classes, or not."""
    known = classes if isinstance(classes, tuple) else (classes,)
    samples = ("abc", 3, 1.5, True, None, [1, 2], (1, 2), {"a": 1}, {1, 2}, b"abc")
    fitting = [s for s in samples if isinstance(s, tuple(c for c in known if isinstance(c, type))) is wanted]
    yield from chance.sample(fitting, min(3, len(fitting)))


def toward(candidate: Candidate, operands: Operands, wanted: bool | None, chance: random.Random) -> Iterator[Candidate]:
    """Variations of a candidate in which a literal that corresponds to an operand has the value that is needed."""
    parts = [*candidate.steps, candidate.final]
    try:
        places = [(n, node) for n, part in enumerate(parts) for node in _literals(ast.parse(part))]
    except SyntaxError:
        return
    for now, then in needed(operands, wanted, chance):
        if isinstance(then, (Other, type, re.Pattern)):
            continue
        if isinstance(now, Other) and now.path:
            yield from with_part(candidate, now.path, repr(then))
            continue
        for n, (node, value) in places:
            for text in _corresponding(value, now, then):
                line = _replaced(parts[n], node, text)
                changed = [*parts[:n], line, *parts[n + 1 :]]
                yield replace(candidate, steps=tuple(changed[:-1]), final=changed[-1])


def _literals(tree: ast.AST) -> Iterator[tuple[ast.expr, Any]]:
    """The literals of code with their values, outer ones first; not those inside objects of libraries."""
    fixed = inside_objects(tree)
    for node in ast.walk(tree):
        if id(node) not in fixed and isinstance(node, (ast.Constant, ast.List, ast.Tuple, ast.Dict, ast.Set, ast.UnaryOp)):
            try:
                yield node, ast.literal_eval(node)
            except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
                continue


def _corresponding(value: Any, now: Any, then: Any) -> Iterator[str]:
    """Source texts for a literal `value` of the input so that an operand which is `now` becomes `then`."""
    if isinstance(now, Other):
        if type(value).__name__ == now.kind:
            yield repr(then)
        return
    if type(value) is type(now) and (value == now or (isinstance(now, list) and _shallow(value) == now)):
        yield repr(then)
    elif isinstance(value, dict) and isinstance(now, dict) and list(value) == list(now) and isinstance(then, dict):
        yield repr({**{key: value.get(key, "a") for key in then}})
    elif isinstance(value, str) and isinstance(now, str) and isinstance(then, str):
        if now and now in value:
            yield repr(value.replace(now, then, 1))
        elif now and now.lower() == value.lower().strip():
            yield repr(then)
    elif isinstance(value, str) and isinstance(now, (int, float)) and isinstance(then, (int, float)):
        if str(now) in value and not isinstance(now, bool):
            yield repr(value.replace(str(now), str(then), 1))
    if type(now) is int and type(then) is int and isinstance(value, (str, list, tuple)) and len(value) == now:
        yield from _of_length(value, then)


def _shallow(value: Any) -> Any:
    return list(value)[:12] if isinstance(value, (list, tuple, set)) else value


def _of_length(value: Any, length: int) -> Iterator[str]:
    """A text or sequence with another length."""
    if 0 <= length <= 60:
        fillers: dict[str, Any] = {"str": "a", "list": [1], "tuple": (1,)}
        filler = value or fillers[type(value).__name__]
        made = repr((filler * (length // len(filler) + 1))[:length])
        if len(made) <= LONGEST:
            yield made


def _replaced(part: str, node: ast.expr, text: str) -> str:
    """A line of code with another text in place of one of its nodes."""
    lines = part.encode().split(b"\n")
    before = b"\n".join([*lines[: node.lineno - 1], lines[node.lineno - 1][: node.col_offset]])
    last = (node.end_lineno or node.lineno) - 1
    after = b"\n".join([lines[last][node.end_col_offset :], *lines[last + 1 :]])
    return (before + text.encode() + after).decode()


def constants(operands: Operands, wanted: bool | None, chance: random.Random) -> Sequence[str]:
    """Values that an operand needs, as source text, for inputs in which no literal corresponds to it."""
    texts = [repr(then) for _, then in needed(operands, wanted, chance) if not isinstance(then, (Other, type, re.Pattern))]
    return list(dict.fromkeys(text for text in texts if len(text) < LONGEST))[:6]
