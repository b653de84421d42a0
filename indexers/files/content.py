"""Decide from a file's content whether it is indexed."""

from __future__ import annotations

from indexers.files.decoding import BYTE_ORDER_MARKS, decoded, wide_encoding
from indexers.files.exclusions import GENERATED_HEAD_BYTES, GENERATED_MARK
from indexers.syntax.embedded import MINIFIED_LINE_LENGTH
from indexers.syntax.languages import CODE, PLAIN, Language

_SNIFF_BYTES = 8192
_MAX_UNDECODABLE_SHARE = 0.05
_FEW_UNDECODABLE = 10
_MAX_CONTROL_SHARE = 0.01
_MAX_NUL_SHARE = 0.005
_CONTROL = bytes(set(range(1, 32)) - set(b"\t\n\r\f\v\x1a\x1b")) + b"\x7f"


def skip_reason(data: bytes, language: Language) -> str:
    """Why a file with this content is not indexed: binary, undecodable, generated, minified or empty; "" if it is."""
    if not data.strip():
        return "empty"
    head = data[:_SNIFF_BYTES]
    if not head.isascii() or b"\0" in head:
        reason = _not_text(data, head, language)
        if reason:
            return reason
    if language.role == CODE and GENERATED_MARK.search(_begin(data)):
        return "generated"
    if language.role == CODE and language.name != "notebook" and _line_length(data) > MINIFIED_LINE_LENGTH:
        return "minified"
    return ""


def _begin(data: bytes) -> bytes:
    """The first bytes, where a generator leaves its mark; without the NUL bytes of UTF-16 and UTF-32."""
    if b"\0" not in data[:GENERATED_HEAD_BYTES]:
        return data[:GENERATED_HEAD_BYTES]
    return data[: 4 * GENERATED_HEAD_BYTES].replace(b"\0", b"")[:GENERATED_HEAD_BYTES]


def _line_length(data: bytes) -> float:
    """The mean length of a line; lines end with a line feed, or with carriage returns alone."""
    return len(data) / (max(data.count(b"\n"), data.count(b"\r")) + 1)


def _not_text(data: bytes, head: bytes, language: Language) -> str:
    """Why content is not text, "binary" or "undecodable": that no encoding makes text; "" for text.

    One NUL in a source file does not make it binary, as it would in a file of unknown type.
    """
    if head.startswith(BYTE_ORDER_MARKS) or wide_encoding(head):
        return ""
    nuls = head.count(0)
    if nuls and (language.name == PLAIN.name or nuls > _MAX_NUL_SHARE * len(head)):
        return "binary"
    if len(head) - len(head.translate(None, _CONTROL)) > _MAX_CONTROL_SHARE * len(head):
        return "binary"
    found = decoded(data)
    return "undecodable" if found.replaced > max(_FEW_UNDECODABLE, _MAX_UNDECODABLE_SHARE * len(found.text)) else ""
