"""Observations of one shape as one parametrized test: what differs between them becomes its columns.

The shape of an observation is its text with holes: the values that are passed, the object that is called, what is expected.
Observations with the same text around their holes share a test (anti-unification; Plotkin, 1970, with holes only where values
stand). A hole that is the same in every row is written into the test instead of the table.
"""

from __future__ import annotations

import ast
import builtins
import keyword
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from codeassist.tasks.gen_tests.search_engine.protocol import Observation
from codeassist.tasks.gen_tests.writing.naming import snake

WIDTH = 120
_SPECIAL = re.compile(r"[\\.^$*+?{}\[\]|()]")
_SEEN = "_seen_"
_SINGLETONS = ("True", "False", "None")
_ATOMS = ast.Call | ast.Name | ast.Attribute | ast.Subscript | ast.Constant | ast.List | ast.Dict | ast.Set | ast.Tuple


@dataclass(slots=True)
class Shape:
    """The lines of a test with `_holeN_` where values stand, and each hole's hint for a name and its value as text."""

    lines: list[str]
    holes: list[tuple[str, str]]
    objects: dict[int, str] = field(default_factory=dict)
    """Holes that stand for a variable of the test, and its name."""


class UnshapedError(Exception):
    """The observation has a form that shares nothing."""


def shape(entry: Observation, parameters: Mapping[str, Sequence[str]], fresh: bool) -> Shape | None:
    """An observation's shape; None when it must stand alone.

    `fresh` makes objects inside the test, with holes for what they are made of; else the object itself is a hole.
    """
    if entry.printed:
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
    stands: dict[str, str] = field(default_factory=dict)
    """Variables whose objects are holes."""

    def shape(self) -> Shape:
        entry = self.entry
        lines = [line for n, step in enumerate(entry.steps) for line in self.step(step, n)]
        body = ast.parse(self.standing(entry.final)).body
        if len(body) != 1:
            raise UnshapedError
        final = self.expression(body[0].value) if isinstance(body[0], ast.Expr) else self.statement(body[0])
        text = ast.unparse(final)
        raised = entry.raised
        if raised:
            told = [self.hole("error", raised.name).id]
            told += [f"match={self.hole('message', pattern(raised.message)).id}"] if raised.message else []
            return Shape([*lines, f"with pytest.raises({', '.join(told)}):", f"    {text}"], self.holes)
        about = [c for c in entry.checks if "{v}" in c]
        others = [c for c in entry.checks if "{v}" not in c]
        if about == ["{v} is None"] and others:
            about = []
        if not about:
            lines.append(text)
        elif len(about) > 1 and not re.fullmatch(r"\w+", text):
            lines.append(f"result = {text}")
            text = "result"
        elif not isinstance(final, _ATOMS):
            text = f"({text})"
        lines += [self.check(c.replace("{v}", _SEEN), text) for c in about]
        lines += [self.check(self.standing(c), "") for c in others]
        return Shape(lines, self.holes, {int(hole[5:-1]): name for name, hole in self.stands.items()})

    def hole(self, hint: str, text: str) -> ast.Name:
        self.holes.append((hint, text))
        return ast.Name(f"_hole{len(self.holes) - 1}_", ast.Load())

    def standing(self, text: str) -> str:
        """The text with the holes that stand for variables in their places."""
        tree = ast.parse(text)
        for node in ast.walk(tree):
            if isinstance(node, ast.Name):
                node.id = self.stands.get(node.id, node.id)
        return ast.unparse(tree)

    def step(self, step: str, position: int) -> list[str]:
        body = ast.parse(self.standing(step)).body
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
            self.stands[name] = self.hole(name, ast.unparse(node.value)).id
            return []
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            return [ast.unparse(self.call(node.value, ""))]
        return [ast.unparse(self.statement(node))]

    def statement(self, node: ast.stmt) -> ast.stmt:
        """A statement that changes an object, with holes for what it is given."""
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
        """The last expression with holes for the values in it."""
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
        """A hole for a value, unless it is a variable."""
        if isinstance(node, ast.Name):
            return node
        return self.hole(hint, ast.unparse(node))

    def call(self, node: ast.Call, target: str) -> ast.Call:
        """A call with holes for its arguments, and for the object whose method is called."""
        if any(isinstance(a, ast.Starred) for a in node.args) or any(k.arg is None for k in node.keywords):
            raise UnshapedError
        function = ast.unparse(node.func)
        special = target.rpartition(".")[2].startswith("__")
        wraps = (
            function in vars(builtins)
            or function == "asyncio.run"
            or isinstance(getattr(node.func, "value", None), ast.Constant)
        )
        inner = node.args[0] if len(node.args) == 1 and not node.keywords else None
        if wraps and not special and isinstance(inner, ast.Call | ast.BinOp | ast.Compare | ast.Subscript | ast.Attribute):
            node.args[0] = self.expression(inner)
            return node
        known = self.parameters.get(target) or self.parameters.get(function) or ()
        if isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Call):
            made = node.func.value
            if self.fresh:
                node.func.value = self.call(made, ast.unparse(made.func))
            else:
                node.func.value = self.hole(self.owner(), ast.unparse(made))
            known = self.parameters.get(target) or ()
        for n, argument in enumerate(node.args):
            name = known[n].strip("_") if n < len(known) else ""
            node.args[n] = self.value(argument, name if name.isidentifier() else "value")
        for named in node.keywords:
            named.value = self.value(named.value, str(named.arg))
        return node

    def check(self, text: str, seen: str) -> str:
        """An assertion with a hole for what is expected."""
        node = ast.parse(text, mode="eval").body
        if isinstance(node, ast.Compare) and len(node.ops) == 1:
            left = ast.unparse(node.left)
            operator = "is" if isinstance(node.ops[0], ast.Is) else "=="
            expected = self.hole(f"expected{operator}", ast.unparse(node.comparators[0]))
            return f"assert {left} == {expected.id}".replace(_SEEN, seen)
        return f"assert {text}".replace(_SEEN, seen)


@dataclass(slots=True)
class Table:
    """A parametrized test: the names of its columns, its rows as text, and the lines of its body."""

    header: list[str]
    rows: list[list[str]]
    lines: list[str]

    def text(self, name: str) -> str:
        """The test function."""
        decorator = _parametrize(self.header, self.rows)
        return "\n".join([decorator, f"def {name}({', '.join(self.header)}):", *(f"    {line}" for line in self.lines)])

    @property
    def besides(self) -> list[str]:
        """The columns besides the first and what is expected: what sets this table apart from one of fewer arguments."""
        return [c for c in self.header[1:] if not c.startswith("expected") and c not in ("message", "error", "right")]


def table(shapes: Sequence[Shape]) -> Table | None:
    """A table of observations of one shape; None when nothing differs between them."""
    first = shapes[0]
    rows = list(dict.fromkeys(tuple(value for _, value in s.holes) for s in shapes))
    varying = [n for n in range(len(first.holes)) if len({row[n] for row in rows}) > 1]
    if not varying:
        return None
    columns = _columns(first, varying)
    made = {n: name for n, name in first.objects.items() if n not in varying}  # made in the test, once
    lines = [f"{name} = {first.holes[n][1]}" for n, name in made.items()]
    lines += [_filled(line, first, rows, columns | made) for line in first.lines]
    return Table([columns[n] for n in varying], [[row[n] for n in varying] for row in rows], lines)


def _columns(first: Shape, varying: list[int]) -> dict[int, str]:
    """A name for each column: its hint, made different from names that the test itself uses."""
    body = "\n".join(f"{line} pass" if line.startswith("with ") else line.strip() for line in first.lines)
    taken = {"request", *keyword.kwlist, *(n.id for n in ast.walk(ast.parse(body)) if isinstance(n, ast.Name))}
    expected = [n for n in varying if first.holes[n][0].startswith("expected")]
    columns: dict[int, str] = {}
    for n in varying:
        hint = first.holes[n][0]
        name = "expected" if n in expected else hint
        if n in expected and len(expected) > 1:
            line = next(line for line in first.lines if f"_hole{n}_" in line)
            said = re.sub(r"_hole\d+_", "", line.removeprefix("assert ").partition(" == ")[0])
            words = re.findall(r"[a-z_]\w*", said)
            name = f"expected_{words[-1] if words[-1:] != ['result'] else words[0]}" if words else "expected"
        options = [name, "other" if name == "right" else f"{name}_", *(f"{name}_{i}" for i in range(2, 20))]
        columns[n] = next(o for o in options if o not in taken and o not in columns.values())
    return columns


def _filled(line: str, first: Shape, rows: Sequence[tuple[str, ...]], columns: Mapping[int, str]) -> str:
    """A line of the test with its holes as columns or, where every row has the same, as that value."""
    for n, (hint, value) in enumerate(first.holes):
        if f"_hole{n}_" not in line:
            continue
        if hint.startswith("expected") and all(row[n] in _SINGLETONS for row in rows):
            line = line.replace(f" == _hole{n}_", f" is _hole{n}_")
        line = columns.get(n, value).join(line.split(f"_hole{n}_"))
    return plainly(line)


def plainly(line: str) -> str:
    """`assert (a in b) is True` as `assert a in b`, and is False as `assert a not in b`; other lines as they are."""
    match = re.fullmatch(r"assert \((.+)\) is (True|False)", line)
    try:
        node = ast.parse(match[1], mode="eval").body if match else None
    except SyntaxError:
        return line
    if match is None or not isinstance(node, ast.Compare) or len(node.ops) != 1:
        return line
    if match[2] == "True":
        return f"assert {match[1]}"
    opposite = {ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is}.get(type(node.ops[0]))
    if opposite is None:
        return line
    node.ops = [opposite()]
    return f"assert {ast.unparse(node)}"


def _parametrize(header: list[str], rows: list[list[str]]) -> str:
    single = len(header) == 1
    shown = [row[0] if single else f"({', '.join(row)})" for row in rows]
    names = f'"{header[0]}"' if single else "(" + ", ".join(f'"{h}"' for h in header) + ")"
    one = f"@pytest.mark.parametrize({names}, [{', '.join(shown)}])"
    if len(one) <= WIDTH:
        return one
    return "\n".join([f"@pytest.mark.parametrize({names}, [", *(f"    {row}," for row in shown), "])"])


def pattern(text: str) -> str:
    """The pattern of an exception's message as source text."""
    return f"re.escape({text!r})" if _SPECIAL.search(text) else repr(text)
