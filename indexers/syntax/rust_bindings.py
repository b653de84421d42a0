"""What the names of a file of Rust stand for: `use`, `let`, parameters, fields and patterns, from the text of each."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Container, Iterable, Iterator, Sequence

from tree_sitter import Node

from indexers.syntax.expressions import LITERAL, MOST_TEXT, UNKNOWN
from indexers.syntax.rust_expressions import expression, type_form

Bound = tuple[str, str]
"""A name and its short form; imports have `=module` or `=module:name`, with `.` between the parts of a path."""

SCOPE = "~"
"""Stands before the last line of the block in which a pattern binds its names."""

_USE = re.compile(r"(?:pub(?:\s*\([^)]*\))?\s+)?(?:use|extern\s+crate)\s+(.*?)\s*;?\s*$", re.DOTALL)
_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
_LET = re.compile(r"let\s+(?:mut\s+)?(.+?)\s*=(?![=>])\s*(.*)", re.DOTALL)
_PLAIN = re.compile(r"(?:ref\s+)?(?:mut\s+)?((?!\d)\w+)\s*(?::(?!:)\s*(.+))?$", re.DOTALL)
_INNER = re.compile(r"(?:Some|Ok)\s*\(\s*&?\s*(?:ref\s+)?(?:mut\s+)?((?!\d)\w+)\s*\)$")
_NUMBERED = re.compile(r"\(\s*\w+\s*,\s*(.+?)\s*\)$", re.DOTALL)
_WORD = re.compile(r"\w+")
_FOR = re.compile(r"(?:'\w+\s*:\s*)?for\s+(.+?)\s+in\s+(.+?)\s*\{", re.DOTALL)
_FIELD = re.compile(r"(?:pub(?:\s*\([^)]*\))?\s+)?(?:(?:const|static)\s+(?:mut\s+)?)?(\w+)\s*:(?!:)\s*(.+)$", re.DOTALL)
_PUBLIC = re.compile(r"\s*(?:#\[[^\]]*\]\s*)*(?:pub(?:\s*\([^)]*\))?\s+)?")
_PATTERN_NAME = re.compile(r"(?<![\w:.'\"])(?:[a-z_]\w*)(?!\w|\s*(?:::|[({!]|:(?!:)))")
_PATTERN_WORDS = frozenset("ref mut box if in let self crate super true false _".split())
_PASSING = frozenset(
    "map for_each filter any all position find flat_map filter_map find_map and_then inspect take_while skip_while map_while "
    "partition is_some_and is_ok_and max_by_key min_by_key sort_by sort_by_key sort_unstable_by sort_by_cached_key retain "
    "try_for_each map_or map_or_else".split()
)
"""Methods that call a closure with the values that a holder has."""

_NO_VALUE = frozenset({UNKNOWN, LITERAL, ""})
_PATTERNS = frozenset({"match_pattern", "closure_parameters"})
_LOWER = re.compile(r"[a-z_]\w*")
_SCOPED = {"closure_parameters": 1, "match_pattern": 1, "for_expression": 0, "parameter": 2}
_BLOCKS = frozenset({"if_expression", "while_expression", "match_arm", "block", "function_item", "closure_expression"})


def imported(text: str) -> Iterator[Bound]:
    """The names that a `use` or `extern crate` binds."""
    match = _USE.match(_COMMENT.sub("", text))
    if match:
        yield from _tree("", match[1])


def from_file(value: str, inner: Sequence[str]) -> str:
    """The value of an import in `inner` modules of a file, as it would be at the top of the file."""
    path, colon, name = value[1:].partition(":")
    parts = path.split(".")
    if not inner or parts[0] not in ("self", "super"):
        return value
    rest = [part for part in parts if part != "super"] if parts[0] == "super" else parts[1:]
    above = len(parts) - len(rest) if parts[0] == "super" else 0
    start = ["super"] * (above - len(inner)) if above > len(inner) else ["self", *inner[: len(inner) - above]]
    return f"={'.'.join([*start, *rest])}{colon}{name}"


def _tree(prefix: str, text: str) -> Iterator[Bound]:
    """The names of one tree of a `use` behind a path."""
    waiting = [(prefix, text)]
    while waiting:
        before, entry = waiting.pop()
        path, brace, inner = entry.strip().partition("{")
        if brace:
            inside = f"{before}{path.strip()}"
            waiting.extend((inside, part) for part in reversed(_parts(inner.rstrip().removesuffix("}"))))
            continue
        name, _, alias = path.partition(" as ")
        parts = [part.strip() for part in f"{before}{name}".split("::") if part.strip()]
        if len(parts) > 1 and parts[-1] == "self":
            parts.pop()
        if not parts:
            continue
        module, last = ".".join(parts[:-1]), parts[-1]
        if last == "*":
            yield "*", f"={module}"
        else:
            yield alias.strip() or last, f"={module}:{last}" if module else f"={last}"


def _parts(text: str) -> list[str]:
    """The parts of a text between commas that are in no brackets."""
    parts, depth, start = [], 0, 0
    for position, character in enumerate(text):
        depth += (character in "[({<") - (character in "])}") - (character == ">" and text[position - 1 : position] != "-")
        if character == "," and not depth:
            parts.append(text[start:position])
            start = position + 1
    return [part for part in (*parts, text[start:]) if part.strip()]


def bound_in_rust(node: Node, text: str, wanted: Container[str] | None) -> Iterator[Bound]:
    """The names that a statement, parameter, field or pattern binds, each with the end of its block where it has one.

    Patterns without any of the `wanted` names are not read further.
    """
    if wanted is not None and node.type in _PATTERNS and not any(name in wanted for name in _LOWER.findall(text)):
        return
    end = _last_line(node)
    special = {"match_pattern": _match_arm, "closure_parameters": _closure}.get(node.type)
    for name, value in special(node, text) if special is not None else _bound(text, node.type):
        yield name, value if end < 0 else f"{value}{SCOPE}{end + 1}"


def _match_arm(node: Node, text: str) -> Iterator[Bound]:
    """The names of the pattern of an arm: of `Some(name)` and `Ok(name)` with what is matched."""
    text = text.partition(" if ")[0].strip()
    inner, around = _INNER.match(text), node
    for _ in range(3 if inner else 0):
        around = around.parent or around
    value = around.child_by_field_name("value") if inner else None
    if inner and value is not None and value.text is not None:
        form = expression(value.text[:MOST_TEXT].decode("utf-8", "replace"))
        yield inner[1], UNKNOWN if form in _NO_VALUE else f"{form}[]"
    else:
        yield from ((name, UNKNOWN) for name in _names(text))


def _closure(node: Node, text: str) -> Iterator[Bound]:
    """The parameters of a closure: with what a holder of values passes to it, where it is the argument of a method."""
    parts = [part for part in _parts(text.strip("|")) if ":" not in part.replace("::", "")]
    called = node.parent.parent.parent if node.parent is not None and node.parent.parent is not None else None
    function = called.child_by_field_name("function") if called is not None and called.type == "call_expression" else None
    form = UNKNOWN
    if parts and function is not None and function.type == "field_expression" and function.text is not None:
        receiver, _, method = function.text[: 3 * MOST_TEXT].decode("utf-8", "replace").rpartition(".")
        form = expression(receiver) if method.strip() in _PASSING else UNKNOWN
    for part in parts:
        yield from _pattern(part, UNKNOWN if form in _NO_VALUE else f"{form}[]")


def _bound(text: str, kind: str) -> Iterator[Bound]:
    """The names that a statement, parameter, field or pattern of one node type binds."""
    if kind == "enum_variant":
        name = _WORD.match(text)
        if name:
            yield name[0], ":Self"
        return
    if kind in ("const_item", "static_item"):
        text = text.partition("=")[0]
    if kind in ("let_declaration", "let_condition"):
        match = _LET.match(text)
        if match:
            yield from _assigned(match[1], match[2])
        elif plain := _PLAIN.match(text[len("let") :].strip().rstrip(";")):
            yield plain[1], type_form(plain[2]) if plain[2] else UNKNOWN
    elif kind == "for_expression":
        match = _FOR.match(text)
        if match:
            form = expression(match[2])
            yield from _pattern(match[1], UNKNOWN if form in _NO_VALUE else f"{form}[]")
    elif kind == "ordered_field_declaration_list":
        for number, part in enumerate(_parts(text.strip("()"))):
            yield str(number), type_form(_PUBLIC.sub("", part, count=1))
    elif match := _FIELD.match(text):
        yield match[1], type_form(match[2])
    else:  # `mut name: T`, or a pattern with a type
        yield from _assigned(text, "")


def _assigned(target: str, value: str) -> Iterator[Bound]:
    plain = _PLAIN.match(target)
    if plain and plain[1][:1].islower() | (plain[1][:1] == "_"):
        yield plain[1], type_form(plain[2]) if plain[2] and plain[2].strip() != "_" else expression(value)
        return
    if target.startswith("(") and value.startswith("("):
        names, values = _parts(target[1:].rpartition(")")[0]), _parts(value[1:].rpartition(")")[0])
        if len(names) == len(values):
            for name, part in zip(names, values, strict=True):
                yield from _pattern(name, expression(part) or UNKNOWN)
            return
    form = expression(value)
    yield from _pattern(target, f"{form}[]" if form not in _NO_VALUE and _INNER.match(target) else UNKNOWN)


def _pattern(text: str, form: str) -> Iterator[Bound]:
    """The names of a pattern: with a value when it is one name, or `Some` or `Ok` of one."""
    text = text.strip().removeprefix("&").strip()
    if form.endswith(".enumerate()[]") and (pair := _NUMBERED.match(text)):
        text = pair[1]
    one = _INNER.match(text) or _PLAIN.match(text)
    if one and one[1] not in _PATTERN_WORDS and not one[1][0].isupper():
        yield one[1], form
    else:
        yield from ((name, UNKNOWN) for name in _names(text))


def _names(text: str) -> list[str]:
    return [name for name in _PATTERN_NAME.findall(text) if name not in _PATTERN_WORDS]


def _last_line(node: Node) -> int:
    """The last line of the block in which a pattern binds its names, from 0; -1 for the rest of the function."""
    steps = _SCOPED.get(node.type)
    around: Node | None = node
    if steps is None:
        if node.type != "let_condition":
            return -1
        while around is not None and around.type not in _BLOCKS:
            around = around.parent
    else:
        for _ in range(steps):
            around = around.parent if around is not None else None
    return around.end_point.row if around is not None else -1


def with_tokens(captured: dict[str, list[Node]], source: bytes) -> dict[str, list[Node]]:
    """Captures in which names that are called, also in the arguments of macros, are calls, and others there values."""
    imports, attributes = _spans(captured.get("import", ())), _spans(captured.get("attached", ()))
    calls, values = list(captured.get("reference.call", ())), list(captured.get("reference.value", ()))
    calls += [node for node in captured.get("reference.method", ()) if _CALL.match(source, node.end_byte)]
    for node in captured.get("reference.token", ()):
        start, end = node.start_byte, node.end_byte
        if _is_call(source, start, end):
            if not _is_inside(attributes, start) and source[max(0, start - 3) : start] != b"fn ":
                calls.append(node)
        elif (source[end : end + 2] != b"::" or source[start - 1 : start] == b":") and not _is_inside(imports, start):
            values.append(node)
    return {**captured, "reference.call": calls, "reference.value": values}


def _spans(nodes: Iterable[Node]) -> list[tuple[int, int]]:
    return sorted((node.start_byte, node.end_byte) for node in nodes)


_CALL = re.compile(rb"\(|::<[^;{}]{1,80}?>\(|!\s*[(\[{]")


def _is_call(source: bytes, start: int, end: int) -> bool:
    if _CALL.match(source, end):
        return True
    return source[start : start + 1].isupper() and source[end : end + 2] == b" {"


def _is_inside(spans: Sequence[tuple[int, int]], position: int) -> bool:
    found = bisect_right(spans, (position, position)) - 1
    return found >= 0 and position < spans[found][1]
