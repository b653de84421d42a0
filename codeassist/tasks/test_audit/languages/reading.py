"""Read test files of other languages than Python in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from indexers.files.reading import read_bytes

EXTENSIONS = (".js", ".jsx", ".mjs", ".cjs", ".ts", ".tsx", ".mts", ".cts", ".go", ".java", ".rs")
MOST_BYTES = 1_000_000
AT_ONCE = 50
"""Files that one process reads; when it dies, they are read one by one."""

SECONDS = 20.0


class ReadTest(msgspec.Struct):
    """A test: its name and lines, and the weaknesses that reading it shows, as (kind, line, sentence)."""

    name: str
    line: int
    end: int
    weaknesses: list[tuple[str, int, str]]


def read_tests(root: Path, paths: Sequence[str]) -> tuple[dict[str, list[ReadTest]], list[str]]:
    """The tests of files (paths relative to the root), and the files that could not be read."""
    texts: list[tuple[str, bytes]] = []
    unread: list[str] = []
    for path in paths:
        try:
            texts.append((path, read_bytes(root / path, limit=MOST_BYTES)))
        except (OSError, ValueError):
            unread.append(path)
    found: dict[str, list[ReadTest]] = {}
    for start in range(0, len(texts), AT_ONCE):
        some = texts[start : start + AT_ONCE]
        together = _read(some)
        for one in [] if together is not None else some:
            alone = _read([one])
            found |= alone or {}
            unread += [] if alone is not None else [one[0]]
        found |= together or {}
    return found, unread


def _read(texts: list[tuple[str, bytes]]) -> dict[str, list[ReadTest]] | None:
    """The tests of some files; None if the process died or took too long."""
    command = [sys.executable, "-P", "-m", __package__]
    try:
        done = subprocess.run(command, input=msgspec.msgpack.encode(texts), capture_output=True, timeout=SECONDS, check=True)
        return dict(msgspec.msgpack.decode(done.stdout, type=list[tuple[str, list[ReadTest]]]))
    except (OSError, subprocess.SubprocessError, msgspec.MsgspecError):
        return None
