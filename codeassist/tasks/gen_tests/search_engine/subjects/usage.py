"""The kinds of value that the uses of a parameter in code suggest."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from .kinds import METHODS, Parameter, kind_of
from .stubs import nodes_of

ParametersOf = Callable[[Any, "ast.AST | None", "dict[str, Any]", "dict[str, Any]", int], "list[Parameter]"]
"""Lists the parameters of another function of the module, which a parameter is passed on to."""

DEEPEST = 2
"""Calls of functions of the module through which a parameter is followed."""

ITERATING = (
    "list",
    "tuple",
    "set",
    "iter",
    "len",
    "enumerate",
    "zip",
    "sum",
    "min",
    "max",
    "sorted",
    "map",
    "filter",
    "any",
    "all",
    "reversed",
    "frozenset",
    "next",
    "chain",
    "islice",
    "deque",
)
NUMERIC = ("int", "float", "abs", "round", "divmod", "pow", "log", "log10", "floor", "ceil", "chr", "range", "bin", "hex")
MATCHING = ("match", "search", "fullmatch", "sub", "findall", "finditer", "split", "ord")
TEXTUAL = (
    "startswith",
    "endswith",
    "strip",
    "lstrip",
    "rstrip",
    "removeprefix",
    "removesuffix",
    "partition",
    "rpartition",
    "rsplit",
)
"""Methods of texts whose arguments are texts."""

_TAKING: dict[tuple[int, int], tuple[ast.AST | None, list[Parameter]]] = {}
"""What is known of the parameters of functions through which parameters are followed: (tree, depth) -> tree, parameters."""


@dataclass
class Usage:
    """Reads how a function body uses a parameter, and adds the kinds that the uses suggest to `parameter`."""

    parameter: Parameter
    classes: dict[str, Any]
    siblings: dict[str, Any]
    depth: int
    parameters_of: ParametersOf
    spelled: str = ""
    """The name that stands for the parameter in the code, if it is not the parameter's own."""

    tree: ast.AST | None = None
    indexed: bool = False
    """Whether the items of the named variable are read, where the code takes one by its position."""

    items_read: bool = False

    def read(self, tree: ast.AST) -> None:
        """Read every use of the parameter in a syntax tree."""
        self.tree = tree
        for node in nodes_of(tree):
            if isinstance(node, ast.Attribute):
                self._attribute(node)
            elif isinstance(node, ast.Call):
                self._call(node)
            elif isinstance(node, (ast.For, ast.comprehension)):
                self._iteration(node)
            elif isinstance(node, ast.Subscript):
                self._subscript(node)
            elif isinstance(node, ast.BinOp):
                self._arithmetic(node)
            elif isinstance(node, ast.Compare):
                self._comparison(node)
            elif isinstance(node, ast.Match) and self._is_it(node.subject):
                for part in (n.value for case in node.cases for n in ast.walk(case.pattern) if isinstance(n, ast.MatchValue)):
                    _constant(self.parameter, part)
            elif isinstance(node, ast.FormattedValue) and self._is_it(node.value):
                self.parameter.kinds["str"] += 1

    def _is_it(self, node: Any) -> bool:
        if self.indexed:
            is_item = isinstance(node, ast.Subscript) and isinstance(node.slice, (ast.Constant, ast.Name, ast.UnaryOp))
            if not is_item or isinstance(getattr(node.slice, "value", 0), str):
                return False
            node = node.value
        return isinstance(node, ast.Name) and node.id == (self.spelled or self.parameter.name)

    def _attribute(self, node: ast.Attribute) -> None:
        if not self._is_it(node.value):
            return
        if node.attr in METHODS:
            self.parameter.kinds[METHODS[node.attr]] += 2
        for kind, cls in self.classes.items():
            constructor = getattr(getattr(cls, "__init__", None), "__code__", None)
            names = (*getattr(cls, "__dict__", ()), *getattr(constructor, "co_names", ()))
            if not node.attr.startswith("__") and node.attr in names and node.attr not in METHODS:
                self.parameter.kinds[f"obj:{kind}"] += 2

    def _iteration(self, node: ast.For | ast.comprehension) -> None:
        if self._is_it(node.iter):
            self.parameter.kinds["list"] += 3
            self.parameter.kinds["iter"] += 1
            self._items(node.target)

    def _items(self, target: ast.expr) -> None:
        """Read how the items are used, by the name of the loop's variable."""
        if isinstance(target, ast.Name):
            self._item(Parameter(target.id, "item", False))

    def _item(self, item: Parameter, spelled: str = "") -> None:
        """Read how an item is used by its name, or by the name of the container where it is taken by its position."""
        if self.tree is None or self.depth > DEEPEST or self.indexed:
            return
        Usage(item, self.classes, self.siblings, DEEPEST + 1, self.parameters_of, spelled, indexed=bool(spelled)).read(
            self.tree
        )
        for kind, weight in item.kinds.most_common(2):
            if weight > 1 and (kind.startswith("obj:") or kind in ("str", "int", "dict", "tuple")):
                self.parameter.kinds[f"list:{kind}"] += 2 + weight

    def _subscript(self, node: ast.Subscript) -> None:
        if not self._is_it(node.value):
            return
        part = node.slice
        kind = "dict" if isinstance(part, ast.Constant) and isinstance(part.value, str) else "list"
        self.parameter.kinds[kind] += 2
        if kind == "list" and not self.items_read and not isinstance(part, ast.Slice):
            self.items_read = True
            self._item(Parameter("item", "item", False), self.spelled or self.parameter.name)
        if isinstance(part, ast.Slice):
            self.parameter.kinds["str"] += 2

    def _arithmetic(self, node: ast.BinOp) -> None:
        if not (self._is_it(node.left) or self._is_it(node.right)):
            return
        other = node.right if self._is_it(node.left) else node.left
        if isinstance(other, (ast.Constant, ast.JoinedStr)):
            self.parameter.kinds["str" if isinstance(getattr(other, "value", ""), str) else "int"] += 2
        elif isinstance(node.op, ast.BitAnd) and (flag := ast.unparse(other)).rpartition(".")[2].isupper():
            self.parameter.kinds["int"] += 4  # `options & Table.BORDER`
            self.parameter.constants += [flag] if flag.partition(".")[0] in self.classes else []
        elif not isinstance(node.op, (ast.Add, ast.BitOr, ast.BitAnd)):
            self.parameter.kinds["int"] += 1
            self.parameter.kinds["float"] += 1

    def _comparison(self, node: ast.Compare) -> None:
        sides = (node.left, *node.comparators)
        if any(isinstance(s, ast.Call) and ast.unparse(s.func) == "type" and any(map(self._is_it, s.args)) for s in sides):
            for name in (n.id for s in sides for n in ast.walk(s) if isinstance(n, ast.Name) and n.id != "type"):
                _instance(self.parameter, name, self.classes)
        if any(map(self._is_it, sides)):
            for side in sides:
                _constant(self.parameter, side)
            if any(isinstance(op, (ast.Lt, ast.LtE, ast.Gt, ast.GtE)) for op in node.ops):
                self._order(sides)

    def _order(self, sides: Sequence[ast.expr]) -> None:
        """What is compared by its order with another variable is a number more often than anything else."""
        if not any(isinstance(side, ast.Constant) for side in sides):
            self.parameter.kinds["int"] += 3
            self.parameter.kinds["float"] += 1

    def _call(self, node: ast.Call) -> None:
        if self._is_it(node.func):
            self.parameter.kinds["callable"] += 5
            self.parameter.arity = self.parameter.arity if self.parameter.fixed else max(1, len(node.args))
            return
        for position, argument in enumerate(node.args):
            if self._is_it(argument.value if isinstance(argument, ast.Starred) else argument):
                self._argument(node, position)
        called = ast.unparse(node.func).rpartition(".")[2]
        for keyword in node.keywords:
            if keyword.arg and self._is_it(keyword.value) and called in self.siblings and self.depth < DEEPEST:
                self._passed_on(called, keyword.arg)

    def _argument(self, call: ast.Call, position: int) -> None:
        """Read a use as the positional argument of a call."""
        kinds = self.parameter.kinds
        called = ast.unparse(call.func)
        short = called.rpartition(".")[2]
        if short == "isinstance" and len(call.args) == 2 and position == 0:
            for name in re.findall(r"[\w.]+", ast.unparse(call.args[1])):
                _instance(self.parameter, name.rpartition(".")[2], self.classes)
        elif short in ("map", "filter", "reduce", "partial") and position == 0:
            kinds["callable"] += 4
        elif short in NUMERIC or (short in ("min", "max") and len(call.args) > 1):
            kinds["int"] += 2
            kinds["float"] += 1
        elif short in ITERATING:
            kinds["list"] += 2
            kinds["iter"] += 1
        elif _takes_text(call.func, called, position):
            kinds["str"] += 3
        elif short == "callable":
            kinds["callable"] += 2
        elif short == "format" and isinstance(getattr(call.func, "value", None), ast.Constant):
            kinds["str"] += 2
        elif short in self.siblings and self.depth < DEEPEST:
            self._passed_on(short, position)

    def _passed_on(self, sibling: str, place: int | str) -> None:
        """Add the kinds of the parameter of another function of the module that receives this one."""
        function, tree = self.siblings[sibling]
        read, parameters = _TAKING.get((id(tree), self.depth), (None, []))
        if read is None or read is not tree:
            parameters = self.parameters_of(function, tree, self.classes, self.siblings, self.depth + 1)
            _TAKING[id(tree), self.depth] = (tree, parameters)
        if isinstance(place, str):
            taking = [p for p in parameters if p.name == place]
        else:
            variable = [p for p in parameters if p.how == "var_positional"]
            taking = parameters[place : place + 1] if place < len(parameters) else variable[:1]
        for inner in taking:
            for kind, weight in inner.kinds.items():
                self.parameter.kinds[kind] += min(2, weight)
            self.parameter.constants.extend(inner.constants[:6])


def _takes_text(function: ast.expr, called: str, position: int) -> bool:
    """Whether a function takes a text at a position: one for regular expressions, or a method of texts."""
    short = called.rpartition(".")[2]
    is_method = short in TEXTUAL and isinstance(function, ast.Attribute)
    return is_method or (short in MATCHING and ("re." in called or position > 0 or short != "split"))


def _constant(parameter: Parameter, node: ast.AST) -> None:
    if isinstance(node, ast.Constant) and node.value is not None:
        parameter.constants.append(repr(node.value))
        parameter.kinds[kind_of(node.value)] += 2
    elif isinstance(node, ast.UnaryOp) and isinstance(node.operand, ast.Constant):
        parameter.constants.append(ast.unparse(node))
        parameter.kinds["int"] += 1
    elif isinstance(node, (ast.Tuple, ast.List, ast.Set)):
        for part in node.elts:
            _constant(parameter, part)


def _instance(parameter: Parameter, name: str, classes: dict[str, Any]) -> None:
    if instance_kind(name):
        parameter.kinds[instance_kind(name)] += 3
    elif name in classes:
        parameter.kinds[f"obj:{name}"] += 4
    elif name in ("cls", "self") or name.endswith("__class__"):
        parameter.kinds["self"] += 4


def instance_kind(name: str) -> str:
    """The kind of the instances of a class of the standard library; "" for other classes."""
    return _INSTANCES.get(name, "")


_INSTANCES = {
    "str": "str",
    "int": "int",
    "float": "float",
    "bytes": "bytes",
    "dict": "dict",
    "list": "list",
    "tuple": "tuple",
    "set": "set",
    "frozenset": "set",
    "bool": "bool",
    "Mapping": "dict",
    "Sequence": "list",
    "Iterable": "list",
    "Callable": "callable",
    "date": "date",
    "datetime": "datetime",
    "timedelta": "timedelta",
    "Decimal": "decimal",
    "Fraction": "fraction",
    "slice": "slice",
    "Number": "int",
    "basestring": "str",
    "type": "type",
    "Path": "path",
}
