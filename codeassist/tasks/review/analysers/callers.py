"""Callers that a change leaves behind: uses elsewhere that no longer fit a name, a signature, a default or a return value."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from codeassist.tasks.review.analysers.base import Facts
from codeassist.tasks.review.analysers.breaks import Break, breaks, gap, what
from codeassist.tasks.review.analysers.overriders import OVERRIDE, overriders
from codeassist.tasks.review.analysers.resolving import CERTAIN, Use, uses
from codeassist.tasks.review.analysers.results import RAISES, RETURN, changed_results, misused
from codeassist.tasks.review.analysers.signatures import Definition, misfit, shifted, uses_default
from codeassist.tasks.review.finding import Finding, Rule, Severity

BROKEN = Rule(
    "caller-left-behind",
    "CallerLeftBehind",
    "A call elsewhere does not fit the changed signature, or uses a name that is gone.",
    Severity.ERROR,
    ("correctness",),
)
DEFAULT = Rule("default-changed", "DefaultChanged", "Callers rely on a default that changed.", Severity.NOTE, ("correctness",))

SHOWN = 8
COMMON = 400
"""A name in more lines than this is searched no further: its uses cannot be told apart in the time there is."""


class Callers:
    """Python precisely, by imports and what variables are seen to hold; other languages by name and number of arguments."""

    name = "callers"
    rules = (BROKEN, OVERRIDE, DEFAULT, RETURN, RAISES)
    needs_index = False

    def run(self, facts: Facts) -> Iterable[Finding]:
        """Findings about uses anywhere in the repository."""
        broken = list(breaks(facts))
        words = {b.old.name if b.old.name != "__init__" else b.old.owner.rpartition(".")[2] for b in broken}
        results = list(changed_results(facts))
        words |= {changed.new.name for changed in results}
        if not words:
            return
        lines: dict[str, set[str]] = {}
        counts: dict[str, int] = {}
        defined: dict[str, int] = {}
        for path, _, text in facts.change.find(sorted(words), ("*.py", "*.pyi")):
            for word in words.intersection(re.findall(r"\w+", text)):
                lines.setdefault(word, set()).add(path)
                counts[word] = counts.get(word, 0) + 1
                if re.match(rf"\s*(?:async\s+)?(?:def|class)\s+{re.escape(word)}\b", text):
                    defined[word] = defined.get(word, 0) + 1
        facts.change.prefetch(sorted({p for word, paths in lines.items() if counts.get(word, 0) <= COMMON for p in paths}))
        for one in broken:
            name, unique = one.old.name, defined.get(one.old.name, 0) <= 1
            if counts.get(name, 0) <= COMMON:
                paths = _relevant(facts, one, sorted(lines.get(name, ())), unique=unique)
                yield from _left_behind(facts, one, paths, unique=unique)
                yield from overriders(facts, one, paths)
        for changed in results:
            name = changed.new.name
            if counts.get(name, 0) <= COMMON:
                yield from misused(facts, changed, sorted(lines.get(name, ())), unique=defined.get(name, 0) <= 1)


def _relevant(facts: Facts, broken: Break, paths: list[str], *, unique: bool) -> list[str]:
    """Files that can mean the changed definition: they also name its module or its class. Parsing is what takes time."""
    if broken.old.owner and unique:
        return paths
    home = PurePosixPath(broken.file.old_path)
    module = home.parent.name if home.stem == "__init__" else home.stem
    named = re.compile(rf"\b(?:{re.escape(broken.old.owner.rpartition('.')[2] or module)}|{re.escape(module)})\b")
    inside = broken.file.path, broken.file.old_path
    package = str(home.parent)
    return [
        p
        for p in paths
        if p in inside or str(PurePosixPath(p).parent) == package or named.search(facts.change.read(p) or "") or unique
    ]


def _left_behind(facts: Facts, broken: Break, paths: list[str], *, unique: bool) -> Iterator[Finding]:
    """One finding a changed definition, with every use that does not fit as evidence."""
    old, new, file = broken.old, broken.new, broken.file
    if old.name.startswith("__") and old.name.endswith("__") and old.name != "__init__":
        return
    misfits: list[tuple[str, Use, str]] = []
    for path in paths:
        tree = facts.tree(path)
        if tree is None:
            continue
        owner = old.owner
        name = old.name
        if old.kind == "method" and name == "__init__":
            continue  # told by the class
        if re.search(rf"(?:has|get|set)attr\([^)]*[\"']{re.escape(name)}[\"']", facts.change.read(path) or ""):
            continue  # it asks first
        for use in uses(tree, path, file.old_path, name, owner, unique=unique and not owner.startswith("_")):
            why = _why(use, old, new)
            if why and not (path == file.path and _inside(tree, use.line, old)) and not _guarded(tree, use.node):
                misfits.append((path, use, why))
    if not misfits:
        if new is not None:
            yield from _defaults(facts, broken, paths)
        return
    sure = [m for m in misfits if broken.sure and m[1].certainty >= CERTAIN and not m[2].startswith("passes by position")]
    chosen = sure or misfits
    at = new.line if new is not None else gap(file, old)
    places = tuple(dict.fromkeys(facts.place(p, u.line) for p, u, _ in chosen))
    first_path, first, why = chosen[0]
    count = len(places)
    also = f" ({count} uses)" if count > 1 else ""
    yield Finding(
        BROKEN.id,
        Severity.ERROR if sure else Severity.WARNING,
        file.path,
        at,
        at,
        f"{what(broken)}, but {first_path}:{first.line} still {why}{also}.",
        0.97 if sure else 0.6,
        places[:SHOWN],
        reach=count,
        source="callers",
    )


def _why(use: Use, old: Definition, new: Definition | None) -> str:
    """What is wrong with a use; "" when it fits."""
    if new is None:
        return {"import": "imports it", "call": "calls it", "attribute": "uses it", "name": "uses it"}.get(use.kind, "")
    if use.kind == "override" and isinstance(use.node, ast.FunctionDef | ast.AsyncFunctionDef):
        return ""
    if use.kind != "call" or not isinstance(use.node, ast.Call):
        return ""
    if new.signature is not None and old.signature is not None:
        bound_class_call = bool(old.owner) and not old.static and _through_class(use.node, old)
        if bound_class_call:
            return ""
        if misfit(use.node, old.signature):
            return ""  # it did not fit before either: another function, or broken already
        said = misfit(use.node, new.signature)
        if said:
            return f'calls it so that Python says "{said}"'
        if moved := shifted(use.node, old.signature, new.signature):
            return f"passes by position what is now '{moved}'"
    return ""


def _through_class(call: ast.Call, old: Definition) -> bool:
    """`Class.method(instance, ...)` passes what is otherwise bound."""
    func = call.func
    return (
        isinstance(func, ast.Attribute) and isinstance(func.value, ast.Name) and func.value.id == old.owner.rpartition(".")[2]
    )


def _defaults(facts: Facts, broken: Break, paths: list[str]) -> Iterator[Finding]:
    """Callers that leave a changed default alone."""
    old, new = broken.old, broken.new
    if new is None or old.signature is None or new.signature is None:
        return
    changed = [
        n
        for n, p in new.signature.parameters.items()
        if n in old.signature.parameters
        and inspect.Parameter.empty not in (p.default, old.signature.parameters[n].default)
        and p.default != old.signature.parameters[n].default
    ]
    for name in changed:
        relying = []
        for path in paths:
            tree = facts.tree(path)
            for use in uses(tree, path, broken.file.old_path, old.name, old.owner, unique=False) if tree is not None else ():
                if (
                    use.kind == "call"
                    and isinstance(use.node, ast.Call)
                    and use.certainty >= CERTAIN
                    and uses_default(use.node, new.signature, name)
                ):
                    relying.append(facts.place(path, use.line))
        if relying:
            before, after = old.signature.parameters[name].default, new.signature.parameters[name].default
            calls = f"{len(relying)} call of" if len(relying) == 1 else f"{len(relying)} calls of"
            rely = "relies on it" if len(relying) == 1 else "rely on it"
            yield Finding(
                DEFAULT.id,
                DEFAULT.severity,
                broken.file.path,
                new.line,
                new.line,
                f"The default of '{name}' went from {before} to {after}; {calls} '{old.qualified_name}' {rely}, "
                f"{relying[0]} first.",
                0.8,
                tuple(relying[:SHOWN]),
                reach=len(relying),
                source="callers",
            )


def _inside(tree: ast.Module, line: int, old: Definition) -> bool:
    """Whether a use lies in the definition of the name itself."""
    return any(
        isinstance(n, ast.FunctionDef | ast.ClassDef) and n.name == old.name and n.lineno == line for n in ast.walk(tree)
    )


def _guarded(tree: ast.Module, node: ast.AST) -> bool:
    """Whether a use stands in a `try` that catches what would go wrong, or under TYPE_CHECKING."""
    for outer in ast.walk(tree):
        if isinstance(outer, ast.Try) and any(n is node for part in outer.body for n in ast.walk(part)):
            caught = " ".join(ast.unparse(h.type) if h.type else "Exception" for h in outer.handlers)
            if re.search(r"ImportError|ModuleNotFoundError|AttributeError|TypeError|NameError", caught):
                return True
        expected = isinstance(outer, ast.With) and any("raises" in ast.unparse(i.context_expr) for i in outer.items)
        if expected and any(n is node for part in outer.body for n in ast.walk(part)):  # type: ignore[attr-defined]
            return True
    return False
