"""Chunks that only pass names on: `from .store import Store` in `__init__.py`, `export * from "x"`, `pub use store::Store`."""

from __future__ import annotations

import re

MOST_OTHER = 0.2
"""The share of the lines that may be something else."""

FACTOR = 0.6
"""The factor on the score of such a chunk: what it names is defined elsewhere, and is what a reader looks for."""

_COMMENT = re.compile(r"\s*(?:#|//|\*|/\*|--|$)")
_PASSES_ON = re.compile(
    r"\s*(?:from\s+\S+\s+import\b|import\b|export\s+(?:\*|(?:type\s*)?\{)|pub\s+(?:use|mod)\b|use\b|mod\b|__all__\b|module\.exports\b|"
    r"(?:const|let|var)\s.*\brequire\()"
)
_CONTINUED = re.compile(r"[\s\w,'\"()\[\]{};:.$-]*(?:\bfrom\s+['\"].*)?$")
_SETS = re.compile(r"\s*(?:def|class|func|fn|function|return|if|for|while)\b|.*[^=!<>]=[^=>]")


def only_passes_on(text: str) -> bool:
    """Whether a text is little more than imports, exports and lists of their names."""
    lines = [line for line in text.split("\n") if not _COMMENT.match(line)]
    passing = [line for line in lines if _PASSES_ON.match(line)]
    others = [line for line in lines if not _PASSES_ON.match(line) and (_SETS.match(line) or not _CONTINUED.match(line))]
    return bool(passing) and len(others) <= MOST_OTHER * len(lines)
