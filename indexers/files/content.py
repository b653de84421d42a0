"""Decide from a file's content whether it is indexed."""

from __future__ import annotations

from indexers.files.decoding import BYTE_ORDER_MARKS, decoded, wide_encoding
from indexers.files.exclusions import GENERATED_HEAD_BYTES, GENERATED_MARK, MINIFIED_LINE_LENGTH
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
    if GENERATED_MARK.search(data[:GENERATED_HEAD_BYTES]) and language.role == CODE:
        return "generated"
    if language.role == CODE and language.name != "notebook" and len(data) / (data.count(b"\n") + 1) > MINIFIED_LINE_LENGTH:
        return "minified"
    return ""


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
