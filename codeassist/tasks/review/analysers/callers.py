"""Callers that a change leaves behind: uses elsewhere that no longer fit a name, a signature, a default or a return value."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from codeassist.tasks.review.analysers.base import Facts, parsed, python_files
from codeassist.tasks.review.analysers.resolving import CERTAIN, Use, uses
from codeassist.tasks.review.analysers.signatures import Definition, callables, misfit, shifted, uses_default
from codeassist.tasks.review.change import ChangedFile
from codeassist.tasks.review.finding import Finding, Place, Rule, Severity
from indexers.languages import is_test_path

BROKEN = Rule(
    "caller-left-behind",
    "CallerLeftBehind",
    "A call elsewhere does not fit the changed signature, or uses a name that is gone.",
    Severity.ERROR,
    ("correctness",),
)
DEFAULT = Rule("default-changed", "DefaultChanged", "Callers rely on a default that changed.", Severity.NOTE, ("correctness",))
RETURN = Rule(
    "return-shape-changed",
    "ReturnShapeChanged",
    "Callers unpack or use a result whose shape changed.",
    Severity.WARNING,
    ("correctness",),
)
RAISES = Rule(
    "new-exception",
    "NewException",
    "A function raises an exception that its callers do not catch.",
    Severity.NOTE,
    ("correctness",),
)
ARITY = Rule(
    "arity-changed",
    "ArityChanged",
    "Calls elsewhere pass another number of arguments than the changed function takes.",
    Severity.WARNING,
    ("correctness",),
)

SHOWN = 8
COMMON = 400
"""A name in more lines than this is searched no further: its uses cannot be told apart in the time there is."""


@dataclass(frozen=True, slots=True)
class Break:
    """What about a definition changed: `old` and `new` are None for what is gone or came."""

    file: ChangedFile
    old: Definition
    new: Definition | None
    renamed_to: str = ""
    sure: bool = True
    """Whether the name is certainly not had from elsewhere, such as a base class."""


class Callers:
    """Python precisely, by imports and what variables are seen to hold; other languages by name and number of arguments."""

    name = "callers"
    rules = (BROKEN, DEFAULT, RETURN, RAISES, ARITY)
    needs_index = False

    def run(self, facts: Facts) -> Iterable[Finding]:
        """Findings about uses anywhere in the repository."""
        breaks = [b for file in _sources(facts) for b in _breaks(file)]
        words = {b.old.name if b.old.name != "__init__" else b.old.owner.rpartition(".")[2] for b in breaks}
        changed_bodies = list(_bodies(facts))
        words |= {old.name for _, old, _, _ in changed_bodies}
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
        for broken in breaks:
            name, unique = broken.old.name, defined.get(broken.old.name, 0) <= 1
            if counts.get(name, 0) <= COMMON:
                paths = _relevant(facts, broken, sorted(lines.get(name, ())), unique=unique)
                yield from _left_behind(facts, broken, paths, unique=unique)
        for file, old, new, why in changed_bodies:
            if counts.get(old.name, 0) <= COMMON:
                yield from _body_findings(facts, file, old, new, why, sorted(lines.get(old.name, ())), defined)


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
        p for p in paths
        if p in inside or str(PurePosixPath(p).parent) == package or named.search(facts.change.read(p) or "") or unique
    ]  # fmt: skip


def _sources(facts: Facts) -> Iterator[ChangedFile]:
    """Python files with an old side; deleted and renamed ones too."""
    for file in facts.change.files:
        if (
            file.old_path.endswith(".py")
            and file.old is not None
            and not file.whole
            and (file.new is not None or file.kind == "deleted")
        ):
            yield file


def _breaks(file: ChangedFile) -> Iterator[Break]:
    """Definitions whose callers may not fit any more."""
    try:
        old = callables(file.old or "", file.old_path)
        new = callables(file.new, file.path) if file.new is not None and file.kind != "deleted" else {}
    except (SyntaxError, ValueError, RecursionError):
        return
    imported = _imported_names(file.new)
    dynamic, several, bases = _uncertain(file.new)
    moved = file.kind == "renamed" and file.old_path != file.path
    fresh = [c for q, c in new.items() if q not in old]
    for qualified, before in old.items():
        after = new.get(qualified)
        if before.owner in dynamic or qualified in several:
            continue  # __getattr__, a star import, an assignment, or one of several definitions
        if after is None or moved:
            if (before.name in imported and not before.owner) or _is_set(file.new, before):
                continue
            rename = next((c.name for c in fresh if c.kind == before.kind and c.owner == before.owner and _same(c, before)), "")
            yield Break(file, before, None, rename, sure=before.owner not in bases)
        elif (
            before.signature is not None and after.signature is not None and before.signature != after.signature
        ) or before.asynchronous != after.asynchronous:
            yield Break(file, before, after)


def _uncertain(text: str | None) -> tuple[set[str], set[str], set[str]]:
    """(scopes that give names away by other means, names defined more than once, classes with bases); "" is the module."""
    tree = parsed(text)
    if tree is None:
        return set(), set(), set()
    dynamic: set[str] = set()
    several: set[str] = set()
    bases: set[str] = set()

    def walk(scope: ast.Module | ast.ClassDef, name: str) -> None:
        seen: dict[str, int] = {}
        for node in _statements(scope.body):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                seen[node.name] = seen.get(node.name, 0) + 1
                if node.name == "__getattr__":
                    dynamic.add(name)
            if isinstance(node, ast.ImportFrom) and any(a.name == "*" for a in node.names):
                dynamic.add(name)
            if isinstance(node, ast.ClassDef):
                qualified = f"{name}.{node.name}".lstrip(".")
                if node.bases or node.keywords:
                    bases.add(qualified)
                walk(node, qualified)
        several.update(f"{name}.{n}".lstrip(".") for n, count in seen.items() if count > 1)

    walk(tree, "")
    return dynamic, several, bases


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Statements of a scope, also those under conditions."""
    for node in body:
        yield node
        for part in ("body", "orelse", "finalbody", "handlers"):
            inner = getattr(node, part, [])
            if isinstance(node, ast.If | ast.Try | ast.With):
                for child in inner:
                    yield from _statements(child.body if isinstance(child, ast.ExceptHandler) else [child])


def _is_set(text: str | None, told: Definition) -> bool:
    """Whether a name is given to its owner by an assignment or setattr."""
    owner = re.escape(told.owner.rpartition(".")[2])
    name = re.escape(told.name)
    pattern = (
        rf"\b{owner}\.{name}\s*=|setattr\([^)]*[\"']{name}[\"']"
        if told.owner
        else rf"(?m)^{name}\s*[:=]|setattr\([^)]*[\"']{name}[\"']"
    )
    return bool(re.search(pattern, text or ""))


def _same(one: Definition, other: Definition) -> bool:
    return one.signature == other.signature


def _imported_names(text: str | None) -> set[str]:
    tree = parsed(text)
    if tree is None:
        return set()
    names = {a.asname or a.name for n in ast.walk(tree) if isinstance(n, ast.ImportFrom | ast.Import) for a in n.names}
    for node in tree.body:
        if isinstance(node, ast.Assign):
            names |= {t.id for t in node.targets if isinstance(t, ast.Name)}
        if isinstance(node, ast.If | ast.Try):
            names |= {n.name for n in ast.walk(node) if isinstance(n, ast.FunctionDef | ast.ClassDef)}
    return names


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
            if why and not (path == file.path and _inside(tree, use.line, old, file)) and not _guarded(tree, use.node):
                misfits.append((path, use, why))
    if not misfits:
        if new is not None:
            yield from _defaults(facts, broken, paths)
        return
    sure = [m for m in misfits if broken.sure and m[1].certainty >= CERTAIN and not m[2].startswith("passes by position")]
    chosen = sure or misfits
    at = new.line if new is not None else _gap(file, old)
    what = _what(broken)
    places = tuple(dict.fromkeys(Place(p, u.line, _line(facts, p, u.line)) for p, u, _ in chosen))
    first_path, first, why = chosen[0]
    count = len(places)
    also = f" ({count} uses)" if count > 1 else ""
    yield Finding(
        BROKEN.id, Severity.ERROR if sure else Severity.WARNING, file.path, at, at,
        f"{what}, but {first_path}:{first.line} still {why}{also}.", 0.97 if sure else 0.6, places[:SHOWN], reach=count,
        source="callers",
    )  # fmt: skip


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


def _what(broken: Break) -> str:
    old, new = broken.old, broken.new
    shown = f"'{old.qualified_name}'"
    if new is None:
        if broken.file.kind == "renamed" and not broken.renamed_to:
            return f"{shown} moved to {broken.file.path}"
        return f"{shown} is now '{broken.renamed_to}'" if broken.renamed_to else f"{shown} is gone"
    before, after = old.signature, new.signature
    if before is None or after is None:
        return f"{shown} changed"
    gone = [n for n in before.parameters if n not in after.parameters]
    came = [n for n, p in after.parameters.items() if n not in before.parameters and p.default is inspect.Parameter.empty
            and p.kind not in (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)]  # fmt: skip
    if gone and came:
        return f"{shown} takes '{came[0]}' in place of '{gone[0]}'"
    if came:
        return f"{shown} now needs '{came[0]}'"
    if gone:
        return f"{shown} no longer takes '{gone[0]}'"
    return f"the signature of {shown} changed"


def _defaults(facts: Facts, broken: Break, paths: list[str]) -> Iterator[Finding]:
    """Callers that leave a changed default alone."""
    old, new = broken.old, broken.new
    if new is None or old.signature is None or new.signature is None:
        return
    changed = [
        n for n, p in new.signature.parameters.items()
        if n in old.signature.parameters and inspect.Parameter.empty not in (p.default, old.signature.parameters[n].default)
        and p.default != old.signature.parameters[n].default
    ]  # fmt: skip
    for name in changed:
        relying = []
        for path in paths:
            tree = facts.tree(path)
            for use in uses(tree, path, broken.file.old_path, old.name, old.owner, unique=False) if tree is not None else ():
                if use.kind == "call" and isinstance(use.node, ast.Call) and use.certainty >= CERTAIN and uses_default(
                    use.node, new.signature, name
                ):  # fmt: skip
                    relying.append(Place(path, use.line, _line(facts, path, use.line)))
        if relying:
            before, after = old.signature.parameters[name].default, new.signature.parameters[name].default
            yield Finding(
                DEFAULT.id, DEFAULT.severity, broken.file.path, new.line, new.line,
                f"The default of '{name}' went from {before} to {after}; {len(relying)} call{'s' * (len(relying) > 1)} of "
                f"'{old.qualified_name}' rely on it, {relying[0]} first.", 0.8, tuple(relying[:SHOWN]), reach=len(relying),
                source="callers",
            )  # fmt: skip


def _bodies(facts: Facts) -> Iterator[tuple[ChangedFile, ast.FunctionDef, ast.FunctionDef, str]]:
    """Functions whose returned shape or raised exceptions changed: (file, old, new, what)."""
    for file in python_files(facts.change):
        if file.whole or file.old is None:
            continue
        old_tree, new_tree = parsed(file.old), parsed(file.new)
        if old_tree is None or new_tree is None:
            continue
        before = dict(_functions(old_tree, ""))
        for qualified, new in _functions(new_tree, ""):
            old = before.get(qualified)
            if old is None or not any(new.lineno <= n <= (new.end_lineno or new.lineno) for n in file.touched):
                continue
            was, now = _shape(old), _shape(new)
            if was and now and was != now:
                yield file, old, new, f"{was}|{now}"
            for raised in sorted(_raised(new) - _raised(old)):
                yield file, old, new, f"raises {raised}"


def _functions(scope: ast.AST, prefix: str) -> Iterator[tuple[str, ast.FunctionDef]]:
    for node in ast.iter_child_nodes(scope):
        if isinstance(node, ast.FunctionDef):
            yield f"{prefix}{node.name}", node
        elif isinstance(node, ast.ClassDef):
            yield from _functions(node, f"{prefix}{node.name}.")


def _own(function: ast.FunctionDef) -> Iterator[ast.AST]:
    stack: list[ast.AST] = list(function.body)
    while stack:
        node = stack.pop()
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            stack.extend(ast.iter_child_nodes(node))


def _shape(function: ast.FunctionDef) -> str:
    """`a tuple of 2`, `None`; "" where it is anything else or differs from one return to the next."""
    shapes = set()
    for node in _own(function):
        if isinstance(node, ast.Yield | ast.YieldFrom):
            return "a generator"
        if isinstance(node, ast.Return):
            value = node.value
            if value is None or (isinstance(value, ast.Constant) and value.value is None):
                shapes.add("None")
            elif isinstance(value, ast.Tuple) and not any(isinstance(e, ast.Starred) for e in value.elts):
                shapes.add(f"a tuple of {len(value.elts)}")
            else:
                shapes.add("a value")
    if not shapes:
        return "None"
    return shapes.pop() if len(shapes) == 1 else ""


def _raised(function: ast.FunctionDef) -> set[str]:
    found = set()
    for node in _own(function):
        if isinstance(node, ast.Raise) and node.exc is not None:
            target = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
            name = ast.unparse(target).rpartition(".")[2]
            if name[:1].isupper() and name not in ("NotImplementedError", "AssertionError"):
                found.add(name)
    return found


def _body_findings(
    facts: Facts,
    file: ChangedFile,
    old: ast.FunctionDef,
    new: ast.FunctionDef,
    why: str,
    paths: list[str],
    defined: dict[str, int],
) -> Iterator[Finding]:
    owner = next(
        (
            q.rpartition(".")[0]
            for q, f in _functions(facts.tree(file.path) or ast.Module([], []), "")
            if f.lineno == new.lineno
        ),
        "",
    )
    if why.startswith("raises "):
        yield from _uncaught(facts, file, new, owner, why.removeprefix("raises "), paths, defined)
        return
    was, now = why.split("|")
    wrong: list[Place] = []
    for path in paths:
        tree = facts.tree(path)
        for use in (
            uses(tree, path, file.path, old.name, owner, unique=defined.get(old.name, 0) <= 1) if tree is not None else ()
        ):
            if (
                use.kind == "call"
                and use.certainty >= CERTAIN
                and (told := _takes(tree, use.node))
                and not _fits(told, now)
                and _fits(told, was)
            ):
                wrong.append(Place(path, use.line, _line(facts, path, use.line)))
    if wrong:
        yield Finding(
            RETURN.id, RETURN.severity, file.path, new.lineno, new.lineno,
            f"'{old.name}' used to return {was} and now returns {now}, but {wrong[0]} still takes it apart as before.",
            0.85, tuple(wrong[:SHOWN]), reach=len(wrong), source="callers",
        )  # fmt: skip


def _uncaught(
    facts: Facts, file: ChangedFile, new: ast.FunctionDef, owner: str, raised: str, paths: list[str], defined: dict[str, int]
) -> Iterator[Finding]:
    """Callers outside tests that catch nothing, of a function that raises something new and does not say so."""
    if raised in (ast.get_docstring(new) or ""):
        return
    open_calls = []
    for path in paths:
        tree = facts.tree(path)
        if tree is None or is_test_path(path):
            continue
        for use in uses(tree, path, file.path, new.name, owner, unique=defined.get(new.name, 0) <= 1):
            if use.kind == "call" and use.certainty >= CERTAIN and not _caught(tree, use.node):
                open_calls.append(Place(path, use.line, _line(facts, path, use.line)))
    if open_calls:
        line = next(
            (n.lineno for n in _own(new) if isinstance(n, ast.Raise) and n.exc and raised in ast.unparse(n.exc)), new.lineno
        )
        yield Finding(
            RAISES.id, RAISES.severity, file.path, line, line,
            f"'{new.name}' now raises {raised}, which its documentation does not say and {open_calls[0]} does not catch.",
            0.6, tuple(open_calls[:SHOWN]), reach=len(open_calls), source="callers",
        )  # fmt: skip


def _caught(tree: ast.Module, node: ast.AST) -> bool:
    return any(
        isinstance(t, ast.Try) and t.handlers and any(n is node for part in t.body for n in ast.walk(part))
        for t in ast.walk(tree)
    )


def _takes(tree: ast.Module | None, call: ast.AST) -> str:
    """How a call's result is used: unpacked into n names, an attribute or item of it, or ""."""
    for node in ast.walk(tree) if tree is not None else ():
        if isinstance(node, ast.Assign) and node.value is call and isinstance(node.targets[0], ast.Tuple):
            targets = node.targets[0].elts
            return "" if any(isinstance(t, ast.Starred) for t in targets) else f"a tuple of {len(targets)}"
        if isinstance(node, ast.Attribute | ast.Subscript) and node.value is call:
            return "a value"
    return ""


def _fits(taken: str, given: str) -> bool:
    if taken.startswith("a tuple"):
        return given in (taken, "a value", "a generator")
    return given != "None"


def _inside(tree: ast.Module, line: int, old: Definition, file: ChangedFile) -> bool:
    """Whether a use lies in the definition of the name itself."""
    return any(
        isinstance(n, ast.FunctionDef | ast.ClassDef) and n.name == old.name and n.lineno == line for n in ast.walk(tree)
    )  # fmt: skip


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


def _gap(file: ChangedFile, old: Definition) -> int:
    """The line of the new version where a removed definition stood."""
    if file.new is None or file.kind == "deleted":
        return 1
    shift = 0
    for hunk in file.hunks:
        if hunk.old_start <= old.line < hunk.old_start + max(1, hunk.old_count):
            kept = sum(1 for n in range(hunk.old_start, old.line) if n not in hunk.removed)
            return max(1, min(hunk.new_start + kept, len(file.new_lines)))
        if hunk.old_start < old.line:
            shift = hunk.new_start + hunk.new_count - hunk.old_start - hunk.old_count
    return max(1, old.line + shift)


def _line(facts: Facts, path: str, number: int) -> str:
    lines = (facts.change.read(path) or "").split("\n")
    return lines[number - 1].strip()[:160] if 0 < number <= len(lines) else ""
