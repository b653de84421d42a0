"""What code does with its arguments, observed with stand-ins: attributes, items, calls, comparisons, conversions, messages.

A stand-in accepts every operation and records it (type tracing; Lukasczyk and Fraser, 2022). It is never part of a test.
"""

from __future__ import annotations

import random
import re
import types
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from typing import Any

from ..running.messages import message_of
from .traced_values import MOST_ITEMS, NEEDS, SAMPLES, Seen, native

CALLBACKS = 8
"""How many functions that are passed to stand-ins are called."""

DEEPEST = 4
"""How many attributes or items of each other are followed."""


class Trace:
    """One traced call: makes stand-ins while it is `live`, and remembers the latest ones for the interpreter's messages."""

    def __init__(self, chance: random.Random) -> None:
        """`chance` decides truth values."""
        self.chance = chance
        self.live = True
        self.latest: Seen | None = None
        self.iterated: Seen | None = None
        self.callbacks = 0

    def value(self, seen: Seen) -> Any:
        """A stand-in that records into `seen`, or a sample where a message said what the value must be."""
        self.latest = seen
        kind = seen.must or native(seen.attributes)
        if kind in SAMPLES and (seen.must or self.chance.random() < 0.5):
            return SAMPLES[kind]
        return StandIn(seen, self) if seen.depth <= DEEPEST else self.chance.choice((0, "a", None))

    def child(self, parent: Seen) -> Seen:
        """A record for a part of a value."""
        return Seen(parent.depth + 1)

    def read_message(self, error: BaseException) -> None:
        """Learn from the message of an exception that a stand-in caused."""
        text = message_of(error)
        expected = re.search(r"values? to unpack \(expected (\d)", text) or re.search(r"need exactly (\d)", text)
        if expected and self.iterated is not None:
            self.iterated.size = int(expected[1])
        elif isinstance(error, (TypeError, ValueError)) and StandIn.__name__ in text and self.latest is not None:
            self.latest.must = next((kind for pattern, kind in NEEDS if re.search(pattern, text)), self.latest.must)


class StandIn:
    """Accepts every operation and records it."""

    __slots__ = ("_ca_seen", "_ca_trace")
    _ca_seen: Seen
    _ca_trace: Trace

    def __init__(self, seen: Seen, trace: Trace) -> None:
        object.__setattr__(self, "_ca_seen", seen)
        object.__setattr__(self, "_ca_trace", trace)

    def _ca_kind(self, kind: str, weight: int = 2) -> None:
        if self._ca_trace.live:
            self._ca_seen.kinds[kind] += weight
            self._ca_trace.latest = self._ca_seen

    def __getattr__(self, name: str) -> Any:
        seen, trace = self._ca_seen, self._ca_trace
        if name.startswith("__") or not trace.live:
            raise AttributeError(name)
        part = seen.attributes.setdefault(name, trace.child(seen))
        return self._ca_entry if name in ("get", "pop", "setdefault") else trace.value(part)

    def _ca_entry(self, key: Any = 0, *_: Any, **named: Any) -> Any:
        """As the method of a mapping that gives an entry if it is there."""
        needed = isinstance(key, str) and key in self._ca_seen.entries and self._ca_seen.entries[key].needed
        value = self[key]
        if isinstance(key, str):
            self._ca_seen.entries[key].needed = needed
        return value

    def __setattr__(self, name: str, value: Any) -> None:
        self._ca_kind("stub", 1)

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        """As a function; what it returns is a stand-in too."""
        seen, trace = self._ca_seen, self._ca_trace
        self._ca_kind("callable")
        seen.arity = max(seen.arity, len(arguments))
        seen.result = seen.result or trace.child(seen)
        for position, argument in enumerate(arguments):
            if trace.live and trace.callbacks < CALLBACKS and isinstance(argument, (types.FunctionType, types.MethodType)):
                trace.callbacks += 1
                seen.calls = position
                argument(*arguments[position + 1 :])
        return trace.value(seen.result)

    def __getitem__(self, key: Any) -> Any:
        seen, trace = self._ca_seen, self._ca_trace
        if isinstance(key, str):
            self._ca_kind("dict")
            entry = seen.entries.setdefault(key, trace.child(seen))
            entry.needed = True
            return trace.value(entry)
        if isinstance(key, slice):
            self._ca_kind("list", 1)
            self._ca_kind("str", 2)
            return self
        self._ca_kind("list" if isinstance(key, int) else "dict")
        if isinstance(key, int):
            seen.size = max(seen.size, min(key + 1, MOST_ITEMS))
        seen.item = seen.item or trace.child(seen)
        return trace.value(seen.item)

    def __setitem__(self, key: Any, value: Any) -> None:
        self._ca_kind("list" if isinstance(key, int) else "dict")

    def __delitem__(self, key: Any) -> None:
        self._ca_kind("list" if isinstance(key, int) else "dict")

    def __iter__(self) -> Iterator[Any]:
        seen, trace = self._ca_seen, self._ca_trace
        self._ca_kind("list")
        seen.item = seen.item or trace.child(seen)
        trace.iterated = seen
        for _ in range(seen.size or trace.chance.choice((1, 1, 2))):
            yield trace.value(seen.item)

    def __contains__(self, value: Any) -> bool:
        if isinstance(value, str):
            self._ca_kind("str")
            inside = repr(f"1{value}5") if len(value) == 1 else repr(f"a{value}b")
            if self._ca_trace.live and inside not in self._ca_seen.constants[:MOST_ITEMS]:
                self._ca_seen.constants += [inside, repr(value)]
        self._ca_kind("list", 1)
        return self._ca_trace.chance.random() < 0.5

    def __len__(self) -> int:
        self._ca_kind("list", 1)
        self._ca_kind("str", 1)
        return self._ca_seen.size or self._ca_trace.chance.choice((0, 1, 2))

    def __bool__(self) -> bool:
        self._ca_kind("bool", 1)
        return self._ca_trace.chance.random() < 0.6

    def __eq__(self, other: object) -> bool:
        if self._ca_trace.live:
            self._ca_seen.compared(other)
        return self._ca_trace.chance.random() < 0.5

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        self._ca_kind("str", 1)
        return id(self)

    def __int__(self) -> int:
        self._ca_kind("int")
        self._ca_kind("digits")
        return 1

    def __index__(self) -> int:
        self._ca_kind("int", 3)
        return 1

    def __float__(self) -> float:
        self._ca_kind("float")
        return 1.5

    def __str__(self) -> str:
        self._ca_kind("str", 1)
        return "a1"

    __repr__ = __str__

    def __format__(self, spec: str) -> str:
        self._ca_kind("float" if re.search(r"[dfeg%]$", spec) else "str", 1)
        return "a1"

    def __fspath__(self) -> str:
        self._ca_kind("filename", 3)
        return "a.txt"

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def __await__(self) -> Generator[None, None, Any]:
        """As what is awaited: it gives itself, without an event loop."""
        self._ca_seen.awaited = True
        return self
        yield

    async def __aiter__(self) -> AsyncIterator[Any]:
        for item in self:
            yield item

    async def __aenter__(self) -> Any:
        return self

    async def __aexit__(self, *_: object) -> None:
        return None

    def keys(self) -> list[str]:
        """As a mapping that is unpacked."""
        self._ca_kind("dict")
        return list(self._ca_seen.entries)


def _ordering(name: str) -> Callable[[StandIn, Any], bool]:
    def compare(self: StandIn, other: Any) -> bool:
        if self._ca_trace.live:
            self._ca_seen.compared(other)
        self._ca_kind("int", 1)
        return self._ca_trace.chance.random() < 0.5

    compare.__name__ = name
    return compare


def _arithmetic(name: str) -> Callable[[StandIn, Any], Any]:
    def combine(self: StandIn, other: Any) -> Any:
        if self._ca_trace.live:
            self._ca_seen.compared(other)
        if name not in ("__add__", "__radd__", "__mod__", "__or__", "__and__"):
            self._ca_kind("int", 1)
        return self

    combine.__name__ = name
    return combine


for _name in ("__lt__", "__le__", "__gt__", "__ge__"):
    setattr(StandIn, _name, _ordering(_name))
for _base in "add sub mul truediv floordiv mod pow and or xor lshift rshift".split():
    for _name in (f"__{_base}__", f"__r{_base}__"):
        setattr(StandIn, _name, _arithmetic(_name))
for _name in ("__neg__", "__abs__", "__pos__"):
    setattr(StandIn, _name, lambda self: self)
