"""Decode bytes to text and split text into lines, consistently across the package.

Everything that reads a source file uses `decode`, so that line numbers and text agree in the index, in answers and in reviews.
"""

from __future__ import annotations

import codecs
import itertools
import os
import re
from pathlib import Path
from typing import NamedTuple

from indexers.files.reading import read_bytes

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark is its beginning
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
BYTE_ORDER_MARKS = tuple(mark for mark, _ in _MARKS)
_SNIFF_BYTES = 8_192
_C1 = re.compile("[\x80-\x84\x86-\x9f]")
"""Control characters that only a wrong codec gives."""


class Decoded(NamedTuple):
    """Text, the codec it was decoded with, and the number of replaced characters."""

    text: str
    encoding: str
    replaced: int


def decode(data: bytes) -> str:
    """Bytes to text, never an error; see `decoded`."""
    return decoded(data).text


def decoded(data: bytes) -> Decoded:
    """Bytes to text: by byte order mark, by a declaration in the first lines, as UTF-8, or as guessed from the bytes.

    What does not fit becomes U+FFFD and is counted.
    """
    if data.isascii() and b"\0" not in data and b"\x1b" not in data:
        return Decoded(data.decode("ascii"), "utf-8", 0)
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _replacing(data[len(mark) :], encoding)
    if wide := wide_encoding(data):
        return _replacing(data, wide)
    from indexers.files import charsets

    if (named := charsets.declared(data)) and named != "utf-8":
        for encoding in charsets.candidates(named):
            text = _strict(data, encoding)
            if text is not None and "\0" not in text and not _C1.search(text):
                return Decoded(text, encoding, 0)
    if data.isascii() and b"\x1b$" in data and (text := _strict(data, "iso2022_jp")) is not None and "\0" not in text:
        return Decoded(text, "iso2022_jp", 0)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return _not_utf8(data)
    return Decoded(text, "utf-8", 0)


def wide_encoding(data: bytes) -> str:
    """The UTF-16 or UTF-32 encoding of text without a byte order mark, seen from where its NUL bytes are; "" for others."""
    head = data[: _SNIFF_BYTES - _SNIFF_BYTES % 4]
    if b"\0" not in head or len(head) < 8:
        return ""
    nul = [head[offset::4].count(0) / len(head[offset::4]) for offset in range(4)]
    for encoding, character in (("utf-32-le", 0), ("utf-32-be", 3)):
        if nul[character] == 0 and all(share > 0.98 for offset, share in enumerate(nul) if offset != character):
            return encoding if _is_text(head, encoding) else ""
    low, high = head[::2].count(0) / len(head[::2]), head[1::2].count(0) / len(head[1::2])
    if low == 0 and high > 0.5 and _is_text(head, "utf-16-le"):
        return "utf-16-le"
    return "utf-16-be" if high == 0 and low > 0.5 and _is_text(head, "utf-16-be") else ""


def _is_text(head: bytes, encoding: str) -> bool:
    text = head[: len(head) - len(head) % 4].decode(encoding, "replace")
    return all(char.isprintable() or char in "\t\n\r\f" for char in text) and "\ufffd" not in text[:-1]


def _not_utf8(data: bytes) -> Decoded:
    """Text with bytes that are not UTF-8: UTF-8 with a few wrong bytes, or another encoding."""
    as_utf8 = _replacing(data, "utf-8")
    valid = sum(char > "\x7f" for char in as_utf8.text[: _SNIFF_BYTES * 8]) - as_utf8.text[: _SNIFF_BYTES * 8].count("\ufffd")
    if valid >= as_utf8.replaced or data.count(b"\0"):
        return as_utf8
    from indexers.files import charsets

    guessed = charsets.guess(data)
    if not guessed:
        return as_utf8
    other = _replacing(data, guessed)
    return other if other.replaced < as_utf8.replaced else as_utf8


def _replacing(data: bytes, encoding: str) -> Decoded:
    text = _strict(data, encoding)
    replaced = 0
    if text is None:
        text = data.decode(encoding, "replace")
        replaced = text.count("\ufffd")
    return Decoded(text, encoding, replaced)


def _strict(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeError, LookupError):
        return None


def split_lines(text: str) -> list[str]:
    r"""Lines without their line endings; `\r\n` and a lone `\r` each count as one ending, as in editors."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if lines and not lines[-1]:
        lines.pop()
    return lines


def source_text(path: str | os.PathLike[str]) -> str:
    """The text of a source file with each line ending as a newline. Raises `OSError`; see `read_bytes`."""
    return decode(read_bytes(path)).replace("\r\n", "\n").replace("\r", "\n")


def file_lines(root: Path, path: str) -> list[str]:
    """The current lines of a file below `root`; empty when it is missing, a symbolic link, or resolves outside `root`.

    An index may come from an untrusted repository, so the paths it stores are checked.
    """
    try:
        if not _is_below(root, path):
            return []
        return split_lines(decode(read_bytes(os.path.join(root, path), follow=False)))  # noqa: PTH118 - much faster
    except (OSError, ValueError):
        return []


def _is_below(root: Path, path: str) -> bool:
    """Whether `root / path` resolves to a place below `root`. Where no folder on the way is a link its name decides."""
    folders = path.split("/")[:-1]
    if not path.startswith("/") and os.sep == "/" and not {"", ".", ".."} & set(folders):
        ways = itertools.accumulate(folders, os.path.join, initial=os.fspath(root))
        if not any(os.path.islink(way) for way in itertools.islice(ways, 1, None)):  # noqa: PTH114 - much faster
            return True
    return os.path.realpath(root / path).startswith(os.path.realpath(root).rstrip(os.sep) + os.sep)


def read_lines(root: Path, path: str, start: int, end: int) -> str:
    """Lines `start` to `end` of a file below `root`, joined by newlines; see `file_lines`."""
    return "\n".join(file_lines(root, path)[start - 1 : end])


def count_lines(root: Path, path: str) -> int:
    """The current number of lines of a file below `root`; see `file_lines`."""
    return len(file_lines(root, path))
