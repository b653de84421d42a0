"""Short forms of the expressions that say which definition a name belongs to.

A short form keeps names, calls and indexing: `self.repo.find(key)[0]` is `self.repo.find()[]`. `"` is a literal, `?` anything
else, and the empty string a name without a receiver. A leading `:` marks a type, as in `:list[Order]`.
"""

from __future__ import annotations

import re

LITERAL, UNKNOWN = '"', "?"
MOST_TEXT = 400
"""Longer expressions are unknown."""

_MOST_EXPRESSION = 120
_REVERSED_NAME = re.compile(rb"[\w$]+(?:\.[\w$]+)*")
_NAME = re.compile(r"[A-Za-z_$][\w$]*")
_PREFIX = re.compile(r"(?:await|new|yield from|yield|return|\*|&|\()\s*")
_DOT, _COLON = b".:"
BEFORE_NAMES = b".:\t\n"
"""What a name that has a receiver stands behind."""

_DOT_BEFORE = re.compile(rb"\.\s+$")
_CONTINUES = (b".", b"?", b"!", b")", b"]", b"}")
_DOT_AFTER = re.compile(r"\s*[?!]?\.(?!\.)\s*")
_BRACKET = re.compile(r"[()\[\]{}]")
_ANGLES = re.compile(r"<[\w\s,.<>\[\]|?]*>")
_LITERAL_TYPE = re.compile(r"(?<![\w$\])])(?:\w+\.)?[A-Za-z]\w*$")
_OPENING = {")": "(", "]": "[", "}": "{"}
_ENDS = re.compile(r"\s*(?:$|[;,)\]}]|#|//|(?:or|if|and|for|as|!)\b|\|\||\?\?|&&|\n)")
_LITERALS = re.compile(
    r"""(?:[rbfuRBFU]{0,2}["'`]|\d|[\[{]|(?:True|False|true|false)\b|(?:async\s+)?(?:function|lambda)\b|map\[)"""
)
_NOTHING = re.compile(r"(?:None|null|nil|undefined)\b")


def receiver_before(source: bytes, start: int) -> str:
    """The short form of what stands before a name that starts at byte `start`; empty for a name on its own."""
    before = source[start - 1] if start else 0
    if before == _DOT:
        reversed_text = source[max(0, start - 81) : start - 1][::-1]
        match = _REVERSED_NAME.match(reversed_text)
        if match and reversed_text[match.end() : match.end() + 1] not in _CONTINUES:
            name = match[0][::-1].decode("utf-8", "replace")
            return LITERAL if name[0].isdigit() else name
    elif before != _COLON and (before not in b"\t\n" or not _DOT_BEFORE.search(source, max(0, start - 80), start)):
        return ""
    end = _separator(source, start)
    if end < 0:
        return "" if end == -1 else UNKNOWN
    return _backwards(source[max(0, end - MOST_TEXT) : end].decode("utf-8", "replace"))


def _separator(source: bytes, start: int) -> int:
    """The end of the receiver before a separator (`.`, `?.`, `!.`, `::`); -1 when there is none, -2 behind a comment."""
    end = start - 1
    while end >= 0 and source[end] in b" \t\n\r":
        end -= 1
    if end < 0 or (end < start - 1 and _ends_in_comment(source, end)):
        return -1
    if source[end] == 46:  # .
        if source[end - 1 : end] == b".":
            return -1  # a spread
    elif source[end - 1 : end + 1] == b"::":
        end -= 1
    else:
        return -1
    dot = end
    while end > 0 and source[end - 1] in b" \t\n\r?!":
        end -= 1
    return -2 if b"\n" in source[end:dot] and _ends_in_comment(source, end) else end


def _ends_in_comment(source: bytes, end: int) -> bool:
    """Whether the line up to byte `end` ends in a comment, or in what looks like one."""
    line = source[source.rfind(b"\n", 0, end) + 1 : end + 1]
    return b"//" in line or b"#" in line or line.rstrip().endswith(b"*/")


def _backwards(text: str) -> str:
    """The short form of the expression at the end of a text."""
    steps: list[str] = []
    end = len(text)
    while True:
        suffix = ""
        while end and text[end - 1] in ")]":
            bracket = text[end - 1]
            end = opening(text, end)
            if end < 0:
                return UNKNOWN
            suffix = ("()" if bracket == ")" else "[]") + suffix
        if end and text[end - 1] == "}" and (opened := opening(text, end)) > 0 and _LITERAL_TYPE.search(text, 0, opened):
            end, suffix = opened, f"(){suffix}"  # `Type{...}` of Go
        if end and text[end - 1] in "\"'`}":
            return LITERAL + "".join(f".{step}" for step in reversed(steps)) if not suffix else UNKNOWN
        begin = end
        while begin and (text[begin - 1].isalnum() or text[begin - 1] in "_$"):
            begin -= 1
        if begin == end:
            return LITERAL if suffix == "[]" and not steps else UNKNOWN
        steps.append(text[begin:end] + suffix)
        while begin and text[begin - 1] in " \t\n\r":
            begin -= 1
        if not begin or text[begin - 1] != "." or text[begin - 2 : begin - 1] == ".":
            break
        end = begin - 1
        while end and text[end - 1] in " \t\n\r?!":
            end -= 1
    expression = ".".join(reversed(steps))
    return expression if len(expression) <= _MOST_EXPRESSION and _NAME.match(expression) else UNKNOWN


def opening(text: str, end: int) -> int:
    """The position of the bracket that the one before `end` closes, or -1."""
    wanted: list[str] = []
    for match in _BRACKET.finditer(text[end - 1 :: -1] if end else ""):
        character = match[0]
        if character in _OPENING:
            wanted.append(_OPENING[character])
        else:
            if not wanted or wanted.pop() != character:
                return -1
            if not wanted:
                return end - match.end()
    return -1


def expression(text: str) -> str:
    """The short form of an expression in source text; empty when its value is nothing (`None`, `null`)."""
    text = text.strip()
    while match := _PREFIX.match(text):
        text = text[match.end() :]
    if not text or _NOTHING.match(text):
        return ""
    if _LITERALS.match(text):
        return LITERAL
    form, position = "", 0
    while match := _NAME.match(text, position):
        form, position = form + match[0], match.end()
        while position < len(text) and text[position] in "([{<":
            end = closing(text, position)
            if end < 0:
                return form + "()" if text[position] in "({" else UNKNOWN
            if text[position] == "<" and text[end : end + 1] != "(":
                break
            form += {"(": "()", "[": "[]", "{": "()", "<": ""}[text[position]]
            position = end
        following = _DOT_AFTER.match(text, position)
        if not following:
            break
        form, position = form + ".", following.end()
    if not form or len(form) > _MOST_EXPRESSION or not _ENDS.match(text, position):
        return UNKNOWN
    return form


def closing(text: str, start: int) -> int:
    """The position behind the bracket that closes the one at `start`, or -1."""
    if text[start] == "<":
        found = _ANGLES.match(text, start)
        return found.end() if found else -1
    depth = 0
    for match in _BRACKET.finditer(text, start):
        depth += 1 if match[0] in "([{" else -1
        if not depth:
            return match.end()
    return -1


def type_form(text: str) -> str:
    """The short form of a type in source text: `:` and the type without spaces, quotes and pointers."""
    text = re.sub(r"[\s\"'*&]", "", text)
    return f":{text[:_MOST_EXPRESSION]}" if text else UNKNOWN


def head(form: str) -> str:
    """The first name of a short form."""
    match = _NAME.match(form.lstrip(":"))
    return match[0] if match else ""
