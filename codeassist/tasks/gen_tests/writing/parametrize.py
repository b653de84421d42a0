"""The shapes of observations: those of the same shape share a parametrised test (`table`).

The shape of an observation is its text with holes for arguments, the receiver and expected values. Observations with the same
text around their holes share a test (anti-unification; Plotkin, 1970, with holes only in place of values). A hole with the
same value in every row is written into the test body instead of the table.
"""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from codeassist.tasks.gen_tests.search_engine.protocol import Observation
from codeassist.tasks.gen_tests.writing.naming import snake

_SPECIAL = re.compile(r"[\\.^$*+?{}\[\]|()]")
_SEEN = "_seen_"
_ATOMS = ast.Call | ast.Name | ast.Attribute | ast.Subscript | ast.Constant | ast.List | ast.Dict | ast.Set | ast.Tuple


@dataclass(slots=True)
class Shape:
    """The lines of a test with `_holeN_` in place of values, and for each hole a hint for its name and its value as text."""

    lines: list[str]
    holes: list[tuple[str, str]]
    objects: dict[int, str] = field(default_factory=dict)
    """Holes that replace a variable of the test, mapped to the variable's name."""


class UnshapedError(Exception):
    """The observation has no shape that others could share."""


def shape(entry: Observation, parameters: Mapping[str, Sequence[str]], fresh: bool) -> Shape | None:
    """An observation's shape; None when it needs a test of its own.

    With `fresh`, objects are constructed inside the test, with holes for the constructor's arguments; otherwise the object
    itself is a hole.
    """
    if (
        entry.printed
        or entry.fixtures
        or any(re.search(r"\b(?:tmp_path|monkeypatch)\b|\n", part) for part in (*entry.steps, entry.final))
    ):
        return None
    try:
        return _Shaping(entry, parameters, fresh).shape()
    except (UnshapedError, SyntaxError, RecursionError):
        return None


@dataclass
class _Shaping:
    entry: Observation
    parameters: Mapping[str, Sequence[str]]
    fresh: bool
    holes: list[tuple[str, str]] = field(default_factory=list)
    receivers: dict[str, str] = field(default_factory=dict)
    """Variables replaced by a hole for their object, and the hole's name."""

    def shape(self) -> Shape:
        entry = self.entry
        lines = [line for n, step in enumerate(entry.steps) for line in self.step(step, n)]
        body = ast.parse(self.with_holes(entry.final)).body
        if len(body) != 1:
            raise UnshapedError
        final = self.expression(body[0].value) if isinstance(body[0], ast.Expr) else self.statement(body[0])
        text = ast.unparse(final)
        raised = entry.raised
        if raised:
            arguments = [self.hole("error", raised.name).id]
            arguments += [f"match={self.hole('message', pattern(raised.message)).id}"] if raised.message else []
            return Shape([*lines, f"with pytest.raises({', '.join(arguments)}):", f"    {text}"], self.holes)
        value_checks = [c for c in entry.checks if "{v}" in c]
        other_checks = [c for c in entry.checks if "{v}" not in c]
        if value_checks == ["{v} is None"] and other_checks:
            value_checks = []
        if not value_checks:
            lines.append(text)
        elif len(value_checks) > 1 and not re.fullmatch(r"\w+", text):
            lines.append(f"result = {text}")
            text = "result"
        elif not isinstance(final, _ATOMS):
            text = f"({text})"
        lines += [self.check(self.with_holes(c.replace("{v}", _SEEN)), text) for c in value_checks]
        lines += [self.check(self.with_holes(c), "") for c in other_checks]
        return Shape(lines, self.holes, {int(hole[5:-1]): name for name, hole in self.receivers.items()})

    @property
    def variables(self) -> set[str]:
        """The variables that the steps assign."""
        return {match[1] for step in self.entry.steps if (match := re.match(r"(\w+) = ", step))}

    def hole(self, hint: str, text: str) -> ast.Name:
        self.holes.append((hint, text))
        return ast.Name(f"_hole{len(self.holes) - 1}_", ast.Load())

    def with_holes(self, text: str) -> str:
        """The text with variables replaced by their holes."""
        tree = ast.parse(text)
        for node in ast.walk(tree):
            if isinstance(node, ast.Name):
                node.id = self.receivers.get(node.id, node.id)
        return ast.unparse(tree)

    def step(self, step: str, position: int) -> list[str]:
        body = ast.parse(self.with_holes(step)).body
        if len(body) != 1:
            raise UnshapedError
        node = body[0]
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
            if not isinstance(node.value, ast.Call):
                return [ast.unparse(node)]
            if self.fresh:
                return [f"{name} = {ast.unparse(self.call(node.value, ast.unparse(node.value.func)))}"]
            if position:
                raise UnshapedError
            self.receivers[name] = self.hole(name, ast.unparse(node.value)).id
            return []
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            return [ast.unparse(self.call(node.value, ""))]
        return [ast.unparse(self.statement(node))]

    def statement(self, node: ast.stmt) -> ast.stmt:
        """A statement that changes an object, with holes for its operands."""
        if isinstance(node, ast.AugAssign):
            node.value = self.value(node.value, "other")
        elif isinstance(node, ast.Assign | ast.Delete):
            for target in node.targets:
                if isinstance(target, ast.Subscript) and not isinstance(target.slice, ast.Slice):
                    target.slice = self.value(target.slice, "key")
            if isinstance(node, ast.Assign):
                node.value = self.value(node.value, "value")
        return node

    def expression(self, node: ast.expr) -> ast.expr:
        """The expression under test, with holes for its values."""
        if isinstance(node, ast.Call):
            return self.call(node, self.entry.target)
        if isinstance(node, ast.BinOp):
            node.left, node.right = self.value(node.left, "left"), self.value(node.right, "right")
        elif isinstance(node, ast.Compare) and len(node.ops) == 1:
            node.left, node.comparators[0] = self.value(node.left, "left"), self.value(node.comparators[0], "right")
        elif isinstance(node, ast.UnaryOp):
            node.operand = self.value(node.operand, "value")
        elif isinstance(node, ast.Subscript):
            node.value = self.value(node.value, self.owner())
            node.slice = node.slice if isinstance(node.slice, ast.Slice) else self.value(node.slice, "key")
        elif isinstance(node, ast.Attribute):
            node.value = self.value(node.value, self.owner())
        elif not isinstance(node, ast.Name):
            raise UnshapedError
        return node

    def owner(self) -> str:
        return snake(self.entry.target.rpartition(".")[0]) or "value"

    def value(self, node: ast.expr, hint: str) -> ast.expr:
        """A hole for a value; a variable is returned unchanged."""
        if isinstance(node, ast.Name):
            return node
        return self.hole(hint, ast.unparse(node))

    def call(self, node: ast.Call, target: str) -> ast.Call:
        """A call with holes for its arguments and for the receiver of a method."""
        if any(isinstance(a, ast.Starred) for a in node.args) or any(k.arg is None for k in node.keywords):
            raise UnshapedError
        function = ast.unparse(node.func)
        is_operator = target.rpartition(".")[2].startswith("__")
        is_wrapper = (
            function in vars(builtins)
            or function == "asyncio.run"
            or isinstance(getattr(node.func, "value", None), ast.Constant)
        )
        inner = node.args[0] if len(node.args) == 1 and not node.keywords else None
        if (
            is_wrapper
            and not is_operator
            and isinstance(inner, ast.Call | ast.BinOp | ast.Compare | ast.Subscript | ast.Attribute)
        ):
            node.args[0] = self.expression(inner)
            return node
        names = self.parameters.get(target) or self.parameters.get(function) or ()
        if isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Call):
            receiver = node.func.value
            if self.fresh:
                node.func.value = self.call(receiver, ast.unparse(receiver.func))
            else:
                node.func.value = self.hole(self.owner(), ast.unparse(receiver))
            names = self.parameters.get(target) or ()
        for n, argument in enumerate(node.args):
            name = names[n].strip("_") if n < len(names) else ""
            node.args[n] = self.value(argument, name if name.isidentifier() else "value")
        for keyword_argument in node.keywords:
            keyword_argument.value = self.value(keyword_argument.value, str(keyword_argument.arg))
        return node

    def check(self, text: str, seen: str) -> str:
        """An assertion with a hole for the expected value."""
        node = ast.parse(text, mode="eval").body
        if isinstance(node, ast.Compare) and len(node.ops) == 1:
            left, right = ast.unparse(node.left), ast.unparse(node.comparators[0])
            if right in self.variables or right in self.receivers.values():
                return f"assert {text}".replace(_SEEN, seen)
            operator = "is" if isinstance(node.ops[0], ast.Is) else "=="
            expected = self.hole(f"expected{operator}", right)
            return f"assert {left} == {expected.id}".replace(_SEEN, seen)
        return f"assert {text}".replace(_SEEN, seen)


def pattern(text: str) -> str:
    """Source text of a regular expression that matches an exception's message."""
    return f"re.escape({text!r})" if _SPECIAL.search(text) else repr(text)
