"""Classes that a module names in annotations only: imported for type checkers, or by their full names."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import sys
from collections.abc import Mapping
from typing import Any

from .proxies import is_a

MOST = 20
UNMADE = ("typing", "typing_extensions", "collections.abc", "types", "pathlib", "datetime", "decimal")
"""Modules of classes whose values are made in other ways, or not at all."""

SIMPLE = ("datetime", "decimal", "fractions", "pathlib", "re", "numbers", "enum", "io", "types", "collections", "functools")
"""Modules of classes whose values the pools contain, or that no parameter takes as objects."""


def classes_for_annotations(tree: ast.AST, module: str, known: Mapping[str, Any]) -> dict[str, tuple[str, Any]]:
    """(home module, class) by name for the imported names that annotations use and that the loaded module does not have."""
    used = _annotated_names(tree) - set(known)
    found: dict[str, tuple[str, Any]] = {}
    for node in ast.walk(tree):
        if not isinstance(node, ast.ImportFrom):
            continue
        home = _absolute(node, module)
        for alias in node.names:
            if alias.name in used and alias.asname in (None, alias.name) and len(found) < MOST:
                cls = _class(home, alias.name)
                if cls is not None:
                    found[alias.name] = (home, cls)
    return found


def classes_of_constructor(cls: type) -> list[type]:
    """The classes that the annotations of a class's constructor name, as its own module knows them."""
    try:
        annotations = [p.annotation for p in inspect.signature(cls).parameters.values()]
    except (TypeError, ValueError):
        return []
    names = vars(sys.modules[cls.__module__]) if cls.__module__ in sys.modules else {}
    found: dict[str, type] = {}
    for annotation in annotations:
        text = annotation if isinstance(annotation, str) else getattr(annotation, "__name__", "") or str(annotation)
        written = text if "[" not in str(annotation) else str(annotation)  # `tuple[Part, ...]` is named "tuple"
        for word in re.findall(r"[A-Za-z_]\w*", written):
            value = names.get(word)
            if value is not None and is_a(value, type) and value is not cls:
                found.setdefault(word, value)
    return list(found.values())[:MOST]


def _annotated_names(tree: ast.AST) -> set[str]:
    """The names in the annotations of parameters, also those written as text."""
    names: set[str] = set()
    for node in ast.walk(tree):
        annotation = node.annotation if isinstance(node, ast.arg) else None
        if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
            try:
                annotation = ast.parse(annotation.value, mode="eval").body
            except SyntaxError:
                continue
        if annotation is not None:
            names |= {n.id for n in ast.walk(annotation) if isinstance(n, ast.Name)}
            texts = [n.value for n in ast.walk(annotation) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
            names |= {text for text in texts if text.isidentifier()}
    return names


def _absolute(node: ast.ImportFrom, module: str) -> str:
    """The module that an import names, with the dots of a relative import resolved."""
    if not node.level:
        return node.module or ""
    package = module.rsplit(".", node.level)[0]
    return f"{package}.{node.module}" if node.module else package


def _class(home: str, name: str) -> Any:
    try:
        value = getattr(importlib.import_module(home), name, None)
    except Exception:  # an optional dependency, a cycle
        return None
    return value if isinstance(value, type) and not inspect.isabstract(value) and home not in UNMADE else None


def foreign_classes(module: Any, name: str) -> dict[str, Any]:
    """Classes that a module imports and a test can name, except those that values of a simple kind are made of."""
    return {public: value for public, value in vars(module).items() if not public.startswith("_") and is_foreign(value, name)}


def is_foreign(value: Any, module: str) -> bool:
    """Whether a value is a class of another module than `module` whose objects are made by calling it."""
    elsewhere = (module, "builtins", "typing", "typing_extensions", "abc", "collections.abc", *SIMPLE)
    usual = is_a(value, type) and value.__module__ not in elsewhere
    return usual and not issubclass(value, BaseException) and not inspect.isabstract(value)
