"""Values as source text that evaluates to an equal value."""

from __future__ import annotations

import builtins
import collections
import datetime
import decimal
import enum
import fractions
import math
import pathlib
import types
import uuid
from collections.abc import Callable
from typing import Any

from ..subjects.proxies import is_a
from .messages import ADDRESS
from .observe_data import as_plain

LONGEST = 240
"""Maximum characters of a literal."""

_PLAIN = (int, str, bytes, complex, type(Ellipsis))


class Unsteady(Exception):
    """The value has no stable source text."""


class SourceWriter:
    """Writes values; the text may name the public classes and functions of the module under test."""

    def __init__(self, module: Any) -> None:
        """`module` is the instrumented module, possibly with a mutant loaded."""
        self.names: dict[int, str] = {}
        self.module = module
        self.folder = ""
        """The folder that `tmp_path` stands for; "" when the code does not use it."""
        for name, value in vars(module).items():
            if is_a(value, type, types.FunctionType) and not name.startswith("_"):
                self.names[id(value)] = name

    def literal(self, value: Any, depth: int = 0) -> str:
        """Source text that evaluates to an equal value. Raises `Unsteady` when there is none."""
        if depth > 5:
            raise Unsteady
        kind = type(value)
        if self.folder and kind is str and self.folder in value:
            return f"str({self._in_folder(value)})"
        if value is None or kind is bool or kind in _PLAIN:
            return bounded("..." if value is ... else repr(value))
        if kind is float:
            if math.isfinite(value):
                return repr(value)
            raise Unsteady
        if kind in (list, tuple, set, frozenset, collections.deque):
            return self._sequence(value, kind, depth)
        if kind in (dict, collections.OrderedDict, collections.defaultdict, collections.Counter):
            pairs = ", ".join(f"{self.literal(k, depth + 1)}: {self.literal(v, depth + 1)}" for k, v in value.items())
            return bounded("{" + pairs + "}")
        library = _LIBRARY.get(kind)
        if library is not None:
            return library(value)
        plain = as_plain(value)
        return self.literal(plain, depth) if plain is not None else self._named(value, kind, depth)

    def _named(self, value: Any, kind: type, depth: int) -> str:
        """A path, a class, or a value written with the module's own names."""
        if isinstance(value, pathlib.PurePath):
            if self.folder and self.folder in str(value):
                return self._in_folder(str(value))
            return (
                f"pathlib.PurePosixPath({value.as_posix()!r})" if isinstance(value, pathlib.PurePosixPath) else self._unsteady()
            )
        if isinstance(value, enum.Enum) and id(kind) in self.names:
            return f"{self.names[id(kind)]}.{value.name}"
        if isinstance(value, type):
            if value.__module__ == "builtins":
                return value.__name__
            return self.names.get(id(value)) or self._unsteady()
        if isinstance(value, tuple) and hasattr(value, "_fields"):
            if id(kind) in self.names:
                parts = ", ".join(self.literal(part, depth + 1) for part in value)
                return bounded(f"{self.names[id(kind)]}({parts})")
            return self._sequence(tuple(value), tuple, depth)
        if isinstance(value, types.FunctionType) and id(value) in self.names:
            return self.names[id(value)]
        if isinstance(value, types.BuiltinFunctionType):
            name: str = value.__name__
            if getattr(builtins, name, None) is value:
                return name
        return self._unsteady()

    def _in_folder(self, path: str) -> str:
        """A path in the folder of `tmp_path` as an expression. Raises `Unsteady` for other text that contains it."""
        relative = path.removeprefix(self.folder).replace("\\", "/")
        if (
            not path.startswith(self.folder)
            or "\n" in relative
            or self.folder in relative
            or (relative and not relative.startswith("/"))
        ):
            raise Unsteady
        return f"tmp_path / {relative[1:]!r}" if relative.strip("/") else "tmp_path"

    @staticmethod
    def _unsteady() -> str:
        raise Unsteady

    def _sequence(self, value: Any, kind: type, depth: int) -> str:
        items = list(value)
        if kind in (set, frozenset):
            items.sort(key=lambda v: (type(v).__name__, repr(v)))
        parts = [self.literal(item, depth + 1) for item in items]
        inner = ", ".join(parts)
        if kind is list:
            return bounded(f"[{inner}]")
        if kind is tuple:
            return bounded(f"({inner}{',' if len(parts) == 1 else ''})")
        if kind is collections.deque:
            return bounded(f"collections.deque([{inner}])")
        if not parts:
            return "set()" if kind is set else "frozenset()"
        return bounded(f"{{{inner}}}" if kind is set else f"frozenset({{{inner}}})")


def bounded(text: str) -> str:
    """The text. Raises `Unsteady` for one that is too long or contains an address."""
    if len(text) > LONGEST or ADDRESS.search(text):
        raise Unsteady
    return text


def _time_literal(value: Any) -> str:
    if getattr(value, "tzinfo", None) not in (None, datetime.timezone.utc):  # noqa: UP017 -- Python 3.10 has no `datetime.UTC`
        raise Unsteady
    return bounded(repr(value))


def _decimal_literal(value: decimal.Decimal) -> str:
    if value.is_nan():
        raise Unsteady
    return f"decimal.{value!r}"


_LIBRARY: dict[type, Callable[[Any], str]] = {
    range: lambda value: bounded(repr(value)),
    slice: lambda value: bounded(repr(value)),
    datetime.date: _time_literal,
    datetime.datetime: _time_literal,
    datetime.time: _time_literal,
    datetime.timedelta: _time_literal,
    datetime.timezone: _time_literal,
    decimal.Decimal: _decimal_literal,
    fractions.Fraction: lambda value: f"fractions.{value!r}",
    uuid.UUID: lambda value: f"uuid.{value!r}",
}
"""Standard-library class -> function that writes its values as source text."""
