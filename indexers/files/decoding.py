"""Decode bytes to text and split text into lines, consistently across the package."""

from __future__ import annotations

import os
from pathlib import Path


def decode(data: bytes) -> str:
    """Bytes to text: UTF-8 with or without a BOM, UTF-16 with one; invalid bytes become U+FFFD, never an error."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    return data.decode("utf-8-sig", "replace")


def split_lines(text: str) -> list[str]:
    r"""Lines without their line endings; `\r\n` and a lone `\r` each count as one ending, as in editors."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if lines and not lines[-1]:
        lines.pop()
    return lines


def file_lines(root: Path, path: str) -> list[str]:
    """The current lines of a file below `root`; empty when it is missing, a symbolic link, or resolves outside `root`.

    An index may come from an untrusted repository, so the paths it stores are checked.
    """
    full = root / path
    try:
        if full.is_symlink() or not os.path.realpath(full).startswith(os.path.realpath(root).rstrip(os.sep) + os.sep):
            return []
        return split_lines(decode(full.read_bytes()))
    except (OSError, ValueError):
        return []


def read_lines(root: Path, path: str, start: int, end: int) -> str:
    """Lines `start` to `end` of a file below `root`, joined by newlines; see `file_lines`."""
    return "\n".join(file_lines(root, path)[start - 1 : end])


def count_lines(root: Path, path: str) -> int:
    """The current number of lines of a file below `root`; see `file_lines`."""
    return len(file_lines(root, path))
