"""Assertions about all items of a container that has no literal: one attribute of each, or each as text."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .messages import ADDRESS

MOST_ITEMS = 20
"""Longer containers are asserted by their length and first item."""

MOST = 3
"""Maximum attributes that are asserted of the items."""

Literal = Callable[[Any], str]
"""Source text that evaluates to an equal value; raises an exception when there is none."""


def of_items(value: Any, name: str, literal: Literal, attributes: Callable[[Any], Sequence[str]]) -> list[str]:
    """`[item.size for item in {v}] == [1, 2]` for attributes that all items have, those that differ first; else as text.

    `attributes` lists the public attributes of an item. Empty where nothing can be said about every item.
    """
    items = list(value.values()) if isinstance(value, Mapping) else list(value)
    if not items or len(items) > MOST_ITEMS:
        return []
    common = [a for a in attributes(items[0]) if all(_has(item, a) for item in items)]
    parts = {a: [getattr(item, a) for item in items] for a in common}
    written = [(a, found) for a, given in parts.items() if (found := _all(value, given, literal))]
    ordered = sorted(written, key=lambda pair: _same(parts[pair[0]]))
    checks = [f"{_each(value, name, f'item.{a}')} == {text}" for a, text in ordered[:MOST]]
    if not checks and all(_is_text(item) for item in items):
        text = _all(value, [str(item) for item in items], literal)
        checks = [f"{_each(value, name, 'str(item)')} == {text}"] if text and not ADDRESS.search(text) else []
    return checks


def _each(value: Any, name: str, part: str) -> str:
    """An expression for a part of every item."""
    if isinstance(value, Mapping):
        return f"{{key: {part} for key, item in {name}.items()}}"
    return f"[{part} for item in {name}]"


def _all(value: Any, parts: list[Any], literal: Literal) -> str:
    """The parts of all items as source text; "" when one of them has none."""
    try:
        return literal(dict(zip(value, parts, strict=True)) if isinstance(value, Mapping) else parts)
    except Exception:  # no literal, or keys and attributes that raise something
        return ""


def _has(item: Any, attribute: str) -> bool:
    try:
        return not callable(getattr(item, attribute))
    except Exception:  # properties may raise anything
        return False


def _same(parts: list[Any]) -> bool:
    return len(parts) > 1 and all(type(p) is type(parts[0]) and p == parts[0] for p in parts[1:])


def _is_text(item: Any) -> bool:
    """Whether the class of an item says how it is written as text."""
    return any({"__str__", "__repr__"} & vars(cls).keys() for cls in type(item).__mro__ if cls is not object)
