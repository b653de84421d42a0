"""Examples within sentences: "`slug('A b')` gives `a-b`", "e.g. pairs([1, 2]) == [(1, 2)]", "`a` becomes `b`"."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

LONGEST = 160
"""Characters of a call, and of what it gives, within a sentence."""

_SIGN = re.compile(r"`*\s*(?:==|=(?!=)|->|\u2192|=>)\s*`*")
_VERB = re.compile(r"`*\s+(?:returns|gives|is|equals|yields)\s+`*")
_ENDS = re.compile(r"`|$|\s*(?:[,;)]|\.(?!\d)|\n)")
_BECOMES = r"(?:becomes|gives|yields|turns into|is turned into|maps to|->|\u2192|=>)"


def example_calls(name: str, text: str) -> Iterator[tuple[str, str]]:
    """(call, the text of what it gives) of the calls of a function which a documentation text gives the result of."""
    in_marks = rf"`({re.escape(name)}\([^`\n]*\))`\s+(?:returns|gives|is|equals|==?|yields|->|\u2192|=>)\s+`([^`\n]+)`"
    found = dict.fromkeys(re.findall(in_marks, text))
    yield from found
    for start in re.finditer(rf"(?<![\w.]){re.escape(name)}\(", text):
        rest = text[start.start() : start.start() + LONGEST]
        call = _literal_call(rest)
        said = rest[len(call) :] if call else ""
        joint = _SIGN.match(said) or _VERB.match(said)
        expected = _longest_literal(said[joint.end() :], strict=bool(_VERB.match(said))) if joint else ""
        if call and expected and (call, expected) not in found:
            yield call, expected


def example_values(text: str) -> list[tuple[str, str]]:
    """(what is given, what it becomes) in backticks, as they are written."""
    return re.findall(rf"`([^`\n]+)`\s+{_BECOMES}\s+`([^`\n]+)`", text)


def is_literal(text: str) -> bool:
    """Whether a text is the source text of a plain value."""
    try:
        ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return False
    return True


def _literal_call(text: str) -> str:
    """The call at the start of a text whose arguments are plain values; "" for other calls."""
    for end in (match.end() for match in re.finditer(r"\)", text)):
        try:
            node = ast.parse(text[:end], mode="eval").body
        except (SyntaxError, ValueError, MemoryError, RecursionError):
            continue
        if not isinstance(node, ast.Call):
            return ""
        arguments = [*node.args, *(k.value for k in node.keywords)]
        return text[:end] if all(is_literal(ast.unparse(a)) for a in arguments) else ""
    return ""


def _longest_literal(text: str, *, strict: bool) -> str:
    """The longest start of a text that is a plain value; with `strict` only where the sentence or its part ends after it."""
    for end in range(min(len(text), LONGEST), 0, -1):
        if text[end - 1].isspace() or text[end - 1] == "," or not is_literal(text[:end]):
            continue
        return text[:end] if not strict or _ENDS.match(text, end) else ""
    return ""
