"""Definitions whose callers a change may break: removed, renamed, moved, or with a changed signature."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass

from codeassist.changes.change import ChangedFile
from codeassist.tasks.review.analysers.availability import class_named, class_provides, home_of, note_run_time_names, provides
from codeassist.tasks.review.analysers.base import Facts
from codeassist.tasks.review.analysers.receivers import KnownClass, names_of
from codeassist.tasks.review.analysers.signatures import PythonDefinition, callables


@dataclass(frozen=True, slots=True)
class Break:
    """A changed definition; `new` is None when it was removed, renamed or moved."""

    file: ChangedFile
    old: PythonDefinition
    new: PythonDefinition | None
    renamed_to: str = ""
    sure: bool = True
    """False when the name may still come from elsewhere, such as a base class."""


def breaks(facts: Facts) -> Iterator[Break]:
    """Every Python definition that the change removes, renames or moves, or whose signature it changes."""
    for file in _sources(facts):
        new = facts.new_tree(file)
        if new is None and file.kind != "deleted":
            continue
        moved = file.kind == "renamed" and file.old_path != file.path
        if not moved and new is not None and not _touches_heads(file, new):
            continue  # without a look at the old tree: parsing it is most of the work
        old = facts.old_tree(file)
        if old is None:
            continue
        if moved or new is None or definitions(old) != definitions(new):  # otherwise no name or signature changed
            yield from _of_file(facts, file, new)


_HEAD = re.compile(r"^\s*(?:(?:async\s+)?(?:def|class)\b|@)")


def _touches_heads(file: ChangedFile, new: ast.Module) -> bool:
    """Whether the change may add, remove or alter a definition's first lines: decorators, name, parameters."""
    for hunk in file.hunks:
        for text in (*hunk.removed.values(), *hunk.added.values()):
            if _HEAD.match(text) or any(text.count(quotes) % 2 for quotes in ('"""', "'''")):
                return True
    heads = {
        n
        for node in _statements_below(new.body)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and node.body[0].lineno > node.lineno + 1
        for n in range(node.lineno, node.body[0].lineno)
    }
    return any(not heads.isdisjoint(range(h.new_start, h.new_start + h.new_count + 1)) for h in file.hunks)


def _statements_below(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Statements of a module and of its classes."""
    for node in _statements(body):
        yield node
        if isinstance(node, ast.ClassDef):
            yield from _statements_below(node.body)


def definitions(tree: ast.Module) -> dict[str, str]:
    """Functions, methods and classes by qualified name, each with a text of what its callers depend on."""
    interfaces: dict[str, str] = {}

    def walk(body: list[ast.stmt], prefix: str) -> None:
        for node in _statements(body):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                parts = [ast.dump(node.args), *map(ast.dump, node.decorator_list)]
                interface = interfaces.get(prefix + node.name, "")
                interfaces[prefix + node.name] = f"{interface}{type(node).__name__}{parts}"
            elif isinstance(node, ast.ClassDef):
                parts = [ast.dump(part) for part in (*node.bases, *node.keywords, *node.decorator_list)]
                interfaces[prefix + node.name] = str(parts)
                walk(node.body, f"{prefix}{node.name}.")

    walk(tree.body, "")
    return interfaces


def _sources(facts: Facts) -> Iterator[ChangedFile]:
    """Changed Python files that existed before, including deleted and renamed ones."""
    for file in facts.change.files:
        if (
            file.old_path.endswith(".py")
            and file.old is not None
            and not file.whole
            and not file.skipped
            and (file.new is not None or file.kind == "deleted")
        ):
            yield file


def _of_file(facts: Facts, file: ChangedFile, tree: ast.Module | None) -> Iterator[Break]:
    """The changed definitions of one file."""
    try:
        old = callables(file.old or "", file.old_path)
        new = callables(file.new, file.path) if file.new is not None and file.kind != "deleted" else {}
    except (SyntaxError, ValueError, RecursionError):
        return
    imported = _imported_names(tree)
    dynamic, several, bases = _uncertain(tree)
    moved = file.kind == "renamed" and file.old_path != file.path
    fresh = [c for q, c in new.items() if q not in old]
    for qualified, before in old.items():
        after = new.get(qualified)
        if qualified in several or (before.owner and before.owner in dynamic):
            continue  # one of several definitions, or of a class with __getattr__
        if after is None or moved:
            if (before.name in imported and not before.owner) or _is_set(file.new, before) or is_available(facts, file, before):
                continue
            rename = next((c.name for c in fresh if c.kind == before.kind and c.owner == before.owner and _same(c, before)), "")
            yield Break(file, before, None, rename, sure=before.owner not in bases or _lacks(facts, file, before))
        elif (
            before.signature is not None and after.signature is not None and before.signature != after.signature
        ) or before.asynchronous != after.asynchronous:
            yield Break(file, before, after)


def _lacks(facts: Facts, file: ChangedFile, definition: PythonDefinition) -> bool:
    """Whether all bases of the class of a removed method are known, and none of them has its name."""
    home = home_of(facts, file.old_path)
    tree = facts.tree(home) if home is not None else None
    node = class_named(tree, definition.owner) if tree is not None else None
    names = names_of(facts, KnownClass(home, node)) if home is not None and node is not None else None
    return names is not None and definition.name not in names


def is_available(facts: Facts, file: ChangedFile, definition: PythonDefinition) -> bool:
    """Whether a definition that is gone from its place can still be had under its old name."""
    home = home_of(facts, file.old_path)
    if home is None:
        return False
    if not definition.owner:
        if available := provides(facts, home, definition.name):
            note_run_time_names(facts, home, definition.name)
        return available
    tree = facts.tree(home)
    if tree is None or class_named(tree, definition.owner) is None:
        return provides(facts, home, definition.owner.partition(".")[0])
    return class_provides(facts, home, definition.owner, definition.name)


def _uncertain(tree: ast.Module | None) -> tuple[set[str], set[str], set[str]]:
    """(scopes with `__getattr__`, names defined more than once, classes with bases), all qualified; "" is the module."""
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
            if isinstance(node, ast.ClassDef):
                qualified = f"{name}.{node.name}".lstrip(".")
                if node.bases or node.keywords:
                    bases.add(qualified)
                walk(node, qualified)
        several.update(f"{name}.{n}".lstrip(".") for n, count in seen.items() if count > 1)

    walk(tree, "")
    return dynamic, several, bases


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Statements of a scope, including those inside `if`, `try` and `with`."""
    for node in body:
        yield node
        for part in ("body", "orelse", "finalbody", "handlers"):
            inner = getattr(node, part, [])
            if isinstance(node, ast.If | ast.Try | ast.With):
                for child in inner:
                    yield from _statements(child.body if isinstance(child, ast.ExceptHandler) else [child])


def _is_set(text: str | None, definition: PythonDefinition) -> bool:
    """Whether a definition's name is bound by an assignment or `setattr`."""
    owner = re.escape(definition.owner.rpartition(".")[2])
    name = re.escape(definition.name)
    pattern = (
        rf"\b{owner}\.{name}\s*=|setattr\([^)]*[\"']{name}[\"']"
        if definition.owner
        else rf"(?m)^{name}\s*[:=]|setattr\([^)]*[\"']{name}[\"']"
    )
    return bool(re.search(pattern, text or ""))


def _same(one: PythonDefinition, other: PythonDefinition) -> bool:
    return one.signature == other.signature


def _imported_names(tree: ast.Module | None) -> set[str]:
    """Names that a module binds by imports, top-level assignments, or definitions in `if` and `try`."""
    if tree is None:
        return set()
    names = {a.asname or a.name for n in ast.walk(tree) if isinstance(n, ast.ImportFrom | ast.Import) for a in n.names}
    for node in tree.body:
        if isinstance(node, ast.Assign):
            names |= {t.id for t in node.targets if isinstance(t, ast.Name)}
        if isinstance(node, ast.If | ast.Try):
            names |= {n.name for n in ast.walk(node) if isinstance(n, ast.FunctionDef | ast.ClassDef)}
    return names


def what(broken: Break) -> str:
    """A clause that describes how a definition changed, for messages."""
    old, new = broken.old, broken.new
    name = f"'{old.qualified_name}'"
    if new is None:
        if broken.file.kind == "renamed" and not broken.renamed_to:
            return f"{name} was moved to {broken.file.path}"
        return f"{name} was renamed to '{broken.renamed_to}'" if broken.renamed_to else f"{name} was removed"
    before, after = old.signature, new.signature
    if before is None or after is None:
        return f"{name} changed"
    removed = [n for n in before.parameters if n not in after.parameters]
    required = [
        n
        for n, p in after.parameters.items()
        if n not in before.parameters
        and p.default is inspect.Parameter.empty
        and p.kind not in (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    ]
    if removed and required:
        return f"{name} takes '{required[0]}' instead of '{removed[0]}'"
    if required:
        return f"{name} now needs '{required[0]}'"
    if removed:
        return f"{name} no longer takes '{removed[0]}'"
    return f"the signature of {name} changed"


def gap(file: ChangedFile, old: PythonDefinition) -> int:
    """The line of the new version at which a removed definition was."""
    return gap_at(file, old.line)


def gap_at(file: ChangedFile, line: int) -> int:
    """The line of the new version that corresponds to a removed line of the old one."""
    if file.new is None or file.kind == "deleted":
        return 1
    shift = 0
    for hunk in file.hunks:
        if hunk.old_start <= line < hunk.old_start + max(1, hunk.old_count):
            unchanged = sum(1 for n in range(hunk.old_start, line) if n not in hunk.removed)
            kept = [n for n in range(hunk.new_start, hunk.new_start + hunk.new_count) if n not in hunk.added]
            return max(1, min(kept[unchanged - 1] + 1 if unchanged else hunk.new_start, len(file.new_lines)))
        if hunk.old_start < line:
            shift = hunk.new_start + hunk.new_count - hunk.old_start - hunk.old_count
    return max(1, line + shift)
