"""Bytes to text and text to lines, the same way everywhere."""

from __future__ import annotations

from pathlib import Path


def decode(data: bytes) -> str:
    """Bytes to text: UTF-8 with or without a mark, UTF-16 with one; other bytes become U+FFFD, never an error."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    return data.decode("utf-8-sig", "replace")


def split_lines(text: str) -> list[str]:
    r"""Lines without their ends; `\r\n` and a lone `\r` count as one end, as editors count them."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if lines and not lines[-1]:
        lines.pop()
    return lines


def read_lines(path: Path, start: int, end: int) -> str:
    """Lines `start` to `end` of a file as they are on disk now; empty when it is gone."""
    try:
        return "\n".join(split_lines(decode(path.read_bytes()))[start - 1 : end])
    except OSError:
        return ""


def count_lines(path: Path) -> int:
    """How many lines a file has on disk now; 0 when it is gone."""
    try:
        return len(split_lines(decode(path.read_bytes())))
    except OSError:
        return 0
