"""Values as source text: literals of the code, strings that match its patterns, and variations."""

from __future__ import annotations

import ast
import random
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from ..subjects.proxies import is_a
from .patterns import matching

LONGEST_TEXT = 40
"""Longer texts of the code are not used as values: a reader of the test would not see what it is about."""


READABLE = 12
"""Characters of a text from which on it stays readable when it is varied."""

IN_TEXT = 0.25
"""How often a text with a number is varied by changing the number."""

_NUMBER = re.compile(r"[0-9]{1,9}")
_NEGATIVE_ZERO = re.compile(r"(?<![\w.'\")\]])-0(?![\w.])")

SHORT = 4
"""Characters, with its quotes, of a text that is in many programs by chance."""

_ODD = re.compile(
    r"\b[a-z][A-Z]{2,}|(?<![\d.])\d{6,}(?![\d.])|\d\.\d{4,}|\\[rx]|[^\x00-\x7e]|'\s+'|\btype\(None\)|\w\(None\b|\btyping\.|\bmock\.\w*Mock\("
)
"""Swapped case, long numbers, control characters, only blanks, annotations as values, nothing as a value, mocks in place of objects."""

MOST_WORDS = 12
"""Maximum texts that are taken from one variable of a module."""


class Literals:
    """Constants of some code by kind, with nearby values, examples that its documentation quotes, and strings that match its patterns."""

    def __init__(self, trees: Iterable[ast.AST], patterns: Iterable[tuple[str, int]], chance: random.Random) -> None:
        """Collect from syntax trees and from regular expressions with their flags."""
        self.by_kind: dict[str, list[str]] = {}
        self.quoted: set[str] = set()
        """The texts that the documentation quotes as examples, as source text."""

        for tree in trees:
            said = _said(tree)
            for node in ast.walk(tree):
                if isinstance(node, ast.Constant) and id(node) not in said:
                    self._constant(node.value)
                elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
                    for example in quoted(node.value.value) if not _LICENCE.search(node.value.value) else ():
                        self._constant(example)
                        self.quoted.add(repr(example))
        for pattern, flags in patterns:
            for _ in range(6):
                text = matching(pattern, chance, flags)
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


def oddness(program: str, quoted_texts: Iterable[str]) -> float:
    """A factor of the cost of a program for its reader: values that a person would not choose cost more, documented ones less."""
    documented = 0.7 if any(text in program for text in quoted_texts if len(text) > SHORT) else 1.0
    return documented * (1.3 if _ODD.search(program) else 1.0)


def quoted(documentation: str) -> list[str]:
    """The texts that a documentation quotes as examples: in quotes, and in backticks unless they are names or calls."""
    found = [match[1] or match[2] for match in _IN_QUOTES.finditer(documentation)]
    return found + [text for text in _IN_BACKTICKS.findall(documentation) if not _CODE.match(text)]


def _said(tree: ast.AST) -> set[int]:
    """The constants that code only says: documentation, messages of exceptions and logs, `__author__`. They are no inputs."""
    said: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            said.add(id(node.value))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and _BLANK.fullmatch(node.value):
            said.add(id(node))
        elif isinstance(node, ast.Assign) and _METADATA.fullmatch(ast.unparse(node.targets[0])):
            said |= {id(n) for n in ast.walk(node.value)}
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


_IN_QUOTES = re.compile(r"(?<![\w'\"])(?:'([^'\n]{1,40})'|\"([^\"\n]{1,40})\")(?![\w'\"])")
_IN_BACKTICKS = re.compile(r"(?<!`)`{1,2}([^`\n]{1,40})`{1,2}(?!`)")
_CODE = re.compile(r"[A-Za-z_][\w.]*(?:$|\(|\s*[=<>]|\[)|['\"(\[{<]|[A-Za-z_.]+:[A-Za-z_.]")
"""A name, a call, an assignment, a literal or a role: not an example of a text."""

_LOGGING = re.compile(r"\b(?:log(?:ger|ging)?|warnings|_log(?:ger)?|LOG(?:GER)?)\.|(?:Error|Exception|Warning)$")
_METADATA = re.compile(
    r"__(?:all|slots|match_args|author|authors|email|license|licence|copyright|credits|maintainer|status|docformat|version|date)__"
)
_LICENCE = re.compile(r"\b(?i:copyright|licen[cs]ed? under|without warrant)")
_BLANK = re.compile(r"\s{2,}")
"""Blanks for a layout that code writes: as an input nobody could tell how many they are."""

_SENTENCE = re.compile(r"[A-Z][^\n]*\w \w+[^\n]* [^\n]*\.")
"""A text of at least three words that ends like a sentence."""


def words_in(module: Any) -> list[str]:
    """Short texts in the lists, sets and keys of dictionaries that are variables of a module, some of each."""
    found: list[str] = []
    for name, value in list(vars(module).items()):
        if not name.startswith("__") and is_a(value, list, tuple, set, frozenset, dict):
            texts = [v for v in value if type(v) is str and 0 < len(v) < 24]
            found += sorted(texts)[:MOST_WORDS] if isinstance(value, (set, frozenset)) else texts[:MOST_WORDS]
    return list(dict.fromkeys(found))[: 4 * MOST_WORDS]


def without_negative_zero(program: str) -> str:
    """A program with `0` in place of `-0`, which is the same and no person would write."""
    return _NEGATIVE_ZERO.sub("0", program)


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
    """A nearby number or one of another size, with few digits."""
    varied = chance.choice(
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
    return float(f"{varied:.6g}")


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


def _with_another_number(value: str, chance: random.Random) -> str:
    """The text with one of its numbers changed a little: `10-20` becomes `10-21`."""
    number = chance.choice(list(_NUMBER.finditer(value)))
    changed = str(abs(_varied_int(int(number[0]), chance))).zfill(len(number[0]) if number[0].startswith("0") else 1)
    return value[: number.start()] + changed + value[number.end() :]


def _text(value: str, chance: random.Random, words: list[str]) -> str:
    if len(value) > 1 and chance.random() < IN_TEXT and _NUMBER.search(value):
        return _with_another_number(value, chance)
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
        cases = (value.upper(), value.lower(), value.title(), value.swapcase() if len(value) < READABLE else value.upper())
        return chance.choice((*cases, value.strip(), f" {value}"))
    if action < 0.85:
        return value * 2
    if value:
        at = chance.randrange(len(value))
        return value[:at] + chance.choice("bY1 +-:") + value[at + 1 :]
    return "b"


def variable_name(name: str) -> str:
    """`SemanticVersion` as a variable name: `semantic_version`; common keywords and builtins get a trailing underscore.

    For a class whose name is that of a variable, such as `wait_fixed`, another name: a test that assigns it could not call it.
    """
    text = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower().strip("_")
    return (
        text + "_"
        if text in ("class", "set", "list", "dict", "type", "object", "range", "str", "int", "iter", "")
        else text
        if text != name
        else "instance"
    )


def joined(texts: Sequence[str], chance: random.Random) -> str:
    """Several of some texts, one after the other: what a tokeniser or a parser reads."""
    parts = [chance.choice(texts) for _ in range(chance.choice((1, 2, 3, 3, 4)))]
    return chance.choice(("", "", " ", " ", "\n", ", ")).join(parts)[:120]
