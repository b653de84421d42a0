"""What an expression stands for at a line of a file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from indexers.graph.facts import CLASSES, FUNCTIONS, File
from indexers.graph.values import OUTSIDE, UNKNOWN, Type, Value, read_type, result_type
from indexers.types import Binding, Definition

if TYPE_CHECKING:
    from indexers.graph.resolution.resolver import Resolver

_STEP = re.compile(r"\.?([A-Za-z_$][\w$]*)|(\(\))|(\[\])|(@)|(\")")
_PROPERTIES = frozenset({"property", "cached_property", "abstractproperty", "classproperty", "functools.cached_property"})
_PASS_THROUGH = frozenset(
    "copy deepcopy next cast min max getattr reduce run gather wait_for pop get result partial __new__ freeze useState useRef "
    "useContext useMemo assign await choice replace".split()
)
"""Functions of libraries that can return a value of the repository."""
_SAME_ELEMENTS = frozenset({"list", "sorted", "reversed", "set", "tuple", "iter", "frozenset", "enumerate"})


class Expressions:
    """Evaluates short forms of expressions (`syntax.expressions`) and stated types."""

    def __init__(self, resolver: Resolver) -> None:
        """`resolver` has the other parts."""
        self._resolver = resolver
        self._values: dict[tuple[str, str, int], Value] = {}

    def value(self, form: str, file: File, line: int) -> Value:
        """The value of a short form at a line of a file."""
        key = (file.path, form, line)
        known = self._values.get(key)
        if known is not None:
            return known
        if self._resolver.is_too_deep:
            return UNKNOWN
        self._resolver.depth += 1
        self._values[key] = UNKNOWN  # an expression that needs itself
        try:
            found = self._typed(read_type(form[1:]), file, line) if form.startswith(":") else self._evaluate(form, file, line)
        finally:
            self._resolver.depth -= 1
        self._values[key] = found
        return found

    def _evaluate(self, form: str, file: File, line: int) -> Value:
        current: Value | None = None
        named: Definition | Value = UNKNOWN
        position = 0
        last = ""
        while position < len(form):
            match = _STEP.match(form, position)
            if not match:
                return UNKNOWN
            position = match.end()
            name, call, index, enter, _ = match.groups()
            if name:
                called = form.startswith("()", position)
                fields = file.language == "java" and not called  # a method can have the name of a field
                named = (
                    self._resolver.names.name(name, file, line, fields=fields)
                    if current is None
                    else self._resolver.members.member(current, name, fields=fields)
                )
                current = self.of(named, called=called)
                last = name
            elif call:
                current = self._call(current or UNKNOWN, last)
            elif index:
                if current is None or current.kind != "class":  # `Box[int]` is the class with its parameters
                    current = current.element or UNKNOWN if current and current.kind == "list" else UNKNOWN
            elif enter:
                current = current.element or UNKNOWN if current and current.kind == "list" else current
            else:
                current = OUTSIDE
        return current or UNKNOWN

    def _call(self, value: Value, name: str) -> Value:
        definition = value.definition
        if value.kind in {"super", "list"}:
            return value
        if value.kind == "class":
            return Value("instance", definition)
        if value.kind == "function" and definition is not None:
            return self._result(definition)
        if value == OUTSIDE:
            return UNKNOWN if name in _PASS_THROUGH or name in _SAME_ELEMENTS else OUTSIDE
        if value.kind == "instance" and definition is not None:
            called = self._resolver.members.member(value, "__call__")
            return self._result(called) if isinstance(called, Definition) else UNKNOWN
        return UNKNOWN

    def _result(self, definition: Definition) -> Value:
        home = self._resolver.repository.file(definition.path)
        text = result_type(definition)
        if text is not None:
            stated = read_type(text)
            if stated.name == "Self":
                owner = home.enclosing_class(definition.line)
                return Value("instance", owner) if owner is not None else UNKNOWN
            found = self._typed(stated, home, definition.line)
            if found != UNKNOWN or stated.name or stated.element:
                return found
        for binding in home.bindings.get((definition.qualified_name, "return"), ()):
            found = self.value(binding.value, home, binding.line)
            if found.kind in ("instance", "list"):
                return found
        return UNKNOWN

    def _typed(self, stated: Type, file: File, line: int) -> Value:
        """An instance of a type."""
        if stated.element is not None:
            return Value("list", element=self._typed(stated.element, file, line))
        if not stated.name:
            return UNKNOWN
        if stated.name == "Self":
            owner = file.enclosing_class(line)
            return Value("instance", owner) if owner is not None else UNKNOWN
        named: Definition | Value | None = None
        for part in stated.name.split("."):
            named = (
                self._resolver.names.name(part, file, line, types=True)
                if named is None
                else self._resolver.members.member(self.of(named), part)
            )
        if isinstance(named, Definition):
            if named.kind not in CLASSES:
                value = self.of(named)
                return Value("instance", value.definition) if value.kind == "class" else UNKNOWN
            return Value("class" if stated.is_class else "instance", named)
        if isinstance(named, Value) and named.kind == "class":
            return Value("class" if stated.is_class else "instance", named.definition)
        return OUTSIDE if named == OUTSIDE else UNKNOWN

    def of(self, named: Definition | Value, *, called: bool = False) -> Value:
        """The value of a definition; a property that is not `called` has its result's."""
        if isinstance(named, Value):
            return named
        if named.kind in CLASSES:
            return Value("class", named)
        home = self._resolver.repository.file(named.path)
        if named.kind in FUNCTIONS:
            if not called and home.decorators.get(named.qualified_name, frozenset()) & _PROPERTIES:
                return self._result(named)
            return Value("function", named)
        scope, _, name = named.qualified_name.rpartition(".")
        bindings = home.bindings.get((scope, name)) or home.bindings.get((scope, f"self.{name}"))
        found = self.bound(bindings, home, named.end_line) if bindings else UNKNOWN
        return UNKNOWN if found == OUTSIDE and named.name[:1].isupper() and len(named.name) <= 2 else found

    def bound(self, bindings: list[Binding], file: File, line: int) -> Value:
        """The value of a name with these bindings: the last one before the line that is known, else the first known."""
        before = [b for b in bindings if b.line <= line]
        ordered = [*reversed(before), *(b for b in bindings if b.line > line)]
        if any(b.value == "?" for b in before[-1:]):
            return UNKNOWN
        results = [self.value(b.value, file, max(1, b.line)) for b in ordered[:4]]
        return next((r for r in results if r.kind not in ("unknown", "outside", "local")), results[0] if results else UNKNOWN)
