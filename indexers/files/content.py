"""Decide from a file's content whether it is indexed."""

from __future__ import annotations

from indexers.files.exclusions import GENERATED_HEAD_BYTES, GENERATED_MARK, MINIFIED_LINE_LENGTH
from indexers.syntax.languages import CODE, Language

_SNIFF_BYTES = 8192
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_MAX_UNDECODABLE_SHARE = 0.05


def skip_reason(data: bytes, language: Language) -> str:
    """Why a file with this content is not indexed: binary, undecodable, generated, minified or empty; "" if it is."""
    if not data.strip():
        return "empty"
    head = data[:_SNIFF_BYTES]
    if head[:2] not in _UTF16_MARKS:
        if b"\0" in head:
            return "binary"
        if _is_undecodable(head):
            return "undecodable"
    if GENERATED_MARK.search(data[:GENERATED_HEAD_BYTES]) and language.role == CODE:
        return "generated"
    if language.role == CODE and len(data) / (data.count(b"\n") + 1) > MINIFIED_LINE_LENGTH:
        return "minified"
    return ""


def _is_undecodable(head: bytes) -> bool:
    """Whether more than a few bytes are not UTF-8 (Latin-1 comments in old code are accepted)."""
    try:
        head.decode("utf-8")
    except UnicodeDecodeError:
        text = head.decode("utf-8", "replace")
        return text.count("\ufffd") > _MAX_UNDECODABLE_SHARE * len(text)
    return False
