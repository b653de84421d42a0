"""The result of a call as the assertions a test will make; only what is asserted counts as observed."""

from __future__ import annotations

import inspect
import itertools
import math
import types
from typing import Any
from unittest import mock

from .messages import ADDRESS
from .observe_data import content, is_data
from .observe_items import of_items
from .observe_standard import parts_of
from .source_text import LONGEST, SourceWriter, Unsteady, bounded

TAKEN = 20
"""Maximum items of an iterator that are compared."""

MOST_CALLED = 4
"""Maximum methods of a mock whose calls are asserted."""

ATTRIBUTES = 24
"""Maximum attributes of an object that are asserted."""

PARTS = 4
"""Maximum attributes of an object that is an attribute itself."""

TELLING = ("status_code", "exit_code", "returncode", "text", "output", "name", "location", "mimetype", "method", "url", "value")
"""Attributes by which other libraries' results are recognised: responses, finished processes, results of test runners."""


class Observer(SourceWriter):
    """Makes assertions; they may name the public classes and functions of the module under test."""

    def __init__(self, module: Any) -> None:
        """`module` is the instrumented module, possibly with a mutant loaded."""
        super().__init__(module)
        self._of_bases: dict[type, frozenset[str]] = {}

    def checks(self, value: Any, name: str = "{v}", depth: int = 0) -> tuple[str, ...]:
        """Assertions about a value, in which `name` stands for it; empty when nothing stable can be asserted."""
        if value is None or isinstance(value, bool):
            return (f"{name} is {value}",)
        kind = type(value)
        if kind is float:
            return (self._number(value, name),)
        if (
            isinstance(value, (list, tuple))
            and value
            and all(type(v) in (int, float) for v in value)
            and any(type(v) is float for v in value)
        ):
            if all(math.isfinite(v) for v in value):
                return (f"{name} == pytest.approx({self.literal(value)})",)
        try:
            return (f"{name} == {self.literal(value)}",)
        except Unsteady:
            pass
        if kind is str and ((self.folder and self.folder in value) or ADDRESS.search(value)):
            return ()
        if isinstance(value, (str, bytes)) and len(value) > 0 and kind in (str, bytes):
            return (f"len({name}) == {len(value)}", f"{name}[:40] == {value[:40]!r}", f"{name}[-40:] == {value[-40:]!r}")
        if (special := self._special(value, name, depth)) is not None:
            return special
        if hasattr(value, "__next__") or isinstance(
            value, (type({}.keys()), type({}.values()), type({}.items()), map, filter, zip)
        ):
            return self._iterated(value, name)
        if isinstance(value, (list, tuple, set, frozenset, dict)):
            ordered = not depth and not isinstance(value, (set, frozenset))
            items = of_items(value, name, self.literal, self._attributes) if ordered else []
            return (f"len({name}) == {len(value)}", *(items or self._first_item(value, name, depth)))
        return self._object(value, name, depth)

    def _special(self, value: Any, name: str, depth: int) -> tuple[str, ...] | None:
        """Assertions about data of numpy and pandas, mocks, coroutines, objects of the standard library; None for others."""
        if is_data(value):
            return self._data(value, name, depth)
        if isinstance(value, mock.NonCallableMock):
            return self._calls(value, name)
        if isinstance(value, types.CoroutineType):
            value.close()
            return ()
        return tuple(self._standard(value, name)) or None

    def _data(self, value: Any, name: str, depth: int) -> tuple[str, ...]:
        try:
            view, plain = content(value)
            return self.checks(plain, f"{name}{view}", depth) if view or type(plain) is not type(value) else ()
        except Exception:  # values that only look like data
            return ()

    def _calls(self, value: Any, name: str) -> tuple[str, ...]:
        """Assertions about how a mock and its methods were called: with which arguments, or how often."""
        if name == "{v}":
            return ()
        called: dict[str, list[Any]] = {}
        for call in value.mock_calls:
            if "()" not in call[0] and not call[0].rpartition(".")[2].startswith("__"):  # what results did says little
                called.setdefault(call[0], []).append(call)
        return tuple(
            self._called(f"{name}.{method}" if method else name, calls) for method, calls in list(called.items())[:MOST_CALLED]
        )

    def _called(self, name: str, calls: list[Any]) -> str:
        if len(calls) > 1:
            return f"{name}.call_count == {len(calls)}"
        try:
            given = [self.literal(a) for a in calls[0][1]] + [f"{k}={self.literal(a)}" for k, a in calls[0][2].items()]
            return f"{name}.call_args == mock.call({bounded(', '.join(given))})"
        except Unsteady:
            return f"{name}.call_count == {len(calls)}"

    def _number(self, value: float, name: str) -> str:
        if math.isnan(value):
            return f"math.isnan({name})"
        if math.isinf(value):
            return f"{name} == {'' if value > 0 else '-'}math.inf"
        return f"{name} == {value!r}" if value == int(value) and abs(value) < 1e6 else f"{name} == pytest.approx({value!r})"

    def _iterated(self, value: Any, name: str) -> tuple[str, ...]:
        items = list(itertools.islice(value, TAKEN + 1))
        items = [list(itertools.islice(v, TAKEN + 1)) if hasattr(v, "__next__") else v for v in items]
        nested = any(isinstance(v, list) for v in items) and hasattr(value, "__next__")
        try:
            if len(items) > TAKEN:
                return (f"list(itertools.islice({name}, {TAKEN})) == {self.literal(items[:TAKEN])}",)
            return (f"list({name}) == {self.literal(items)}",)
        except Unsteady:
            return (f"len(list({name})) == {len(items)}",) if len(items) <= TAKEN and not nested else ()

    def _first_item(self, value: Any, name: str, depth: int) -> tuple[str, ...]:
        if depth or not value or isinstance(value, (set, frozenset)):
            return ()
        if isinstance(value, dict):
            try:
                return (f"sorted({name}) == {self.literal(sorted(value))}",)
            except (Unsteady, TypeError):
                return ()
        return self.checks(value[0], f"{name}[0]", 1)

    def _object(self, value: Any, name: str, depth: int) -> tuple[str, ...]:
        kind = type(value)
        assertions: list[str] = []
        if id(kind) in self.names:
            assertions.append(f"isinstance({name}, {self.names[id(kind)]})")
        elif (kind.__module__ != "builtins" and not self._is_own(kind)) or depth:
            return self._foreign(value, name) or (f"type({name}).__name__ == {kind.__name__!r}",)
        for attribute in self._attributes(value):
            try:
                part = getattr(value, attribute)
                assertions.extend(
                    self._attribute_checks(part, f"{name}.{attribute}") or self._parts(part, f"{name}.{attribute}")
                )
            except Exception:  # properties may raise anything
                continue
        if hasattr(kind, "__iter__") and hasattr(kind, "__len__") and not isinstance(value, (str, bytes)):
            try:
                assertions.append(f"list({name}) == {self.literal(list(itertools.islice(iter(value), 60)))}")
            except Exception:
                pass
        for function, method in (("str", "__str__"), ("repr", "__repr__")):
            writers = [c for c in kind.__mro__ if method in vars(c) and c is not object and c.__module__ != "builtins"]
            overridden = bool(writers) and (self._is_own(writers[0]) or len(assertions) < 2)
            if overridden and len(assertions) < 3:
                text = str(value) if function == "str" else repr(value)
                if not ADDRESS.search(text) and len(text) <= LONGEST and not (self.folder and self.folder in text):
                    assertions.append(f"{function}({name}) == {text!r}")
                    break
        if callable(value) and not assertions:
            assertions.append(f"callable({name})")
        return tuple(assertions) or (f"type({name}).__name__ == {kind.__name__!r}",)

    def _is_own(self, kind: type) -> bool:
        """Whether a class belongs to the package of the module under test."""
        return kind.__module__.partition(".")[0] == str(self.module.__name__).partition(".")[0]

    def _foreign(self, value: Any, name: str) -> tuple[str, ...]:
        """Assertions about the attributes that matter of another library's object."""
        found: list[str] = []
        for attribute in TELLING:
            try:
                found += self._attribute_checks(getattr(value, attribute), f"{name}.{attribute}")
            except Exception:  # absent, or a property that raises
                continue
        return tuple(found[:4])

    def _standard(self, value: Any, name: str) -> list[str]:
        """Assertions about what identifies a value of the standard library; empty for classes of this package."""
        if self._is_own(type(value)):
            return []
        try:
            parts = parts_of(value)
        except Exception:  # a subclass may do anything
            return []
        return [check for text, part in parts for check in self._attribute_checks(part, text.format(v=name))]

    def _attribute_checks(self, value: Any, name: str) -> tuple[str, ...]:
        if value is None or isinstance(value, bool):
            return (f"{name} is {value}",)
        if type(value) is float:
            return (self._number(value, name),)
        try:
            return (f"{name} == {self.literal(value)}",)
        except Unsteady:
            return ()

    def _parts(self, value: Any, name: str) -> tuple[str, ...]:
        """Assertions about an attribute without a literal: data, a container of objects, an object of the same package."""
        if is_data(value):
            return self._data(value, name, 1)
        if isinstance(value, (list, tuple, dict)):
            return (f"len({name}) == {len(value)}", *of_items(value, name, self.literal, self._attributes))
        if not self._is_own(type(value)) or callable(value):
            return tuple(self._standard(value, name))
        inner = ((a, getattr(value, a)) for a in self._attributes(value)[:PARTS])
        return tuple(check for a, part in inner for check in self._attribute_checks(part, f"{name}.{a}"))

    def _attributes(self, value: Any) -> list[str]:
        """Names of an object's public data attributes, then its properties."""
        kind = type(value)
        names = [n for n in getattr(value, "__dict__", {}) if not n.startswith("_")]
        for cls in kind.__mro__:
            slots = vars(cls).get("__slots__", ())
            names += [n for n in ((slots,) if isinstance(slots, str) else slots) if not n.startswith("_")]
        names += [n for cls in kind.__mro__ for n, v in vars(cls).items() if isinstance(v, property) and not n.startswith("_")]
        inherited = self._inherited(kind)
        return [n for n in dict.fromkeys(names) if n not in inherited][:ATTRIBUTES]

    def _inherited(self, kind: type) -> frozenset[str]:
        """The attributes that only base classes of other packages know, where the class itself is of this package."""
        if kind not in self._of_bases:
            own = [c for c in kind.__mro__ if self._is_own(c)]
            bases = [c for c in kind.__mro__ if c not in own and c.__module__ != "builtins"] if own else []
            names = {n for c in bases for n in _mentioned(c)} - {n for c in own for n in _mentioned(c)}
            self._of_bases[kind] = frozenset(names)
        return self._of_bases[kind]


def _mentioned(cls: type) -> set[str]:
    """The names that a class defines and that its methods use."""
    names = {*vars(cls), *getattr(cls, "__annotations__", ())}
    for value in vars(cls).values():
        function = getattr(value, "fget", None) or getattr(value, "__func__", value)
        names |= (
            set(getattr(getattr(inspect.unwrap(function), "__code__", None), "co_names", ())) if callable(function) else set()
        )
    return names
