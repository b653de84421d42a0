"""Lines that match a regular expression, definitions first, within a limit of time whatever the expression is."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from indexers import Index, QueryError
from indexers.files.decoding import file_lines
from indexers.syntax.languages import is_test_path

SECONDS = 2.0
"""The most time for all files together."""

MOST_IN_FILE = 20
MOST_FOUND = 2_000
LONGEST_LINE = 500


@dataclass(frozen=True, slots=True)
class Match:
    """A line that matches; `by` is the definition around it, `defines` whether the line begins that definition."""

    path: str
    line: int
    text: str
    by: str = ""
    defines: bool = False

    def as_json(self) -> dict[str, Any]:
        """One element of the JSON form."""
        return {"path": self.path, "line": self.line, "text": self.text, "by": self.by, "defines": self.defines}


@dataclass(frozen=True, slots=True)
class PatternResult:
    """The matches, best first. `unread` files were not read in time."""

    pattern: str
    matches: list[Match] = field(default_factory=list)
    found: int = 0
    unread: int = 0

    def as_json(self) -> dict[str, Any]:
        """The documented JSON form, schema `codeassist.pattern/1`."""
        return {
            "schema": "codeassist.pattern/1",
            "pattern": self.pattern,
            "found": self.found,
            "unread": self.unread,
            "matches": [match.as_json() for match in self.matches],
        }


def search_pattern(
    index: Index, pattern: str, limit: int = 50, *, paths: Sequence[str] = (), seconds: float = SECONDS
) -> PatternResult:
    """The lines of the indexed files that match, at most `limit`: definitions, other code, tests, then documents.

    The expression is one of the package `regex` and matches within a line. Raises `QueryError` for one that is not valid.
    """
    import regex

    from indexers.files.globs import GlobSpec

    try:
        compiled = regex.compile(pattern)
    except regex.error as error:
        raise QueryError(f"'{pattern}' is not a regular expression: {error}.") from error
    wanted = GlobSpec(tuple(paths)) if paths else None
    files = [path for path in index.files() if wanted is None or wanted.match_file(path)]
    end = time.monotonic() + seconds
    found: list[tuple[str, int, str]] = []
    read = total = 0
    for path in sorted(files, key=lambda path: (_role(path), path.count("/"), path)):
        if time.monotonic() > end or len(found) >= MOST_FOUND:
            break
        in_file = 0
        try:
            for number, line in enumerate(file_lines(index.root, path), 1):
                if compiled.search(line, timeout=max(0.001, end - time.monotonic())):
                    in_file += 1
                    if in_file <= MOST_IN_FILE:
                        found.append((path, number, line.strip()[:LONGEST_LINE]))
        except TimeoutError:
            break
        finally:
            total += in_file
        read += 1
    matches = [_placed(index, *place) for place in found[: 4 * limit]]
    matches.sort(key=lambda m: (_role(m.path), not m.defines))
    return PatternResult(pattern, matches[:limit], total, len(files) - read)


def _placed(index: Index, path: str, number: int, line: str) -> Match:
    around = index.definition_at(path, number)
    return Match(path, number, line, around.qualified_name if around else "", around is not None and around.line == number)


def _role(path: str) -> int:
    """0 for code, 1 for tests, 2 for the rest."""
    from indexers.syntax.languages import detect

    return 2 if not detect(path).grammar else int(is_test_path(path))
