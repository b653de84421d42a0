"""Bytes to text and text to lines, the same way everywhere."""

from __future__ import annotations

import os
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


def file_lines(root: Path, path: str) -> list[str]:
    """The lines of a file below `root` as they are on disk now; none when it is gone, a link, or leads out of `root`.

    An index may come with a repository that a stranger made, so what it calls a path is not taken at its word.
    """
    full = root / path
    try:
        if full.is_symlink() or not os.path.realpath(full).startswith(os.path.realpath(root).rstrip(os.sep) + os.sep):
            return []
        return split_lines(decode(full.read_bytes()))
    except (OSError, ValueError):
        return []


def read_lines(root: Path, path: str, start: int, end: int) -> str:
    """Lines `start` to `end` of a file below `root`; empty when there are none, see `file_lines`."""
    return "\n".join(file_lines(root, path)[start - 1 : end])


def count_lines(root: Path, path: str) -> int:
    """How many lines a file below `root` has on disk now; see `file_lines`."""
    return len(file_lines(root, path))
