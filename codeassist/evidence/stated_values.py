"""Whether a value or type that a sentence states is the one that is written in the source."""

from __future__ import annotations

import ast
import operator
import re

from codeassist.evidence.claims.names import LITERALS
from indexers import Index

FAMILIES = {
    "string": "str string charsequence",
    "boolean": "bool boolean",
    "bool": "bool boolean",
    "number": "number int integer float double decimal long short i8 i16 i32 i64 u8 u16 u32 u64 usize isize f32 f64 int64",
    "integer": "int integer long short number i8 i16 i32 i64 u8 u16 u32 u64 usize isize int32 int64 uint size_t bigint",
    "float": "float double number f32 f64 float32 float64",
    "list": "list array vec slice sequence arraylist",
    "array": "list array vec slice sequence",
    "dict": "dict mapping map hashmap record typeddict",
    "dictionary": "dict mapping map hashmap record typeddict dictionary",
    "map": "dict mapping map hashmap record btreemap",
    "tuple": "tuple",
    "set": "set hashset frozenset",
    "promise": "promise",
    "nothing": "none void undefined null never unit noreturn nil",
}
"""The words for types in prose, and what they are called in the source; None for types that need not be known."""

_TYPES = frozenset({word for words in FAMILIES.values() for word in words.split()})
_TYPES |= {"error", "String", "Promise", "Option", "Result"}
_UNKNOWN = frozenset("any object self this t r p v k typevar unknown auto var let never literal".split())
_OPERATORS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.LShift: operator.lshift,
}
_VALUES = frozenset({"true", "false", "none", "null", "nil"})
_MARKS = frozenset({"mut", "dyn", "final", "const", "readonly", "ref", "impl"})
MOST_SHIFT = 64
LONGEST_VALUE = 60


def is_type_of(claimed: str, written: str) -> bool:
    """Whether a type in the source is what a sentence calls it, or the sentence names its outer type."""
    there = _type_words(written)
    if claimed.lower() in FAMILIES:
        listed = claimed.lower() in ("list", "array") and bool(re.search(r"\[\]|^&?\[", written.strip()))
        return listed or not there.isdisjoint(_family(claimed)) or _is_unit(claimed, written)
    wanted = _type_words(claimed)
    return bool(wanted) and wanted <= there | {"an", "a"}


def is_known_type(name: str) -> bool:
    """Whether a name is that of a type which languages have."""
    return name in _TYPES


def is_other_type(claimed: str, written: str, index: Index) -> bool:
    """Whether a type in the source cannot be what a sentence calls it: all its words are known, and none of them may be."""
    if is_type_of(claimed, written):
        return False
    there = _type_words(written)
    aliases = any(d.kind in ("type", "alias") for name in re.findall(r"[A-Z]\w*", written) for d in index.definitions(name, 3))
    if aliases and claimed.lower() in {word for words in FAMILIES.values() for word in words.split()} | set(FAMILIES):
        return False
    return there.isdisjoint(_UNKNOWN) and (bool(there) or _is_unit("nothing", written))


def same_value(stated: str, written: str) -> bool | None:
    """Whether two values are the same: as text, as numbers, or the last part of a dotted name; None if they may be."""
    if _in_quotes(stated) and _in_quotes(written):
        return _in_quotes(stated)[1:-1] == _in_quotes(written)[1:-1]
    one, other = _plain(stated), _plain(written)
    if one == other:
        return True
    left, right = _number(stated), _number(written)
    if left is not None and right is not None:
        return left == right
    if re.fullmatch(r"\w+", one) and re.fullmatch(r"(?:\w+(?:\.|::))+\w+", other):
        return re.split(r"\.|::", other)[-1] == one
    return None


def is_other_value(stated: str, written: str) -> bool:
    """Whether a value that is not the same cannot mean the same: it is short, the stated one is no type, both are of one sort.

    A literal and a name or call are not compared, because the name may have that value. A plain word counts as a text whose
    quotes were left out.
    """
    bare = stated.strip("`")
    if len(written) > LONGEST_VALUE or bare.lower() in LITERALS - _VALUES:
        return False
    if _is_literal(written):
        return _is_literal(bare) or not re.search(r"[A-Z]{2}|[_.(:]", bare)
    return not _is_literal(bare)


def _is_literal(text: str) -> bool:
    return _number(text) is not None or text.strip().lower() in _VALUES or text.strip()[:1] in ("'", '"', "`")


def _in_quotes(text: str) -> str:
    """A text in quotes without the marks of code around it; "" for anything else."""
    bare = text.strip().strip("`").rstrip(";,")
    return bare if re.fullmatch(r"'[^']*'|\"[^\"]*\"", bare) else ""


def _is_unit(claimed: str, written: str) -> bool:
    return claimed.lower() == "nothing" and written.strip() in ("()", "")


def _family(word: str) -> frozenset[str]:
    return frozenset(FAMILIES[word.lower()].split())


def _type_words(text: str) -> set[str]:
    return {word.lower() for word in re.findall(r"[A-Za-z_]\w*", text)} - _MARKS


def _plain(text: str) -> str:
    return re.sub(r"[\"'`\s]", "", text.strip().rstrip(";,")).lower()


def _number(text: str) -> float | None:
    """The value of a number or of arithmetic with numbers, with suffixes of units of languages (`3u8`, `10L`) left out."""
    bare = text.strip().strip("`")
    letters = "Lnu" if bare.lower().startswith(("0x", "-0x")) else "LlFfDdnu"
    bare = re.sub(rf"(?<=\d)_(?=\d)|(?<=\w)(?:u8|u16|u32|u64|usize|i32|i64|f32|f64|[{letters}])\b", "", bare)
    try:
        return _computed(ast.parse(bare, mode="eval").body)
    except (SyntaxError, ValueError, TypeError, ArithmeticError, RecursionError, MemoryError):
        return None


def _computed(node: ast.expr) -> float:
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool):
        return node.value
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_computed(node.operand)
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        left, right = _computed(node.left), _computed(node.right)
        if isinstance(node.op, ast.LShift) and not 0 <= right <= MOST_SHIFT:
            raise ValueError(right)
        result: float = _OPERATORS[type(node.op)](left, right)
        return result
    raise ValueError(ast.dump(node))
