"""Read calls of a module's functions and methods from other code, as calls that do not depend on their context."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from codeassist.tasks.gen_tests.search_engine.inputs.pools import MODULES
from codeassist.tasks.gen_tests.search_engine.inputs.values import variable_name

LONGEST = 160
ROWS = 12
"""Maximum number of rows read from a parametrised test."""

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
class CallElsewhere:
    """One call: the function called, the call as source text, and the statements (`steps`) that construct its object."""

    target: str
    text: str
    steps: tuple[str, ...] = ()


@dataclass(slots=True)
class _Object:
    """A variable's value, and the method calls on it since it was assigned."""

    value: ast.expr
    since: list[ast.Call] = field(default_factory=list)


Names = dict[str, _Object]


class Reader:
    """Finds uses of one module's functions, classes and methods in code."""

    def __init__(self, functions: set[str], methods: Mapping[str, set[str]]) -> None:
        """`functions` are the names of public functions and classes; `methods` are the public methods by class."""
        self.functions, self.methods = functions, methods
        self.aliases: dict[str, str] = {}

    def uses(self, tree: ast.Module) -> list[CallElsewhere]:
        """Every use that does not depend on its context, in source order; parametrised tests give one use per row."""
        self.aliases = _aliases(tree, self.functions)
        uses = list(self._block(tree.body, {}))
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                for names in _rows(node):
                    uses += self._block(node.body, names)
        return list(dict.fromkeys(uses))

    def _block(self, body: Sequence[ast.stmt], names: Names) -> Iterator[CallElsewhere]:
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
                    names.pop(node.value.id, None)  # which calls were made on it, and how often, is unknown
                elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                    names.pop(node.id, None)

    def _remember(self, statement: ast.stmt, names: Names) -> None:
        """Update the known variables after a statement."""
        stored = {n.id for n in ast.walk(statement) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
        if isinstance(statement, ast.Assign) and [type(t) for t in statement.targets] == [ast.Name]:
            value = self._rebuilt(statement.value, names)
            if value is not None:
                names[next(iter(stored))] = _Object(value)
                return
        for name in stored:
            names.pop(name, None)
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
            call = statement.value
            if isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name) and call.func.value.id in names:
                rebuilt = self._with_rebuilt_arguments(call, names)
                if rebuilt is None:
                    names.pop(call.func.value.id)
                else:
                    variable = names[call.func.value.id]
                    names[call.func.value.id] = _Object(variable.value, [*variable.since, rebuilt])

    def _use(self, call: ast.Call, names: Names) -> CallElsewhere | None:
        name = self.named(call.func, names)
        if name is not None:
            rebuilt = self._with_rebuilt_arguments(call, names)
            return (
                None
                if rebuilt is None
                else _bounded(CallElsewhere(name, ast.unparse(_with(rebuilt, ast.Name(name, ast.Load())))))
            )
        if not isinstance(call.func, ast.Attribute):
            return None
        receiver = call.func.value
        rebuilt = self._with_rebuilt_arguments(call, names)
        if rebuilt is None:
            return None
        owner = self._class(receiver, names)
        if owner and call.func.attr in self.methods[owner]:  # a call on the class itself
            here = ast.Name(owner, ast.Load())
            return _bounded(CallElsewhere(f"{owner}.{call.func.attr}", ast.unparse(_on(rebuilt, here))))
        known = names.get(receiver.id) if isinstance(receiver, ast.Name) else None
        value = known.value if known else self._rebuilt(receiver, names) if isinstance(receiver, ast.Call) else None
        if not isinstance(value, ast.Call):
            return None
        constructor = value.func.value if isinstance(value.func, ast.Attribute) else value.func  # also for `Bag.of(1)`
        owner = self._class(constructor, {})
        if not owner or call.func.attr not in self.methods[owner]:
            return None
        variable = variable_name(owner)
        here = ast.Name(variable, ast.Load())
        since = [_on(step, here) for step in (known.since if known else [])]
        steps = (f"{variable} = {ast.unparse(value)}", *(ast.unparse(step) for step in since))
        return _bounded(CallElsewhere(f"{owner}.{call.func.attr}", ast.unparse(_on(rebuilt, here)), steps))

    def _class(self, node: ast.expr, names: Names) -> str:
        """The module's class that an expression refers to; "" if there is none."""
        name = self.named(node, names)
        return name if name is not None and name in self.methods else ""

    def named(self, function: ast.expr, names: Names) -> str | None:
        """The module's function or class that an expression refers to: directly, by an alias, or as a module attribute."""
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

    def _with_rebuilt_arguments(self, call: ast.Call, names: Names) -> ast.Call | None:
        """The call with arguments that do not depend on variables; None when that is not possible."""
        if any(isinstance(a, ast.Starred) for a in call.args) or any(k.arg is None for k in call.keywords):
            return None
        arguments = [self._rebuilt(a, names) for a in call.args]
        keywords = [(k.arg, self._rebuilt(k.value, names)) for k in call.keywords]
        if any(a is None for a in arguments) or any(value is None for _, value in keywords):
            return None
        return ast.Call(
            call.func,
            [a for a in arguments if a is not None],
            [ast.keyword(n, value) for n, value in keywords if value is not None],
        )

    def _rebuilt(self, node: ast.expr, names: Names) -> ast.expr | None:
        """The expression with variables replaced by their values; None when it still depends on its context."""
        substitution = _Substitution(self, names)
        expression = substitution.visit(copy.deepcopy(node))
        parameters = {
            a.arg for n in ast.walk(expression) if isinstance(n, ast.Lambda) for a in (*n.args.args, n.args.vararg) if a
        }
        allowed = _BUILTINS | self.functions | parameters | set(MODULES)
        simple = all(isinstance(n, _SIMPLE) and (not isinstance(n, ast.Name) or n.id in allowed) for n in ast.walk(expression))
        return expression if simple and not substitution.changed and len(ast.unparse(expression)) < LONGEST else None


class _Substitution(ast.NodeTransformer):
    """Replaces variables by their values, and attributes of the module by plain names."""

    def __init__(self, reader: Reader, names: Names) -> None:
        self.reader, self.names = reader, names
        self.changed = False
        """Whether it inserted an object on which methods were called after construction."""

    def visit_Name(self, node: ast.Name) -> ast.expr:
        known = self.names.get(node.id)
        if known is not None:
            self.changed = self.changed or bool(known.since)
            return copy.deepcopy(known.value)
        alias = self.reader.aliases.get(node.id)
        return ast.parse(alias, mode="eval").body if alias else node

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        name = self.reader.named(node, self.names)
        if name is not None:
            return ast.Name(name, ast.Load())
        node.value = self.visit(node.value)
        return node


def _aliases(tree: ast.Module, functions: set[str]) -> dict[str, str]:
    """Imported names mapped to their names in a test: functions by plain name, standard library names with their module."""
    aliases: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            aliases |= {a.asname: a.name for a in node.names if a.asname and a.name in MODULES}
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                local_name = alias.asname or alias.name
                if node.module in MODULES:
                    aliases[local_name] = f"{node.module}.{alias.name}"
                elif alias.name in functions and local_name != alias.name:
                    aliases[local_name] = alias.name
    return aliases


def _rows(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[Names]:
    """The parameter values of a parametrised test, by row; one empty row for other functions.

    With several parametrize decorators, each row of one is combined with the first rows of the others.
    """
    tables = [table for decorator in function.decorator_list if (table := _table(decorator))]
    if not tables:
        return [{}]
    firsts = {name: value for table in tables for name, value in table[0].items()}
    return [firsts | row for table in tables for row in table][:ROWS]


def _table(decorator: ast.expr) -> list[Names]:
    """The rows of a parametrize decorator; empty for other decorators."""
    if not (
        isinstance(decorator, ast.Call) and ast.unparse(decorator.func).endswith("parametrize") and len(decorator.args) > 1
    ):
        return []
    header, rows = decorator.args[:2]
    try:
        parameters = ast.literal_eval(header)
    except ValueError:
        return []
    names = [n.strip() for n in parameters.split(",")] if isinstance(parameters, str) else list(parameters)
    table: list[Names] = []
    for row in rows.elts[:ROWS] if isinstance(rows, ast.List | ast.Tuple) else []:
        row_values = row.args[0] if isinstance(row, ast.Call) and ast.unparse(row.func).endswith("param") and row.args else row
        if isinstance(row, ast.Call) and row_values is not row and len(row.args) > 1:
            row_values = ast.Tuple(row.args, ast.Load())
        values = row_values.elts if len(names) > 1 and isinstance(row_values, ast.Tuple | ast.List) else [row_values]
        if len(values) == len(names):
            table.append({name: _Object(value) for name, value in zip(names, values, strict=True)})
    return table


def _with(call: ast.Call, function: ast.expr) -> ast.Call:
    return ast.Call(function, call.args, call.keywords)


def _on(call: ast.Call, receiver: ast.expr) -> ast.Call:
    assert isinstance(call.func, ast.Attribute)
    return _with(call, ast.Attribute(receiver, call.func.attr, ast.Load()))


def _bounded(use: CallElsewhere) -> CallElsewhere | None:
    return use if len(use.text) < LONGEST and sum(map(len, use.steps)) < 2 * LONGEST else None
