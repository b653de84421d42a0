"""Read coverage reports in the lcov format."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from codeassist.sandbox.results import Coverage
from indexers.files.reading import text_or_empty


def _lcov(path: Path, source: str) -> tuple[dict[int, int], dict[tuple[str, str], int]]:
    """(executions of each line, executions of each branch) of one file of an lcov report."""
    lines: dict[int, int] = {}
    branches: dict[tuple[str, str], int] = {}
    inside = False
    for text in text_or_empty(path, follow=False).splitlines():
        kind, _, value = text.partition(":")
        if kind == "SF":
            inside = value.replace("\\", "/").endswith(source)
        with suppress(ValueError):
            if inside and kind == "DA":
                line, count = value.split(",")[:2]
                lines[int(line)] = int(count)
            elif inside and kind == "BRDA":
                line, block, arm, count = value.split(",")
                branches[f"branch {line} {block}", arm] = 0 if count == "-" else int(count)
    return lines, branches


def lcov_reached(path: Path, source: str) -> frozenset[object]:
    """Covered lines and branches of a file, from an lcov report."""
    lines, branches = _lcov(path, source)
    return frozenset({n for n, count in lines.items() if count}) | frozenset({b for b, count in branches.items() if count})


def lcov_coverage(path: Path, source: str) -> Coverage:
    """Line and branch coverage of a file, from an lcov report."""
    lines, branches = _lcov(path, source)
    if not lines:
        return Coverage()
    missing = frozenset(n for n, count in lines.items() if not count)
    covered = (sum(c > 0 for c in branches.values()), len(branches)) if branches else None
    return Coverage((len(lines) - len(missing), len(lines)), covered, missing)
