"""The entries and items that code reads from a parameter: `row["name"]`, `row.get("tags", [])`, `for part in row["parts"]`.

Variables that are assigned such a value are followed. What is read only in other functions is learned from traced calls.
"""

from __future__ import annotations

import ast
from collections.abc import Callable

from .kinds import Parameter, from_name

READING = ("get", "pop", "setdefault")
"""Methods of a mapping that give an entry if it is there."""

DEEPEST = 4

Read = Callable[[Parameter, str], None]
"""Adds the kinds that the uses of a variable suggest to a parameter."""


def read_entries(parameter: Parameter, tree: ast.AST, read: Read) -> None:
    """Add the entries and items that a function reads from a parameter; `read` adds the kinds of those with a variable."""
    reader = _Reader({parameter.name: parameter}, read)
    reader.visit(tree)
    _finish(parameter, 0)


class _Reader(ast.NodeVisitor):
    """Visits code in order; `known` are the variables that hold the parameter or a part of it."""

    def __init__(self, known: dict[str, Parameter], read: Read) -> None:
        self.known, self.read = known, read

    def visit_Assign(self, node: ast.Assign) -> None:
        self.generic_visit(node)
        self._bind(node.targets[0], self._part(node.value))

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self.generic_visit(node)
        self._bind(node.target, self._part(node.value))

    def visit_For(self, node: ast.For) -> None:
        self._iterated(node.target, node.iter)
        self.generic_visit(node)

    def visit_comprehension(self, node: ast.comprehension) -> None:
        self._iterated(node.target, node.iter)
        self.generic_visit(node)

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> None:
        for generator in node.generators:  # they bind the names that the element uses
            self.visit(generator)
        self.generic_visit(node)

    visit_ListComp = _comprehension  # noqa: N815 -- the names of node classes
    visit_SetComp = _comprehension  # noqa: N815
    visit_GeneratorExp = _comprehension  # noqa: N815
    visit_DictComp = _comprehension  # noqa: N815

    def visit_Subscript(self, node: ast.Subscript) -> None:
        self._part(node)
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        self._part(node)
        self.generic_visit(node)

    def _iterated(self, target: ast.expr, value: ast.expr) -> None:
        whole = self._part(value)
        if whole is not None:
            whole.item = whole.item or Parameter("item", "item", False)
            self._bind(target, whole.item)

    def _bind(self, target: ast.expr, part: Parameter | None) -> None:
        if isinstance(target, (ast.Tuple, ast.List)) and part is not None:
            self._unpack(target.elts, part)
        if not isinstance(target, ast.Name):
            return
        if part is None:
            self.known.pop(target.id, None)  # from here on the name is something else
        elif self.known.get(target.id) is not part:
            self.known[target.id] = part
            self.read(part, target.id)

    def _unpack(self, targets: list[ast.expr], whole: Parameter) -> None:
        """Read what each of the variables to which a value is unpacked takes."""
        if not all(isinstance(t, ast.Name) for t in targets) or (whole.parts and len(whole.parts) != len(targets)):
            return
        whole.parts = whole.parts or [Parameter(ast.unparse(t), "item", False) for t in targets]
        for target, part in zip(targets, whole.parts, strict=True):
            self._bind(target, part)

    def _part(self, node: ast.expr) -> Parameter | None:
        """The parameter or the part of it that an expression gives."""
        if isinstance(node, ast.Name):
            return self.known.get(node.id)
        if isinstance(node, ast.BoolOp):
            return self._part(node.values[0])
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str):
            return self._entry(node.value, node.slice.value, needed=isinstance(node.ctx, ast.Load))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in READING and node.args:
            key = node.args[0]
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                return self._entry(node.func.value, key.value, needed=False)
        return None

    def _entry(self, node: ast.expr, key: str, needed: bool) -> Parameter | None:
        whole = self._part(node)
        if whole is None:
            return None
        entry = whole.entries.setdefault(key, Parameter(key, "entry", not needed))
        entry.optional = entry.optional and not needed
        return entry


def _finish(parameter: Parameter, depth: int) -> None:
    """Give every part the kinds that its own parts and its name suggest."""
    parts = [*parameter.entries.values(), *parameter.parts, *([parameter.item] if parameter.item else [])]
    for part in parts if depth < DEEPEST else ():
        _finish(part, depth + 1)
        if part.entries:
            part.kinds["keyed"] += 12
        if part.parts:
            part.kinds["row"] += 12
        if part.item is not None and (part.item.entries or part.item.kinds):
            part.kinds["items"] += 8
        if not part.kinds:
            from_name(part)
