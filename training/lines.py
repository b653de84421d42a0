"""Fits the weights of `codeassist.evidence.line_score`: `python -m training.lines --trees FOLDER CASES.jsonl... [--write]`.

CASES hold one question a line with `repo`, `question`, `gold` ([{"path", "start", "end"}]) and `facts`, strings that a right
answer holds; FOLDER holds a checkout of each repository, named OWNER+NAME. A passage counts if it overlaps the gold lines
and one of its lines contains a fact; such lines are the right ones. Loss: the softmax cross-entropy of the right lines
among all lines of the passage (`training.softmax`). Figures are of repositories that were left out of the fit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from codeassist.evidence import line_score
from codeassist.evidence.line_score import FEATURES, observe
from indexers import Index
from indexers.search.shapes import shape_of
from training.softmax import Floats, Judged, fit, left_out, run, shares

PENALTY = 0.1
FOLDS = 6
PASSAGES = 12
"""The first passages of a question that are looked at."""

LEAST_LINES = 4


def judge(trees: Path, cases: Sequence[dict[str, Any]]) -> list[Judged]:
    """The lines of the right passages of every question with facts."""
    by_repository: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for case in cases:
        if case.get("facts") and case.get("gold"):
            by_repository[case["repo"]].append(case)
    judged = []
    for repository, some in sorted(by_repository.items()):
        with Index.build(trees / repository.replace("/", "+")) as index:
            for case in some:
                ranked = index.passages(case["question"], 0)
                for passage in ranked.passages[:PASSAGES]:
                    row, lines = passage.row, passage.lines
                    right = np.array([any(fact in line for fact in case["facts"]) for line in lines])
                    gold = any(row.path == g["path"] and row.start <= g["end"] and row.end >= g["start"] for g in case["gold"])
                    if gold and right.any() and len(lines) >= LEAST_LINES:
                        features = observe(lines, ranked.words, shape_of(case["question"]), row.name or "")
                        judged.append(Judged(repository, features.astype(np.float64), right, 1.0))
    return judged


def fitted(judged: Sequence[Judged]) -> Floats:
    """The weights of the features, of either sign."""
    return fit(judged, PENALTY, frozenset(range(len(FEATURES))))


def left_out_weights(judged: Sequence[Judged]) -> dict[str, list[float]]:
    """The weights for each repository, fitted without it; prints how they rank."""
    positions, by_repository = left_out(judged, FOLDS, fitted)
    among = shares(positions, (1, 2, 3, 4, 6, 10))
    print(f"left out: a line with a fact is first of its passage, or among the first few: {among} ({len(positions)} passages)")
    return {repository: weights.tolist() for repository, weights in by_repository.items()}


def named(weights: Floats) -> dict[str, float]:
    """Weights by the name of their feature."""
    return {name: round(float(w), 3) for name, w in zip(FEATURES, weights, strict=True)}


if __name__ == "__main__":
    target = Path(line_score.__file__).with_name(line_score.WEIGHTS_FILE)
    run(__doc__, judge, left_out_weights, lambda judged: named(fitted(judged)), target)
