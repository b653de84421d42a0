"""Python names other than functions that a change removes: constants, imports, fields, enum members, attributes."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from codeassist.changes.change import ChangedFile
from codeassist.tasks.review.analysers.availability import (
    attributes,
    bound,
    class_named,
    class_provides,
    home_of,
    provides,
    statements,
    subclass_provides,
)
from codeassist.tasks.review.analysers.base import Facts
from codeassist.tasks.review.analysers.breaks import gap_at
from codeassist.tasks.review.analysers.outdated_callers import BROKEN, is_guarded, is_touched
from codeassist.tasks.review.analysers.resolving import CERTAIN, ResolvedUse, uses
from codeassist.tasks.review.analysers.scopes import module_names
from codeassist.tasks.review.analysers.signatures import misfit
from codeassist.tasks.review.finding import Finding, Place, Severity

SHOWN = 8
COMMON = 400
"""Names that occur on more lines than this are skipped: resolving their uses would take too long."""

_PATCHES = re.compile(r"\bpatch\b|\b(?:set|del)attr\(")
_ENUM = re.compile(r"\b(?:Int|Str)?(?:Enum|Flag)\b|\b\w*(?:Enum|Choices)\b")


@dataclass(frozen=True, slots=True)
class _Gone:
    """A name that the change removes, or whose use changes. `kind` is what it is, for the message."""

    file: ChangedFile
    name: str
    owner: str
    line: int
    kind: str
    how: str = "was removed"
    certain: bool = False


class RemovedMembers:
    """Uses are resolved by imports and inferred classes, as those of functions."""

    name = "members"
    rules = ()

    def run(self, facts: Facts) -> Iterable[Finding]:
        """At most one finding for each removed name, with its uses as evidence."""
        for file in facts.change.files:
            if not file.old_path.endswith(".py") or file.old is None or file.whole or file.skipped or file.kind == "deleted":
                continue
            old = facts.old_tree(file)
            home = home_of(facts, file.old_path)
            new = facts.tree(home) if home is not None else None
            if old is None or new is None or home is None:
                continue
            for gone in (*_top_level(facts, file, old, new, home), *_members(facts, file, old, new, home)):
                yield from _left_behind(facts, gone)
            yield from _constructors(facts, file, old, new)


def _top_level(facts: Facts, file: ChangedFile, old: ast.Module, new: ast.Module, home: str) -> Iterator[_Gone]:
    """Constants and imported names that a module no longer has."""
    seen = {name for node in statements(new.body) for name in bound(node)}
    for node in statements(old.body):
        for name in bound(node) - seen:
            seen.add(name)
            if name in ("_", "annotations") or re.fullmatch(r"__\w+__", name) or provides(facts, home, name):
                continue
            kind = "import" if isinstance(node, ast.Import | ast.ImportFrom) else "constant"
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                kind = "definition"  # its uses are found by `OutdatedCallers`
            yield _Gone(file, name, "", node.lineno, kind, certain=True)


def _members(facts: Facts, file: ChangedFile, old: ast.Module, new: ast.Module, home: str) -> Iterator[_Gone]:
    """Fields, enum members and attributes that a class no longer has, and methods that are properties now or were."""
    for before in (n for n in statements(old.body) if isinstance(n, ast.ClassDef)):
        after = class_named(new, before.name)
        if after is None:
            continue
        defined = {n.name for n in before.body if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)}
        is_enum = any(_ENUM.search(ast.unparse(base)) for base in before.bases)
        lines = _lines_of(before)
        for name in sorted(attributes(before) - attributes(after) - defined):
            if re.fullmatch(r"__\w+__", name) or class_provides(facts, home, before.name, name):
                continue
            if not is_enum and subclass_provides(facts, before.name, name):
                continue
            kind = "member" if is_enum else "attribute"
            yield _Gone(file, name, before.name, lines.get(name, before.lineno), kind, certain=is_enum)
        was, now = _properties(before), _properties(after)
        for name in sorted(was.keys() & now.keys()):
            if was[name] != now[name]:
                how = "is a property now" if now[name] else "is a method now, not a property"
                line = next((n.lineno for n in after.body if getattr(n, "name", "") == name), after.lineno)
                yield _Gone(file, name, before.name, line, "property" if now[name] else "method", how)


def _lines_of(node: ast.ClassDef) -> dict[str, int]:
    """The first line at which a class binds each of its attributes."""
    lines: dict[str, int] = {}
    for statement in statements(node.body):
        for name in bound(statement):
            lines.setdefault(name, statement.lineno)
    for inner in ast.walk(node):
        if isinstance(inner, ast.Attribute) and isinstance(inner.ctx, ast.Store):
            lines.setdefault(inner.attr, inner.lineno)
    return lines


def _properties(node: ast.ClassDef) -> dict[str, bool]:
    """Methods of a class by name, each with whether it is a property; other decorators make it unknown."""
    found = {}
    for member in node.body:
        if isinstance(member, ast.FunctionDef | ast.AsyncFunctionDef):
            decorators = [ast.unparse(d) for d in member.decorator_list]
            is_property = any(re.fullmatch(r"(?:functools\.)?(?:cached_)?property", d) for d in decorators)
            if is_property or not decorators:
                found[member.name] = is_property
    return found


def _left_behind(facts: Facts, gone: _Gone) -> Iterator[Finding]:
    """The finding on one name, if it is still used."""
    hits = facts.change.find([gone.name], ("*.py", "*.pyi"))
    if len(hits) > COMMON:
        return
    found: dict[Place, ResolvedUse | None] = {}
    for path in dict.fromkeys(p for p, _, _ in hits):
        tree = facts.tree(path)
        if tree is None:
            continue
        resolved = uses(tree, path, gone.file.old_path, gone.name, gone.owner, unique=False, reads=bool(gone.owner))
        for use in resolved if gone.kind != "definition" else ():
            if _is_wrong(gone, use, path) and not is_guarded(tree, use.node) and not is_touched(facts, path, use.node):
                found.setdefault(facts.place(path, use.line), use)
        if not gone.owner and _PATCHES.search(facts.change.read(path) or ""):
            for line in _patched(tree, gone):
                found.setdefault(facts.place(path, line), None)
    if found:
        certain = gone.certain and any(use is not None for use in found.values())
        yield _finding(gone, list(found), certain=certain)


def _is_wrong(gone: _Gone, use: ResolvedUse, path: str) -> bool:
    if use.certainty < CERTAIN or use.kind == "override":
        return False
    if gone.how.startswith("is a property"):
        return use.kind == "call" and isinstance(use.node, ast.Call) and not use.node.args and not use.node.keywords
    if gone.how.startswith("is a method"):
        passed = isinstance(use.parent, ast.Call | ast.keyword | ast.Assign | ast.Tuple | ast.List | ast.Dict)
        return use.kind == "attribute" and not passed
    return not (gone.kind == "import" and path in (gone.file.path, gone.file.old_path))  # ruff reports undefined names


def _patched(tree: ast.Module, gone: _Gone) -> Iterator[int]:
    """Lines on which a test replaces the name, as `patch("module.name")` or `monkeypatch.setattr(module, "name", ...)`."""
    wanted = {f"{module}.{gone.name}" for module in module_names(gone.file.old_path)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not re.search(r"\bpatch$|\bsetattr$|\bdelattr$", ast.unparse(node.func)):
            continue
        target = node.args[0] if node.args else None
        if any(k.arg == "create" or (k.arg == "raising" and "False" in ast.unparse(k.value)) for k in node.keywords):
            continue
        if isinstance(target, ast.Constant) and target.value in wanted:
            yield node.lineno


def _finding(gone: _Gone, places: list[Place], *, certain: bool) -> Finding:
    line = gap_at(gone.file, gone.line) if gone.how == "was removed" else gone.line
    name = f"{gone.owner}.{gone.name}" if gone.owner else gone.name
    also = f" ({len(places)} uses)" if len(places) > 1 else ""
    return Finding(
        BROKEN.id,
        Severity.ERROR if certain else Severity.WARNING,
        gone.file.path,
        line,
        line,
        f"'{name}' {gone.how}, but {places[0]} still uses it{also}.",
        0.97 if certain else 0.85,
        tuple(places[:SHOWN]),
        reach=len(places),
        source="members",
    )


def _constructors(facts: Facts, file: ChangedFile, old: ast.Module, new: ast.Module) -> Iterator[Finding]:
    """Calls of dataclasses that do not fit their changed fields."""
    for before in (n for n in statements(old.body) if isinstance(n, ast.ClassDef)):
        after = class_named(new, before.name)
        was, now = (_fields(node) if node is not None else None for node in (before, after))
        if after is None or was is None or now is None or was == now:
            continue
        misfits: dict[Place, str] = {}
        for path in dict.fromkeys(p for p, _, _ in facts.change.find([before.name], ("*.py",))):
            tree = facts.tree(path)
            for use in uses(tree, path, file.old_path, before.name, "", unique=False) if tree is not None else ():
                call = use.node
                if use.kind == "call" and use.certainty >= CERTAIN and isinstance(call, ast.Call):
                    problem = misfit(call, now)
                    if problem and not misfit(call, was) and not is_guarded(tree, call):  # type: ignore[arg-type]
                        misfits.setdefault(facts.place(path, use.line), problem)
        if misfits:
            first = next(iter(misfits))
            yield Finding(
                BROKEN.id,
                Severity.ERROR,
                file.path,
                after.lineno,
                after.lineno,
                f"The fields of '{before.name}' changed, but {first} still calls it, which fails with \"{misfits[first]}\""
                + (f" ({len(misfits)} calls)." if len(misfits) > 1 else "."),
                0.97,
                tuple(misfits)[:SHOWN],
                reach=len(misfits),
                source="members",
            )


def _fields(node: ast.ClassDef) -> inspect.Signature | None:
    """The signature of a dataclass's constructor; None for another class, or one with bases or a constructor of its own."""
    decorator = next((d for d in node.decorator_list if re.match(r"(?:dataclasses\.)?dataclass\b", ast.unparse(d))), None)
    if decorator is None or node.bases or any(getattr(n, "name", "") in ("__init__", "__new__") for n in node.body):
        return None
    options = ast.unparse(decorator)
    if "init=False" in options:
        return None
    kind = inspect.Parameter.KEYWORD_ONLY if "kw_only=True" in options else inspect.Parameter.POSITIONAL_OR_KEYWORD
    parameters = []
    for field in node.body:
        if not isinstance(field, ast.AnnAssign) or not isinstance(field.target, ast.Name):
            continue
        annotation, value = ast.unparse(field.annotation), ast.unparse(field.value) if field.value is not None else ""
        if "ClassVar" in annotation or "init=False" in value:
            continue
        if "KW_ONLY" in annotation:
            kind = inspect.Parameter.KEYWORD_ONLY
            continue
        default = inspect.Parameter.empty if not value or re.fullmatch(r"(?:\w+\.)?field\((?!.*default).*\)", value) else value
        own = inspect.Parameter.KEYWORD_ONLY if "kw_only=True" in value else kind
        parameters.append(inspect.Parameter(field.target.id, own, default=default))
    try:
        return inspect.Signature(parameters)
    except ValueError:
        return None
