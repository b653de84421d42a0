"""The kinds of value a parameter takes, inferred from its annotation, default, use in the body, and name."""

from __future__ import annotations

import ast
import inspect
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from . import containers, stubs
from .described_types import described_types

METHODS: dict[str, str] = {}
for _kind, _names in {
    "str": "lower upper split rsplit strip lstrip rstrip replace startswith endswith encode title capitalize isdigit isalpha "
    "isupper islower splitlines partition rpartition zfill ljust rjust casefold swapcase format isspace isalnum isnumeric",
    "dict": "items keys values setdefault get update",
    "list": "append extend insert sort reverse",
    "set": "union difference intersection issubset issuperset symmetric_difference add discard",
    "date": "year month day toordinal isoformat strftime weekday isoweekday",
    "datetime": "hour minute second tzinfo timestamp utcoffset astimezone",
    "timedelta": "days seconds microseconds total_seconds",
    "bytes": "decode hex",
    "file": "read readline readlines write",
    "iter": "__next__ send throw",
}.items():
    METHODS.update(dict.fromkeys(_names.split(), _kind))

NAMES: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        r"^(?:n|i|j|k|num|number|count|size|length|width|height|index|idx|start|stop|end|step|low|high|left|right|top|bottom|position|pos|lineno|line_number|row|col|column|rank|priority|timeout|delay|retries|attempts|times|weight|score|limit|depth|level|offset|year|month|day|hour|minute|second|seconds|minutes|hours|days|weeks|months|years|age|port|ndigits|precision|digits|base|bits|amount|max\w*|min\w*|total|seed)$",
        ("int", "float"),
    ),
    (r"^(?:value|val|x|y|z|a|b|v|v1|v2|item|obj|el|elem|element|arg)$", ("int", "str", "list", "float")),
    (
        r"^(?:s|st|text|string|str_|word|words_|name|title|label|line|content|message|msg|sentence|prefix|suffix|path|filename|key|sep|separator|delimiter|delim|pattern|fmt|format|template|encoding|char|ch|token|source|src|html|url|word\w*|locale|version|unit)$",
        ("str",),
    ),
    (
        r"^(?:seq\w*|sequence\w*|items|iterable|iterables|it|iterator|xs|ys|lst|list_|array|arr|values|elements|coll|collection|data|rows|records|numbers|nums|objs|other_items|leftseq|rightseq|seqs)$",
        ("list", "iter", "str", "tuple"),
    ),
    (
        r"^(?:f|fn|func|function|callback|cb|predicate|pred|key_func|keyfunc|binop|op|reducer|mapper|handler|transform|leftkey|rightkey)$",
        ("callable",),
    ),
    (r"^(?:d|dct|dict_|mapping|map_|kwargs|options|opts|config|settings|params|attrs|table)$", ("dict",)),
    (r"^(?:date|dt|when|moment|timestamp|datetime|start_date|end_date|since|until)$", ("date", "datetime")),
    (r"^(?:delta|td|timedelta|duration|interval|elapsed)$", ("timedelta", "int")),
    (
        r"^(?:flag|is_\w+|has_\w+|use_\w+|strict|verbose|reverse|ignore\w*|allow\w*|include\w*|force|lower|upper|uppercase|lowercase\w*|uppercase\w*|binary|gnu)$",
        ("bool",),
    ),
    (r"^(?:type_|typ|tp|cls_|klass|annotation|type_hint|hint|return_type|field_type)$", ("type",)),
    (r"^(?:exc|exception|error|err|ex|exc_value)$", ("exception",)),
    (r"^other\w*$", ("self", "list", "set", "int", "str")),
)

ARGV = re.compile(r"^(?:argv|args|arguments|cli_args|command_line|cmdline)$")
"""Names of parameters that take the words of a command line."""

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


@dataclass
class Parameter:
    """One parameter: the kinds of value it may take with their weights, and the constants it is compared with."""

    name: str
    how: str
    optional: bool
    kinds: Counter[str] = field(default_factory=Counter)
    constants: list[str] = field(default_factory=list)
    arity: int = 1
    sure: bool = False
    attributes: dict[str, Parameter] = field(default_factory=dict)
    """The attributes that the code reads from it, when these say more about it than anything else."""


def of_function(
    function: Any, tree: ast.AST | None, classes: dict[str, Any], siblings: dict[str, Any], depth: int = 0
) -> list[Parameter]:
    """The parameters of a callable, without a bound `self` or `cls`. Empty when it has no signature."""
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return []
    parameters = []
    described = described_types(_documentation(function)) if depth == 0 else {}
    for parameter in signature.parameters.values():
        kind = parameter.kind.name.lower()
        result = Parameter(parameter.name, kind, parameter.default is not parameter.empty or kind.startswith("var"))
        _from_annotation(result, _resolved(parameter.annotation, function), classes)
        if not result.sure and parameter.name in described:
            _from_annotation(result, described[parameter.name], classes)
        if parameter.default is not parameter.empty and parameter.default is not None:
            result.kinds[kind_of(parameter.default)] += 4
        if tree is not None:
            _Usage(result, classes, siblings, depth).read(tree)
            if parameter.name not in ("self", "cls") and not kind.startswith("var"):
                _from_attributes(result, tree, classes, siblings, parameter.name, 0)
        if not result.kinds or (not result.sure and result.kinds.total() < 3):
            _from_name(result)
        if not result.sure and result.kinds.get("list") and _is_named_for_text(result.name):
            result.kinds["str"] += result.kinds["list"] + 2  # text is iterated and indexed like a list
            result.kinds["list"] = 1
        parameters.append(result)
    return parameters


def _documentation(function: Any) -> str:
    """The documentation of a function, or of a class and its constructor."""
    texts = [getattr(function, "__doc__", None)]
    if isinstance(function, type):
        texts.append(getattr(function.__init__, "__doc__", None))  # type: ignore[misc]
    return "\n\n".join(inspect.cleandoc(text) for text in texts if isinstance(text, str))


def _from_attributes(
    parameter: Parameter, tree: ast.AST, classes: dict[str, Any], siblings: dict[str, Any], spelled: str, depth: int
) -> None:
    """Read the attributes of a parameter that no annotation describes and that is no instance of a known kind."""
    known = parameter.kinds.copy()
    names, changed = stubs.attributes(tree, spelled)
    names = [n for n in names if n not in METHODS]
    if not names or any(kind.startswith("obj:") and weight > 4 for kind, weight in known.items()):
        return
    for name in names:
        attribute = Parameter(name, "attribute", False)
        spelled_attribute = f"{spelled}.{name}"
        _Usage(attribute, classes, siblings, 2, spelled_attribute).read(changed)
        if depth + 1 < stubs.DEEPEST:
            _from_attributes(attribute, changed, classes, siblings, spelled_attribute, depth + 1)
        if not attribute.kinds or attribute.kinds.total() < 2:
            _from_name(attribute)
        parameter.attributes[name] = attribute
    parameter.kinds["stub"] += 1 if any(kind.startswith("obj:") for kind in known) else 3 * len(names) + 3


def _is_named_for_text(name: str) -> bool:
    return next((kinds[0] for pattern, kinds in NAMES if re.match(pattern, name)), "") == "str"


def _resolved(annotation: Any, function: Any) -> Any:
    """An annotation in which aliases of the module are replaced by their definitions."""
    if not isinstance(annotation, str):
        return annotation
    code = function.__init__ if isinstance(function, type) else function  # type: ignore[misc]
    names = getattr(inspect.unwrap(code), "__globals__", {})

    def definition(match: re.Match[str]) -> str:
        alias = names.get(match[0])
        known = alias is None or isinstance(alias, type) or getattr(alias, "__module__", "") == "typing" and "[" not in str(alias)
        return match[0] if known or callable(alias) and "[" not in str(alias) else str(alias)

    return re.sub(r"(?<![\w.'\"])[A-Za-z_]\w*(?![\w.])", definition, annotation)


def kind_of(value: Any) -> str:
    """The kind of a given value."""
    if isinstance(value, bool):
        return "bool"
    if callable(value) and not isinstance(value, type):
        return "callable"
    name = type(value).__name__
    return {
        "NoneType": "none",
        "frozenset": "set",
        "type": "type",
        "Decimal": "decimal",
        "Fraction": "fraction",
        "PosixPath": "path",
        "WindowsPath": "path",
        "generator": "iter",
        "OrderedDict": "dict",
        "range": "list",
    }.get(name, name)


_ANNOTATED: tuple[tuple[str, str], ...] = (
    (r"\bdatetime\.datetime\b|\bdatetime\b", "datetime"),
    (r"\bdatetime\.date\b|\bdate\b", "date"),
    (r"\btimedelta\b", "timedelta"),
    (r"\bint\b|\bSupportsInt\b|\bIntegral\b", "int"),
    (r"\bfloat\b|\bReal\b|\bNumber\b", "float"),
    (r"\bstr\b|\bString\b|\bText\b|\bAnyStr\b", "str"),
    (r"\bbytes\b|\bbytearray\b", "bytes"),
    (r"\bbool\b", "bool"),
    (r"\b(?:[Ll]ist|Sequence|MutableSequence|Collection)\b", "list"),
    (r"\b(?:Iterable|Iterator|Generator)\b", "iter"),
    (r"\b(?:[Dd]ict|Mapping|MutableMapping)\b", "dict"),
    (r"\b(?:[Ss]et|[Ff]rozen[Ss]et|AbstractSet)\b", "set"),
    (r"\b[Tt]uple\b", "tuple"),
    (r"\bCallable\b", "callable"),
    (r"\bDecimal\b", "decimal"),
    (r"\bFraction\b", "fraction"),
    (r"\b(?:Path|PathLike|PurePath)\b", "path"),
    (r"\bNone\b|\bOptional\b", "none"),
    (r"\bcomplex\b", "complex"),
    (r"\bPattern\b", "regex"),
    (r"\b[Tt]ype\b", "type"),
    (r"\b(?:Base)?Exception\b", "exception"),
)


def _from_annotation(parameter: Parameter, annotation: Any, classes: dict[str, Any]) -> None:
    if annotation is inspect.Parameter.empty:
        return
    text = (
        annotation
        if isinstance(annotation, str)
        else getattr(annotation, "__name__", "")
        if isinstance(annotation, type)
        else str(annotation)
    )
    if text in ("Any", "object", "typing.Any"):
        return
    for literal in re.findall(r"Literal\[([^\]]*)\]", text):
        parameter.constants.extend(part.strip() for part in literal.split(","))
        parameter.sure = True
    text, contained = containers.element_kinds(text, list(classes))
    for kind in contained:
        parameter.kinds[kind] += 8
        parameter.sure = True
    outer = re.sub(r"Callable\[.*", "Callable", text)
    for pattern, kind in _ANNOTATED:
        if re.search(pattern, outer):
            parameter.kinds[kind] += 1 if kind == "none" else 8
            parameter.sure = True
            if kind == "list" and re.search(r"\bstr\b", outer):
                parameter.kinds["str"] -= 6
    parameter.arity = count if (count := containers.arity(text)) is not None else parameter.arity
    for name in classes:
        if re.search(rf"\b{re.escape(name)}\b", outer):
            parameter.kinds[f"obj:{name}"] += 8
            parameter.sure = True
    if re.search(r"\bAny\b", outer) and set(parameter.kinds) <= {"none"}:
        parameter.kinds.update({"int": 3, "str": 3, "list": 1})


def _from_name(parameter: Parameter) -> None:
    for pattern, kinds in NAMES:
        if re.match(pattern, parameter.name):
            for rank, kind in enumerate(kinds):
                parameter.kinds[kind] += 4 if rank == 0 else 1
            return
    if parameter.name.endswith("s") and len(parameter.name) > 3:
        parameter.kinds["list"] += 2 if parameter.kinds else 12
    if parameter.kinds and set(parameter.kinds) != {"list"}:
        parameter.kinds.update(("int", "str", "list", "any"))
        return
    parameter.kinds.update({"str": 6, "int": 1, "any": 1})  # a name that is a plain noun is most often text


@dataclass
class _Usage:
    """Reads how a function body uses a parameter, and adds the kinds that the uses suggest to `parameter`."""

    parameter: Parameter
    classes: dict[str, Any]
    siblings: dict[str, Any]
    depth: int
    spelled: str = ""
    """The name that stands for the parameter in the code, if it is not the parameter's own."""

    tree: ast.AST | None = None

    def read(self, tree: ast.AST) -> None:
        """Read every use of the parameter in a syntax tree."""
        self.tree = tree
        for node in ast.walk(tree):
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
            elif isinstance(node, ast.FormattedValue) and self._is_it(node.value):
                self.parameter.kinds["str"] += 1

    def _is_it(self, node: Any) -> bool:
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
        if not isinstance(target, ast.Name) or self.tree is None or self.depth > 1:
            return
        item = Parameter(target.id, "item", False)
        _Usage(item, self.classes, self.siblings, 2).read(self.tree)
        for kind, weight in item.kinds.most_common(2):
            if weight > 1 and (kind.startswith("obj:") or kind in ("str", "int", "dict", "tuple")):
                self.parameter.kinds[f"list:{kind}"] += 2 + weight

    def _subscript(self, node: ast.Subscript) -> None:
        if not self._is_it(node.value):
            return
        part = node.slice
        kind = "dict" if isinstance(part, ast.Constant) and isinstance(part.value, str) else "list"
        self.parameter.kinds[kind] += 2
        if isinstance(part, ast.Slice):
            self.parameter.kinds["str"] += 2

    def _arithmetic(self, node: ast.BinOp) -> None:
        if not (self._is_it(node.left) or self._is_it(node.right)):
            return
        other = node.right if self._is_it(node.left) else node.left
        if isinstance(other, (ast.Constant, ast.JoinedStr)):
            self.parameter.kinds["str" if isinstance(getattr(other, "value", ""), str) else "int"] += 2
        elif not isinstance(node.op, (ast.Add, ast.BitOr, ast.BitAnd)):
            self.parameter.kinds["int"] += 1
            self.parameter.kinds["float"] += 1

    def _comparison(self, node: ast.Compare) -> None:
        sides = (node.left, *node.comparators)
        if any(map(self._is_it, sides)):
            for side in sides:
                _constant(self.parameter, side)

    def _call(self, node: ast.Call) -> None:
        if self._is_it(node.func):
            self.parameter.kinds["callable"] += 5
            self.parameter.arity = max(1, len(node.args))
            return
        for position, argument in enumerate(node.args):
            if self._is_it(argument.value if isinstance(argument, ast.Starred) else argument):
                self._argument(node, position)

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
        elif short in ITERATING:
            kinds["list"] += 2
            kinds["iter"] += 1
        elif short in NUMERIC:
            kinds["int"] += 2
            kinds["float"] += 1
        elif short in MATCHING and ("re." in called or position > 0 or short != "split"):
            kinds["str"] += 3
        elif short == "callable":
            kinds["callable"] += 2
        elif short == "format" and isinstance(getattr(call.func, "value", None), ast.Constant):
            kinds["str"] += 2
        elif short in self.siblings and self.depth < 2:
            self._passed_on(short, position)

    def _passed_on(self, sibling: str, position: int) -> None:
        """Add the kinds of the parameter of another function of the module that receives this one."""
        function, tree = self.siblings[sibling]
        parameters = of_function(function, tree, self.classes, self.siblings, self.depth + 1)
        for inner in parameters[position : position + 1]:
            for kind, weight in inner.kinds.items():
                self.parameter.kinds[kind] += min(2, weight)
            self.parameter.constants.extend(inner.constants[:6])


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
    kinds = {
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
    if name in kinds:
        parameter.kinds[kinds[name]] += 3
    elif name in classes:
        parameter.kinds[f"obj:{name}"] += 4
    elif name in ("cls", "self") or name.endswith("__class__"):
        parameter.kinds["self"] += 4
