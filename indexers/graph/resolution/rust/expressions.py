"""What an expression or a type of Rust stands for."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from indexers.graph.facts import CLASSES, FUNCTIONS, File
from indexers.graph.resolution.rust.memo import Memo
from indexers.graph.resolution.rust.scopes import HELD, STANDARD, function_around, type_around
from indexers.graph.resolution.rust.standard import HOLDERS, KEPT, MAPS, OPEN, SAME, TAKEN, TRANSPARENT
from indexers.graph.values import LOCAL, OUTSIDE, UNKNOWN, Value, split
from indexers.syntax.rust_bindings import SCOPE
from indexers.syntax.rust_expressions import closing, type_text
from indexers.types import Binding, Definition

if TYPE_CHECKING:
    from indexers.graph.resolution.rust.resolver import RustResolver

_STEP = re.compile(r"(::|\.)?(\w+)(::$)?|(\(\))|(\[\])|(\?)|(\")")
_TYPE = re.compile(r"((?:::)?\w+(?:::\w+)*)(?:<(.*)>)?$", re.DOTALL)
_ALIAS = re.compile(r"\btype\s+\w+(?:<[^=]*>)?\s*=\s*([^;]+)")
_RESULT = re.compile(r"\s*->\s*(.+?)\s*(?:\bwhere\b.*)?[{;]?\s*$", re.DOTALL)


class Expressions:
    """Evaluates short forms (`syntax.rust_expressions`) and types."""

    def __init__(self, rust: RustResolver) -> None:
        """`rust` has the other parts."""
        self._rust = rust
        self._values: Memo[tuple[str, str, int, bool], Value] = Memo(rust, UNKNOWN)
        self._aliases: Memo[tuple[str, str, tuple[str, ...]], Value] = Memo(rust, UNKNOWN)

    def value(self, form: str, file: File, line: int, *, before: bool = False, name: str = "") -> Value:
        """The value of a short form at a line: of the receiver of `name`; with `before`, by what is bound above the line."""
        key = (file.path, f"{form}.{name}", line, before)
        if form.startswith(":"):
            return self._values.get(key, lambda: self.of_type(form[1:], file, line))
        return self._values.get(key, lambda: self._evaluate(form, file, line, name, before=before))

    def _evaluate(self, form: str, file: File, line: int, behind: str, *, before: bool) -> Value:
        current: Value | None = None
        position, last = 0, ""
        while position < len(form):
            match = _STEP.match(form, position)
            if not match:
                return UNKNOWN
            position = match.end()
            separator, name, path_end, call, index, question, _ = match.groups()
            is_path = path_end is not None or form.startswith("::", position)
            if name and current is None:
                current = self._first(name, file, line, f"{form}.{behind}", is_path=is_path, before=before)
            elif separator == "::" and current == OUTSIDE and last in HELD:
                current = UNKNOWN if last in TRANSPARENT else Value("list", element=UNKNOWN)
            elif name and current is not None:
                current = self._step(
                    current, name, separator, file, line, called=form.startswith("()", position), is_path=is_path
                )
            elif call:
                current = self._call(current or UNKNOWN, last)
            elif index or question:
                current = current.element or UNKNOWN if current is not None and current.kind == "list" else UNKNOWN
            else:
                current = OUTSIDE
            last = name or last
        return current or UNKNOWN

    def _first(self, name: str, file: File, line: int, form: str, *, is_path: bool, before: bool) -> Value:
        if not is_path:
            local = self.local(name, file, line, form, before=before)
            if local is not None:
                return local
        named = self._rust.scopes.first(name, file, line, path=is_path)
        if is_path and not isinstance(named, Definition) and named.kind in ("outside", "unknown"):
            return self.bound_parameter(name, file, line) or named
        if named == OUTSIDE and name.islower():
            return UNKNOWN  # a local name that a macro binds
        return self._rust.of(named)

    def _step(self, current: Value, name: str, separator: str, file: File, line: int, *, called: bool, is_path: bool) -> Value:
        if separator == "::":
            found = self._rust.scopes.member(current, name, types=is_path)
            if found == OUTSIDE and current.kind == "class" and name in ("default", "from", "parse"):
                return Value("function", current.definition)
            return self._rust.of(found)
        if name == "await":
            return current
        if current.kind == "list":
            return self._of_holder(current, name)
        if called:
            found = self._rust.members.called(current, name)
            if not isinstance(found, Definition) and name in SAME and current.kind == "instance":
                return Value("same", current.definition)
            return self._rust.of(found)
        return self._rust.field(current, name, file, line)

    @staticmethod
    def _of_holder(current: Value, name: str) -> Value:
        if name in TAKEN:
            return Value("taken", element=current.element)
        return current if name in KEPT else UNKNOWN

    def _call(self, value: Value, last: str) -> Value:
        definition = value.definition
        if value.kind == "taken":
            return value.element or UNKNOWN
        if value.kind in ("list", "instance"):
            return value
        if value.kind in ("class", "same") or (
            value.kind == "function" and definition is not None and definition.kind in CLASSES
        ):
            return Value("instance", definition)
        if value.kind == "function" and definition is not None:
            return self.result(definition)
        return OUTSIDE if value == OUTSIDE and last not in OPEN else UNKNOWN

    def result(self, definition: Definition) -> Value:
        """The value that a function gives."""
        signature, name = definition.signature, re.escape(definition.name)
        opening = re.search(rf"\b{name}\s*(<)?", signature)
        if opening is None:
            return UNKNOWN
        end = closing(signature, opening.end() - 1) if opening[1] else opening.end()
        start = signature.find("(", max(end, 0))
        end = closing(signature, start) if start >= 0 else -1
        match = _RESULT.match(signature, end) if end > 0 else None
        return self.of_type(type_text(match[1]), self._rust.file(definition.path), definition.line) if match else OUTSIDE

    def of_type(self, text: str, file: File, line: int) -> Value:
        """A value of a type (`type_text`)."""
        text = split(text, "+")[0].strip("()") if "+" in text else text.strip("()")
        if text.startswith("["):
            return Value("list", element=self.of_type(text[1:].partition(";")[0].removesuffix("]"), file, line))
        match = _TYPE.match(text)
        if not match:
            return UNKNOWN
        parts = [part for part in match[1].split("::") if part]
        arguments = split(match[2] or "", ",")
        named = self._named_type(parts, file, line)
        if isinstance(named, Definition) and named.kind == "type":
            return self._alias(named, arguments, file, line)
        if isinstance(named, Definition):
            return Value("instance", named) if named.kind in CLASSES else UNKNOWN
        if named.kind == "class":
            return Value("instance", named.definition)
        if parts[-1] in HELD:
            return self._held(parts[-1], arguments, file, line)
        if len(parts) == 1:
            return self.bound_parameter(parts[0], file, line) or (OUTSIDE if parts[0] in STANDARD else named)
        return named if named == OUTSIDE else UNKNOWN

    def _named_type(self, parts: list[str], file: File, line: int) -> Definition | Value:
        named = self._rust.scopes.first(parts[0], file, line, path=True)
        for part in parts[1:]:
            named = self._rust.scopes.member(named, part, types=True)
        return named

    def _held(self, name: str, arguments: list[str], file: File, line: int) -> Value:
        if not arguments:
            return Value("list", element=UNKNOWN)
        argument = arguments[-1 if name in MAPS else 0]
        held = self.of_type(argument.rpartition("=")[2], file, line)
        return held if name in TRANSPARENT else Value("list", element=held)

    def _alias(self, named: Definition, arguments: list[str], file: File, line: int) -> Value:
        match = _ALIAS.search(named.signature)
        if not match:
            return UNKNOWN
        key = (named.path, named.qualified_name, tuple(arguments))
        return self._aliases.get(key, lambda: self._behind(named, match[1], arguments, file, line))

    def _behind(self, named: Definition, stated: str, arguments: list[str], file: File, line: int) -> Value:
        text = type_text(stated)
        last = text.partition("<")[0].rpartition("::")[2]
        if arguments and last in HOLDERS:  # `type Result<T> = std::result::Result<T, Error>`
            return self._held(last, arguments, file, line)
        return self.of_type(text, self._rust.file(named.path), named.line)

    def bound_parameter(self, name: str, file: File, line: int) -> Value | None:
        """A value of a type parameter: of the trait by which it is bound."""
        if not name[:1].isupper():
            return None
        for definition in (function_around(file, line), type_around(file, line)):
            match = (
                re.search(rf"\b{re.escape(name)}\s*:(?!:)\s*(?:\?Sized\s*\+\s*)?([\w:]+)", definition.signature)
                if definition
                else None
            )
            if definition is not None and match and match[1] != name:
                found = self.of_type(match[1], file, line)
                return found if found.kind == "instance" else UNKNOWN
            if definition is not None and re.search(rf"<(?:[^>]*,)?\s*{re.escape(name)}\s*[,>]", definition.signature):
                return UNKNOWN
        return None

    def local(self, name: str, file: File, line: int, form: str, *, before: bool) -> Value | None:
        """The value of a local name; None when the functions around the line bind none."""
        function = function_around(file, line)
        if function is None:
            return None
        bindings = file.bindings.get((function.qualified_name, name), [])
        for position in range(bisect_right(bindings, line, key=lambda b: b.line) - 1, -1, -1):
            binding = bindings[position]
            value = _visible(binding, line, form, before=before)
            if value is not None:
                break
        else:
            return None
        found = self.value(value, file, max(1, binding.line), before=True) if value != "?" else UNKNOWN
        return LOCAL if found == UNKNOWN else found

    def of(self, named: Definition | Value) -> Value:
        """The value of a definition."""
        if isinstance(named, Value):
            return named
        if named.kind == "type":
            found = self._alias(named, [], self._rust.file(named.path), named.line)
            return Value("class", found.definition) if found.kind == "instance" else found
        if named.kind in CLASSES:
            return Value("class", named)
        if named.kind in FUNCTIONS:
            return Value("function", named)
        home = self._rust.file(named.path)
        for scope in ("", named.qualified_name.rpartition(".")[0]):
            for binding in home.bindings.get((scope, named.name), ()):
                return self.value(binding.value.partition(SCOPE)[0], home, named.line)
        return UNKNOWN


def _visible(binding: Binding, line: int, form: str, *, before: bool) -> str | None:
    """The value of a binding that holds at a line, else None."""
    value, _, end = binding.value.partition(SCOPE)
    if (end and int(end) < line) or binding.line > line:
        return None
    if binding.line == line and not value.startswith(":") and (before or (value == "?" and not end)):
        return None  # a use in the value itself
    head = re.match(r"\w+", value)
    if head and head[0] == binding.name and binding.line >= line - 8 and value.startswith(form):
        return None  # `let a = a.b()`: the name inside is another
    return value
