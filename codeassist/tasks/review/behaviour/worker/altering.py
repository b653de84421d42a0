"""Other values for the arguments of a call that a test makes: near ones, empty ones, and those that changed lines speak of."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator, Mapping, Sequence, Sized
from dataclasses import dataclass, field
from typing import Any

MOST_OF_VALUE = 24
"""Other values of one argument."""

LARGEST = 100_000
LONGEST = 2_000
"""Characters of a text, and items of a collection, that is altered."""


def _bytes(value: Any) -> bytes:
    """The bytes of a text or of a collection; not so many zeros as a number says."""
    return value.encode() if isinstance(value, str) else bytes([*value])


CONVERSIONS: dict[str, Callable[[Any], Any]] = {
    "str": str,
    "bytes": _bytes,
    "bytearray": lambda v: bytearray(_bytes(v)),
    "int": int,
    "float": float,
    "bool": bool,
    "list": list,
    "tuple": tuple,
    "set": set,
    "frozenset": frozenset,
    "dict": dict,
}
"""How a value of one of these types is made one of another that changed lines test for."""

CONVERTED = (str, bytes, bytearray, int, float, list, tuple, set, frozenset, dict, os.PathLike)


@dataclass
class Hints:
    """What the changed lines of both versions speak of.

    `constants` are texts and numbers, `optional` names that are compared with None or tested for truth, `kinds` the names of
    built-in types in `isinstance`, `names` all names and attributes.
    """

    constants: list[Any] = field(default_factory=list)
    optional: list[str] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)


def alternatives(value: Any, name: str, hints: Hints, chance: random.Random) -> list[Any]:
    """Other values for an argument or attribute, those from the changed lines first; for other objects at most None."""
    try:
        return _alternatives(value, name, hints, chance)
    except Exception:  # items of a collection may refuse to be compared or shown
        return []


def _alternatives(value: Any, name: str, hints: Hints, chance: random.Random) -> list[Any]:
    hinted: list[Any] = []
    if name in hints.optional:
        if value is None:
            hinted += [*[c for c in hints.constants if isinstance(c, (str, int))][:4], "", 0, [], {}, True]
        else:
            hinted.append(None)
    for kind in hints.kinds if _is_converted(value) else ():
        try:
            converted = CONVERSIONS[kind](value)
        except Exception:  # it cannot be converted, whatever the methods of its items raise
            continue
        if type(converted) is not type(value):
            hinted.append(converted)
    near = list(_near(value, hints, chance, 0))
    aimed, other = [n for n, is_hinted in near if is_hinted], [n for n, is_hinted in near if not is_hinted]
    chance.shuffle(aimed)
    chance.shuffle(other)
    mixed = [v for pair in zip(aimed, other, strict=False) for v in pair]
    mixed += aimed[len(other) :] + other[len(aimed) :]
    return [*hinted, *mixed][:MOST_OF_VALUE]


def _is_converted(value: Any) -> bool:
    """Whether converting a value neither changes it, as that of an iterator does, nor takes long."""
    return (
        isinstance(value, CONVERTED) and not isinstance(value, bool) and (not isinstance(value, Sized) or len(value) <= LONGEST)
    )


def _near(value: Any, hints: Hints, chance: random.Random, depth: int) -> Iterator[tuple[Any, bool]]:
    """(other value of the same type, whether it is one that changed lines speak of)."""
    if isinstance(value, bool):
        yield not value, False
    elif type(value) in (int, float):
        yield from _numbers(value, hints.constants)
    elif type(value) is str:
        yield from _texts(value, [c for c in hints.constants if isinstance(c, str)], chance)
    elif type(value) is bytes:
        texts = [c if isinstance(c, bytes) else c.encode() for c in hints.constants if isinstance(c, (str, bytes))]
        for text, is_hinted in _texts(value.decode("latin-1"), [t.decode("latin-1") for t in texts], chance):
            yield text.encode("latin-1", "replace"), is_hinted
    elif type(value) in (list, tuple, set, frozenset) and len(value) <= LONGEST:
        yield from _collections(value, hints, chance, depth)
    elif type(value) is dict and len(value) <= LONGEST:
        yield from _mappings(value, hints, chance, depth)


def _numbers(value: float, constants: Sequence[Any]) -> Iterator[tuple[Any, bool]]:
    kind = type(value)
    for constant in constants:
        if type(constant) in (int, float) and abs(constant) <= LARGEST:
            for number in (constant, constant - 1, constant + 1):
                yield kind(number), True
    if abs(value) <= LARGEST:
        for number in (0, 1, -1, 2, value + 1, value - 1, -value, value * 2):
            if number != value:
                yield kind(number), False


def _texts(value: str, constants: Sequence[str], chance: random.Random) -> Iterator[tuple[str, bool]]:
    if len(value) > LONGEST:
        return
    for text in constants:
        cut = chance.randrange(len(value) + 1)
        yield f"{value[:cut]}{text}{value[cut:]}", True
        for whole in (text, text + value, value + text):
            yield whole, True
        if text and text in value:
            yield value.replace(text, "", 1), True
    for other in ("", " ", value + value, value.upper(), value.lower(), value.swapcase(), f" {value} ", value[1:], value[:-1]):
        if other != value:
            yield other, False
    for part in ("\n", "-", "/", ".", "é", "0", "''", "a"):
        cut = chance.randrange(len(value) + 1)
        yield f"{value[:cut]}{part}{value[cut:]}", False


def _collections(value: Any, hints: Hints, chance: random.Random, depth: int) -> Iterator[tuple[Any, bool]]:
    kind, items = type(value), list(value)
    if kind in (set, frozenset):
        items.sort(key=repr)
    for other in ([], items[:1], items[1:], items[:-1], items[::-1], items + items[:1]):
        if other != items:
            yield kind(other), False
    if depth < 1:
        for position in range(min(3, len(items))):
            for item, is_hinted in list(_near(items[position], hints, chance, depth + 1))[:8]:
                yield kind([*items[:position], item, *items[position + 1 :]]), is_hinted
        if not items:
            yield from ((kind([c]), True) for c in hints.constants[:6])


def _mappings(value: dict[Any, Any], hints: Hints, chance: random.Random, depth: int) -> Iterator[tuple[Any, bool]]:
    for key in list(value)[:6]:
        yield {k: v for k, v in value.items() if k != key}, key in hints.constants
        if key in hints.constants:
            yield value | {key: None}, True
        if depth < 1:
            for item, is_hinted in list(_near(value[key], hints, chance, depth + 1))[:6]:
                yield value | {key: item}, is_hinted or key in hints.constants
    for key in hints.constants:
        if isinstance(key, str) and key not in value:
            yield value | {key: next((c for c in hints.constants if c != key), 1)}, True
    if value:
        yield {}, False


def altered(
    arguments: Mapping[str, Any], attributes: Sequence[str], hints: Hints, chance: random.Random
) -> Iterator[tuple[str, Any]]:
    """(name, other value) for one argument at a time, in turn; `self.name` for one of the `attributes` of `self`."""
    rows: list[list[tuple[str, Any]]] = []
    for name, value in arguments.items():
        if name not in ("self", "cls"):
            rows.append([(name, other) for other in alternatives(value, name, hints, chance)])
    for name in attributes:
        values = getattr(arguments.get("self"), "__dict__", {})
        if name in values:
            rows.append([(f"self.{name}", other) for other in alternatives(values[name], name, hints, chance)])
    rows.sort(key=lambda row: not row or row[0][0].removeprefix("self.") not in hints.names)
    for position in range(max(map(len, rows), default=0)):
        for row in rows:
            if position < len(row):
                yield row[position]
