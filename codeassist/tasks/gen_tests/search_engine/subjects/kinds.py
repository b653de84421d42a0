"""What is known about one parameter, and the kinds of value that names of methods and parameters suggest."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

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

CONTAINERS = {
    "list": ("list", "lst", "array", "arr", "vector", "vec", "seq", "sequence"),
    "tuple": ("tuple", "tup", "pair"),
    "set": ("set",),
    "dict": ("dict", "dct", "map", "mapping", "table", "lookup", "d"),
}
"""Last words of names, by the kind of container that they mean."""

ROWS = ("row", "record", "line", "matrix", "tuple", "tup", "pair", "point")

UNKNOWN = {"str": 12, "int": 1, "any": 1}
"""The kinds of a value about which nothing is known."""

ARGV = re.compile(r"^(?:argv|args|arguments|cli_args|command_line|cmdline)$")
"""Names of parameters that take the words of a command line."""


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

    entries: dict[str, Parameter] = field(default_factory=dict)
    """The entries that the code reads from it, for the kind `keyed`."""

    item: Parameter | None = None
    """Its items, for the kind `items`; `size` is how many it must have, 0 for any number."""

    size: int = 0
    parts: list[Parameter] = field(default_factory=list)
    """What it is unpacked to, for the kind `row`: a tuple with a value for each."""

    result: Parameter | None = None
    """What it returns, for the kind `callable`."""

    awaited: bool = False
    """Whether it is a coroutine function, for the kind `callable`."""

    fixed: bool = False
    """Whether it takes `arity` parameters and no other number, for the kind `callable`."""

    default: str = ""
    """The kind of its default where that says what it takes: a number or a text."""

    calls: int | None = None
    """The position of its argument that is a callback, for the kind `callable`."""


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


def from_name(parameter: Parameter) -> None:
    """Add the kinds that the name of a parameter suggests."""
    words = words_of(parameter.name)
    if _by_pattern(parameter, parameter.name) or _by_last_word(parameter, words):
        return
    if parameter.name.endswith("s") and len(parameter.name) > 3:
        parameter.kinds["list"] += 2 if parameter.kinds else 12
    if parameter.kinds and set(parameter.kinds) != {"list"}:
        parameter.kinds.update(("int", "str", "list", "any"))
        return
    parameter.kinds.update(UNKNOWN)  # a name that is a plain noun is most often text


def words_of(name: str) -> list[str]:
    """The words of a name in lower case: `attributeNameList` and `attribute_name_list` as `attribute`, `name`, `list`."""
    return [w.lower() for w in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", name)]


def _by_pattern(parameter: Parameter, name: str) -> bool:
    """Add the kinds of the first pattern that a name matches; whether there is one."""
    kinds = next((kinds for pattern, kinds in NAMES if re.match(pattern, name)), ())
    for rank, kind in enumerate(kinds):
        parameter.kinds[kind] += 4 if rank == 0 else 1
    return bool(kinds)


def _by_last_word(parameter: Parameter, words: list[str]) -> bool:
    """Add the kinds that the last of several words suggests, and what is in a list by the word before; whether it does."""
    if len(words) < 2:
        return False
    last, before = words[-1], words[-2]
    container = next((kind for kind, names in CONTAINERS.items() if last in names), "")
    if not container:
        return last not in ("a", "b", "x", "y") and _by_pattern(parameter, last)
    inner = Parameter(before, "item", False)
    item = "list" if before in ROWS else ""
    if not item and _by_pattern(inner, before):
        item = inner.kinds.most_common(1)[0][0]
    parameter.kinds[container] += 3
    if container != "dict" and item in ("str", "int", "float", "list", "dict"):
        parameter.kinds[f"{container}:{item}"] += 6
    return True


def items_from_name(parameter: Parameter) -> None:
    """Add what a list of unknown items contains by the parameter's name: `name_list` texts, `rowList` lists."""
    named = Parameter(parameter.name, "item", False)
    _by_last_word(named, words_of(parameter.name))
    parameter.kinds.update({kind: weight for kind, weight in named.kinds.items() if kind.startswith("list:")})
