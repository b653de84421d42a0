"""Find the definition that a use of a name belongs to: imports first, then receivers, then the class hierarchy.

An expression has a value (`values.Value`). What is known to be defined elsewhere is `OUTSIDE`: a built-in, a literal, a name
of an imported library. What cannot be known is `UNKNOWN`, and only its name remains.
"""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterator

from indexers.graph.facts import CLASSES, FUNCTIONS, File, Repository
from indexers.graph.values import LOCAL, OUTSIDE, UNKNOWN, Type, Value, read_type, result_type
from indexers.stores import symbols
from indexers.syntax.languages import MINOR_KINDS, WITH_RECEIVERS
from indexers.types import Binding, Definition, RawUse

_DEEPEST = 12
_BUILT_INS = frozenset(dir(builtins))
_GLOBALS = frozenset(
    "Array ArrayBuffer BigInt Boolean Buffer Date Error FormData Function Headers Intl JSON Map Math "
    "Number Object Promise Proxy Reflect RegExp Request Response Set String Symbol URL URLSearchParams "
    "WeakMap WeakSet clearTimeout console describe document exports expect fetch globalThis it jest "
    "localStorage module navigator process require setInterval setTimeout test window".split()
)
_STEP = re.compile(r"\.?([A-Za-z_$][\w$]*)|(\(\))|(\[\])|(@)|(\")")
_SCRIPT = frozenset({"javascript", "typescript", "tsx", "vue", "svelte"})
_SELVES = {"python": ("self", "cls", "super"), "java": ("this", "super"), "go": ()}
_PROPERTIES = frozenset({"property", "cached_property", "abstractproperty", "classproperty", "functools.cached_property"})
_PASS_THROUGH = frozenset(
    "copy deepcopy next cast min max getattr reduce run gather wait_for pop get result partial __new__ freeze useState useRef "
    "useContext useMemo assign await choice replace".split()
)
"""Functions of libraries that can return a value of the repository."""
_SAME_ELEMENTS = frozenset({"list", "sorted", "reversed", "set", "tuple", "iter", "frozenset", "enumerate"})


def family(language: str) -> str:
    """The languages that can use each other's definitions, by one name."""
    if language in _SCRIPT:
        return "script"
    return {"c": "c", "cpp": "c", "kotlin": "java", "scala": "java"}.get(language, language)


class Resolver:
    """Resolves uses of names in one snapshot of an index."""

    def __init__(self, repository: Repository) -> None:
        """`repository`: the files that are read."""
        self.repository = repository
        self._values: dict[tuple[str, str, int], Value] = {}
        self._members: dict[tuple[str, str, str], Definition | Value] = {}
        self._depth = 0

    def target(self, use: RawUse) -> Definition | Value:
        """The definition that a use belongs to, a module, `OUTSIDE` or `UNKNOWN`."""
        file = self.repository.file(use.path)
        if file.language not in WITH_RECEIVERS:
            return UNKNOWN
        if use.kind == "import":
            return self._imported(file, use)
        if not use.receiver:
            return self._aliased(self.name(use.name, file, use.line))
        return self._aliased(self.member(self.value(use.receiver, file, use.line), use.name))

    def _aliased(self, found: Definition | Value) -> Definition | Value:
        """The definition behind a value that has one, such as a local name of a function."""
        if isinstance(found, Value) and found.definition is not None and found.kind in ("function", "class"):
            return found.definition
        return UNKNOWN if isinstance(found, Value) and found.kind in ("instance", "super", "list") else found

    def _imported(self, file: File, use: RawUse) -> Definition | Value:
        for modules in file.imports.values():
            for module in modules:
                if module.rpartition(":")[2].rpartition(".")[2].rpartition("/")[2] == use.name:
                    return self._of_module(module, file)
        return UNKNOWN

    # Expressions

    def value(self, form: str, file: File, line: int) -> Value:
        """The value of a short form at a line of a file."""
        key = (file.path, form, file.around(line)[0].line if file.around(line) else 0)
        known = self._values.get(key)
        if known is not None:
            return known
        if self._depth >= _DEEPEST:
            return UNKNOWN
        self._depth += 1
        self._values[key] = UNKNOWN  # an expression that needs itself
        try:
            found = self._typed(read_type(form[1:]), file, line) if form.startswith(":") else self._evaluate(form, file, line)
        finally:
            self._depth -= 1
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
                named = self.name(name, file, line) if current is None else self.member(current, name)
                following = form[position : position + 2]
                current = self.of(named, called=following == "()")
                last = name
            elif call:
                current = self._call(current or UNKNOWN, last)
            elif index:
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
            called = self.member(value, "__call__")
            return self._result(called) if isinstance(called, Definition) else UNKNOWN
        return UNKNOWN

    def _result(self, definition: Definition) -> Value:
        home = self.repository.file(definition.path)
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
            named = self.name(part, file, line, types=True) if named is None else self.member(self.of(named), part)
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
        home = self.repository.file(named.path)
        if named.kind in FUNCTIONS:
            if not called and home.decorators.get(named.qualified_name, frozenset()) & _PROPERTIES:
                return self._result(named)
            return Value("function", named)
        scope, _, name = named.qualified_name.rpartition(".")
        bindings = home.bindings.get((scope, name)) or home.bindings.get((scope, f"self.{name}"))
        found = self._bound(bindings, home, named.end_line) if bindings else UNKNOWN
        return UNKNOWN if found == OUTSIDE and named.name[:1].isupper() and len(named.name) <= 2 else found

    def _bound(self, bindings: list[Binding], file: File, line: int) -> Value:
        """The value of a name with these bindings: the last one before the line that is known, else the first known."""
        before = [b for b in bindings if b.line <= line]
        ordered = [*reversed(before), *(b for b in bindings if b.line > line)]
        if any(b.value == "?" for b in before[-1:]):
            return UNKNOWN
        results = [self.value(b.value, file, max(1, b.line)) for b in ordered[:4]]
        return next((r for r in results if r.kind not in ("unknown", "outside", "local")), results[0] if results else UNKNOWN)

    # Names

    def name(self, name: str, file: File, line: int, *, types: bool = False) -> Definition | Value:
        """What a name on its own means at a line."""
        around = file.around(line)
        if not types and name in _SELVES.get(file.language, ("this", "super")):
            return self._own(name, file, line)
        for position, scope in enumerate(around):
            found = self._in_scope(name, scope, file, line, inner=position == 0)
            if found is not None:
                return found
        return self._of_file(name, file, line)

    def _own(self, name: str, file: File, line: int) -> Value:
        owner = file.enclosing_class(line)
        if owner is None:
            return UNKNOWN
        kind = {"super": "super", "cls": "class"}.get(name, "instance")
        return Value(kind, owner)

    def _in_scope(self, name: str, scope: Definition, file: File, line: int, *, inner: bool) -> Definition | Value | None:
        """What a name means in a function or class around the line; None when it is not bound there."""
        if scope.kind in CLASSES:
            if file.language == "java":
                found = self.member(Value("instance", scope), name)
                return found if isinstance(found, Definition) or found.kind not in ("unknown", "outside") else None
            if not inner or file.language in _SCRIPT or file.language == "go":
                return None
            bound = file.bindings.get((scope.qualified_name, name))
            member = file.by_qualified_name.get(f"{scope.qualified_name}.{name}")
            if member is not None or not bound:
                return member
            return self._bound(bound, file, line)
        nested = file.by_qualified_name.get(f"{scope.qualified_name}.{name}")
        if nested is not None and nested.kind not in MINOR_KINDS:
            return nested
        bindings = file.bindings.get((scope.qualified_name, name))
        if not bindings:
            return None
        found = self._bound(bindings, file, line)
        return LOCAL if found == UNKNOWN else found

    def _of_file(self, name: str, file: File, line: int) -> Definition | Value:
        """What a name means at the top level of a file."""
        defined = file.by_qualified_name.get(name)
        if defined is not None and defined.kind not in MINOR_KINDS:
            return defined
        for module in file.imports.get(name, ()):
            found = self._of_module(module, file)
            if found != UNKNOWN or defined is None:
                return found
        if defined is not None:
            value = self.of(defined)
            return value if value.kind in ("class", "function", "module") else defined
        bindings = file.bindings.get(("", name))
        if bindings:
            return self._bound(bindings, file, line)
        beside = self._beside(name, file)
        if beside is not None:
            return beside
        is_open = False
        for module in file.imports.get("*", ()):
            found = self._of_module(f"{module}:{name}", file)
            if isinstance(found, Definition):
                return found
            is_open = is_open or found == UNKNOWN
        if file.language in ("java", "go"):
            return OUTSIDE
        is_global = name in _BUILT_INS if file.language == "python" else bool(file.imports) or name in _GLOBALS
        return OUTSIDE if is_global and not is_open else UNKNOWN

    def _beside(self, name: str, file: File) -> Definition | None:
        """The definition of a name in another file of the same Go or Java package."""
        if file.language not in ("go", "java"):
            return None
        folder = file.path.rpartition("/")[0]
        found = [
            d for d in self._named(name) if d.qualified_name == name and d.language == file.language and d.kind != "module"
        ]
        for definition in found:
            other = definition.path.rpartition("/")[0]
            is_same = other == folder or (file.language == "java" and _package(other) == _package(folder) != "")
            if is_same and (file.path.endswith("_test.go") or not definition.path.endswith("_test.go")):
                return definition
        return None

    def _named(self, name: str) -> list[Definition]:
        return symbols.definitions_named(self.repository.catalog, name)

    def _of_module(self, module: str, file: File) -> Definition | Value:
        """What an import of `module` or `module:name` means."""
        if self._depth >= _DEEPEST:
            return UNKNOWN
        path, _, name = module.partition(":")
        found = self.repository.modules.find(path, file.path, file.language)
        if file.language == "python" and not path.strip(".") and name and found is not None:
            submodule = self.repository.modules.find(f"{path}{name}", file.path, "python")
            if submodule and not (found and self.repository.file(found[0]).by_qualified_name.get(name)):
                return Value("module", paths=submodule)
        if found is None:
            return UNKNOWN
        if not found:
            return OUTSIDE
        value = Value("module", paths=found)
        return value if not name else self.member(value, name)

    # Members

    def member(self, value: Value, name: str) -> Definition | Value:
        """What a name behind a dot means."""
        if value.kind == "module":
            return self._of_modules(value, name)
        if value.kind == "list":
            return OUTSIDE
        if value.kind == "function":
            return OUTSIDE if name in ("bind", "call", "apply", "__name__", "__doc__", "cache_clear") else UNKNOWN
        if value.definition is None or value.kind == "unknown":
            return value if value == OUTSIDE else UNKNOWN
        key = (value.kind, f"{value.definition.path}:{value.definition.qualified_name}", name)
        known = self._members.get(key)
        if known is None:
            self._members[key] = UNKNOWN
            known = self._members[key] = self._of_class(value.definition, name, skip=value.kind == "super")
        return known

    def _of_modules(self, value: Value, name: str) -> Definition | Value:
        self._depth += 1
        try:
            for path in value.paths:
                file = self.repository.file(path)
                if file.language == "go" and name[:1].islower():
                    return UNKNOWN
                found = self._exported(file, name)
                if found is not None:
                    return found
                if path.endswith(".py") or "." not in path.rpartition("/")[2]:
                    submodule = self.repository.modules.submodule(path, name)
                    if submodule:
                        return Value("module", paths=(submodule,))
        finally:
            self._depth -= 1
        return UNKNOWN

    def _exported(self, file: File, name: str) -> Definition | Value | None:
        """What a file exports under a name; None when it does not."""
        if self._depth >= _DEEPEST:
            return UNKNOWN
        defined = file.by_qualified_name.get(name)
        if defined is not None and defined.kind not in MINOR_KINDS:
            return defined
        if file.language == "java":
            found = file.by_qualified_name.get(f"{file.path.rpartition('/')[2].removesuffix('.java')}.{name}")
            return found or defined
        if file.language != "go":
            for module in file.imports.get(name, ()):
                found_import = self._of_module(module, file)
                if found_import != UNKNOWN or defined is None:
                    return found_import
        if defined is not None:
            value = self.of(defined)
            return value if value.kind in ("class", "function", "module") else defined
        if name == "default":
            return self._default(file)
        bindings = file.bindings.get(("", name))
        if bindings:
            return self._bound(bindings, file, 1 << 30)
        for module in file.imports.get("*", ()) if file.language != "go" else ():
            through = self._of_module(f"{module}:{name}", file)
            if isinstance(through, Definition) or through.kind == "module":
                return through
        return None

    def _default(self, file: File) -> Definition | Value:
        """The default export of a script: the definition that is marked, else the only one."""
        stem = file.path.rpartition("/")[2].partition(".")[0].replace("-", "").lower()
        top = [d for d in file.definitions if "." not in d.qualified_name and d.kind not in MINOR_KINDS]
        for definition in top:
            if definition.name.lower() == stem:
                return definition
        return top[0] if len(top) == 1 else UNKNOWN

    def _of_class(self, owner: Definition, name: str, *, skip: bool = False) -> Definition | Value:
        """A member of a class or of the classes it inherits from; with `skip` only of these."""
        outside = unknown = False
        for definition in self.hierarchy(owner):
            if isinstance(definition, Value):
                outside = outside or definition == OUTSIDE
                unknown = unknown or definition == UNKNOWN
                continue
            if skip and definition is owner:
                continue
            found = self.own_member(definition, name)
            if found is not None:
                return found
        return UNKNOWN if unknown or not outside else OUTSIDE

    def own_member(self, owner: Definition, name: str) -> Definition | Value | None:
        """A member that a class defines itself; a field has the value that is assigned to it, None: there is none."""
        home = self.repository.file(owner.path)
        qualified = f"{owner.qualified_name}.{name}"
        found = home.by_qualified_name.get(qualified)
        if found is not None and found.kind not in MINOR_KINDS:
            return found
        if owner.language == "go":
            folder = owner.path.rpartition("/")[0]
            for definition in self._named(name):
                if definition.qualified_name == qualified and definition.path.rpartition("/")[0] == folder:
                    return definition
        bindings = home.bindings.get((owner.qualified_name, f"self.{name}"), []) + home.bindings.get(
            (owner.qualified_name, name), []
        )
        if bindings:
            value = self._bound(bindings, home, 1 << 30)
            return found if found is not None and value.kind not in ("instance", "list", "class", "function") else value
        return found

    def hierarchy(self, owner: Definition) -> Iterator[Definition | Value]:
        """A class and what it inherits from, nearest first; values stand for bases that are not in the repository."""
        queue: list[Definition | Value] = [owner]
        seen: set[tuple[str, str]] = set()
        while queue:
            current = queue.pop(0)
            if isinstance(current, Definition):
                key = (current.path, current.qualified_name)
                if key in seen:
                    continue
                seen.add(key)
                home = self.repository.file(current.path)
                queue.extend(self.base(use) for use in home.bases.get(current.qualified_name, ()))
            yield current

    def base(self, use: RawUse) -> Definition | Value:
        """The class that a use as base names."""
        file = self.repository.file(use.path)
        if use.name in ("object", "ABC", "Protocol", "Generic", "Enum") and file.language == "python":
            return Value("plain")
        if use.receiver:
            named = self.member(self.value(use.receiver, file, use.line), use.name)
        else:
            named = self._of_file(use.name, file, use.line)
            if named == OUTSIDE and (nested := self._nested(use, file)) is not None:
                named = nested
        if isinstance(named, Definition):
            return named if named.kind in CLASSES else UNKNOWN
        if named.kind == "class" and named.definition is not None:
            return named.definition
        return named if named == OUTSIDE else UNKNOWN

    @staticmethod
    def _nested(use: RawUse, file: File) -> Definition | None:
        around = file.around(use.line)
        outer = around[1].qualified_name if len(around) > 1 else ""
        return file.by_qualified_name.get(f"{outer}.{use.name}") if outer else None


def _package(folder: str) -> str:
    """The package of a Java folder below its source root."""
    _, found, package = folder.rpartition("/java/")
    return package if found else ""
