"""Which class of the repository an expression is an instance of, and the names that it has if all of them are known."""

from __future__ import annotations

import ast
import builtins
import collections.abc
import enum
import re
from collections.abc import Iterator
from dataclasses import dataclass

from codeassist.tasks.review.analysers.availability import attributes, imported_files, statements
from codeassist.tasks.review.analysers.base import Facts

DEPTH = 6
"""How many re-exports, or classes above a class, are followed."""

Function = ast.FunctionDef | ast.AsyncFunctionDef

_EMPTY_BASES = frozenset({"object", "ABC", "Protocol", "Generic"})
"""Bases that give their classes no public attribute."""

_ENUMS = frozenset({"Enum", "IntEnum", "StrEnum", "Flag", "IntFlag"})
_ABSTRACT = ("collections.abc", "typing")
_OPEN = re.compile(r"__dict__|\bsetattr\(|\bvars\(|__getattr")
"""Code by which a class has names that its text does not show."""


@dataclass(frozen=True, slots=True)
class KnownClass:
    """A class of the repository, and the file that defines it."""

    path: str
    node: ast.ClassDef


@dataclass(frozen=True, slots=True)
class Around:
    """A function in its file: `owner` is the class of a method."""

    path: str
    tree: ast.Module
    function: Function
    owner: ast.ClassDef | None


def functions_in(path: str, tree: ast.Module) -> Iterator[Around]:
    """Every function of a module and every method of its classes, without those inside functions."""
    for node in statements(tree.body):
        if isinstance(node, Function):
            yield Around(path, tree, node, None)
        elif isinstance(node, ast.ClassDef):
            yield from (Around(path, tree, member, node) for member in statements(node.body) if isinstance(member, Function))


def class_of(facts: Facts, around: Around, expression: ast.expr) -> KnownClass | None:
    """The class whose instance an expression is: by `self`, an annotation, or the constructor calls assigned to it."""
    if isinstance(expression, ast.Call):
        return class_called(facts, around.path, around.tree, ast.unparse(expression.func))
    if isinstance(expression, ast.Name):
        if is_self(around, expression.id) and around.owner is not None:
            return KnownClass(around.path, around.owner)
        return _of_variable(facts, around, expression.id)
    if (
        isinstance(expression, ast.Attribute)
        and isinstance(expression.value, ast.Name)
        and is_self(around, expression.value.id)
        and around.owner is not None
    ):
        return _of_attribute(facts, around, around.owner, expression.attr)
    return None


def is_self(around: Around, name: str) -> bool:
    """Whether a name is the bound instance of a method."""
    arguments = [*around.function.args.posonlyargs, *around.function.args.args]
    decorators = {ast.unparse(d) for d in around.function.decorator_list}
    return (
        around.owner is not None
        and bool(arguments)
        and arguments[0].arg == name
        and not decorators & {"staticmethod", "classmethod"}
        and not _stores(around, name)
    )


def class_called(facts: Facts, path: str, tree: ast.Module, name: str, depth: int = DEPTH) -> KnownClass | None:
    """The class of the repository that a name of a module stands for; None if it is not certainly one class."""
    if not re.fullmatch(r"\w+", name):
        return None
    bound = [n for n in statements(tree.body) if getattr(n, "name", "") == name]
    if bound:
        only = bound[0] if len(bound) == 1 else None
        return KnownClass(path, only) if isinstance(only, ast.ClassDef) else None
    for node in tree.body:
        if not isinstance(node, ast.ImportFrom):
            continue
        alias = next((a for a in node.names if (a.asname or a.name) == name), None)
        if alias is not None:
            for home in imported_files(facts, path, node):
                other = facts.tree(home)
                return class_called(facts, home, other, alias.name, depth - 1) if other is not None and depth else None
    return None


def names_of(facts: Facts, known: KnownClass, depth: int = DEPTH) -> set[str] | None:
    """All names that instances of a class have; None if some of them cannot be known, such as those of an outside base."""
    tree = facts.tree(known.path)
    text = ast.unparse(known.node)
    if tree is None or not depth or known.node.keywords or _OPEN.search(text):
        return None
    names = attributes(known.node) | set(dir(object))
    if "__getattr__" in names:
        return None
    names |= set(re.findall(r"[\"'](\w+)[\"']", text)) if "__slots__" in names else set()
    for base in known.node.bases:
        inherited = _inherited(facts, known, tree, base, depth)
        if inherited is None:
            return None
        names |= inherited
    return names


def _inherited(facts: Facts, known: KnownClass, tree: ast.Module, base: ast.expr, depth: int) -> set[str] | None:
    name = ast.unparse(base.value if isinstance(base, ast.Subscript) else base)
    short = name.rpartition(".")[2]
    if short in _EMPTY_BASES:
        return set()
    if short in _ENUMS:
        return {"name", "value", "_name_", "_value_", *dir(getattr(enum, short, enum.Enum))}
    found = class_called(facts, known.path, tree, name)
    if found is not None and found.node is not known.node:
        return names_of(facts, found, depth - 1)
    builtin = getattr(builtins, name, None) or _abstract_collection(tree, name)
    return set(dir(builtin)) if isinstance(builtin, type) else None


def _abstract_collection(tree: ast.Module, name: str) -> type | None:
    """The class of `collections.abc` that a name of a module stands for, also by its name in `typing`; None for another."""
    found = getattr(collections.abc, name.rpartition(".")[2], None)
    module = name.rpartition(".")[0]
    imports = [n for n in tree.body if isinstance(n, ast.Import | ast.ImportFrom)]
    known = any(
        isinstance(n, ast.ImportFrom) and n.module in _ABSTRACT and any(a.name == name and not a.asname for a in n.names)
        for n in imports
    )
    known = known or (
        module in _ABSTRACT and any(a.name == module for n in imports if isinstance(n, ast.Import) for a in n.names)
    )
    return found if known and isinstance(found, type) else None


def _of_variable(facts: Facts, around: Around, name: str) -> KnownClass | None:
    """The class of a parameter by its annotation, or of a local variable that only calls of one class are assigned to."""
    arguments = around.function.args
    for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
        if argument.arg == name:
            return None if _stores(around, name) else _annotated(facts, around, argument.annotation)
    values = [
        n.value
        for n in ast.walk(around.function)
        if isinstance(n, ast.Assign) and any(isinstance(t, ast.Name) and t.id == name for t in n.targets)
    ]
    return _constructed(facts, around, values) if len(values) == _stores(around, name) else None


def _of_attribute(facts: Facts, around: Around, owner: ast.ClassDef, name: str) -> KnownClass | None:
    """The class of `self.name`, if every assignment to it in its class constructs that class."""
    for statement in owner.body:
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name) and statement.target.id == name:
            return _annotated(facts, around, statement.annotation)
    values: list[ast.expr] = []
    stores = 0
    for node in ast.walk(owner):
        if isinstance(node, ast.Attribute) and node.attr == name and isinstance(node.ctx, ast.Store):
            stores += 1
        if isinstance(node, ast.Assign) and any(isinstance(t, ast.Attribute) and t.attr == name for t in node.targets):
            values.append(node.value)
    return _constructed(facts, around, values) if len(values) == stores else None


def _constructed(facts: Facts, around: Around, values: list[ast.expr]) -> KnownClass | None:
    found = {ast.unparse(v.func) if isinstance(v, ast.Call) else "" for v in values}
    return class_called(facts, around.path, around.tree, found.pop()) if len(found) == 1 else None


def _stores(around: Around, name: str) -> int:
    """How often a function binds a local variable."""
    return sum(isinstance(n, ast.Name) and n.id == name and isinstance(n.ctx, ast.Store) for n in ast.walk(around.function))


def _annotated(facts: Facts, around: Around, annotation: ast.expr | None) -> KnownClass | None:
    text = ast.unparse(annotation).strip("'\"") if annotation is not None else ""
    optional = re.fullmatch(r"(?:typing\.)?Optional\[(\w+)\]|(\w+) \| None|(\w+)", text)
    name = next((g for g in optional.groups() if g), "") if optional is not None else ""
    return class_called(facts, around.path, around.tree, name) if name else None
