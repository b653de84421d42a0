"""A value as text that is equal for equal values: their structure, without addresses and without private attributes."""

from __future__ import annotations

import ast
import collections
import enum
import itertools
import os
import re
import sys
import types
from collections.abc import Iterable
from typing import Any

DEEPEST = 6
MOST_ITEMS = 60
MOST_ATTRIBUTES = 24
LONGEST = 4_000
"""Characters of one value's text; longer ones are cut, with their length."""

AROUND = tuple("/".join([".."] * n) or "." for n in range(7))
"""How a version's tree and the folders around it are written."""

STAND_IN = "stand-in"
"""How a mock is written, with the calls of its methods behind it where it is an argument or a result."""

DIGITS = 12
"""Significant digits of floats: two orders of the same sum differ beyond them."""

_ADDRESS = re.compile(r"0x[0-9a-fA-F]{6,}")
_PLAIN = (int, str, bytes, complex, bool, type(None), type(...))


class Canonical:
    """Writes values of one version of the project. `folder` is a path that is written as `tmp_path`."""

    def __init__(self, own: tuple[str, ...], trees: tuple[str, ...] = ()) -> None:
        """`own` are the top-level packages of the project: objects of their classes are written by their attributes.

        `trees` are the version's tree and the folders around it; they are written as `.`, `..` and so on.
        """
        self.own, self.trees = own, trees
        self.folder = ""
        self._open: set[int] = set()

    def checks(self, value: Any, name: str = "{v}", depth: int = 0) -> tuple[str, ...]:
        """The value's text as the one observation that the search engine records."""
        return (f"{name} = {self.text(value, depth)}",)

    def text(self, value: Any, depth: int = 0) -> str:
        """The text of a value."""
        if depth > DEEPEST or id(value) in self._open:
            return "…"
        self._open.add(id(value))
        try:
            text = self._text(value, depth)
        except Exception:  # properties, operators and iterators of foreign objects may raise anything
            if depth == 0 and hasattr(value, "__next__"):
                raise
            text = f"<{type(value).__qualname__} that raises>"
        finally:
            self._open.discard(id(value))
        text = self.cleaned(text)
        return text if len(text) <= LONGEST else f"{text[:LONGEST]}… ({len(text)} characters, hash {hash_of(text)})"

    def cleaned(self, text: str) -> str:
        """Text without the paths of this run."""
        for folder, name in zip((self.folder, *self.trees), ("tmp_path", *AROUND), strict=False):
            text = text.replace(folder, name) if folder else text
        return text

    def _text(self, value: Any, depth: int) -> str:
        kind = type(value)
        if kind in _PLAIN:
            return "..." if value is ... else repr(value)
        if kind is float:
            return repr(float(f"{value:.{DIGITS}g}"))
        if "unittest.mock" in sys.modules and isinstance(value, sys.modules["unittest.mock"].NonCallableMock):
            return STAND_IN if depth else self._calls_of(value)
        if isinstance(value, (enum.Enum, type)):
            return value.__qualname__ if isinstance(value, type) else f"{kind.__qualname__}.{value.name}"
        if isinstance(value, BaseException):
            return f"{kind.__qualname__}({', '.join(self.text(a, depth + 1) for a in value.args)})"
        if isinstance(value, types.CoroutineType) or hasattr(value, "__next__"):
            return self._started(value, depth)
        if isinstance(value, (dict, types.MappingProxyType)):
            return self._mapping(value, kind, depth)
        if isinstance(value, (list, tuple, set, frozenset, collections.deque)) or kind in _VIEWS:
            return self._collection(value, kind, depth)
        if isinstance(value, (str, bytes, int, float)):  # subclasses
            base: Any = next(b for b in (str, bytes, int, float) if isinstance(value, b))
            return f"{kind.__qualname__}({base.__repr__(value)})"
        if isinstance(value, os.PathLike):
            return f"{'Path' if 'Path' in kind.__name__ else kind.__qualname__}({os.fspath(value)!r})"
        if callable(value) and hasattr(value, "__name__"):
            return f"<function {'lambda' if '<' in value.__name__ else value.__name__}>"
        return self._object(value, kind, depth)

    def _calls_of(self, stand_in: Any) -> str:
        """How a stand-in was called: each method with its arguments once, whatever their order and whether they are named."""
        calls = set()
        for name, positional, named in stand_in.mock_calls:
            if "__" not in name:
                given = [self.text(value, 1) for value in (*positional, *named.values())]
                calls.add(f"{name or 'it'}({', '.join(sorted(given))})")
        return f"{STAND_IN}[{'; '.join(sorted(calls)[:MOST_ITEMS])}]"

    def _started(self, value: Any, depth: int) -> str:
        """A coroutine, which is closed, or an iterator, which is read."""
        if isinstance(value, types.CoroutineType):
            value.close()
            return "<a coroutine that was never awaited>"
        return f"iterator({self._items(itertools.islice(value, MOST_ITEMS), depth)})"

    def _items(self, items: Iterable[Any], depth: int) -> str:
        return ", ".join(self.text(item, depth + 1) for item in items)

    def _collection(self, value: Any, kind: type, depth: int) -> str:
        if isinstance(value, (set, frozenset)):
            inner = ", ".join(sorted(self.text(item, depth + 1) for item in value))
            shown = f"{{{inner}}}" if inner else ""
            return shown if kind is set and shown else f"{kind.__qualname__}({shown})"
        inner = self._items(itertools.islice(value, MOST_ITEMS), depth)
        if len(value) > MOST_ITEMS:
            inner += f", … ({len(value)} items)"
        if kind is list:
            return f"[{inner}]"
        if kind is tuple:
            return f"({inner}{',' if len(value) == 1 else ''})"
        return f"{kind.__qualname__}([{inner}])"

    def _mapping(self, value: Any, kind: type, depth: int) -> str:
        pairs = [
            f"{self.text(k, depth + 1)}: {self.text(v, depth + 1)}" for k, v in itertools.islice(value.items(), MOST_ITEMS)
        ]
        if kind is not collections.OrderedDict:  # equal dictionaries may differ in their order
            pairs.sort()
        if len(value) > MOST_ITEMS:
            pairs.append(f"… ({len(value)} items)")
        shown = "{" + ", ".join(pairs) + "}"
        return shown if kind is dict else f"{kind.__qualname__}({shown})"

    def _object(self, value: Any, kind: type, depth: int) -> str:
        if kind.__module__.partition(".")[0] not in self.own:
            shown = ast.dump(value) if isinstance(value, ast.AST) else repr(value)
            return self._foreign(value, kind, depth) if _ADDRESS.search(shown) else shown
        parts = [f"{n}={self.text(getattr(value, n), depth + 1)}" for n in _attributes(value)[:MOST_ATTRIBUTES]]
        if hasattr(kind, "__iter__") and hasattr(kind, "__len__"):
            parts.append(f"items=[{self._items(itertools.islice(iter(value), MOST_ITEMS), depth)}]")
        if any("__str__" in vars(c) for c in kind.__mro__[:-1]) and not _ADDRESS.search(shown := str(value)):
            parts.append(f"str={shown!r}")
        return f"{kind.__qualname__}({', '.join(parts)})"

    def _foreign(self, value: Any, kind: type, depth: int) -> str:
        """An object of a library whose own text has an address: its public attributes that are plain values."""
        plain = [n for n in _attributes(value) if type(getattr(value, n, value)) in (*_PLAIN, float)]
        parts = [f"{n}={self.text(getattr(value, n), depth + 1)}" for n in plain[:MOST_ATTRIBUTES]]
        return f"{kind.__qualname__}({', '.join(parts)})" if parts else kind.__qualname__


_VIEWS: tuple[type, ...] = (type({}.keys()), type({}.values()), type({}.items()), range)


def _attributes(value: Any) -> list[str]:
    """Names of an object's public data attributes, sorted."""
    names = {n for n in getattr(value, "__dict__", {}) if not n.startswith("_")}
    for cls in type(value).__mro__:
        slots = vars(cls).get("__slots__", ())
        names |= {n for n in ((slots,) if isinstance(slots, str) else slots) if not n.startswith("_") and hasattr(value, n)}
    return sorted(names)


def hash_of(text: str) -> str:
    """A short digest that is the same in every process."""
    import hashlib

    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]
