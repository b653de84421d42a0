"""Extract the signature of a definition, and the text of its comments without comment markers."""

from __future__ import annotations

import re

from tree_sitter import Node

MAX_SIGNATURE = 400


MAX_DOCUMENTATION = 300


_WRAPPERS = frozenset({"decorated_definition", "export_statement", "template_declaration", "Decl"})


_BODIES = frozenset(
    {
        "block",
        "class_body",
        "declaration_list",
        "statement_block",
        "compound_statement",
        "template_body",
        "body",
        "field_declaration_list",
        "function_body",
        "do_block",
        "enum_body",
        "enum_class_body",
        "interface_body",
        "object_type",
        "enumerator_list",
        "body_statement",
        "ContainerDecl",
        "protocol_body",
        "Block",
        "match",
        "enum_member_declaration_list",
        "class_declarations",
        "instance_declarations",
        "constructor_body",
        "arrow_expression_clause",
        "enum_declaration_list",
    }
)


_COMMENT_MARK = re.compile(r"^\s*(?:/\*+!?|///?/?!?|\*+/?|#+!?|--+(?:\[\[)?\s?[|^]?|;+|\{-\s?\|?)\s?|\s*(?:\*+/|-\})\s*$")


_XML_TAG = re.compile(r"</?(?:summary|remarks|para|returns|param|see|c|code|inheritdoc)\b[^>]*>")


_LINT_REMARK = re.compile(
    r"(?:tslint|eslint|jshint|istanbul|prettier|noqa|pylint|flake8|mypy|type|ruff|nolint|rubocop)\b\s*[:-]|@ts-"
)


_STRING_QUOTE = re.compile(r'^[A-Za-z~]{0,3}("""|\'\'\'|"|\')|("""|\'\'\'|"|\')$')

_ATTRIBUTE = re.compile(r"^\s*#!?\[")
_IN_QUOTES = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)'")

_COMMENT_START = re.compile(rb"#|//|/\*|--|\{-|<!")
"""How comments begin, in any language: to look for them in the tree takes longer."""

_REMARKS = frozenset({"comment", "line_comment", "block_comment"})
_AFTER_OPENING = re.compile(r"([(\[]) ")
_BEFORE_CLOSING = re.compile(r",? ([)\]])")


def signature_of(node: Node, name_node: Node, source: bytes) -> tuple[str, int]:
    """The definition without its body, on one line, and the number of the line where its body starts."""
    while node.type in _WRAPPERS:
        inner = node.child_by_field_name("definition") or node.child_by_field_name("declaration")
        if inner is None:
            inner = next((c for c in reversed(node.named_children) if c.start_byte <= name_node.start_byte), None)
        if inner is None or inner.id == node.id:
            break
        node = inner
    start = node.start_byte
    body = node.child_by_field_name("body")
    if body is None:
        body = next((child for child in node.named_children if child.type in _BODIES), None)
    if body is not None and body.start_byte > name_node.end_byte:
        end, body_line = body.start_byte, body.start_point.row + 1
        if _COMMENT_START.search(source, name_node.end_byte, end):
            remarks = (c.start_byte for c in node.children if c.type == "comment" and c.start_byte > name_node.end_byte)
            end = min(end, *remarks, end)
    else:
        newline = source.find(b"\n", name_node.end_byte, node.end_byte)
        end = node.end_byte if newline < 0 else newline
        body_line = name_node.start_point.row + 2
    text = " ".join(_without_remarks(node, source, start, min(end, start + 4 * MAX_SIGNATURE)).split())
    text = _AFTER_OPENING.sub(r"\1", _BEFORE_CLOSING.sub(r"\1", text))
    text = text.rstrip(" {:").removesuffix(" do").removesuffix("=>").removesuffix("=").rstrip()
    return _cut(text), body_line


def _without_remarks(node: Node, source: bytes, start: int, end: int) -> str:
    """The source between two offsets without the comments between parameters."""
    if not _COMMENT_START.search(source, start, end + 4):
        return source[start:end].decode("utf-8", "replace")
    parameters = node.child_by_field_name("parameters")
    kept, position = b"", start
    for child in parameters.children if parameters is not None else ():
        if child.type in _REMARKS and position <= child.start_byte < end:
            kept, position = kept + source[position : child.start_byte], child.end_byte
    return (kept + source[position:end]).decode("utf-8", "replace")


def _cut(text: str) -> str:
    """A signature of at most `MAX_SIGNATURE` characters; a longer one ends after a whole parameter."""
    if len(text) <= MAX_SIGNATURE:
        return text
    start = text[: MAX_SIGNATURE - 3]
    return f"{start[: start.rfind(', ') + 1] or start} …"


def attached_start(start: int, comments: dict[int, int]) -> int:
    """The first line of the comments and attributes that end right above `start`, or `start` itself."""
    while (above := comments.get(start - 1)) is not None:
        start = above
    return start


def clean_documentation(text: str) -> str:
    """The text of a comment or docstring without its markers, at most `MAX_DOCUMENTATION` characters."""
    text = _STRING_QUOTE.sub("", text.strip())
    cleaned = []
    for line in _without_attributes(text.split("\n"))[:40]:
        if line.lstrip().startswith(("@spec", "@impl")):
            continue
        bare = _XML_TAG.sub("", _COMMENT_MARK.sub("", line)).strip()
        if not _LINT_REMARK.match(bare):
            cleaned.append(bare)
    return "\n".join(cleaned).strip().strip('"').strip()[:MAX_DOCUMENTATION]


def _without_attributes(lines: list[str]) -> list[str]:
    """The lines without attributes such as `#[derive(Debug)]`, which may extend over several lines."""
    kept, depth = list[str](), 0
    for line in lines:
        if depth or _ATTRIBUTE.match(line):
            bare = _IN_QUOTES.sub("", line)
            depth = max(0, depth + bare.count("[") - bare.count("]"))
        else:
            kept.append(line)
    return kept
