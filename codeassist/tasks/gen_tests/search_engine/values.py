"""Values as source text: pools by kind, literals of the code, strings that match its patterns, and variations."""

from __future__ import annotations

import ast
import random
import re
from collections.abc import Callable, Iterable
from typing import Any

POOLS: dict[str, tuple[str, ...]] = {
    "int": (
        "0",
        "1",
        "2",
        "3",
        "-1",
        "5",
        "10",
        "7",
        "11",
        "12",
        "13",
        "21",
        "100",
        "101",
        "-5",
        "1000",
        "1024",
        "-100",
        "12345",
        "1000000",
        "1000000000",
        "1000000000000",
    ),
    "float": (
        "0.0",
        "1.5",
        "0.5",
        "-1.5",
        "3.14159",
        "2.0",
        "0.1",
        "99.99",
        "1e6",
        "1e-6",
        "123456.789",
        "float('inf')",
        "float('-inf')",
        "float('nan')",
    ),
    "str": (
        "'abc'",
        "''",
        "'a'",
        "'Hello World'",
        "'hello_world'",
        "'HelloWorld'",
        "'some-text here'",
        "'1'",
        "'42'",
        "'-7'",
        "'12.5'",
        "' padded '",
        "'a,b,c'",
        "'\u00dcn\u00efc\u00f6de'",
        "'ABC'",
        "'x=1'",
        "'2020-01-31'",
        "'a b  c'",
        "'line\\nbreak'",
        "'1.2.3'",
    ),
    "digits": ("'1'", "'0'", "'12'", "'2020'", "'07'", "'100'", "'-3'", "'31'", "'1.5'", "'0.25'"),
    "bytes": ("b'abc'", "b''", "b'\\x00\\xff'"),
    "bool": ("True", "False"),
    "none": ("None",),
    "list": (
        "[1, 2, 3]",
        "[]",
        "[1]",
        "[3, 1, 2]",
        "[1, 1, 2]",
        "['a', 'b', 'c']",
        "[1, 2, 3, 4, 5, 6]",
        "[[1, 2], [3, 4]]",
        "[(1, 'a'), (2, 'b')]",
        "[0, None, 1]",
        "['apple', 'Bob', 'cat']",
        "[2, 4, 6]",
        "[{'a': 1}, {'a': 2}]",
    ),
    "tuple": ("(1, 2)", "()", "(1,)", "('a', 'b')", "(3, 1, 2)", "(1, 'x')"),
    "set": ("{1, 2, 3}", "set()", "{1}", "{2, 3, 4}", "frozenset({1, 2})"),
    "dict": ("{'a': 1, 'b': 2}", "{}", "{'a': 1}", "{1: 'x'}", "{'a': {'b': 1}}", "{'b': 3, 'c': 4}"),
    "iter": ("iter([1, 2, 3])", "iter([])", "range(5)", "(x for x in 'abc')", "iter([3, 1, 2])"),
    "date": (
        "datetime.date(2020, 1, 31)",
        "datetime.date(2020, 2, 29)",
        "datetime.date(2021, 12, 31)",
        "datetime.date(1999, 6, 15)",
        "datetime.date(2020, 3, 1)",
    ),
    "datetime": (
        "datetime.datetime(2020, 2, 29, 12, 30)",
        "datetime.datetime(2021, 12, 31, 23, 59, 59)",
        "datetime.datetime(2000, 1, 1)",
        "datetime.datetime(2020, 1, 31, 8, tzinfo=datetime.timezone.utc)",
    ),
    "time": ("datetime.time(12, 30)", "datetime.time(0, 0)", "datetime.time(23, 59, 59)"),
    "timedelta": (
        "datetime.timedelta(days=1)",
        "datetime.timedelta(0)",
        "datetime.timedelta(hours=5, minutes=3)",
        "datetime.timedelta(days=-2)",
        "datetime.timedelta(days=400)",
        "datetime.timedelta(seconds=30, microseconds=5)",
    ),
    "decimal": ("decimal.Decimal('1.5')", "decimal.Decimal('0')", "decimal.Decimal('-3')", "decimal.Decimal('NaN')"),
    "fraction": ("fractions.Fraction(1, 3)", "fractions.Fraction(5, 2)", "fractions.Fraction(4, 1)"),
    "complex": ("1+2j", "0j"),
    "path": ("pathlib.PurePosixPath('a/b.txt')", "pathlib.PurePosixPath('.')"),
    "type": (
        "int",
        "str",
        "list",
        "dict",
        "ValueError",
        "typing.Optional[int]",
        "typing.Union[int, str]",
        "typing.Union[int, str, None]",
        "typing.List[int]",
        "typing.Dict[str, int]",
        "typing.Tuple[int, str]",
        "typing.Tuple[int, ...]",
        "typing.Any",
        "typing.Literal['a', 1]",
        "typing.Callable[[int], str]",
        "list[int]",
        "type(None)",
    ),
    "exception": ("ValueError('text')", "KeyError('a')", "RuntimeError('text')"),
    "slice": ("slice(0, 2)", "slice(None, None, 2)", "slice(1, None)"),
    "regex": ("re.compile('a+')", "re.compile('[0-9]+')"),
    "file": ("io.StringIO('first\\nsecond\\n')",),
    "object": ("object",),
}

CALLABLES: dict[int, tuple[str, ...]] = {
    0: ("list", "int", "lambda: 7"),
    1: (
        "lambda x: x",
        "lambda x: x > 1",
        "len",
        "str",
        "lambda x: x % 2 == 0",
        "lambda x: -x",
        "lambda x: x[0]",
        "bool",
        "int",
    ),
    2: ("lambda x, y: x + y", "lambda x, y: x", "lambda x, y: (x, y)", "max", "lambda x, y: x * y", "lambda x, y: x < y"),
    3: ("lambda x, y, z: (x, y, z)", "lambda *args: args"),
}

MODULES = (
    "datetime",
    "decimal",
    "fractions",
    "pathlib",
    "re",
    "io",
    "math",
    "collections",
    "operator",
    "itertools",
    "functools",
    "types",
    "argparse",
    "copy",
    "typing",
)
"""Modules that values may refer to; a test imports those it uses."""

LONGEST_TEXT = 40
"""Longer texts of the code are not used as values: a reader of the test would not see what it is about."""


class Literals:
    """Constants of some code by kind, with nearby values, and strings that match its regular expressions."""

    def __init__(self, trees: Iterable[ast.AST], patterns: Iterable[str], chance: random.Random) -> None:
        """Collect from syntax trees and compiled patterns."""
        self.by_kind: dict[str, list[str]] = {}
        for tree in trees:
            said = _said(tree)
            for node in ast.walk(tree):
                if isinstance(node, ast.Constant) and id(node) not in said:
                    self._constant(node.value)
        for pattern in patterns:
            for _ in range(6):
                text = matching(pattern, chance)
                if text is not None:
                    self._add("str", repr(text))

    def _constant(self, value: Any) -> None:
        if isinstance(value, bool) or value is None:
            return
        if isinstance(value, int) and abs(value) < 10**15:
            for near in (value, value - 1, value + 1, -value):
                self._add("int", repr(near))
        elif isinstance(value, float):
            for number in (value, value / 2, value * 2):
                self._add("float", repr(number))
        elif isinstance(value, str) and len(value) <= LONGEST_TEXT:
            self._add("str", repr(value))
        elif isinstance(value, bytes) and len(value) <= LONGEST_TEXT:
            self._add("bytes", repr(value))

    def _add(self, kind: str, text: str) -> None:
        texts = self.by_kind.setdefault(kind, [])
        if text not in texts and len(texts) < 400:
            texts.append(text)


def _said(tree: ast.AST) -> set[int]:
    """The constants that code only says: documentation, the messages of exceptions and logs. They are no inputs."""
    said: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            said.add(id(node.value))
        elif isinstance(node, ast.Raise) or (isinstance(node, ast.Call) and _LOGGING.search(ast.unparse(node.func))):
            said |= {id(n) for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str)}
        elif (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and len(node.value) <= LONGEST_TEXT
            and _SENTENCE.fullmatch(node.value)
        ):
            said.add(id(node))
    return said


_LOGGING = re.compile(r"\b(?:log(?:ger|ging)?|warnings|_log(?:ger)?|LOG(?:GER)?)\.|(?:Error|Exception|Warning)$")
_SENTENCE = re.compile(r"[A-Z][^\n]*\w \w+[^\n]* [^\n]*\.")
"""A text of at least three words that ends like a sentence."""


def matching(pattern: str, chance: random.Random) -> str | None:
    """A string that a regular expression fully matches, or None when this simple generator does not support it."""
    try:
        from re import _parser as parser  # type: ignore[attr-defined]
    except ImportError:
        import sre_parse as parser
    try:
        return _generate(parser.parse(pattern), {}, chance)[:200]
    except Exception:  # unsupported constructs, too deep a recursion
        return None


_CLASSES = {
    "CATEGORY_DIGIT": "0123456789",
    "CATEGORY_WORD": "abcXYZ019_",
    "CATEGORY_SPACE": " \t",
    "CATEGORY_NOT_DIGIT": "ab-",
    "CATEGORY_NOT_WORD": "-. ",
    "CATEGORY_NOT_SPACE": "ab1",
}


def _generate(parsed: Any, groups: dict[int, str], chance: random.Random) -> str:
    pieces = []
    for operator, argument in parsed:
        name = str(operator)
        if name == "LITERAL":
            pieces.append(chr(argument))
        elif name == "NOT_LITERAL":
            pieces.append("a" if argument != ord("a") else "b")
        elif name == "ANY":
            pieces.append(chance.choice("abc1 "))
        elif name == "IN":
            pieces.append(_one_of(argument, chance))
        elif name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            low, high, inner = argument
            times = chance.randint(int(low), min(int(high), int(low) + 3))
            pieces.extend(_generate(inner, groups, chance) for _ in range(times))
        elif name == "SUBPATTERN":
            text = _generate(argument[-1], groups, chance)
            if argument[0]:
                groups[argument[0]] = text
            pieces.append(text)
        elif name == "BRANCH":
            pieces.append(_generate(chance.choice(argument[1]), groups, chance))
        elif name == "GROUPREF":
            pieces.append(groups.get(argument, ""))
        elif name == "ATOMIC_GROUP":
            pieces.append(_generate(argument, groups, chance))
    return "".join(pieces)


def _one_of(options: Any, chance: random.Random) -> str:
    choices = []
    negated = False
    for operator, argument in options:
        name = str(operator)
        if name == "NEGATE":
            negated = True
        elif name == "LITERAL":
            choices.append(chr(argument))
        elif name == "RANGE":
            low, high = argument
            choices.append(chr(chance.randint(low, min(high, low + 60))))
        elif name == "CATEGORY":
            choices.append(chance.choice(_CLASSES.get(str(argument), "a")))
    if negated:
        return next(c for c in "a1 -_Z#" if c not in choices)
    return chance.choice(choices)


def vary(text: str, chance: random.Random, words: list[str]) -> str:
    """A similar value: a nearby number, a string with a part changed, a container with an element changed."""
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return text
    return repr(_varied(value, chance, words))


def _varied(value: Any, chance: random.Random, words: list[str]) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return _varied_int(value, chance)
    if isinstance(value, float):
        return _varied_float(value, chance)
    if isinstance(value, str):
        return _text(value, chance, words)
    if isinstance(value, bytes):
        return value + bytes([chance.randint(0, 255)])
    if isinstance(value, (list, tuple)):
        return type(value)(_varied_items(list(value), chance, words))
    if isinstance(value, dict) and value:
        return _varied_dict(value, chance, words)
    if isinstance(value, set) and value:
        ordered = sorted(value, key=repr)
        return set(ordered[1:]) if chance.random() < 0.5 else {*value, 9}
    return value


def _varied_int(value: int, chance: random.Random) -> int:
    steps: tuple[Callable[[int], int], ...] = (
        lambda v: v + 1,
        lambda v: v - 1,
        lambda v: -v,
        lambda v: v * 2,
        lambda v: v * 10,
        lambda v: v // 2,
        lambda v: v + chance.randint(-20, 20),
        lambda v: (v or 1) * 10 ** chance.randint(2, 12),
    )
    return chance.choice(steps)(value) if abs(value) < 10**40 else 3


def _varied_float(value: float, chance: random.Random) -> float:
    return chance.choice(
        (
            value + 1,
            value - 0.5,
            -value,
            value * 10,
            value / 10,
            value * 10.0 ** chance.randint(-12, 12),
            float(round(value) if abs(value) < 1e15 else 1),
        )
    )


def _varied_items(items: list[Any], chance: random.Random, words: list[str]) -> list[Any]:
    """Remove, change or repeat one item, or shuffle the items; changes the list in place."""
    action = chance.random()
    if items and action < 0.3:
        items.pop(chance.randrange(len(items)))
    elif items and action < 0.6:
        position = chance.randrange(len(items))
        items[position] = _varied(items[position], chance, words)
    elif items and action < 0.8:
        items.insert(chance.randint(0, len(items)), chance.choice(items))
    else:
        chance.shuffle(items)
    return items


def _varied_dict(value: dict[Any, Any], chance: random.Random, words: list[str]) -> dict[Any, Any]:
    """A copy of a dictionary with one key removed or one value changed."""
    changed = dict(value)
    key = chance.choice(list(changed))
    if chance.random() < 0.5:
        changed.pop(key)
    else:
        changed[key] = _varied(changed[key], chance, words)
    return changed


def _text(value: str, chance: random.Random, words: list[str]) -> str:
    action = chance.random()
    position = chance.choice((0, len(value), chance.randint(0, len(value))))  # prefixes and suffixes matter most
    if action < 0.2 and value:
        return value[: position - 1] + value[position:] if position else value[1:]
    if action < 0.4:
        return value[:position] + chance.choice("aZ0 _-.,9\u00e9") + value[position:]
    if action < 0.55 and words:
        return value[:position] + chance.choice(words) + value[position:]
    if action < 0.65 and words:
        return chance.choice(words)
    if action < 0.75:
        return chance.choice((value.upper(), value.lower(), value.title(), value.swapcase(), value.strip(), f" {value}"))
    if action < 0.85:
        return value * 2
    if value:
        at = chance.randrange(len(value))
        return value[:at] + chance.choice("bY1 +-:") + value[at + 1 :]
    return "b"


def variable_name(name: str) -> str:
    """`SemanticVersion` as a variable name: `semantic_version`; common keywords and builtins get a trailing underscore."""
    text = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower().strip("_")
    return text + "_" if text in ("class", "set", "list", "dict", "type", "object", "range", "str", "int", "iter", "") else text
