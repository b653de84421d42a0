"""Read test files of other languages than Python in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import msgspec

from codeassist.deadline import Deadline
from indexers.files.reading import read_bytes

EXTENSIONS = (".js", ".jsx", ".mjs", ".cjs", ".ts", ".tsx", ".mts", ".cts", ".go", ".java", ".rs")
LANGUAGES = ("javascript", "typescript", "tsx", "go", "java", "rust")
MOST_BYTES = 1_000_000
AT_ONCE = 50
"""Files that one process reads; when it dies, they are read one by one."""

SECONDS = 20.0
"""The most that one process may take."""


class ReadTest(msgspec.Struct):
    """A test: its name and lines, and the weaknesses that reading it shows, as (kind, line, sentence)."""

    name: str
    line: int
    end: int
    weaknesses: list[tuple[str, int, str]]


def read_tests(root: Path, paths: Sequence[str], deadline: Deadline) -> tuple[dict[str, list[ReadTest]], list[str]]:
    """The tests of files (paths relative to the root), and the files that could not be read, or not by the deadline."""
    found: dict[str, list[ReadTest]] = {}
    for start in range(0, len(paths), AT_ONCE):
        texts = list(_texts(root, paths[start : start + AT_ONCE]))
        together = _read(texts, deadline)
        for part in [] if together is not None else texts:
            found |= _read([part], deadline) or {}
        found |= together or {}
    return found, [path for path in paths if path not in found]


def _texts(root: Path, paths: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    for path in paths:
        with suppress(OSError, ValueError):
            yield path, read_bytes(root / path, limit=MOST_BYTES)


def _read(texts: list[tuple[str, bytes]], deadline: Deadline) -> dict[str, list[ReadTest]] | None:
    """The tests of some files; None if the process died, took too long, or would begin after the deadline."""
    seconds = min(SECONDS, deadline.left)
    if not texts or seconds <= 0:
        return None
    command = [sys.executable, "-P", "-m", __package__]
    try:
        done = subprocess.run(command, input=msgspec.msgpack.encode(texts), capture_output=True, timeout=seconds, check=True)
        return dict(msgspec.msgpack.decode(done.stdout, type=list[tuple[str, list[ReadTest]]]))
    except (OSError, subprocess.SubprocessError, msgspec.MsgspecError):
        return None
