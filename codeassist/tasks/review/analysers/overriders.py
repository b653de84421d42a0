"""Methods of subclasses that no longer fit the changed method they override."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator

from codeassist.tasks.review.analysers.base import Facts
from codeassist.tasks.review.analysers.breaks import Break, gap, what
from codeassist.tasks.review.analysers.resolving import uses
from codeassist.tasks.review.analysers.signatures import callables
from codeassist.tasks.review.finding import Finding, Place, Rule, Severity

OVERRIDE = Rule(
    "override-left-behind",
    "OverrideLeftBehind",
    "A subclass overrides a method whose signature or name changed.",
    Severity.WARNING,
    ("correctness",),
)
SHOWN = 8


def overriders(facts: Facts, broken: Break, paths: list[str]) -> Iterator[Finding]:
    """Findings on overriding methods in some files that fitted the old method and do not fit the new one."""
    old, new, file = broken.old, broken.new, broken.file
    if old.kind != "method" or old.name.startswith("__") or (new is None and not broken.renamed_to):
        return
    places: list[Place] = []
    for path in paths:
        tree = facts.tree(path)
        for use in uses(tree, path, file.old_path, old.name, old.owner, unique=False) if tree is not None else ():
            if use.kind == "override" and (new is None or _left_behind(facts, broken, path, use.node)):
                places.append(facts.place(path, use.line))
    if places:
        line = new.line if new is not None else gap(file, old)
        also = f" ({len(places)} overriding methods)" if len(places) > 1 else ""
        yield Finding(
            OVERRIDE.id,
            OVERRIDE.severity,
            file.path,
            line,
            line,
            f"{what(broken)}, but {places[0]} still overrides the old method{also}.",
            0.8,
            tuple(places[:SHOWN]),
            reach=len(places),
            source="callers",
        )


def _left_behind(facts: Facts, broken: Break, path: str, node: ast.AST) -> bool:
    """Whether an overriding method accepts all calls of the old signature, but not all of the new one."""
    old, new = broken.old.signature, broken.new.signature if broken.new else None
    try:
        own = next((d.signature for d in callables(facts.change.read(path) or "", path).values() if _is(d.line, node)), None)
    except (SyntaxError, ValueError, RecursionError):
        return False
    if own is None or old is None or new is None:
        return False
    return _takes(own, old) and not _takes(own, new)


def _is(line: int, node: ast.AST) -> bool:
    """Whether a line is the first of a definition's node, or of one of its decorators."""
    decorators = getattr(node, "decorator_list", [])
    return line in {getattr(node, "lineno", 0), *(d.lineno for d in decorators)}


def _takes(own: inspect.Signature, called: inspect.Signature) -> bool:
    """Whether a signature accepts the calls of another: with the required arguments only, with all, and with all by name."""
    parameters = [p for p in called.parameters.values() if p.kind not in _VARIADIC]
    by_position = [p for p in parameters if p.kind is not inspect.Parameter.KEYWORD_ONLY]
    required = [p for p in by_position if p.default is inspect.Parameter.empty]
    always = {p.name: None for p in parameters if p not in by_position and p.default is inspect.Parameter.empty}
    named = {p.name: None for p in parameters if p not in by_position}
    optional = {p.name: None for p in by_position if p.default is not inspect.Parameter.empty}
    try:
        own.bind(*[None] * len(required), **always)
        own.bind(*[None] * len(by_position), **named)
        if inspect.Parameter.POSITIONAL_ONLY not in {p.kind for p in parameters}:
            own.bind(*[None] * len(required), **optional, **named)
    except TypeError:
        return False
    return True


_VARIADIC = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
