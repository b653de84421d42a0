"""Calls of a module's functions and methods in other code, their arguments and objects rebuilt so that they stand alone."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from codeassist.tasks.gen_tests.search_engine.values import MODULES, variable_name

LONGEST = 160
ROWS = 12
"""Rows of a parametrized test that are read."""

_SIMPLE = (
    ast.Constant,
    ast.List,
    ast.Tuple,
    ast.Dict,
    ast.Set,
    ast.UnaryOp,
    ast.BinOp,
    ast.unaryop,
    ast.operator,
    ast.Lambda,
    ast.arguments,
    ast.arg,
    ast.Name,
    ast.Compare,
    ast.cmpop,
    ast.keyword,
    ast.Attribute,
    ast.Call,
    ast.expr_context,
)
_BUILTINS = frozenset(
    "None True False int str float list dict set tuple frozenset bytes len range bool sum min max sorted object iter".split()
)


@dataclass(frozen=True, slots=True)
class Use:
    """One call: what is called, the statements that make the object, and the call itself as text."""

    target: str
    text: str
    steps: tuple[str, ...] = ()


@dataclass(slots=True)
class _Object:
    """A variable's value, and what was called on it since."""

    value: ast.expr
    since: list[ast.Call] = field(default_factory=list)


Names = dict[str, _Object]


class Reader:
    """Reads code for uses of one module: the names of its functions and classes, and the methods of each class."""

    def __init__(self, functions: set[str], methods: Mapping[str, set[str]]) -> None:
        """`functions` are the public functions and classes; `methods` the public methods by class."""
        self.functions, self.methods = functions, methods
        self.aliases: dict[str, str] = {}

    def uses(self, tree: ast.Module) -> list[Use]:
        """Every use that can be written down, in the order of the code; parametrized tests give one a row."""
        self.aliases = _aliases(tree, self.functions)
        found = list(self._block(tree.body, {}))
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                for names in _rows(node):
                    found += self._block(node.body, names)
        return list(dict.fromkeys(found))

    def _block(self, body: Sequence[ast.stmt], names: Names) -> Iterator[Use]:
        for statement in body:
            if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                continue
            inner = [getattr(statement, part, []) for part in ("body", "orelse", "finalbody")]
            heads = [n for n in ast.iter_child_nodes(statement) if isinstance(n, ast.expr | ast.withitem)]
            for node in (n for head in heads for n in ast.walk(head)):
                if isinstance(node, ast.Call) and (use := self._use(node, names)):
                    yield use
            self._remember(statement, names)
            for part in inner:
                yield from self._block(part, dict(names))
            for node in (n for part in inner for changed in part for n in ast.walk(changed)):
                if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                    names.pop(node.value.id, None)  # what was done with it, and how often, is not known
                elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                    names.pop(node.id, None)

    def _remember(self, statement: ast.stmt, names: Names) -> None:
        """What a statement makes of the variables."""
        stored = {n.id for n in ast.walk(statement) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
        if isinstance(statement, ast.Assign) and [type(t) for t in statement.targets] == [ast.Name]:
            value = self._alone(statement.value, names)
            if value is not None:
                names[next(iter(stored))] = _Object(value)
                return
        for name in stored:
            names.pop(name, None)
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
            call = statement.value
            if isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name) and call.func.value.id in names:
                made = self._given(call, names)
                if made is None:
                    names.pop(call.func.value.id)
                else:
                    known = names[call.func.value.id]
                    names[call.func.value.id] = _Object(known.value, [*known.since, made])

    def _use(self, call: ast.Call, names: Names) -> Use | None:
        name = self.named(call.func, names)
        if name is not None:
            made = self._given(call, names)
            return None if made is None else _bounded(Use(name, ast.unparse(_with(made, ast.Name(name, ast.Load())))))
        if not isinstance(call.func, ast.Attribute):
            return None
        receiver = call.func.value
        made = self._given(call, names)
        if made is None:
            return None
        owner = self._class(receiver, names)
        if owner and call.func.attr in self.methods[owner]:  # on the class itself
            here = ast.Name(owner, ast.Load())
            return _bounded(Use(f"{owner}.{call.func.attr}", ast.unparse(_on(made, here))))
        held = names.get(receiver.id) if isinstance(receiver, ast.Name) else None
        value = held.value if held else self._alone(receiver, names) if isinstance(receiver, ast.Call) else None
        if not isinstance(value, ast.Call):
            return None
        maker = value.func.value if isinstance(value.func, ast.Attribute) else value.func  # `Bag.of(1)` makes one too
        owner = self._class(maker, {})
        if not owner or call.func.attr not in self.methods[owner]:
            return None
        variable = variable_name(owner)
        here = ast.Name(variable, ast.Load())
        since = [_on(step, here) for step in (held.since if held else [])]
        steps = (f"{variable} = {ast.unparse(value)}", *(ast.unparse(step) for step in since))
        return _bounded(Use(f"{owner}.{call.func.attr}", ast.unparse(_on(made, here)), steps))

    def _class(self, node: ast.expr, names: Names) -> str:
        """The class of the module that an expression names; empty when it names none."""
        name = self.named(node, names)
        return name if name is not None and name in self.methods else ""

    def named(self, function: ast.expr, names: Names) -> str | None:
        """The function or class of the module that an expression names: directly, by an alias, or through modules."""
        if isinstance(function, ast.Name):
            name = self.aliases.get(function.id, function.id)
            return name if name in self.functions and function.id not in names else None
        parts: list[str] = []
        node = function
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        through_modules = isinstance(node, ast.Name) and node.id not in names and node.id not in self.functions
        return parts[0] if through_modules and parts and parts[0] in self.functions else None

    def _given(self, call: ast.Call, names: Names) -> ast.Call | None:
        """The call with arguments that stand alone; None when one cannot."""
        if any(isinstance(a, ast.Starred) for a in call.args) or any(k.arg is None for k in call.keywords):
            return None
        arguments = [self._alone(a, names) for a in call.args]
        named = [(k.arg, self._alone(k.value, names)) for k in call.keywords]
        if any(a is None for a in arguments) or any(value is None for _, value in named):
            return None
        return ast.Call(
            call.func,
            [a for a in arguments if a is not None],
            [ast.keyword(n, value) for n, value in named if value is not None],
        )

    def _alone(self, node: ast.expr, names: Names) -> ast.expr | None:
        """An expression that means the same anywhere: its variables replaced by what they hold; None when there is none."""
        put = _Put(self, names)
        made = put.visit(copy.deepcopy(node))
        bound = {a.arg for n in ast.walk(made) if isinstance(n, ast.Lambda) for a in (*n.args.args, n.args.vararg) if a}
        known = _BUILTINS | self.functions | bound | set(MODULES)
        simple = all(isinstance(n, _SIMPLE) and (not isinstance(n, ast.Name) or n.id in known) for n in ast.walk(made))
        return made if simple and not put.changed and len(ast.unparse(made)) < LONGEST else None


class _Put(ast.NodeTransformer):
    """Puts values in the places of variables, and plain names in the places of a module's attributes."""

    def __init__(self, reader: Reader, names: Names) -> None:
        self.reader, self.names = reader, names
        self.changed = False
        """Whether an object stands in it that was changed after it was made."""

    def visit_Name(self, node: ast.Name) -> ast.expr:
        held = self.names.get(node.id)
        if held is not None:
            self.changed = self.changed or bool(held.since)
            return copy.deepcopy(held.value)
        alias = self.reader.aliases.get(node.id)
        return ast.parse(alias, mode="eval").body if alias else node

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        name = self.reader.named(node, self.names)
        if name is not None:
            return ast.Name(name, ast.Load())
        node.value = self.visit(node.value)
        return node


def _aliases(tree: ast.Module, functions: set[str]) -> dict[str, str]:
    """What imported names are called in a test: functions by their own names, standard values through their module."""
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {a.asname: a.name for a in node.names if a.asname and a.name in MODULES}
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                own = alias.asname or alias.name
                if node.module in MODULES:
                    found[own] = f"{node.module}.{alias.name}"
                elif alias.name in functions and own != alias.name:
                    found[own] = alias.name
    return found


def _rows(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[Names]:
    """The variables that parameters of a parametrized test hold, by row; one row without any for another function.

    Of several tables one above the other, each row takes the first of the others.
    """
    tables = [table for decorator in function.decorator_list if (table := _table(decorator))]
    if not tables:
        return [{}]
    firsts = {name: value for table in tables for name, value in table[0].items()}
    return [firsts | row for table in tables for row in table][:ROWS]


def _table(decorator: ast.expr) -> list[Names]:
    """The rows of one parametrize decorator; none of another decorator."""
    if not (
        isinstance(decorator, ast.Call) and ast.unparse(decorator.func).endswith("parametrize") and len(decorator.args) > 1
    ):
        return []
    named, rows = decorator.args[:2]
    try:
        given = ast.literal_eval(named)
    except ValueError:
        return []
    names = [n.strip() for n in given.split(",")] if isinstance(given, str) else list(given)
    found: list[Names] = []
    for row in rows.elts[:ROWS] if isinstance(rows, ast.List | ast.Tuple) else []:
        plain = row.args[0] if isinstance(row, ast.Call) and ast.unparse(row.func).endswith("param") and row.args else row
        if isinstance(row, ast.Call) and plain is not row and len(row.args) > 1:
            plain = ast.Tuple(row.args, ast.Load())
        values = plain.elts if len(names) > 1 and isinstance(plain, ast.Tuple | ast.List) else [plain]
        if len(values) == len(names):
            found.append({name: _Object(value) for name, value in zip(names, values, strict=True)})
    return found


def _with(call: ast.Call, function: ast.expr) -> ast.Call:
    return ast.Call(function, call.args, call.keywords)


def _on(call: ast.Call, receiver: ast.expr) -> ast.Call:
    assert isinstance(call.func, ast.Attribute)
    return _with(call, ast.Attribute(receiver, call.func.attr, ast.Load()))


def _bounded(use: Use) -> Use | None:
    return use if len(use.text) < LONGEST and sum(map(len, use.steps)) < 2 * LONGEST else None
