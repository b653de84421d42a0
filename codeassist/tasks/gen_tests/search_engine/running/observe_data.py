"""Assertions about arrays, tables and moments of numpy and pandas: about what they contain."""

from __future__ import annotations

import enum
from collections.abc import Callable
from typing import Any

MOST_ITEMS = 60
"""Larger arrays are asserted by their shape."""

VIEWS: dict[tuple[str, str], tuple[str, Callable[[Any], Any]]] = {
    ("numpy", "ndarray"): (".tolist()", lambda v: v.tolist()),
    ("pandas", "Series"): (".tolist()", lambda v: v.tolist()),
    ("pandas", "Index"): (".tolist()", lambda v: v.tolist()),
    ("pandas", "RangeIndex"): (".tolist()", lambda v: v.tolist()),
    ("pandas", "DataFrame"): (".to_dict('list')", lambda v: v.to_dict("list")),
    ("pandas", "Timestamp"): (".isoformat()", lambda v: v.isoformat()),
    ("pandas", "Timedelta"): (".total_seconds()", lambda v: v.total_seconds()),
    ("pandas", "DatetimeIndex"): (".strftime('%Y-%m-%d %H:%M').tolist()", lambda v: v.strftime("%Y-%m-%d %H:%M").tolist()),
}
"""By library and class: an expression for the content as plain values, and its value."""


def is_data(value: object) -> bool:
    """Whether a value is an array, table or moment, or a number of numpy."""
    return _key(value) in VIEWS or _is_number(value)


def content(value: Any) -> tuple[str, Any]:
    """What follows a value in an expression for its content, and that content. May raise anything."""
    if _is_number(value):
        return "", value.item()
    if getattr(value, "size", 0) > MOST_ITEMS:
        return ".shape", tuple(value.shape)
    view, plain = VIEWS[_key(value)]
    return view, plain(value)


def as_plain(value: Any) -> Any:
    """The equal number or text of a builtin type for a number of numpy or an instance of a subclass; else None."""
    if _is_number(value):
        return value.item()
    for base in (str, int, float):
        if isinstance(value, base) and type(value) is not base and not isinstance(value, (bool, enum.Enum)):
            return base(value) if type(value).__eq__ is base.__eq__ else None
    return None


def _key(value: object) -> tuple[str, str]:
    return type(value).__module__.partition(".")[0], type(value).__name__


def _is_number(value: object) -> bool:
    return type(value).__module__ == "numpy" and hasattr(value, "item") and type(value).__name__ != "ndarray"
