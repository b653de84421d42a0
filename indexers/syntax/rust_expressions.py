"""Short forms of the expressions and types of Rust: as in `expressions`, with `::` behind the parts of a path and `?` kept.

`self.repo.find::<K>(key)?[0]` is `self.repo.find()?[]`, and `shop::Cart::new()` has the receiver `shop::Cart::`. A type is
written without references, lifetimes and spaces.
"""

from __future__ import annotations

import re

from indexers.syntax.expressions import LITERAL, MOST_TEXT, UNKNOWN, opening

MACRO = "!"
"""The end of the receiver of a macro's name."""

_NO_NAMES = frozenset({"crate", "self", "super", "Self", "std", "core", "alloc", LITERAL, UNKNOWN, ""})
"""What a path can begin with that is defined in no file."""

_DOT, _COLON, _ANGLE = b".:>"
_NAME_BYTES = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") | frozenset(range(128, 256))
_MOST_NAME = 80
_MOST_FORM = 240
_REVERSED_PATH = re.compile(rb"\w+(?:(?:\.|::)\w+)*")
_CONTINUES = frozenset(b".?)]}>:\"'#$")
_SPACE = " \t\r\n"
_NAME = re.compile(r"(?!\d)\w+")
_PREFIX = re.compile(r"(?:[&*(]|\b(?:mut|return|move|unsafe)\s)\s*")
_LITERALS = re.compile(r"""[rb]{0,2}#*"|b?'|\d|\[|-\s*\d|(?:true|false)\b|(?:vec|format|concat|stringify|matches)!""")
_KEYWORDS = frozenset(
    "if match loop while for move async unsafe break continue return let else as in fn dyn impl const".split()
)
_WRAPPERS = re.compile(r"(?:(?:std|alloc)::\w+::)?(?:Box|Rc|Arc)::new\(")
_LAST_NAME = re.compile(r"\w+$")
_STEP, _BRACE = re.compile(r"\w+"), re.compile(r"\s*\{")
_TURBOFISH = re.compile(r"::\s*<")
_NEXT = re.compile(r"\s*(\.(?!\.)|::)\s*")
_ENDS = re.compile(r"\s*(?:$|[;,)\]}]|//|else\b)")
_REFERENCE = re.compile(r"[&*\"]|'\w+\b,?|\b(?:mut|dyn|impl|const|ref|for)\s+(?:<[^<>]*>)?|\bwhere\b.*", re.DOTALL)
_BRACKETS = re.compile(r"[()\[\]{}]|<|(?<![-=])>")
_OPEN = "([{<"


class Receivers:
    """The short forms of what stands before the names of a file. In a chain of calls each begins with the one before it."""

    def __init__(self, source: bytes) -> None:
        """`source` is the text of the file."""
        self._source = source
        self._known: dict[int, str] = {}

    def before(self, start: int, end: int) -> str:
        """The receiver of the name in bytes `start` to `end`; it ends in `::` for a part of a path, in `!` for a macro."""
        source = self._source
        last = source[start - 1]
        if last == _DOT:
            form = self._value(start - 1)
        elif last == _COLON and source[start - 2] == _COLON:
            form = self._path(start - 2)
        else:
            form = ""
        self._known[start] = form
        return form + MACRO if source[end : end + 1] == b"!" and source[end + 1 : end + 2] != b"=" else form

    def _value(self, end: int) -> str:
        """The receiver before a dot at byte `end`."""
        source = self._source
        if source[end - 1] == _DOT:
            return ""  # a range
        if source[end - 1] in _NAME_BYTES:
            text = source[max(0, end - 80) : end][::-1]
            match = _REVERSED_PATH.match(text)
            if match and (match.end() == len(text) or text[match.end()] not in _CONTINUES) and b"tiawa" not in match[0]:
                form = match[0][::-1].decode("utf-8", "replace")
                return LITERAL if form[0].isdigit() else form
        return self._chain(end)

    def _path(self, end: int) -> str:
        """The receiver before `::` at byte `end`."""
        source = self._source
        if source[end - 1] not in _NAME_BYTES and source[end - 1] != _ANGLE:
            return "crate::"  # a path that begins with `::`
        text = source[max(0, end - 80) : end][::-1]
        match = _REVERSED_PATH.match(text)
        if match and (match.end() == len(text) or text[match.end()] not in _CONTINUES):
            return match[0][::-1].decode("utf-8", "replace") + "::"
        form = self._chain(end)
        return form if form in ("", UNKNOWN) else form + "::"

    def _chain(self, end: int) -> str:
        begin = max(0, end - 3 * MOST_TEXT)
        text = self._source[begin:end].decode("utf-8", "replace")
        if len(text) != end - begin:
            return _backwards(text, {}, 0)
        return _backwards(text, self._known, begin)


def path_start(receiver: str) -> str:
    """The first name of a receiver that is a path; empty for others, and for what is defined in no file."""
    first, separator, _ = receiver.partition("::")
    return "" if not separator or first in _NO_NAMES else first


def _backwards(text: str, known: dict[int, str], offset: int) -> str:
    """The short form of the expression at the end of a text; `known` has the receivers of names by position behind `offset`."""
    form, end = "", len(text)
    while True:
        end, spaces = _skip_spaces(text, end)
        if spaces and "//" in text[text.rfind("\n", 0, end) + 1 : end]:
            return UNKNOWN
        end, suffix = _suffix(text, end)
        if end < 0:
            return UNKNOWN
        match = _LAST_NAME.search(text, max(0, end - _MOST_NAME), end)
        if match is None or match[0] in _KEYWORDS:
            return LITERAL + form if end and text[end - 1] in "\"'" and not suffix else UNKNOWN
        name, begin = match[0], match.start()
        if text[begin - 1 : begin] == "$" and name != "crate":
            return UNKNOWN  # a variable of a macro
        before_name = known.get(begin + offset, "")
        if before_name == UNKNOWN:
            return UNKNOWN
        if before_name:
            return _cut(f"{before_name}{'' if before_name.endswith('::') else '.'}{name}{suffix}{form}")
        before, _ = _skip_spaces(text, begin)
        if name == "await" and not suffix:
            form = form.removeprefix(".")
            name = ""
        form = name + suffix + form
        if text[before - 1 : before] == "." and text[before - 2 : before - 1] != ".":
            form, end = (f".{form}" if name else form), before - 1
        elif text[before - 2 : before] == "::" and name:
            form, end = f"::{form}", before - 2
            if not end or not (text[end - 1].isalnum() or text[end - 1] in "_>"):
                form = form.removeprefix("::")  # a path that begins with `::`
                break
        else:
            break
    return LITERAL if form[:1].isdigit() else _cut(form)


def _cut(form: str) -> str:
    return form if form and len(form) <= _MOST_FORM else UNKNOWN


def _skip_spaces(text: str, end: int) -> tuple[int, bool]:
    """(the end without spaces, whether a line ended there)."""
    begin = end
    while begin and text[begin - 1] in _SPACE:
        begin -= 1
    return begin, "\n" in text[begin:end]


def _suffix(text: str, end: int) -> tuple[int, str]:
    """(where a name ends, the short form of the calls, indexes and `?` behind it); -1: no name can be read."""
    suffix = ""
    while end and text[end - 1] in ")]?>":
        character = text[end - 1]
        if character == "?":
            end, suffix = end - 1, "?" + suffix
        elif character == ">":
            end = _turbofish(text, end)
        else:
            end = opening(text, end)
            suffix = ("()" if character == ")" else "[]") + suffix
        if end < 0:
            return -1, ""
        end = _skip_spaces(text, end)[0]
    return (-1, "") if end and text[end - 1] in "!}" else (end, suffix)


def _turbofish(text: str, end: int) -> int:
    """The position before the `::<` whose `>` ends a text there, or -1."""
    depth = 0
    for position in range(end - 1, max(-1, end - _MOST_FORM), -1):
        depth += (text[position] == ">" and text[position - 1] not in "-=") - (text[position] == "<")
        if not depth and text[position] == "<":
            return position - 2 if text[position - 2 : position] == "::" else -1
    return -1


def expression(text: str) -> str:
    """The short form of an expression in source text."""
    text = text.strip()
    while (match := _PREFIX.match(text)) or (match := _WRAPPERS.match(text)):
        text = text[match.end() :]
    if _LITERALS.match(text):
        return LITERAL
    form, position = "", 0
    text = text.removeprefix("::")
    while match := _STEP.match(text, position):
        name, position = match[0], match.end()
        if name in _KEYWORDS or (not form and name[0].isdigit()):
            return UNKNOWN
        form = form.removesuffix(".") if name == "await" else form + name
        form, position = _called(text, position, form)
        following = _NEXT.match(text, position)
        if position < 0 or not following:
            break
        form, position = form + following[1], following.end()
    return form if form and position >= 0 and len(form) <= _MOST_FORM and _ENDS.match(text, position) else UNKNOWN


def _called(text: str, position: int, form: str) -> tuple[str, int]:
    """(a form with the calls, indexes and `?` behind it, where these end): -1 when a bracket is not closed."""
    while True:
        turbofish = _TURBOFISH.match(text, position)
        if turbofish:
            position = closing(text, turbofish.end() - 1)
        elif text[position : position + 1] == "?":
            form, position = form + "?", position + 1
        elif text[position : position + 1] in ("(", "["):
            form += "()" if text[position] == "(" else "[]"
            position = closing(text, position)
        elif (brace := _BRACE.match(text, position)) and form.rpartition("::")[2][:1].isupper():
            end = closing(text, brace.end() - 1)
            return form + "()", end if end > 0 else len(text)  # a long one is cut
        else:
            return form, position
        if position < 0:
            return form, -1


def closing(text: str, start: int) -> int:
    """The position behind the bracket that closes the one at `start`, with angle brackets only inside such; or -1."""
    angles = text[start] == "<"
    depth = 0
    for match in _BRACKETS.finditer(text, start):
        if match[0] in "<>" and not angles:
            continue
        depth += 1 if match[0] in _OPEN else -1
        if not depth:
            return match.end()
    return -1


def type_text(text: str) -> str:
    """A type in source text without references, lifetimes, spaces and what only says how it is held."""
    return "".join(_REFERENCE.sub("", text).split())


def type_form(text: str) -> str:
    """The short form of a type: `:` and its text."""
    found = type_text(text)
    return f":{found}" if 0 < len(found) <= _MOST_FORM else UNKNOWN
