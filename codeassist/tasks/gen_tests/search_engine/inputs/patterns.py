"""The regular expressions of a module, and texts that they match."""

from __future__ import annotations

import ast
import random
import re
from typing import Any


def patterns_in(tree: ast.AST) -> list[str]:
    """The regular expressions in a module's code: arguments of `re`, and the first texts of tuples of texts."""
    patterns = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith(("re.", "_re.", "regex.")) and node.args:
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                patterns.append(first.value)
        elif (
            isinstance(node, ast.Tuple)
            and node.elts
            and all(isinstance(e, ast.Constant) and isinstance(e.value, str) for e in node.elts)
        ):
            patterns.append(node.elts[0].value)  # type: ignore[attr-defined]  # tables of (pattern, replacement)
    return patterns[:120]


def matching(pattern: str, chance: random.Random, flags: int = 0) -> str | None:
    """A string that a regular expression fully matches, or None when this simple generator does not support it.

    `flags` are those of the expression; of them, only VERBOSE changes how it is read.
    """
    try:
        from re import _parser as parser  # type: ignore[attr-defined]
    except ImportError:
        import sre_parse as parser
    try:
        return _generate(parser.parse(pattern, flags & re.VERBOSE), {}, chance)[:200]
    except Exception:  # unsupported constructs, too deep a recursion
        return None


def compiled_patterns(module: Any) -> list[tuple[str, int]]:
    """(expression, flags) of the compiled regular expressions of a module, those of the library `regex` too."""
    asked = ("pattern", "fullmatch", "flags")  # of the type: a proxy (Flask's `request`) runs code when it is asked
    found = [v for v in vars(module).values() if all(hasattr(type(v), name) for name in asked)]
    return [(v.pattern, v.flags) for v in found if isinstance(v.pattern, str) and isinstance(v.flags, int)]


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
