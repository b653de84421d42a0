"""What was done with one traced value, and which plain value that or a message of the interpreter asks for."""

from __future__ import annotations

import datetime
import io
import pathlib
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from .kinds import kind_of

MOST_ITEMS = 6

NEEDS: tuple[tuple[str, str], ...] = (
    (r"PathLike|path should be", "filename"),
    (r"expected str|string or bytes-like|must be (?:a )?str|a string|not str\b|str, not|only concatenate str", "str"),
    (r"bytes-like|must be bytes|expected bytes", "bytes"),
    (r"as an integer|must be (?:an )?int|integer is required|a real number|must be (?:a )?(?:float|number)", "int"),
    (r"must be a mapping|not a mapping|must be (?:a )?dict", "dict"),
    (r"must be (?:a )?list|not list|list indices", "list"),
    (r"must be (?:a )?tuple", "tuple"),
    (r"must be (?:a )?type|arg 1 must be a class", "type"),
    (r"exceptions must derive|must be an exception", "exception"),
)
"""What the interpreter's messages about a value of a wrong type say about the right one."""

SAMPLES: dict[str, Any] = {"str": "a1", "filename": "a.txt", "bytes": b"a1", "int": 1, "dict": {}, "list": [], "tuple": ()}

NATIVE: tuple[tuple[str, type], ...] = (
    ("str", str),
    ("dict", dict),
    ("list", list),
    ("set", set),
    ("bytes", bytes),
    ("datetime", datetime.datetime),
    ("timedelta", datetime.timedelta),
    ("path", pathlib.PurePosixPath),
    ("file", io.StringIO),
    ("regex", re.Pattern),
    ("exception", BaseException),
)
"""Plain values by their kinds, the usual ones first."""


@dataclass
class Seen:
    """What was done with one value. `kinds` are what conversions and operands suggest; `size`: how many items it must have."""

    depth: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    constants: list[str] = field(default_factory=list)
    attributes: dict[str, Seen] = field(default_factory=dict)
    entries: dict[str, Seen] = field(default_factory=dict)
    item: Seen | None = None
    result: Seen | None = None
    classes: set[type] = field(default_factory=set)
    arity: int = 0
    size: int = 0
    calls: int | None = None
    """The position of an argument that is a function, for a value that takes callbacks."""

    needed: bool = False
    """Whether it is an entry that was read without asking whether it is there."""

    awaited: bool = False
    """Whether it was awaited."""

    must: str = ""
    """The kind that a message of the interpreter names."""

    def compared(self, other: Any) -> None:
        """Note a value that it is compared or combined with."""
        if isinstance(other, (bool, int, float, str, bytes, list, tuple, dict, set, frozenset)):
            self.kinds[kind_of(other)] += 3
            if isinstance(other, (int, str, bytes)) and not isinstance(other, bool) and len(repr(other)) < 40:
                text = repr(other)
                if text not in self.constants and len(self.constants) < MOST_ITEMS:
                    self.constants.append(text)


def native(names: Iterable[str]) -> str:
    """The kind of plain value that has all of some attributes; "" when there is none, or no name."""
    known = list(names)
    return next((kind for kind, cls in NATIVE if known and all(hasattr(cls, name) for name in known)), "")
