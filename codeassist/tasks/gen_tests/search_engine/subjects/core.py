"""Which functions of a module matter most: those that its package calls most, then those that are documented."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from .target import Target

MOST_FILES = 400
MOST_BYTES = 300_000
CALLED = re.compile(r"(?<!def )\b([A-Za-z]\w*)\(")
DIRECT = ("function", "method", "classmethod", "static", "command")
"""Kinds of targets that a reader expects a test of."""


def calls_in(folder: str) -> Counter[str]:
    """How often each name is called in the Python files of a folder."""
    counts: Counter[str] = Counter()
    for path in sorted(Path(folder).rglob("*.py"))[:MOST_FILES] if folder else ():
        try:
            if path.stat().st_size <= MOST_BYTES:
                counts.update(CALLED.findall(path.read_text(encoding="utf-8", errors="replace")))
        except OSError:
            continue
    return counts


def by_importance(targets: Sequence[Target], counts: Counter[str]) -> list[Target]:
    """Classes first, since methods need instances; then what is called most, what is documented, in the order of the source."""
    return sorted(targets, key=lambda t: (t.kind != "class", t.name.startswith("_"), -counts[t.name], not t.documentation))


def is_core(target: Target) -> bool:
    """Whether a reader expects a test of it: a public function or method with documentation, or one with code of some size."""
    public = not any(part.startswith("_") for part in target.qualname.split("."))
    return public and target.kind in DIRECT and (bool(target.documentation) or len(target.lines) > 2)
