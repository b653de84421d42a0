"""Requests at the edges of what an API accepts: zero, negative, an unknown id, an empty text or list, a very long text.

Used by `probe` in the project's interpreter; the standard library only.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

UNKNOWN = 987_654
"""A number that no record is likely to have."""

LONG = "x" * 5_000

EDGES: dict[str, tuple[tuple[str, Any], ...]] = {
    "integer": (("zero", 0), ("a_negative", -1), ("an_unknown", UNKNOWN)),
    "number": (("zero", 0), ("a_negative", -1)),
    "string": (("an_unknown", "unknown"), ("an_empty", ""), ("a_long", LONG)),
    "array": (("an_empty", []),),
    "object": (("an_empty", {}),),
}
"""(word for the name of the test, value) for each type of JSON schema."""


def edges(kind: str, place: str) -> Iterator[tuple[str, Any]]:
    """The edge values of a type, without those that cannot stand in a path."""
    for word, value in EDGES.get(kind, ()):
        if place == "path" and (value == "" or not isinstance(value, (int, str))):
            continue
        yield word, value[:300] if place == "path" and isinstance(value, str) else value


def special(word: str, name: str) -> str:
    """How a request differs from a plain one: `with_zero_count`, `with_an_unknown_item_id`."""
    return f"with_{word}_{name}"
