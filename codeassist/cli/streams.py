"""Standard output and error as the last place where text is checked, whatever printed it: a command, a library, a traceback."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO

from codeassist.printable import UNSAFE, printable

_UNSAFE = re.compile(f"[{UNSAFE}]")
_OWN = re.compile(
    r"(\x1b\[[0-9;]*m"  # colours
    r"|\x1b\[[0-9]*[AGK]|\x1b\[\?25[hl]|^\r|\r(?=\x1b\[2K)"  # progress: the cursor, erased lines
    r"|\x1b\]8;[^;\x1b\x07]*;(?:file://[!-~]*)?\x1b\\)"  # links to files
)
"""The control sequences that this program itself prints on a terminal."""


class CheckedStream:
    """A text stream that replaces unsafe characters; on a terminal it keeps colours, progress and links to files."""

    def __init__(self, stream: TextIO) -> None:
        """Write to `stream`, which also answers everything else."""
        self._stream = stream
        self._keeps = stream.isatty() or "FORCE_COLOR" in os.environ

    def write(self, text: str) -> int:
        """Write a text; returns its length."""
        if _UNSAFE.search(text):
            parts = _OWN.split(text) if self._keeps else [text]
            text = "".join(part if number % 2 else _checked(part) for number, part in enumerate(parts))
        self._stream.write(text)
        return len(text)

    def writelines(self, lines: Any) -> None:
        """Write texts one after the other."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def _checked(text: str) -> str:
    return "\r\n".join(printable(line) for line in text.split("\r\n"))


@contextmanager
def checked_streams() -> Iterator[None]:
    """Check what is written to standard output and error within the block."""
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = CheckedStream(before[0]), CheckedStream(before[1])
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before
