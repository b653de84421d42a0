"""Callers that a change breaks: uses elsewhere that no longer fit a name, signature, default or returned value."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import PurePosixPath
from typing import Self

from codeassist.tasks.review.analysers.availability import subclass_provides
from codeassist.tasks.review.analysers.base import Facts
from codeassist.tasks.review.analysers.breaks import Break, breaks, gap, what
from codeassist.tasks.review.analysers.changed_defaults import DEFAULT, default_changed
from codeassist.tasks.review.analysers.overriders import OVERRIDE, overriders
from codeassist.tasks.review.analysers.reexports import reexporting
from codeassist.tasks.review.analysers.resolving import CERTAIN, ResolvedUse, uses
from codeassist.tasks.review.analysers.return_values import RAISES, RETURN, changed_results, misused
from codeassist.tasks.review.analysers.signatures import PythonDefinition, is_same_value, misfit, shifted, uses_default
from codeassist.tasks.review.finding import Finding, Rule, Severity

BROKEN = Rule(
    "caller-left-behind",
    "CallerLeftBehind",
    "A call elsewhere does not fit the changed signature, or uses a removed name.",
    Severity.ERROR,
    ("correctness",),
)

SHOWN = 8
BATCH = 100
"""Definitions whose uses are searched for together: the riskiest files come first, and a deadline cuts off the rest."""

BY_NAME = 0.45
"""The confidence of a use whose receiver is unknown: only its name fits, so it is shown by the profile `strict` alone."""

BY_POSITION = "passes by position"
MOVED = 0.8
"""The confidence of a resolved call whose positional arguments are bound to other parameters now: it still runs."""

COMMON = 400
"""Names that occur on more lines than this are skipped: resolving their uses would take too long."""


class OutdatedCallers:
    """Resolves uses in Python by imports and inferred classes; `Arity` covers other languages."""

    name = "callers"
    rules = (BROKEN, OVERRIDE, DEFAULT, RETURN, RAISES)

    def run(self, facts: Facts) -> Iterable[Finding]:
        """Findings on changed definitions, with uses anywhere in the repository as evidence."""
        changed = breaks(facts)
        while batch := list(islice(changed, BATCH)):
            words = {b.old.name if b.old.name != "__init__" else b.old.owner.rpartition(".")[2] for b in batch}
            found = _Found.of(facts, words)
            for one in batch:
                name = one.old.name
                if found.counts.get(name, 0) <= COMMON:
                    unique = found.is_unique(name)
                    paths = _relevant(facts, one, found.paths_with(name), unique=unique)
                    yield from _left_behind(facts, one, paths, unique=unique)
                    yield from overriders(facts, one, paths)
        results = changed_results(facts)
        while others := list(islice(results, BATCH)):
            found = _Found.of(facts, {result.new.name for result in others})
            for result in others:
                name = result.new.name
                if found.counts.get(name, 0) <= COMMON:
                    yield from misused(facts, result, found.paths_with(name), unique=found.is_unique(name))


@dataclass(slots=True)
class _Found:
    """Where some words occur in Python files: the files, the number of lines, and the number of definitions of each."""

    paths: dict[str, set[str]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    defined: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, facts: Facts, words: set[str]) -> Self:
        """Search for the words, and load the files that contain them."""
        found = cls()
        for path, _, text in facts.change.find(sorted(words), ("*.py", "*.pyi")) if words else ():
            for word in words.intersection(re.findall(r"\w+", text)):
                found.paths.setdefault(word, set()).add(path)
                found.counts[word] = found.counts.get(word, 0) + 1
                if re.match(rf"\s*(?:async\s+)?(?:def|class)\s+{re.escape(word)}\b", text):
                    found.defined[word] = found.defined.get(word, 0) + 1
        rare = [paths for word, paths in found.paths.items() if found.counts[word] <= COMMON]
        facts.change.prefetch(sorted({path for paths in rare for path in paths}))
        return found

    def paths_with(self, word: str) -> list[str]:
        """The files that contain a word, sorted."""
        return sorted(self.paths.get(word, ()))

    def is_unique(self, word: str) -> bool:
        """Whether at most one definition has the name."""
        return self.defined.get(word, 0) <= 1


def _relevant(facts: Facts, broken: Break, paths: list[str], *, unique: bool) -> list[str]:
    """Files that may use the changed definition, by the name of its module or class, as parsing every file is slow."""
    if broken.old.owner and unique:
        return paths
    home = PurePosixPath(broken.file.old_path)
    module = home.parent.name if home.stem == "__init__" else home.stem
    passing_on = reexporting(facts, broken.file.old_path, broken.old.name, broken.old.owner)
    names = {broken.old.owner.rpartition(".")[2] or module, module, *(package.rpartition(".")[2] for package in passing_on)}
    named = re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(names)))})\b")
    inside = broken.file.path, broken.file.old_path
    package = str(home.parent)
    return [
        p
        for p in paths
        if p in inside or str(PurePosixPath(p).parent) == package or named.search(facts.change.read(p) or "") or unique
    ]


def _left_behind(facts: Facts, broken: Break, paths: list[str], *, unique: bool) -> Iterator[Finding]:
    """At most one finding on a changed definition, with the uses that do not fit as evidence."""
    old, new, file = broken.old, broken.new, broken.file
    if old.name.startswith("__") and old.name.endswith("__") and old.name != "__init__":
        return
    misfits: list[tuple[str, ResolvedUse, str]] = []
    packages = reexporting(facts, file.old_path, old.name, old.owner)
    for path in paths:
        tree = facts.tree(path)
        if tree is None:
            continue
        owner = old.owner
        name = old.name
        if old.kind == "method" and name == "__init__":
            continue  # reported for the class
        if re.search(rf"(?:has|get|set)attr\([^)]*[\"']{re.escape(name)}[\"']", facts.change.read(path) or ""):
            continue  # the file uses the name dynamically
        alone = unique and not owner.startswith("_")
        for use in uses(tree, path, file.old_path, name, owner, unique=alone, reads=new is None, packages=packages):
            if use.kind == "attribute" and owner and (use.certainty < CERTAIN or subclass_provides(facts, owner, name)):
                continue  # read as a value, of an object that may be another one
            problem = _problem(use, old, new)
            if problem.startswith(BY_POSITION) and is_touched(facts, path, use.node):
                continue  # the caller was changed in the same change
            if problem and not (path == file.path and _inside(tree, use.line, old)) and not is_guarded(tree, use.node):
                misfits.append((path, use, problem))
    if not misfits:
        if new is not None:
            yield from _defaults(facts, broken, paths)
        return
    resolved = [m for m in misfits if broken.sure and m[1].certainty >= CERTAIN]
    certain = [m for m in resolved if not m[2].startswith(BY_POSITION)]
    chosen = certain or resolved or misfits
    line = new.line if new is not None else gap(file, old)
    places = tuple(dict.fromkeys(facts.place(p, u.line) for p, u, _ in chosen))
    first_path, first, problem = chosen[0]
    count = len(places)
    also = f" ({count} uses)" if count > 1 else ""
    yield Finding(
        BROKEN.id,
        Severity.ERROR if certain else Severity.WARNING,
        file.path,
        line,
        line,
        f"{what(broken)}, but {first_path}:{first.line} still {problem}{also}.",
        0.97 if certain else MOVED if resolved else BY_NAME,
        places[:SHOWN],
        reach=count,
        source="callers",
    )


def _problem(use: ResolvedUse, old: PythonDefinition, new: PythonDefinition | None) -> str:
    """A clause that describes why a use does not fit; "" when it fits."""
    if new is None:
        return {"import": "imports it", "call": "calls it", "attribute": "uses it", "name": "uses it"}.get(use.kind, "")
    if use.kind == "override" and isinstance(use.node, ast.FunctionDef | ast.AsyncFunctionDef):
        return ""
    if use.kind != "call" or not isinstance(use.node, ast.Call):
        return ""
    if new.asynchronous != old.asynchronous and (problem := _awaiting(use, now=new.asynchronous)):
        return problem
    if new.signature is not None and old.signature is not None:
        bound_class_call = bool(old.owner) and not old.static and _through_class(use.node, old)
        if bound_class_call:
            return ""
        if misfit(use.node, old.signature):
            return ""  # it did not fit before either: another function, or already broken
        error = misfit(use.node, new.signature)
        if error:
            return f'calls it, which fails with "{error}"'
        if moved := shifted(use.node, old.signature, new.signature):
            return f"{BY_POSITION} what is now '{moved}'"
    return ""


def _awaiting(use: ResolvedUse, *, now: bool) -> str:
    """What is wrong with a call of a function that became asynchronous (`now`) or synchronous; "" when it may be right."""
    if not now:
        return "awaits it, although it is not asynchronous any more" if isinstance(use.parent, ast.Await) else ""
    uses_the_value = (ast.Expr, ast.Attribute, ast.Subscript, ast.BinOp, ast.Compare, ast.For, ast.If, ast.FormattedValue)
    return "calls it without 'await'" if isinstance(use.parent, uses_the_value) or _assigned(use) else ""


def _assigned(use: ResolvedUse) -> bool:
    """Whether the result is unpacked, or assigned to one name (which is then unlikely to be awaited later)."""
    if not isinstance(use.parent, ast.Assign):
        return False
    target = use.parent.targets[0]
    return isinstance(target, ast.Tuple) or (isinstance(target, ast.Name) and not re.search(r"coro|task|fut|await", target.id))


def is_touched(facts: Facts, path: str, node: ast.AST) -> bool:
    """Whether the change touches a line of a use."""
    file = facts.change.file(path)
    first = getattr(node, "lineno", 0)
    return file is not None and any(first <= n <= (getattr(node, "end_lineno", 0) or first) for n in file.touched)


def _through_class(call: ast.Call, old: PythonDefinition) -> bool:
    """Whether a call is `Class.method(instance, ...)`, which passes the bound parameter itself."""
    func = call.func
    return (
        isinstance(func, ast.Attribute) and isinstance(func.value, ast.Name) and func.value.id == old.owner.rpartition(".")[2]
    )


def _defaults(facts: Facts, broken: Break, paths: list[str]) -> Iterator[Finding]:
    """Findings on changed defaults that callers rely on."""
    old, new = broken.old, broken.new
    if new is None or old.signature is None or new.signature is None:
        return
    changed = [
        n
        for n, p in new.signature.parameters.items()
        if n in old.signature.parameters
        and inspect.Parameter.empty not in (p.default, old.signature.parameters[n].default)
        and not is_same_value(p.default, old.signature.parameters[n].default)
    ]
    packages = reexporting(facts, broken.file.old_path, old.name, old.owner) if changed else frozenset()
    for name in changed:
        places = []
        for path in paths:
            tree = facts.tree(path)
            if tree is None:
                continue
            for use in uses(tree, path, broken.file.old_path, old.name, old.owner, unique=False, packages=packages):
                if (
                    use.kind == "call"
                    and isinstance(use.node, ast.Call)
                    and use.certainty >= CERTAIN
                    and uses_default(use.node, new.signature, name)
                ):
                    places.append(facts.place(path, use.line))
        if places:
            before, after = old.signature.parameters[name].default, new.signature.parameters[name].default
            yield default_changed(broken.file.path, new.line, old.qualified_name, name, (before, after), places, "callers")


def _inside(tree: ast.Module, line: int, old: PythonDefinition) -> bool:
    """Whether a line is the first of a definition of the same name."""
    return any(
        isinstance(n, ast.FunctionDef | ast.ClassDef) and n.name == old.name and n.lineno == line for n in ast.walk(tree)
    )


def is_guarded(tree: ast.Module, node: ast.AST) -> bool:
    """Whether a use is in a `try` that catches the error it would raise, or in a `with` that expects one (`pytest.raises`)."""
    for outer in ast.walk(tree):
        if isinstance(outer, ast.Try) and any(n is node for part in outer.body for n in ast.walk(part)):
            caught = " ".join(ast.unparse(h.type) if h.type else "Exception" for h in outer.handlers)
            if re.search(r"ImportError|ModuleNotFoundError|AttributeError|TypeError|NameError", caught):
                return True
        expected = isinstance(outer, ast.With) and any("raises" in ast.unparse(i.context_expr) for i in outer.items)
        if expected and any(n is node for part in outer.body for n in ast.walk(part)):  # type: ignore[attr-defined]
            return True
    return False
