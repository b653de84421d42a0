"""What a parameter takes: from its annotation, its default, what the body does with it, and its name."""

from __future__ import annotations

import ast
import inspect
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

METHODS: dict[str, str] = {}
for _kind, _names in {
    "str": "lower upper split rsplit strip lstrip rstrip replace startswith endswith encode title capitalize isdigit isalpha "
    "isupper islower splitlines partition rpartition zfill ljust rjust casefold swapcase format isspace isalnum isnumeric",
    "dict": "items keys values setdefault get",
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
        r"^(?:n|i|j|k|num|number|count|size|length|width|height|index|idx|start|stop|step|limit|depth|level|offset|year|month|day|hour|minute|second|seconds|minutes|hours|days|weeks|months|years|age|port|ndigits|precision|digits|base|bits|amount|max\w*|min\w*|total|seed)$",
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
    (r"^other\w*$", ("self", "list", "set", "int", "str")),
)

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


@dataclass
class Parameter:
    """One parameter: kinds of value it may take, the likelier the more often, and constants it is compared with."""

    name: str
    how: str
    optional: bool
    kinds: Counter[str] = field(default_factory=Counter)
    constants: list[str] = field(default_factory=list)
    arity: int = 1
    sure: bool = False


def of_function(
    function: Any, tree: ast.AST | None, classes: dict[str, Any], siblings: dict[str, Any], depth: int = 0
) -> list[Parameter]:
    """The parameters of a callable; `self` and `cls` of a bound one are not among them. Empty when it has no signature."""
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return []
    found = []
    for parameter in signature.parameters.values():
        how = parameter.kind.name.lower()
        made = Parameter(parameter.name, how, parameter.default is not parameter.empty or how.startswith("var"))
        _from_annotation(made, _resolved(parameter.annotation, function), classes)
        if parameter.default is not parameter.empty and parameter.default is not None:
            made.kinds[kind_of(parameter.default)] += 4
        if tree is not None:
            _from_body(made, tree, classes, siblings, depth)
        if not made.kinds or (not made.sure and made.kinds.total() < 3):
            _from_name(made)
        found.append(made)
    return found


def _resolved(annotation: Any, function: Any) -> Any:
    """An annotation that names an alias of the module as what the alias stands for."""
    if isinstance(annotation, str) and annotation.isidentifier():
        found = getattr(inspect.unwrap(function), "__globals__", {}).get(annotation)
        if found is not None and not isinstance(found, type):
            return str(found)
    return annotation


def kind_of(value: Any) -> str:
    """The kind of a value at hand."""
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
)


def _from_annotation(made: Parameter, annotation: Any, classes: dict[str, Any]) -> None:
    if annotation is inspect.Parameter.empty:
        return
    said = (
        annotation
        if isinstance(annotation, str)
        else getattr(annotation, "__name__", "")
        if isinstance(annotation, type)
        else str(annotation)
    )
    if said in ("Any", "object", "typing.Any"):
        return
    for literal in re.findall(r"Literal\[([^\]]*)\]", said):
        made.constants.extend(part.strip() for part in literal.split(","))
        made.sure = True
    outer = re.sub(r"Callable\[.*", "Callable", said)
    for pattern, kind in _ANNOTATED:
        if re.search(pattern, outer):
            made.kinds[kind] += 1 if kind == "none" else 8
            made.sure = True
            if kind == "list" and re.search(r"\bstr\b", outer):
                made.kinds["str"] -= 6
    for name in classes:
        if re.search(rf"\b{re.escape(name)}\b", said):
            made.kinds[f"obj:{name}"] += 8
            made.sure = True


def _from_name(made: Parameter) -> None:
    for pattern, kinds in NAMES:
        if re.match(pattern, made.name):
            for rank, kind in enumerate(kinds):
                made.kinds[kind] += 3 - min(2, rank)
            return
    if made.name.endswith("s") and len(made.name) > 3:
        made.kinds["list"] += 2
    for kind in ("int", "str", "list", "any"):
        made.kinds[kind] += 1


def _from_body(made: Parameter, tree: ast.AST, classes: dict[str, Any], siblings: dict[str, Any], depth: int) -> None:
    name = made.name

    def is_it(node: Any) -> bool:
        return isinstance(node, ast.Name) and node.id == name

    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and is_it(node.value):
            if node.attr in METHODS:
                made.kinds[METHODS[node.attr]] += 2
            for kind, cls in classes.items():
                if not node.attr.startswith("__") and node.attr in getattr(cls, "__dict__", {}) and node.attr not in METHODS:
                    made.kinds[f"obj:{kind}"] += 2
        elif isinstance(node, ast.Call):
            _from_call(made, node, is_it, classes, siblings, depth)
        elif isinstance(node, (ast.For, ast.comprehension)) and is_it(node.iter):
            made.kinds["list"] += 3
            made.kinds["iter"] += 1
        elif isinstance(node, ast.Subscript) and is_it(node.value):
            part = node.slice
            kind = "dict" if isinstance(part, ast.Constant) and isinstance(part.value, str) else "list"
            made.kinds[kind] += 2
            if isinstance(part, ast.Slice):
                made.kinds["str"] += 2
        elif isinstance(node, ast.BinOp) and (is_it(node.left) or is_it(node.right)):
            other = node.right if is_it(node.left) else node.left
            if isinstance(other, (ast.Constant, ast.JoinedStr)):
                made.kinds["str" if isinstance(getattr(other, "value", ""), str) else "int"] += 2
            elif not isinstance(node.op, (ast.Add, ast.BitOr, ast.BitAnd)):
                made.kinds["int"] += 1
                made.kinds["float"] += 1
        elif isinstance(node, ast.Compare) and (is_it(node.left) or any(map(is_it, node.comparators))):
            for side in (node.left, *node.comparators):
                _constant(made, side)
        elif isinstance(node, ast.FormattedValue) and is_it(node.value):
            made.kinds["str"] += 1


def _constant(made: Parameter, node: ast.AST) -> None:
    if isinstance(node, ast.Constant) and node.value is not None:
        made.constants.append(repr(node.value))
        made.kinds[kind_of(node.value)] += 2
    elif isinstance(node, ast.UnaryOp) and isinstance(node.operand, ast.Constant):
        made.constants.append(ast.unparse(node))
        made.kinds["int"] += 1
    elif isinstance(node, (ast.Tuple, ast.List, ast.Set)):
        for part in node.elts:
            _constant(made, part)


def _from_call(
    made: Parameter, node: ast.Call, is_it: Any, classes: dict[str, Any], siblings: dict[str, Any], depth: int
) -> None:
    if is_it(node.func):
        made.kinds["callable"] += 5
        made.arity = max(1, len(node.args))
        return
    called = ast.unparse(node.func)
    short = called.rpartition(".")[2]
    for position, argument in enumerate(node.args):
        if not is_it(argument.value if isinstance(argument, ast.Starred) else argument):
            continue
        if short == "isinstance" and len(node.args) == 2 and position == 0:
            for name in re.findall(r"[\w.]+", ast.unparse(node.args[1])):
                _instance(made, name.rpartition(".")[2], classes)
        elif short in ("map", "filter", "reduce", "partial") and position == 0:
            made.kinds["callable"] += 4
        elif short in ITERATING:
            made.kinds["list"] += 2
            made.kinds["iter"] += 1
        elif short in (
            "int",
            "float",
            "abs",
            "round",
            "divmod",
            "pow",
            "log",
            "log10",
            "floor",
            "ceil",
            "chr",
            "range",
            "bin",
            "hex",
        ):
            made.kinds["int"] += 2
            made.kinds["float"] += 1
        elif short in ("match", "search", "fullmatch", "sub", "findall", "finditer", "split", "ord") and (
            "re." in called or position > 0 or short != "split"
        ):
            made.kinds["str"] += 3
        elif short == "callable":
            made.kinds["callable"] += 2
        elif short in siblings and depth < 2:
            function, tree = siblings[short]
            for inner in of_function(function, tree, classes, siblings, depth + 1)[position : position + 1]:
                for kind, weight in inner.kinds.items():
                    made.kinds[kind] += min(2, weight)
                made.constants.extend(inner.constants[:6])


def _instance(made: Parameter, name: str, classes: dict[str, Any]) -> None:
    known = {
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
    if name in known:
        made.kinds[known[name]] += 3
    elif name in classes:
        made.kinds[f"obj:{name}"] += 4
    elif name in ("cls", "self") or name.endswith("__class__"):
        made.kinds["self"] += 4
