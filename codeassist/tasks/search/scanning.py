"""Search the files themselves while there is no index yet: by the words of the query alone, within a limit of time."""

from __future__ import annotations

import heapq
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from indexers.files.decoding import file_lines
from indexers.files.globs import GlobSpec
from indexers.files.walker import WalkRules, discover
from indexers.syntax.languages import detect, is_test_path
from indexers.syntax.words import STOP_WORDS, stem, words
from indexers.types import Hit, SourceFile

SECONDS = 0.6
"""The most time for reading files, after they were listed, so that a first answer comes within two seconds."""

WHOLE = 1.3
LEAST = 0.2
ENOUGH = 3
"""Where listing takes long, with many files or on a busy machine: the time for listing and reading, and the least for reading,
after which so many places are enough."""

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
    begun = time.monotonic()
    listing = discover(root, rules)
    wanted = GlobSpec(tuple(paths)) if paths else None
    files = [f for f in listing.files if f.size <= LARGEST and (wanted is None or wanted.match_file(f.path))]
    best: list[tuple[float, int, Hit]] = []
    read = 0
    listed = time.monotonic()
    early, end = listed + max(LEAST, WHOLE - (listed - begun)), listed + seconds
    for file in _by_promise(files, asked):
        now = time.monotonic()
        if not asked or now > end or (now > early and len(best) >= ENOUGH):
            break
        read += 1
        found = _best_window(file.path, file_lines(root, file.path), asked)
        if found is not None:
            heapq.heappush(best, (found.score, -read, found))
            if len(best) > limit:
                heapq.heappop(best)
    return Scan([hit for _, _, hit in sorted(best, reverse=True)], read, len(listing.files))


def _by_promise(files: Sequence[SourceFile], asked: Sequence[str]) -> Iterator[SourceFile]:
    """The files whose paths have words of a query, then other code, then tests and the rest; what is not read costs nothing."""
    any_word = re.compile("|".join(map(re.escape, asked)))
    named, others, last = list[SourceFile](), list[SourceFile](), list[SourceFile]()
    for file in files:
        (named if any_word.search(file.path.lower()) else others).append(file)
    yield from sorted(named, key=lambda f: (-_named(f.path, asked), is_test_path(f.path), not detect(f.path).grammar))
    for file in others:
        if is_test_path(file.path) or not detect(file.path).grammar:
            last.append(file)
        else:
            yield file
    yield from sorted(last, key=lambda f: (is_test_path(f.path), not detect(f.path).grammar))


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
