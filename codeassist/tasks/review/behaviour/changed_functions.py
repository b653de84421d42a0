"""Which functions of a Python file a change touches, directly or through what they use in their module."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from codeassist.changes.change import ChangedFile
from codeassist.evidence.parsed_source import PythonFunction as Definition
from codeassist.evidence.parsed_source import python_functions

MOST_STEPS = 3
"""How far a changed private function is followed to the functions that use it."""

LEFT_OUT = frozenset({"returns", "ctx", "type_comment"})
"""Fields of the syntax tree that do nothing when code runs."""

MOST_THROUGH = 12
"""Unchanged functions through which changed ones are reached."""


@dataclass(frozen=True, slots=True)
class ChangedFunctions:
    """The changed functions that exist before and after, and the changed lines of both versions.

    `names` are the functions to run: public ones, those through which a changed private one is reached, and private ones
    that only unchanged code uses; `through` are unchanged ones that use them. `changed` are those whose own code differs.
    `places` maps a name to its lines afterwards. `before_spans` and `after_spans` map a changed function to lines by which it
    is seen that what changed in it ran, `code` to its source text after the change.
    """

    names: tuple[str, ...]
    changed: frozenset[str]
    before_lines: tuple[int, ...]
    after_lines: tuple[int, ...]
    places: dict[str, tuple[int, int]]
    place: tuple[int, int]
    """The first changed lines of the file afterwards."""

    through: tuple[str, ...] = ()
    before_spans: dict[str, list[int]] = field(default_factory=dict)
    after_spans: dict[str, list[int]] = field(default_factory=dict)
    code: dict[str, str] = field(default_factory=dict)


def changed_functions(file: ChangedFile, old: ast.Module, new: ast.Module) -> ChangedFunctions:
    """The functions of a file whose behaviour the change can alter."""
    before, after = _by_name(old), _by_name(new)
    both = [name for name in after if name in before]
    values = _changed_values(old, new)
    classes = _changed_classes(old, new)
    direct = {n for n in both if [*map(_code, before[n])] != [*map(_code, after[n])]}
    changed = direct | {n for n in both if _mentions(after[n], values) or n.rpartition(".")[0] in classes}
    used_by = {n: {_short(m) for node in after[n] for m in _used(node)} for n in both}
    reached = set(changed)
    for _ in range(MOST_STEPS):
        private = {_short(n) for n in reached if _is_private(n)}
        reached |= {n for n in both if used_by[n] & private}
    names = [n for n in both if n in reached and (not _is_private(n) or not _is_contract(n, changed, used_by))]
    lines = {m for n in changed for m in _span(after[n]) if m in file.touched} or {m for n in changed for m in _span(after[n])}
    removed = set(file.removed) or {m for n in changed for m in _span(before[n])}
    if not direct:
        removed = {m for n in changed for m in _span(before[n])}
    places = {n: _place(file, after[n]) for n in both if n in names or n in changed}
    first = min(file.touched, default=1)
    return ChangedFunctions(
        tuple(names),
        frozenset(changed),
        tuple(sorted(removed)),
        tuple(sorted(lines)),
        places,
        (first, first),
        _through(both, reached, used_by),
        {n: _span_lines(before[n], set(file.removed)) for n in both if n in changed},
        {n: _span_lines(after[n], set(file.touched)) for n in both if n in changed},
        {n: "\n".join(map(ast.unparse, after[n])) for n in both if n in changed},
    )


def _by_name(tree: ast.Module) -> dict[str, list[Definition]]:
    """The functions by name: a property with its setter, and the alternatives of an `if`, are several of one name."""
    found: dict[str, list[Definition]] = {}
    for name, node in python_functions(tree):
        found.setdefault(name, []).append(node)
    return found


def _span_lines(nodes: list[Definition], touched: set[int]) -> list[int]:
    """The touched lines of a function's body; all lines of its body if none is touched."""
    body = [n for node in nodes for n in range(node.body[0].lineno, (node.end_lineno or node.lineno) + 1)]
    return [n for n in body if n in touched] or body


def _through(names: list[str], reached: set[str], used_by: dict[str, set[str]]) -> tuple[str, ...]:
    """Public functions that use what is reached, directly or through others, the nearest first."""
    found: list[str] = []
    known = set(reached)
    for _ in range(MOST_STEPS):
        short = {_short(n) for n in known}
        new = [n for n in names if n not in known and used_by[n] & short]
        found += [n for n in new if not _is_private(n)]
        known |= set(new)
    return tuple(found[:MOST_THROUGH])


def code_differs(old: ast.Module, new: ast.Module) -> bool:
    """Whether more than documentation, annotations and comments changed."""
    return _code(old) != _code(new)


def _span(nodes: list[Definition]) -> list[int]:
    return [n for node in nodes for n in range(node.lineno, (node.end_lineno or node.lineno) + 1)]


def _place(file: ChangedFile, nodes: list[Definition]) -> tuple[int, int]:
    """The touched lines of a function, else the line of its head."""
    touched = [n for n in _span(nodes) if n in file.touched]
    return (touched[0], touched[-1]) if touched else (nodes[0].lineno, nodes[0].lineno)


def _code(node: ast.AST) -> str:
    """The code without documentation and annotations, as text."""
    parts: list[str] = []
    _write(node, parts)
    return " ".join(parts)


def _write(node: object, parts: list[str]) -> None:
    if isinstance(node, list):
        parts.append("[")
        for item in node:
            _write(item, parts)
        parts.append("]")
    elif isinstance(node, ast.AST):
        parts.append(type(node).__name__)
        for name, value in ast.iter_fields(node):
            if name == "body" and isinstance(node, Definition | ast.ClassDef | ast.Module):
                _write(value[_is_documented(node) :], parts)
            elif name not in LEFT_OUT and not (name == "annotation" and isinstance(node, ast.arg)):
                _write(value, parts)
    else:
        parts.append(repr(node))


def _is_documented(node: Definition | ast.ClassDef | ast.Module) -> bool:
    return ast.get_docstring(node, clean=False) is not None


def _values(tree: ast.Module) -> dict[str, str]:
    """The values that a module assigns to names, as text."""
    values: dict[str, str] = {}
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        for target in targets:
            if isinstance(target, ast.Name) and getattr(node, "value", None) is not None:
                values[target.id] = ast.dump(node.value)  # type: ignore[attr-defined]
    return values


def _changed_values(old: ast.Module, new: ast.Module) -> set[str]:
    before, after = _values(old), _values(new)
    return {name for name in before.keys() & after.keys() if before[name] != after[name]}


def _changed_classes(old: ast.Module, new: ast.Module) -> set[str]:
    """Classes whose bases, decorators or attributes changed."""
    before, after = _heads(old), _heads(new)
    return {name for name in before.keys() & after.keys() if before[name] != after[name]}


def _heads(tree: ast.Module) -> dict[str, str]:
    heads = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            attributes = [
                ast.dump(s) for s in node.body if isinstance(s, ast.Assign) or (isinstance(s, ast.AnnAssign) and s.value)
            ]
            heads[node.name] = "".join([*map(ast.dump, [*node.bases, *node.keywords, *node.decorator_list]), *attributes])
    return heads


def _used(node: ast.AST) -> set[str]:
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name)} | {
        n.attr for n in ast.walk(node) if isinstance(n, ast.Attribute)
    }


def _mentions(nodes: list[Definition], names: set[str]) -> bool:
    return bool(names) and any(isinstance(n, ast.Name) and n.id in names for node in nodes for n in ast.walk(node))


def _short(name: str) -> str:
    return name.rpartition(".")[2]


def _is_private(name: str) -> bool:
    short = _short(name)
    return short.startswith("_") and not short.endswith("__")


def _is_contract(name: str, changed: set[str], used_by: dict[str, set[str]]) -> bool:
    """Whether other changed functions use a private one: what they agree on may have changed on both sides."""
    return any(_short(name) in used and other in changed for other, used in used_by.items() if other != name)
