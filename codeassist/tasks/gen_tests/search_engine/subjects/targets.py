"""The testable parts of a module: functions, constructors, methods, properties, operators; and how to call each."""

from __future__ import annotations

import ast
import enum
import inspect
import re
import sys
import types
from collections import Counter
from collections.abc import Iterable
from typing import Any

from ..inputs.calling import CALLED, ENTERED, OPERATORS, STATEMENTS
from ..inputs.django_models import fields as django_fields
from ..inputs.files import PATH_NAME, uses_files
from ..inputs.recipes import classes as classes_of_recipes
from ..inputs.scenarios import Form, form_of
from ..running.execution import Bench
from .annotated import classes_for_annotations, classes_of_constructor, foreign_classes, is_foreign
from .construction import constructors, uses_of_method
from .definitions import all_definitions, constructor, lines_of
from .kinds import ARGV, Parameter
from .parameters import of_function
from .proxies import is_a
from .target import Target

MOST_HELPERS = 30
"""With so many classes of other modules the classes that their constructors take are not added any more."""

DATA = ("numpy", "pandas")
"""Libraries of data, whose constructors take nearly anything."""

TABLES = (OPERATORS, STATEMENTS, CALLED, ENTERED)
BETWEEN_EQUALS = frozenset(f"__{name}__" for name in "eq ne lt le gt ge add sub and or xor".split())
"""Operators of which both sides are mostly of the same class."""

UNCALLED = ("__init__", "__new__", "__doc__", "__class_getitem__", "__init_subclass__")


class Inventory:
    """All targets of a module, with the static information for making inputs."""

    def __init__(self, bench: Bench, wanted: tuple[str, ...] = ()) -> None:
        """List the targets of the bench's module; `wanted` are qualified names, empty for all public ones."""
        self.bench = bench
        self._wanted = wanted
        module = bench.module
        self.trees = dict(all_definitions(bench.tree))
        self.classes: dict[str, Any] = {
            n: v
            for n, v in vars(module).items()
            if is_a(v, type)
            and v.__module__ == bench.name
            and not n.startswith("__")
            and (n == v.__name__ or vars(module).get(v.__name__) is not v)  # not an alias of a class
        }
        self.foreign = foreign_classes(module, bench.name)
        self.imports: dict[str, str] = {}
        """Import statements of classes that annotations name and the module itself imports only for type checkers."""

        for public, (home, cls) in classes_for_annotations(bench.tree, bench.name, vars(module)).items():
            self.foreign[public] = cls
            self.imports[public] = f"from {home} import {public}"
        for name, cls in classes_of_recipes(bench.tree).items():
            self.foreign.setdefault(name, cls)
            if (self.classes.get(name) or self.foreign[name]) is not cls:  # the module has another class of this name
                self.foreign[f"{cls.__module__}.{name}"] = cls
        self.known_classes = {**self.foreign, **self.classes}
        self.helpers: dict[str, Target] = {}
        """How to make instances of classes of other modules that parameters take."""

        functions = {
            n: v
            for n, v in vars(module).items()
            if callable(v) and not is_a(v, type) and getattr(v, "__module__", None) == bench.name
        }
        self.siblings = {n: (v, self.trees.get(n)) for n, v in functions.items() if n in self.trees}
        self.siblings |= constructors(self.classes, self.trees)
        self.targets: list[Target] = []
        """Includes members of private classes, because public functions may return their instances."""
        source = self._source = ast.unparse(bench.tree)
        self._used = [
            k
            for k, word in (
                ("decimal", "Decimal"),
                ("fraction", "Fraction"),
                ("timedelta", "timedelta"),
                ("date", r"\bdate\b"),
                ("datetime", "datetime"),
            )
            if re.search(word, source)
        ]
        self.private: list[Target] = []
        """Functions and classes for callers inside the module, called where the public ones do not reach what is in them."""

        for name, function in functions.items():
            if not name.startswith("_") or name in wanted:
                self.add_function(name, function)
        for name, cls in self.classes.items():
            if not issubclass(cls, BaseException):
                self._class(name, cls)
        self.private = [*self.private, *self._private_functions(functions)] if not wanted else []
        for parameter in [p for t in self.all_targets for p in t.parameters]:
            self._help(parameter, 0)
        if wanted:
            self.targets = [t for t in self.targets if any(t.qualname == w or t.qualname.startswith(f"{w}.") for w in wanted)]

    @property
    def all_targets(self) -> list[Target]:
        """The targets and the private functions that are none yet."""
        return [*self.targets, *(t for t in self.private if t not in self.targets)]

    def _private_functions(self, functions: dict[str, Any]) -> list[Target]:
        """The private functions that the module uses."""
        known = len(self.targets)
        used = {n.id for n in ast.walk(self.bench.tree) if isinstance(n, ast.Name)}
        for name, function in functions.items():
            is_private = name.startswith("_") and not name.endswith("__")
            if is_private and isinstance(function, types.FunctionType) and name in self.trees.keys() & used:
                self.add_function(name, function)
        private = self.targets[known:]
        del self.targets[known:]
        return private

    def add_commands(self, names: Iterable[str]) -> None:
        """Add a target for each command or application of the module that a library's test runner calls."""
        known = {t.qualname for t in self.targets}
        for name in names:
            if name not in known and (not self._wanted or name in self._wanted):
                self.targets.append(Target(name, "command", name, "", [], lines_of(self.trees.get(name))))

    def adopt(self, cls: type) -> str:
        """The name by which a test can use a class, which is added if it is new; "" when a test cannot use it."""
        name, home = cls.__name__, cls.__module__
        if name in self.known_classes:
            known = self.known_classes[name]
            return name if known is cls or home == self.bench.name else ""
        if home.partition(".")[0] != self.bench.name.partition(".")[0] or cls.__qualname__ != name or name.startswith("_"):
            return ""
        if not is_foreign(cls, self.bench.name) or getattr(sys.modules.get(home), name, None) is not cls:
            return ""
        self.foreign[name] = self.known_classes[name] = cls
        self.imports[name] = f"from {home} import {name}"
        self._help(Parameter(name, "adopted", False, Counter({f"obj:{name}": 1})), 0)
        return name

    def _help(self, parameter: Parameter, depth: int) -> None:
        """List the constructors of the classes of other modules that a parameter takes, and of those that these take."""
        for kind in list(parameter.kinds):
            _, of_class, name = kind.rpartition("obj:")  # also of containers: `list:obj:Part`
            if not of_class or name not in self.foreign or name in self.helpers or "." in name:
                continue
            cls = self.foreign[name]
            if cls.__module__.partition(".")[0] in DATA or issubclass(cls, enum.Enum):  # recipes, and members, are better
                continue
            helper = self.helpers[name] = Target(name, "class", name, name)  # before those of its parts
            for part in classes_of_constructor(cls) if len(self.helpers) < MOST_HELPERS else ():
                self.adopt(part)
            helper.parameters = of_function(cls, constructor(cls), self.known_classes, {})
            for inner in helper.parameters if depth < 2 else ():
                self._help(inner, depth + 1)

    def add_function(self, name: str, function: Any) -> None:
        """Add a function of the module as a target."""
        bare = inspect.unwrap(function) if callable(function) else function
        tree = self.trees.get(name) or self.trees.get(getattr(bare, "__name__", name))
        parameters = of_function(function, tree, self.known_classes, self.siblings)
        self._add(
            Target(
                name,
                "function",
                name,
                "",
                parameters,
                lines_of(tree),
                inspect.iscoroutinefunction(bare),
                inspect.getdoc(function) or "",
                form=form_of(function, tree),
            )
        )

    def _class(self, name: str, cls: Any) -> None:
        tree = self.trees.get(f"{name}.__init__") or self.trees.get(f"{name}.__new__")
        parameters = of_function(cls, self.siblings[name][1], self.known_classes, self.siblings)
        parameters = parameters[:1] if issubclass(cls, enum.Enum) else django_fields(cls) or parameters
        if not inspect.isabstract(cls):
            self._add(Target(name, "class", name, name, parameters, lines_of(tree), False, inspect.getdoc(cls) or ""))
            if name.startswith("_") and name not in self._wanted:
                self.private.append(self.targets.pop())
        for attribute, value in vars(cls).items():
            if attribute.startswith("_"):
                special = attribute.startswith("__") and attribute.endswith("__")
                if special and attribute not in UNCALLED and any(attribute in table for table in TABLES):
                    self.add_member(name, cls, attribute, value)
                elif not special and not self._wanted:
                    self._private_method(name, cls, attribute, value)
                continue
            self.add_member(name, cls, attribute, value)
        self._inherited(name, cls)

    def _private_method(self, owner: str, cls: type, attribute: str, value: Any) -> None:
        """List a method for callers inside a public class; a name that Python changes (`__name`) is none to call."""
        known = len(self.targets)
        changed = attribute.startswith(f"_{cls.__name__.lstrip('_')}__")
        if not owner.startswith("_") and not changed and isinstance(value, (types.FunctionType, staticmethod, classmethod)):
            self.add_member(owner, cls, attribute, value)
        self.private += self.targets[known:]
        del self.targets[known:]

    def _inherited(self, owner: str, cls: type) -> None:
        """Add the public methods of classes of other modules that call methods which this class overrides."""
        own = {n for n in vars(cls) if f"{owner}.{n}" in self.trees and n != "__init__"}
        known = {t.name for t in self.targets if t.owner == owner}
        for base in cls.__mro__[1:]:
            for name, value in vars(base).items() if base.__module__ not in (self.bench.name, "builtins") else ():
                called = own & set(getattr(getattr(value, "__code__", None), "co_names", ()))
                if called and isinstance(value, types.FunctionType) and not name.startswith("_") and name not in known | own:
                    known.add(name)
                    lines = frozenset().union(*(lines_of(self.trees[f"{owner}.{n}"]) for n in called))
                    parameters = of_function(value, None, self.known_classes, {})[1:]
                    self._add(
                        Target(f"{owner}.{name}", "method", name, owner, parameters, lines, inspect.iscoroutinefunction(value))
                    )

    def add_member(self, owner: str, cls: Any, attribute: str, value: Any) -> None:
        """Add a method or property of a class as a target."""
        qualname = f"{owner}.{attribute}"
        tree = self.trees.get(qualname)
        if isinstance(value, property) or type(value).__name__ == "cached_property":
            self._add(Target(qualname, "property", attribute, owner, [], lines_of(tree), False, value.__doc__ or ""))
            if getattr(value, "fset", None) is not None:
                setter = of_function(value.fset, self.trees.get(f"{qualname}.setter"), self.known_classes, self.siblings)[1:]
                self._add(Target(qualname, "setter", attribute, owner, setter, lines_of(self.trees.get(f"{qualname}.setter"))))
            return
        kind = "static" if isinstance(value, staticmethod) else "classmethod" if isinstance(value, classmethod) else "method"
        function = value.__func__ if isinstance(value, (staticmethod, classmethod)) else value
        if not isinstance(function, types.FunctionType) and not callable(function):
            return
        if tree is None:
            alias = getattr(inspect.unwrap(function) if callable(function) else function, "__name__", "")
            tree = self.trees.get(f"{owner}.{alias}")
            if tree is None:
                return
        bare = function
        parameters = of_function(bare, uses_of_method(tree, cls, self.trees), self.known_classes, self.siblings)
        if kind != "static" and parameters:
            parameters = parameters[1:]
        for parameter in parameters:
            if parameter.kinds.pop("self", 0):
                parameter.kinds[f"obj:{owner}"] += 6
        special = any(attribute in table for table in (OPERATORS, STATEMENTS, CALLED))
        if attribute in OPERATORS or attribute in STATEMENTS:
            kind = "operator"
            if attribute in BETWEEN_EQUALS and parameters:
                parameters[0].kinds[f"obj:{owner}"] += 6
        self._add(
            Target(
                qualname,
                kind,
                attribute,
                owner,
                parameters,
                lines_of(tree),
                inspect.iscoroutinefunction(inspect.unwrap(bare)) or attribute in ENTERED,
                inspect.getdoc(function) or "",
                form=Form() if special or attribute in ENTERED else form_of(function, tree),
            )
        )

    def _uses_files(self, qualname: str) -> bool:
        """Whether a function uses files itself or calls a function of the module that does."""
        tree = self.trees.get(qualname)
        called = (
            {n.func.id for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)} if tree else set()
        )
        return uses_files(tree) or any(uses_files(self.trees.get(name)) for name in called if name in self.siblings)

    def _add(self, target: Target) -> None:
        for parameter in target.parameters:
            if not parameter.sure and not parameter.optional:
                for kind in self._used:
                    parameter.kinds[kind] += 1
        for parameter in target.parameters:
            is_list = any(k.partition(":")[0] == "list" for k in parameter.kinds) or not parameter.sure
            if ARGV.match(parameter.name) and not parameter.how.startswith("var") and is_list and "parse_" in self._source:
                parameter.kinds["argv"] += 40
        target.files = self._uses_files(target.qualname)
        for parameter in target.parameters if target.files else ():
            text = parameter.kinds.get("str", 0)
            if PATH_NAME.match(parameter.name) and (text or not parameter.sure):
                parameter.kinds["filename"] += 3 * text + 4
        self.targets.append(target)
