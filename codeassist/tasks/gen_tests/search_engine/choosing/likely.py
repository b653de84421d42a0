"""How many arguments of a candidate are of a kind that the called function does not take, as far as that is known."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from ..running.outcome import Candidate
from ..subjects.kinds import Parameter, kind_of
from ..subjects.target import Target

KNOWN = 4
"""Weight of all kinds of a parameter from which on something is known about it."""

LIKE = {
    "int": ("float", "complex", "decimal", "fraction"),
    "list": ("iter", "tuple", "set", "items", "row", "deque", "argv"),
    "tuple": ("iter", "list", "items", "row"),
    "set": ("iter", "list", "frozenset"),
    "dict": ("keyed", "iter"),
    "str": ("iter", "path", "filename", "digits"),
}
"""The kinds of parameters for which a literal of another kind does as well."""


def unlikely_arguments(candidate: Candidate, targets: Mapping[str, Target]) -> int:
    """The number of literals given to parameters that take other kinds of value; `targets` by their qualified names.

    Looked at are the calls of functions and classes, and of the candidate's own target.
    """
    try:
        tree = ast.parse(candidate.text)
    except SyntaxError:
        return 0
    own = targets.get(candidate.target)
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return sum(_unlikely(call, _called(call, own, targets)) for call in calls)


def _called(call: ast.Call, own: Target | None, targets: Mapping[str, Target]) -> Target | None:
    if isinstance(call.func, ast.Name):
        return targets.get(call.func.id)
    return own if own is not None and isinstance(call.func, ast.Attribute) and call.func.attr == own.name else None


def _unlikely(call: ast.Call, target: Target | None) -> int:
    if target is None or any(isinstance(a, ast.Starred) for a in call.args):
        return 0
    by_name = {p.name: p for p in target.parameters}
    variable = [p for p in target.parameters if p.how == "var_positional"]
    positional = [p for p in target.parameters if p.how.startswith("positional")]
    given = [(p, a) for p, a in zip([*positional, *variable * len(call.args)], call.args, strict=False)]
    given += [(by_name[k.arg], k.value) for k in call.keywords if k.arg in by_name]
    return sum(not _takes(parameter, argument) for parameter, argument in given)


def _takes(parameter: Parameter, argument: ast.expr) -> bool:
    """Whether a parameter takes an argument; True for what is no literal, and where nothing is known."""
    kinds = {kind.partition(":")[0] for kind, weight in parameter.kinds.items() if weight > 1}
    if parameter.kinds.total() < KNOWN or "any" in parameter.kinds or not kinds:
        return True
    try:
        value = ast.literal_eval(argument)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return True
    kind = kind_of(value)
    if kind == "none":
        return parameter.optional or "none" in kinds
    return kind in kinds or not kinds.isdisjoint(LIKE.get(kind, ()))
