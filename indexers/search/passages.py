"""Which passages answer a question: the best candidates of a search, scored again by what their text says.

The first ranking finds files for keywords; a question in a person's own words shares few words with the code that answers it.
So the text of the best candidates is read and compared with the question word by word (`word_match`) in windows of a few
lines. The score is a weighted sum of `FEATURES`; the weights are in `passage_weights.json`, fitted with whole repositories
left out by `python -m training.passages`, but for `delegates`, `folder`, `title`, `mechanism_document` and `acts`, which
the questions of the fit cannot tell, since they avoid the words of the code or are too few (benchmarks/README.md).
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexers.encoders.static import StaticEncoder
from indexers.files.decoding import file_lines
from indexers.search import fusion
from indexers.search.delegation import only_delegates
from indexers.search.expansion import Expansion
from indexers.search.fusion import Candidate
from indexers.search.message_match import accounted
from indexers.search.shapes import Shape, asks_for_mechanism, shape_of
from indexers.search.word_match import WordMatch
from indexers.syntax.languages import DATA, PLAIN, by_name
from indexers.syntax.words import identifiers, split_identifier, stem
from indexers.types import DOCUMENT, EXAMPLE, TEST, ChunkRow, Hit, Vectors

READ = 100
"""The number of candidates whose text is read; the right one is among the first 100 for 91 % of questions."""

WINDOW = 10
STEP = 5
"""A chunk is compared in windows of this many lines, one every `STEP`: the answer is often a part of a long definition."""

MENTIONING = 15
"""A definition counts as mentioned if one of this many best passages contains its name."""

LEAST_NAME = 4
WEIGHTS_FILE = "passage_weights.json"

DOCUMENTED: tuple[Shape, ...] = ("how", "can", "default", "flow", "why", "where", "what")
"""Shapes of questions for which a document may be a better or worse answer than for others."""

FROM_CANDIDATE = (
    "lexical",
    "dense",
    "phrase",
    "exact_symbol",
    "exact_path",
    "symbol_precision",
    "stem",
    "stem_meaning",
)
FEATURES = (
    *FROM_CANDIDATE,
    "demotion",  # the factor of `fusion.demotion`
    "words",  # the share of the question's words that the best window bears out, by stem or by meaning
    "window",  # the cosine between the question and the best window
    "strings",  # the same share for the string literals: messages, options, keys
    "mentioned",  # a better passage mentions the name that the chunk defines
    "file",  # how good the other passages of the file are
    "test",
    "document",
    "example",
    "callable",  # a function or method
    "named",  # a definition of any kind
    "length",  # the logarithm of the number of lines
    "history",  # a changelog or a guide to upgrading, except for a question that asks why
    "configuration",  # neither source code nor a document
    "declarations",  # a file of types without code: `.d.ts`, `.pyi`
    "delegates",  # a function that only passes a call on
    "folder",  # the share of the question that the names of its folders have: "in kweet"
    "title",  # the share that the title of a section has
    *(f"{shape}_document" for shape in DOCUMENTED),  # a document, for a question of this shape
    "mechanism_document",  # a document, where the question is how the program does something, not how somebody does it with it
    "acts",  # the share that the name of a function has, for a question where, how or when something happens
)

_HISTORY = re.compile(
    r"(?:^|/)(?:changelogs?|changes|history|news|release[-_ ]?notes|releases?|migrat\w*|upgrad\w*|whats?new)(?=[/.-]|$)",
    re.IGNORECASE,
)
"""The name of a document, or of its folder, that says what was different before."""

_CALLABLE = ("function", "method", "constructor")
_DECLARATIONS = (".d.ts", ".d.mts", ".d.cts", ".pyi")
_STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'|`(?:[^`\\\n]|\\.)*`')


@dataclass(slots=True)
class Passage:
    """A candidate with its lines and its features; `score` is larger for a better answer."""

    candidate: Candidate
    row: ChunkRow
    lines: list[str]
    features: dict[str, float]
    matches: Vectors
    """The best match of each word of the question in the passage, shape (words,)."""
    score: float = 0.0


@dataclass(slots=True)
class Ranked:
    """The passages of a question, best first, and the comparison with its words."""

    passages: list[Passage]
    words: WordMatch
    vector: Vectors
    hits: list[Hit] = field(default_factory=list)
    """The first passages as hits."""


@cache
def weights() -> dict[str, float]:
    """The fitted weight of each feature."""
    loaded: dict[str, float] = json.loads(Path(__file__).with_name(WEIGHTS_FILE).read_text(encoding="utf-8"))
    return loaded


def rank_passages(
    root: Path,
    encoder: StaticEncoder,
    question: str,
    expansion: Expansion,
    total: int,
    candidates: Sequence[tuple[Candidate, ChunkRow]],
) -> Ranked:
    """The candidates of a question as passages, best first; `total` is the number of chunks of the index."""
    first = sorted(candidates, key=lambda c: (-c[0].score(fusion.WEIGHTS), c[1].path, c[1].start))[:READ]
    matcher = match_of(encoder, expansion, total)
    vector = encoder.encode([expansion.text], query=True)[0]
    shape = shape_of(question)
    passages = observe(root, encoder, matcher, vector, shape, first)
    if shape == "error":
        for passage in passages:
            passage.features["phrase"] = max(passage.features["phrase"], accounted(question, "\n".join(passage.lines)))
    fitted = weights()
    for passage in passages:
        passage.score = sum(fitted.get(name, 0.0) * value for name, value in passage.features.items())
    passages.sort(key=lambda p: (-p.score, p.row.path, p.row.start))
    return Ranked(passages, matcher, vector)


def tells_history(path: str) -> bool:
    """Whether a document is a changelog, or a guide to upgrading, by its name."""
    return _HISTORY.search(path) is not None


def match_of(encoder: StaticEncoder, expansion: Expansion, total: int) -> WordMatch:
    """The words of an expanded question, to be compared with texts."""
    rarities = {t: _rarity(n, total) for t, n in expansion.frequencies.items() if n}
    return WordMatch(encoder, expansion.text, rarities, _rarity(0, total), expansion.groups, expansion.foreign)


def _rarity(count: int, total: int) -> float:
    return math.log(1 + (total - count + 0.5) / (count + 0.5))


def observe(
    root: Path,
    encoder: StaticEncoder,
    matcher: WordMatch,
    vector: Vectors,
    shape: Shape,
    chosen: Sequence[tuple[Candidate, ChunkRow]],
) -> list[Passage]:
    """Read the text of candidates and compute their features."""
    if not chosen:
        return []
    texts = _texts(root, [row for _, row in chosen])
    windows, owner = _windows(texts)
    matches = np.zeros((len(chosen), len(matcher.words)), dtype=np.float32)
    in_windows = matcher.of(windows)
    np.maximum.at(matches, owner, in_windows)
    words = _best(in_windows @ matcher.weights, owner, len(chosen))
    window = _best(encoder.encode_identifiers(windows) @ vector, owner, len(chosen))
    strings = matcher.of([identifiers(" ".join(_STRING.findall("\n".join(lines)))) for lines in texts]) @ matcher.weights
    estimate = np.array([c.score(fusion.WEIGHTS) for c, _ in chosen])
    estimate = 0.5 * estimate / max(float(estimate.max()), 1e-6) + matches @ matcher.weights + window
    mentioned = _mentioned([row for _, row in chosen], texts, estimate)
    others = _others_in_file([row for _, row in chosen], estimate)
    passages, mechanism = list[Passage](), shape == "how" and asks_for_mechanism(matcher.text)
    for i, (candidate, row) in enumerate(chosen):
        features = {name: candidate.features.get(name, 0.0) for name in FROM_CANDIDATE}
        features |= {
            "demotion": candidate.demotion,
            "words": float(words[i]),
            "window": float(window[i]),
            "strings": float(strings[i]),
            "mentioned": float(mentioned[i]),
            "file": float(others[i]),
            "test": float(bool(row.flags & TEST)),
            "document": float(bool(row.flags & DOCUMENT)),
            "example": float(bool(row.flags & EXAMPLE)),
            "callable": float(row.kind in _CALLABLE),
            "named": float(bool(row.name)),
            "length": math.log1p(len(texts[i])) / 5,
            "history": float(shape != "why" and bool(row.flags & DOCUMENT and tells_history(row.path))),
            "configuration": float(
                not row.flags & DOCUMENT and (row.language == PLAIN.name or by_name(row.language).role == DATA)
            ),
            "declarations": float(row.path.endswith(_DECLARATIONS)),
            "delegates": float(row.kind in _CALLABLE and only_delegates("\n".join(texts[i]))),
            "folder": _share_in(matcher, row.path.rpartition("/")[0]),
            "title": _share_in(matcher, row.name) if row.name and row.flags & DOCUMENT else 0.0,
        }
        features |= {f"{name}_document": float(name == shape and bool(row.flags & DOCUMENT)) for name in DOCUMENTED}
        features["mechanism_document"] = float(mechanism and bool(row.flags & DOCUMENT))
        acts = row.kind in _CALLABLE and not row.flags & TEST and (mechanism or shape in ("flow", "where"))
        features["acts"] = _share_in(matcher, row.name or "") if acts else 0.0
        passages.append(Passage(candidate, row, texts[i], features, matches[i]))
    return passages


def _share_in(words: WordMatch, named: str) -> float:
    """The share of the question's weight that the words of a name have, by their stems."""
    own = {stem(part) for name in identifiers(named) for part in split_identifier(name)}
    return float(sum(weight for root, weight in zip(words.stems, words.weights.tolist(), strict=True) if root in own))


def _texts(root: Path, rows: Sequence[ChunkRow]) -> list[list[str]]:
    """The lines of each chunk; every file is read once."""
    by_path: dict[str, list[str]] = {}
    for path in {row.path for row in rows}:
        by_path[path] = file_lines(root, path)
    return [by_path[row.path][row.start - 1 : row.end] for row in rows]


def _windows(texts: Sequence[Sequence[str]]) -> tuple[list[list[str]], NDArray[np.int64]]:
    """The identifiers of overlapping windows of lines, and the text that each belongs to."""
    windows, owner = list[list[str]](), list[int]()
    for number, lines in enumerate(texts):
        for start in range(0, max(1, len(lines) - STEP + 1), STEP):
            windows.append(identifiers("\n".join(lines[start : start + WINDOW])))
            owner.append(number)
    return windows, np.array(owner, dtype=np.int64)


def _best(values: Vectors, owner: NDArray[np.int64], count: int) -> Vectors:
    best = np.zeros(count, dtype=np.float32)
    np.maximum.at(best, owner, values)
    return best


def _mentioned(rows: Sequence[ChunkRow], texts: Sequence[Sequence[str]], estimate: Vectors) -> Vectors:
    """How well the best passages speak for the definition of a name that they contain; common names count less."""
    contained = [set(identifiers("\n".join(lines))) for lines in texts]
    frequency = Counter(name for names in contained for name in names)
    best = np.argsort(-estimate, kind="stable")[:MENTIONING].tolist()
    out = np.zeros(len(rows), dtype=np.float32)
    for i, row in enumerate(rows):
        if row.name and len(row.name) >= LEAST_NAME:
            rank = next((r for r, j in enumerate(best) if j != i and row.name in contained[j]), None)
            if rank is not None:
                out[i] = 1 / (1 + rank) / math.sqrt(frequency[row.name])
    return out


def _others_in_file(rows: Sequence[ChunkRow], estimate: Vectors) -> Vectors:
    """The best estimate of another passage of the same file, relative to the best of all."""
    by_file: dict[str, list[int]] = defaultdict(list)
    for i, row in enumerate(rows):
        by_file[row.path].append(i)
    top = max(float(estimate.max()), 1e-6)
    out = np.zeros(len(rows), dtype=np.float32)
    for members in by_file.values():
        for i in members:
            out[i] = max((float(estimate[j]) for j in members if j != i), default=0.0) / top
    return out
