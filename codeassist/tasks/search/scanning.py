"""Search the files themselves while there is no index yet: by the words of the query alone, within a limit of time."""

from __future__ import annotations

import heapq
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from indexers import Hit
from indexers.files.decoding import file_lines
from indexers.files.globs import GlobSpec
from indexers.files.walker import WalkRules, discover
from indexers.syntax.languages import detect, is_test_path
from indexers.syntax.words import STOP_WORDS, stem, words

SECONDS = 0.6
"""The most time for reading files, after they were listed, so that a first answer comes within two seconds."""

WINDOW = 12
"""How many lines a place has."""

LARGEST = 200_000
"""Larger files are left to the index, in bytes."""


@dataclass(frozen=True, slots=True)
class Scan:
    """What was found, best first, and how many of the files were read."""

    hits: list[Hit] = field(default_factory=list)
    read: int = 0
    files: int = 0


def scan(
    root: Path, rules: WalkRules, query: str, limit: int = 8, *, paths: Sequence[str] = (), seconds: float = SECONDS
) -> Scan:
    """The places whose lines have the most words of a query, at most one a file. Raises `SourceError`."""
    asked = tuple(dict.fromkeys(stem(word) for word in words(query) if word not in STOP_WORDS and len(word) > 2))
    listing = discover(root, rules)
    wanted = GlobSpec(tuple(paths)) if paths else None
    files = [f for f in listing.files if f.size <= LARGEST and (wanted is None or wanted.match_file(f.path))]
    files.sort(key=lambda f: (-_named(f.path, asked), is_test_path(f.path), not detect(f.path).grammar))
    best: list[tuple[float, int, Hit]] = []
    read = 0
    end = time.monotonic() + seconds
    for file in files:
        if time.monotonic() > end or not asked:
            break
        read += 1
        found = _best_window(file.path, file_lines(root, file.path), asked)
        if found is not None:
            heapq.heappush(best, (found.score, -read, found))
            if len(best) > limit:
                heapq.heappop(best)
    return Scan([hit for _, _, hit in sorted(best, reverse=True)], read, len(listing.files))


def _named(path: str, asked: Sequence[str]) -> int:
    low = path.lower()
    return sum(word in low for word in asked)


def _best_window(path: str, lines: list[str], asked: Sequence[str]) -> Hit | None:
    """The lines of a file with the most different words of the query; None without any."""
    matching = [(number, low) for number, line in enumerate(lines) if any(word in (low := line.lower()) for word in asked)]
    best, start = 0.0, 0
    for at, (number, _) in enumerate(matching):
        near = [low for other, low in matching[at : at + WINDOW] if other < number + WINDOW]
        different = sum(any(word in low for low in near) for word in asked)
        defines = any(low.lstrip().startswith(("def ", "class ", "func ", "fn ", "function ", "pub fn ")) for low in near[:1])
        score = different + 0.3 * defines + 0.02 * len(near)
        if score > best:
            best, start = score, number
    if not best:
        return None
    best += 0.5 * _named(path, asked) - 0.5 * is_test_path(path)
    shown = lines[start : start + WINDOW]
    return Hit(path, start + 1, start + len(shown), best, "", "lines", detect(path).name, "\n".join(shown))
