"""Which lines of the passages of a question are put into a model's context: those most likely to answer it, for their length.

How likely a line is to be part of the answer comes from the rank of its passage, what the line says and where it stands: a
logistic model over `FEATURES`, whose weights are in `context_weights.json`, fitted by `python -m training.context`. Half of the
budget shows the likeliest few lines of many passages, as `Index.evidence` does: the right place is then seen even if it is not
among the first. The rest goes to lines by likelihood for each token, as many as fit.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from codeassist.evidence.line_score import line_scores
from codeassist.models.token_estimate import estimate
from indexers.search.passages import Passage, Ranked
from indexers.search.shapes import Shape
from indexers.syntax.words import identifiers

WEIGHTS_FILE = "context_weights.json"
NEAR, AROUND = 3, 9
"""Widths, in lines, of the windows over which the score of a line is averaged."""

BLOCK_TOKENS = 22
"""Tokens of a block beside its lines: its number, its path, its fence."""

CUT_TOKENS = 2
NUMBER_TOKENS = 1
GAP = 2
"""At most this many lines between two chosen ones are shown too."""

NEAR_THE_BEST = 0.003
"""Lines with less than this share of the best line's likelihood for its length are not sent, even if there is room."""

BREADTH = 0.5
"""The share of the budget for a few lines of many passages; it and the two below are those of `indexers.search.evidence`."""

DECISIVE_LINES = 6
HEADING = 3
"""Decisive lines that begin within this many lines of the beginning of their passage are shown from there on."""

LENGTH_COST = 0.5
"""How much the logarithm of their tokens counts against the score of the passage."""

ROUNDS = 18
"""Halvings of the search for the least likelihood with which the chosen lines fit."""

FEATURES = (
    "gap",  # the score of the passage less that of the best one
    "gap_squared",
    "rank",  # the logarithm of the passage's rank
    "first",
    "length",  # the logarithm of the number of lines
    "document",
    "test",
    "callable",
    "named",
    "again",  # a better passage is of the same file
    "score",  # how decisive the line is, see `line_score`
    "below",  # the same, less that of the best line of the passage
    "near",  # the mean of the scores around it
    "around",
    "around_below",
    "order",  # the share of the passage's lines that score less
    "words",  # the share of the question that the line bears out
    "head",  # the first line of the passage
    "depth",  # logarithms of the distances to the first line, to the best one and to the last
    "from_best",
    "to_end",
    "blank",
    "tokens",  # the logarithm of the number of tokens
    "gap_order",
    "rank_order",
    "length_below",
    "length_depth",
)

Floats = NDArray[np.floating[Any]]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Chosen:
    """A passage with the ranges of its lines, as numbers in the file, that are shown."""

    passage: Passage
    ranges: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class _Likely:
    """A passage with the likelihood and the tokens of each line."""

    passage: Passage
    likelihood: Floats
    tokens: Floats


@cache
def weights() -> tuple[Floats, float]:
    """The fitted weight of each feature, shape (features,), and the constant."""
    loaded: dict[str, float] = json.loads(Path(__file__).with_name(WEIGHTS_FILE).read_text(encoding="utf-8"))
    return np.array([loaded.get(name, 0.0) for name in FEATURES], dtype=np.float64), loaded["constant"]


def choose(ranked: Ranked, shape: Shape, budget: float, near: float = NEAR_THE_BEST) -> list[Chosen]:
    """The lines of a question's passages that fit into `budget` estimated tokens, by passage, the most useful first."""
    likely = likelihoods(ranked, shape)
    ratios = [(part.likelihood / part.tokens).max() for part in likely if part.tokens.size]
    if not ratios:
        return []
    low, high = near * max(ratios), 2 * max(ratios)
    decisive = _decisive(likely, BREADTH * budget, low)
    parts, total = _at_least(likely, decisive, low)
    if total > budget:
        for _ in range(ROUNDS):
            middle = (low * high) ** 0.5
            parts, total = _at_least(likely, decisive, middle)
            low, high = (middle, high) if total > budget else (low, middle)
        parts, _ = _at_least(likely, decisive, high)
    parts.sort(key=lambda part: -part[0])
    return bridged([Chosen(part.passage, _ranges(part.passage.row.start, flags)) for _, part, flags in parts])


def bridged(chosen: Sequence[Chosen]) -> list[Chosen]:
    """The same with the lines of short gaps between two passages of a file, so that they touch and become one block."""
    starts = {(part.passage.row.path, part.ranges[0][0]) for part in chosen}
    result = []
    for part in chosen:
        first, last = part.ranges[-1]
        gap = next((n for n in range(1, GAP + 1) if (part.passage.row.path, last + 1 + n) in starts), 0)
        result.append(replace(part, ranges=(*part.ranges[:-1], (first, last + gap))))
    return result


def likelihoods(ranked: Ranked, shape: Shape) -> list[_Likely]:
    """How likely each line of each passage is to be part of the answer."""
    fitted, constant = weights()
    passages = [passage for passage in ranked.passages if passage.lines]
    scores = [line_scores(p.lines, ranked.words, shape, (p.row.name or "").rpartition(".")[2]) for p in passages]
    words = [ranked.words.of([identifiers(line) for line in p.lines]) @ ranked.words.weights for p in passages]
    tokens = [np.array([estimate(f"{line}\n") + NUMBER_TOKENS for line in p.lines], dtype=np.float64) for p in passages]
    observed = observe(passages, scores, words, tokens)
    return [
        _Likely(passage, 1 / (1 + np.exp(-np.clip(features @ fitted + constant, -30, 30))), count)
        for passage, features, count in zip(passages, observed, tokens, strict=True)
    ]


def observe(
    passages: Sequence[Passage], scores: Sequence[Floats], words: Sequence[Floats], tokens: Sequence[Floats]
) -> list[Floats]:
    """The features of the lines of each passage, shape (lines, features) each; passages are in their order, best first."""
    top = max((passage.score for passage in passages), default=0.0)
    seen = set[str]()
    found: list[Floats] = []
    for rank, (passage, score, share, count) in enumerate(zip(passages, scores, words, tokens, strict=True)):
        lines = len(passage.lines)
        index = np.arange(lines)
        gap = passage.score - top
        below = score - score.max()
        around = _mean(score, AROUND)
        order = score.argsort(kind="stable").argsort(kind="stable") / max(1, lines - 1) if lines > 1 else np.ones(1)
        length = np.log1p(lines)
        values = {
            "gap": gap,
            "gap_squared": gap * gap,
            "rank": np.log1p(rank),
            "first": float(rank == 0),
            "length": length,
            **{name: passage.features[name] for name in ("document", "test", "callable", "named")},
            "again": float(passage.row.path in seen),
            "score": score,
            "below": below,
            "near": _mean(score, NEAR),
            "around": around,
            "around_below": around - around.max(),
            "order": order,
            "words": share,
            "head": index == 0,
            "depth": np.log1p(index),
            "from_best": np.log1p(np.abs(index - int(score.argmax()))),
            "to_end": np.log1p(lines - 1 - index),
            "blank": np.array([not line.strip() for line in passage.lines]),
            "tokens": np.log1p(count - NUMBER_TOKENS),
            "gap_order": gap * order,
            "rank_order": np.log1p(rank) * order,
            "length_below": length * below,
            "length_depth": length * np.log1p(index),
        }
        found.append(np.stack([np.broadcast_to(values[name], lines) for name in FEATURES], axis=1).astype(np.float64))
        seen.add(passage.row.path)
    return found


def _mean(values: Floats, width: int) -> Floats:
    """The mean of each value and its neighbours; those beyond the ends count as 0, and a short text has one mean."""
    if len(values) < width:
        return np.full(len(values), values.mean())
    return np.convolve(values, np.ones(width) / width, "same")


def _decisive(likely: Sequence[_Likely], budget: float, least: float) -> list[Flags]:
    """The few likeliest lines of as many passages as fit, with the first line of a definition, for each passage.

    Of a passage without a line of likelihood `least` for each token there are none.
    """
    flags = [_likeliest(part) for part in likely]
    tokens = [_cost(part, chosen) for part, chosen in zip(likely, flags, strict=True)]
    worth = [part.passage.score - LENGTH_COST * np.log(count) for part, count in zip(likely, tokens, strict=True)]
    spent = 0.0
    for number in sorted(range(len(likely)), key=lambda n: (-worth[n], n)):
        near = bool((likely[number].likelihood / likely[number].tokens >= least).any())
        if near and spent + tokens[number] <= budget:
            spent += tokens[number]
        else:
            flags[number][:] = False
    return flags


def _likeliest(part: _Likely) -> Flags:
    """The run of `DECISIVE_LINES` lines that is likeliest, and the first line of a definition."""
    lines = len(part.likelihood)
    width = min(DECISIVE_LINES, lines)
    start = int(np.convolve(part.likelihood, np.ones(width), "valid").argmax())
    flags = np.zeros(lines, dtype=np.bool_)
    flags[0 if start <= HEADING else start : start + width] = True
    flags[0] |= bool(part.passage.row.name)
    return flags


def _cost(part: _Likely, flags: Flags) -> float:
    """The tokens of a block with these lines."""
    cuts = int((np.diff(np.flatnonzero(flags)) > 1).sum())
    return float(part.tokens[flags].sum()) + BLOCK_TOKENS + CUT_TOKENS * cuts


def _at_least(
    likely: Sequence[_Likely], decisive: Sequence[Flags], least: float
) -> tuple[list[tuple[float, _Likely, Flags]], float]:
    """The passages with decisive lines or lines of this likelihood for each token, and the tokens of all.

    A passage is (its likelihood for each token, it, which lines).
    """
    chosen: list[tuple[float, _Likely, Flags]] = []
    total = 0.0
    for part, always in zip(likely, decisive, strict=True):
        flags = part.likelihood / part.tokens >= least
        if flags.any():
            _close(flags)
            flags[0] |= bool(part.passage.row.name)
            if float(part.likelihood[flags].sum()) / _cost(part, flags) < least:
                flags[:] = False
        flags |= always
        if not flags.any():
            continue
        _close(flags)
        tokens = _cost(part, flags)
        chosen.append((float(part.likelihood[flags].sum()) / tokens, part, flags))
        total += tokens
    return chosen, total


def _close(flags: Flags) -> None:
    """Choose the lines of short gaps too."""
    places = np.flatnonzero(flags)
    for before, after in zip(places[:-1].tolist(), places[1:].tolist(), strict=True):
        if after - before <= GAP + 1:
            flags[before:after] = True


def _ranges(start: int, flags: Flags) -> tuple[tuple[int, int], ...]:
    """The chosen lines as ranges of numbers in the file."""
    places = (np.flatnonzero(flags) + start).tolist()
    ranges: list[tuple[int, int]] = []
    for place in places:
        if ranges and place == ranges[-1][1] + 1:
            ranges[-1] = (ranges[-1][0], place)
        else:
            ranges.append((place, place))
    return tuple(ranges)
