"""Filters for the training data: no lines of the benchmark's projects, no compiled copies, no duplicates."""

from __future__ import annotations

import hashlib
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from pathlib import Path

from indexers.syntax.languages import CODE, detect
from indexers.syntax.words import words
from training.mining import Pair

MIN_SHARED_LINE = 40
"""A pair is removed when a line of at least this many characters (whitespace folded) is also in a benchmark project."""

MAX_SAME_QUERY = 3
_SHINGLE = 4
_SEEDS = (0x9E3779B1, 0x85EBCA6B, 0xC2B2AE35)
_COMPILED = re.compile(
    r"(?:^|/)(?:dist|build|_?cjs|_?esm|umd|prebuilds|node_modules|es|min|bundles?|lib/(?:commonjs|module|typescript))/"
)
_BOILERPLATE = re.compile(r"^(?:import|from|using|use|package|#include|require|@Override|\*|//|#)\b")


def telling_lines(text: str) -> Iterator[str]:
    """The lines of a text that are long enough to identify its origin, with whitespace folded, without imports."""
    for line in text.split("\n"):
        folded = " ".join(line.split())
        if len(folded) >= MIN_SHARED_LINE and not _BOILERPLATE.match(folded):
            yield folded


def line_hash(line: str) -> int:
    """Eight bytes of BLAKE2b: the same in every process."""
    return int.from_bytes(hashlib.blake2b(line.encode("utf-8", "replace"), digest_size=8).digest(), "little")


def benchmark_lines(folders: Iterable[Path]) -> frozenset[int]:
    """Hashes of every identifying line of the projects in `folders`, including comments and documentation."""
    hashes: set[int] = set()
    for folder in folders:
        for path in folder.rglob("*"):
            if path.is_file() and detect(path.name).role == CODE and path.stat().st_size < 2_000_000:
                hashes.update(map(line_hash, telling_lines(path.read_text(encoding="utf-8", errors="replace"))))
    return frozenset(hashes)


def shares_lines(pair: Pair, known: AbstractSet[int]) -> bool:
    """Whether a pair shares an identifying line with the benchmark."""
    return any(line_hash(line) in known for line in telling_lines(f"{pair.query}\n{pair.code}"))


def is_compiled(pair: Pair) -> bool:
    """Whether a pair is from bundler output: npm packages often contain the same program two or three times."""
    return pair.package.startswith("npm/") and _COMPILED.search(pair.path) is not None


def sketch(text: str) -> tuple[int, ...]:
    """Three min-hashes of the 4-word shingles of a text (Broder, 1997): equal for copies and most near-copies."""
    tokens = words(text)
    shingles = [zlib.crc32(" ".join(tokens[i : i + _SHINGLE]).encode()) for i in range(max(1, len(tokens) - _SHINGLE + 1))]
    return tuple(min((shingle ^ seed) * seed & 0xFFFFFFFF for shingle in shingles) for seed in _SEEDS)


def admissible(pairs: Iterable[Pair], known: AbstractSet[int]) -> list[tuple[tuple[int, ...], Pair]]:
    """The pairs that are neither compiled nor share a benchmark line, each with the sketch of its code."""
    return [(sketch(pair.code), pair) for pair in pairs if not is_compiled(pair) and not shares_lines(pair, known)]


def unique(pairs: Iterable[tuple[tuple[int, ...], Pair]]) -> Iterator[Pair]:
    """The pairs with new code, at most `MAX_SAME_QUERY` of them with the same query."""
    seen: set[tuple[int, ...]] = set()
    query_counts: Counter[str] = Counter()
    for key, pair in pairs:
        query = pair.query.lower()
        if query_counts[query] < MAX_SAME_QUERY and key not in seen:
            seen.add(key)
            query_counts[query] += 1
            yield pair
