"""Code that a change takes out of a lock, while other code still takes the lock for the same data."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from codeassist.changes.change import ChangedFile
from codeassist.tasks.review.analysers.base import Facts, functions, python_files, touches
from codeassist.tasks.review.finding import Finding, Place, Rule, Severity

LOCK = Rule(
    "lock-removed",
    "LockRemoved",
    "Code that used to hold a lock does not any more, while other code still takes the lock for the same data.",
    Severity.WARNING,
    ("correctness",),
)
_LOCK = re.compile(r"lock|mutex|semaphore|condition", re.IGNORECASE)

Function = ast.FunctionDef | ast.AsyncFunctionDef


class LostLocks:
    """Silent if the code moved into another lock, if its callers hold the lock, or if nothing else takes the lock."""

    name = "locks"
    rules = (LOCK,)

    def run(self, facts: Facts) -> Iterable[Finding]:
        """At most one finding for each function and lock."""
        for file in python_files(facts.change):
            if file.whole or not _LOCK.search(file.old or ""):
                continue
            old, new = facts.old_tree(file), facts.new_tree(file)
            if old is None or new is None:
                continue
            before = dict(functions(old))
            for name, function in functions(new):
                if name in before and touches(file, function):
                    for lock, body in _held(before[name]).items():
                        yield from _lost(facts, file, new, (name, function), lock, body)


def _held(scope: ast.AST) -> dict[str, list[ast.stmt]]:
    """What is done with each lock held: the lock as text -> statements."""
    held: dict[str, list[ast.stmt]] = {}
    for node in ast.walk(scope):
        for item in node.items if isinstance(node, ast.With | ast.AsyncWith) else ():
            text = ast.unparse(item.context_expr)
            if re.fullmatch(r"[\w.]+", text) and _LOCK.search(text.rpartition(".")[2]):
                held.setdefault(text, []).extend(node.body)  # type: ignore[attr-defined]
    return held


def _lost(
    facts: Facts, file: ChangedFile, tree: ast.Module, named: tuple[str, Function], lock: str, body: list[ast.stmt]
) -> Iterator[Finding]:
    name, function = named
    text = ast.unparse(function)
    if lock in _held(function) or f"{lock}.acquire" in text:
        return
    covered = {id(n) for w in ast.walk(function) if isinstance(w, ast.With | ast.AsyncWith) for n in ast.walk(w)}
    kept = {ast.dump(s) for s in body}
    bare = [n for n in ast.walk(function) if isinstance(n, ast.stmt) and ast.dump(n) in kept and id(n) not in covered]
    data = set().union(*map(_data, bare)) - {lock} if bare else set()
    owner = name.rpartition(".")[0]
    classes = [n for n in ast.walk(tree) if isinstance(n, ast.ClassDef) and n.name == owner and "self." in lock]
    scope = classes[0] if classes else tree
    others = [s for s in _held(scope).get(lock, []) if data & _data(s)]
    short = name.rpartition(".")[2]
    called_inside = any(re.search(rf"\b{re.escape(short)}\(", ast.unparse(s)) for s in _held(scope).get(lock, []))
    if not others or called_inside:
        return
    shared = min(data & set().union(*map(_data, others)))
    line = next((n for n in sorted(file.touched) if function.lineno <= n <= (function.end_lineno or 0)), function.lineno)
    place = facts.place(file.path, others[0].lineno)
    yield Finding(
        LOCK.id,
        LOCK.severity,
        file.path,
        line,
        line,
        f"'{name}' does not hold '{lock}' any more while it uses '{shared}', which {place} still does only with the lock.",
        0.85,
        (Place(place.path, place.line, place.text),),
        source="locks",
    )


def _data(node: ast.AST) -> set[str]:
    """Attributes of `self`, and names in capitals or with a leading underscore, that code uses, but not methods."""
    called = {id(n.func) for n in ast.walk(node) if isinstance(n, ast.Call)}
    found = set()
    for part in ast.walk(node):
        if isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name) and part.value.id in ("self", "cls"):
            if id(part) not in called:
                found.add(ast.unparse(part))
        elif isinstance(part, ast.Name) and re.match(r"_|[A-Z][A-Z0-9_]+$", part.id):
            found.add(part.id)
    return found
