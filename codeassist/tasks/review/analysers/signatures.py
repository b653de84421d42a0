"""Signatures of the functions and classes of a Python module, read by griffe, and whether calls fit them."""

from __future__ import annotations

import ast
import inspect
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any


@dataclass(frozen=True, slots=True)
class PythonDefinition:
    """A function, method or class: its signature, and where it is defined.

    `signature` omits bound parameters (self, cls); None if it is unknown (a decorator, an inherited constructor).
    `static`: a static or class method, so that calls through the class do not pass the bound parameter.
    """

    name: str
    qualified_name: str
    kind: str
    owner: str
    line: int
    signature: inspect.Signature | None
    static: bool = False
    asynchronous: bool = False


KEEPING = frozenset(
    {"staticmethod", "classmethod", "abstractmethod", "override", "final", "cache", "lru_cache", "wraps", "overload"}
)
"""Decorators that do not change the signature."""


def callables(text: str, path: str) -> dict[str, PythonDefinition]:
    """Functions, methods and classes of a module by qualified name. Raises `SyntaxError`."""
    import griffe

    logging.getLogger("griffe").disabled = True
    name = PurePosixPath(path).stem
    module = griffe.visit(name, filepath=Path(path), code=text)
    return {definition.qualified_name: definition for definition in _walk(module, "", "")}


def _walk(scope: Any, prefix: str, owner: str) -> Iterator[PythonDefinition]:
    for name, member in scope.members.items():
        if member.is_alias:
            continue
        qualified = f"{prefix}{name}"
        if member.is_function:
            decorators = [str(d.value).partition("(")[0].rpartition(".")[2] for d in member.decorators]
            static = not {"staticmethod", "classmethod"}.isdisjoint(decorators)
            preserved = all(d in KEEPING for d in decorators)
            signature = _signature(member, bound=bool(owner) and "staticmethod" not in decorators) if preserved else None
            labels: set[str] = set(getattr(member, "labels", ()))
            yield PythonDefinition(
                name,
                qualified,
                "method" if owner else "function",
                owner,
                member.lineno or 1,
                signature,
                static,
                "async" in labels,
            )
        elif member.is_class:
            init = member.members.get("__init__")
            signature = (
                _signature(init, bound=True) if init is not None and init.is_function and not member.decorators else None
            )
            if "__new__" in member.members or any("metaclass" in str(k) for k in getattr(member, "keywords", {}) or {}):
                signature = None
            yield PythonDefinition(name, qualified, "class", owner, member.lineno or 1, signature)
            yield from _walk(member, f"{qualified}.", qualified)


def _signature(function: Any, *, bound: bool) -> inspect.Signature | None:
    kinds = {
        "positional-only": inspect.Parameter.POSITIONAL_ONLY,
        "positional or keyword": inspect.Parameter.POSITIONAL_OR_KEYWORD,
        "variadic positional": inspect.Parameter.VAR_POSITIONAL,
        "keyword-only": inspect.Parameter.KEYWORD_ONLY,
        "variadic keyword": inspect.Parameter.VAR_KEYWORD,
    }
    parameters = []
    for parameter in function.parameters:
        kind = kinds[parameter.kind.value]
        variadic = kind in (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
        default = inspect.Parameter.empty if parameter.default is None or variadic else str(parameter.default)
        parameters.append(inspect.Parameter(parameter.name.lstrip("*"), kind, default=default))
    if bound and parameters and parameters[0].kind in (kinds["positional-only"], kinds["positional or keyword"]):
        parameters = parameters[1:]
    try:
        return inspect.Signature(parameters)
    except ValueError:
        return None


def misfit(call: ast.Call, signature: inspect.Signature) -> str:
    """Why a call cannot be bound to a signature; "" when it can, or when it passes `*args` or `**kwargs`."""
    if any(isinstance(a, ast.Starred) for a in call.args) or any(k.arg is None for k in call.keywords):
        return ""
    names = [str(k.arg) for k in call.keywords]
    try:
        signature.bind(*[None] * len(call.args), **dict.fromkeys(names))
    except TypeError as error:
        return str(error)
    return ""


def is_same_value(one: str, other: str) -> bool:
    """Whether two defaults are the same value, such as `60` and `0x3C`; else whether their texts agree."""
    try:
        first, second = ast.literal_eval(one), ast.literal_eval(other)
    except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
        return one == other
    return type(first) is type(second) and first == second


def uses_default(call: ast.Call, signature: inspect.Signature, parameter: str) -> bool:
    """Whether a call uses the default of a parameter."""
    if any(isinstance(a, ast.Starred) for a in call.args) or any(k.arg is None for k in call.keywords):
        return False
    try:
        bound = signature.bind(*[None] * len(call.args), **{str(k.arg): None for k in call.keywords})
    except TypeError:
        return False
    return parameter not in bound.arguments


def shifted(call: ast.Call, old: inspect.Signature, new: inspect.Signature) -> str:
    """The parameter that a positional argument is now bound to, if it was bound to another that still exists; else ""."""
    if any(isinstance(a, ast.Starred) for a in call.args) or any(k.arg is None for k in call.keywords):
        return ""
    names = {str(k.arg): None for k in call.keywords}
    try:
        before, after = (s.bind(*range(len(call.args)), **names).arguments for s in (old, new))
    except TypeError:
        return ""
    bound_before = {value: name for name, value in before.items() if isinstance(value, int)}
    for name, value in after.items():
        was = bound_before.get(value) if isinstance(value, int) else None
        if was is not None and was != name and was in new.parameters:
            return name
    return ""
