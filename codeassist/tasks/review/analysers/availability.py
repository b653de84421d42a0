"""Whether a name that seems removed can still be had: by an import, an assignment, `__getattr__`, or a base class."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import TypeGuard

from codeassist.tasks.review.analysers.base import Facts
from codeassist.tasks.review.analysers.run_time_names import binds_at_run_time

DEPTH = 6
"""How many re-exports, or classes above a class, are followed."""

_HARMLESS = re.compile(
    r"(?:(?:dataclasses\.)?dataclass|(?:attrs?\.)?(?:s|attrs|define|frozen|mutable)|(?:\w+\.)?(?:final|runtime_checkable)"
    r"|(?:functools\.)?total_ordering)(?:\(.*\))?",
    re.DOTALL,
)
"""Class decorators that add no attribute."""


def home_of(facts: Facts, path: str) -> str | None:
    """The file that is now the module that `path` was: itself, or the `__init__.py` of the package that replaced it."""
    if facts.change.read(path) is not None:
        return path
    posix = PurePosixPath(path)
    other = posix.parent.with_suffix(".py") if posix.name == "__init__.py" else posix.with_suffix("") / "__init__.py"
    return str(other) if facts.change.read(str(other)) is not None else None


def provides(facts: Facts, path: str, name: str, depth: int = DEPTH) -> bool:
    """Whether a module may still have a top-level name; also True when that cannot be known (`__getattr__`, `globals()`)."""
    tree, text = facts.tree(path), facts.change.read(path) or ""
    if (
        tree is None
        or binds_at_run_time(tree, text) is not None
        or re.search(rf"setattr\([^)]*[\"']{re.escape(name)}[\"']", text)
    ):
        return True
    for node in statements(tree.body):
        if name in bound(node) or "__getattr__" in bound(node):
            return True
        if _is_star(node):
            homes = list(imported_files(facts, path, node))
            if not homes or (depth and any(provides(facts, home, name, depth - 1) for home in homes)):
                return True
    stem = PurePosixPath(path)
    if stem.name != "__init__.py":
        return False
    return any(facts.change.read(str(p)) is not None for p in (stem.parent / f"{name}.py", stem.parent / name / "__init__.py"))


def note_run_time_names(facts: Facts, path: str, name: str) -> None:
    """Add one note on a file whose names are bound at run time, if that alone is why a name that is gone was not checked."""
    tree, text = facts.tree(path), facts.change.read(path) or ""
    if tree is None or any(name in bound(node) for node in statements(tree.body)):
        return
    line = binds_at_run_time(tree, text)
    if line is None:
        outside = (n.lineno for n in statements(tree.body) if _is_star(n) and not list(imported_files(facts, path, n)))
        line = next(outside, None)
    note = f"{path}: line {line} binds names at run time, so uses of names that are gone were not checked"
    if line is not None and note not in facts.notes:
        facts.notes.append(note)


def _is_star(node: ast.stmt) -> TypeGuard[ast.ImportFrom]:
    return isinstance(node, ast.ImportFrom) and any(a.name == "*" for a in node.names)


def class_provides(facts: Facts, path: str, class_name: str, name: str, depth: int = DEPTH) -> bool:
    """Whether instances of a class may still have an attribute: their own, or of a base class within the repository."""
    tree = facts.tree(path)
    node = class_named(tree, class_name) if tree is not None else None
    if tree is None or node is None:
        return False
    names = attributes(node)
    if name in names or {"__getattr__", "__getattribute__"} & names:
        return True
    return depth > 0 and any(
        class_provides(facts, home, base, name, depth - 1) for home, base in base_classes(facts, path, tree, node)
    )


def subclass_provides(facts: Facts, class_name: str, name: str) -> bool:
    """Whether a class of the repository that extends the class has an attribute, so that code of the class may use it."""
    pattern = re.compile(rf"\s*class\s+(\w+)\s*\(.*\b{re.escape(class_name)}\b")
    for path, _, text in facts.change.find([class_name], ("*.py",)):
        match = pattern.match(text)
        if match is not None and class_provides(facts, path, match[1], name, 1):
            return True
    return False


def class_named(tree: ast.Module, qualified: str) -> ast.ClassDef | None:
    """The class with a qualified name."""
    body: list[ast.stmt] = tree.body
    found: ast.ClassDef | None = None
    for part in qualified.split("."):
        found = next((n for n in statements(body) if isinstance(n, ast.ClassDef) and n.name == part), None)
        if found is None:
            return None
        body = found.body
    return found


def base_classes(facts: Facts, path: str, tree: ast.Module, node: ast.ClassDef) -> Iterator[tuple[str, str]]:
    """(file, class name) of the bases of a class that are defined in the repository, by their names."""
    for base in node.bases:
        expression = base.value if isinstance(base, ast.Subscript) else base
        name = ast.unparse(expression).rpartition(".")[2]
        if not re.fullmatch(r"\w+", name):
            continue
        original = next(
            (a.name for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) for a in n.names if (a.asname or a.name) == name),
            name,
        )
        if class_named(tree, name) is not None and name != node.name:
            yield path, name
            continue
        pattern = re.compile(rf"\s*class\s+{re.escape(original)}\b")
        for found in dict.fromkeys(p for p, _, text in facts.change.find([original], ("*.py",)) if pattern.match(text)):
            if found != path or original != node.name:
                yield found, original


def attributes(node: ast.ClassDef) -> set[str]:
    """Names that a class binds in its body, and those that its methods set on `self` or `cls`."""
    names = {name for statement in statements(node.body) for name in bound(statement)}
    for inner in ast.walk(node):
        if isinstance(inner, ast.Attribute) and isinstance(inner.ctx, ast.Store) and isinstance(inner.value, ast.Name):
            names.add(inner.attr)
        elif (
            isinstance(inner, ast.Call)
            and _last_name(inner.func) in ("setattr", "update")
            and ast.unparse(inner.func)
            in (
                "setattr",
                "self.__dict__.update",
                "vars(self).update",
            )
        ):
            second = inner.args[1] if len(inner.args) > 1 else None
            names.add(str(second.value) if isinstance(second, ast.Constant) else "__getattr__")
    if not all(_HARMLESS.fullmatch(ast.unparse(decorator)) for decorator in node.decorator_list):
        names.add("__getattr__")
    return names


def _last_name(node: ast.expr) -> str:
    """The name or attribute that an expression ends with; unparsing every call would be slow."""
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Statements of a scope, including those inside `if`, `try`, `with` and loops."""
    for node in body:
        yield node
        if isinstance(node, ast.If | ast.Try | ast.With | ast.For | ast.While):
            for part in ("body", "orelse", "finalbody", "handlers"):
                for child in getattr(node, part, []):
                    yield from statements(child.body if isinstance(child, ast.ExceptHandler) else [child])


def bound(node: ast.stmt) -> set[str]:
    """The names that one statement binds in its scope."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {node.name}
    if isinstance(node, ast.Import | ast.ImportFrom):
        return {(a.asname or a.name).partition(".")[0] for a in node.names}
    if type(node).__name__ == "TypeAlias":
        return {node.name.id}  # type: ignore[attr-defined]
    parts: list[ast.AST] = []
    if isinstance(node, ast.Assign):
        parts = list(node.targets)
    elif isinstance(node, ast.AnnAssign | ast.AugAssign | ast.For):
        parts = [node.target]
    elif isinstance(node, ast.With):
        parts = [i.optional_vars for i in node.items if i.optional_vars is not None]
    return {n.id for part in parts for n in ast.walk(part) if isinstance(n, ast.Name)}


def imported_files(facts: Facts, path: str, node: ast.ImportFrom) -> Iterator[str]:
    """The files of the repository that a `from ... import` may read its names from."""
    package = list(PurePosixPath(path).parts[:-1])
    module = (node.module or "").split(".") if node.module else []
    roots: list[list[str]] = []
    if node.level:
        roots.append(package[: len(package) - (node.level - 1)] if node.level > 1 else package)
    else:
        inside = (
            [] if module[:1] and module[0] in sys.stdlib_module_names else [package[:n] for n in range(1, len(package) + 1)]
        )
        roots += [[], *inside, ["src"], ["lib"]]
    for root in roots:
        stem = "/".join([*root, *module])
        for candidate in (f"{stem}.py", f"{stem}/__init__.py"):
            if stem and facts.change.read(candidate) is not None:
                yield candidate
                return
