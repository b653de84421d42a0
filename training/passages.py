"""Fits the weights of `indexers.search.passages`: `python -m training.passages --trees FOLDER CASES.jsonl... [--write]`.

CASES hold one question a line with `repo`, `question` and either `gold` ([{"path", "start", "end"}]) or `spans` ([[path, start,
end]]); FOLDER holds a checkout of each repository, named OWNER+NAME. Loss: the softmax cross-entropy of the passages on the
right lines among all passages of a question, with a penalty on the squared weights of the standardised features. Figures are
always of repositories that were left out of the fit; `--write` then stores the weights fitted on all of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from indexers import Index
from indexers.search import passages
from indexers.search.passages import DOCUMENTED, FEATURES
from training.softmax import Floats, Judged, fit, left_out, run, shares

PENALTY = 0.05
APPROXIMATE = 0.5
"""The weight of a question whose lines are those that a reference answer cites, not written down by a reader of the code."""

FOLDS = 9
NEGATIVE = (
    "test",
    "document",
    "example",
    "history",
    "configuration",
    "declarations",
    *(f"{shape}_document" for shape in DOCUMENTED),
)
"""The features that may speak against a passage; every other weight is at least 0."""

FIXED = {"exact_path": 1.5}
"""Too few questions contain a path to learn its weight: it is that of `fusion`."""


def judge(trees: Path, cases: Sequence[dict[str, Any]]) -> list[Judged]:
    """The passages of every question with an answer."""
    by_repository: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for case in cases:
        by_repository[case["repo"]].append(case)
    judged = []
    for repository, some in sorted(by_repository.items()):
        with Index.build(trees / repository.replace("/", "+")) as index:
            for case in some:
                gold = [(g["path"], g["start"], g["end"]) for g in case.get("gold", ())] or case.get("spans", [])
                ranked = index.passages(case["question"], 0).passages
                right = [
                    any(p.row.path == path and p.row.start <= end and p.row.end >= start for path, start, end in gold)
                    for p in ranked
                ]
                if any(right):
                    features = np.array([[p.features[name] for name in FEATURES] for p in ranked])
                    judged.append(Judged(repository, features, np.array(right), APPROXIMATE if "spans" in case else 1.0))
    return judged


def fitted(judged: Sequence[Judged]) -> Floats:
    """The weights of the features; only those named in `NEGATIVE` may be negative."""
    return fit(judged, PENALTY, frozenset(i for i, name in enumerate(FEATURES) if name in NEGATIVE))


def named(weights: Floats) -> dict[str, float]:
    """Weights by the name of their feature."""
    return {name: round(float(w), 3) for name, w in zip(FEATURES, weights, strict=True)} | FIXED


def left_out_weights(judged: Sequence[Judged]) -> dict[str, dict[str, float]]:
    """The weights for each repository, fitted without it; prints how they rank."""
    positions, by_repository = left_out(judged, FOLDS, fitted)
    among = shares(positions, (1, 3, 6, 10, 30))
    print(f"left out: {among}, MRR {(1 / positions).mean():.3f} ({len(positions)} questions)")
    return {repository: named(weights) for repository, weights in by_repository.items()}


if __name__ == "__main__":
    target = Path(passages.__file__).with_name(passages.WEIGHTS_FILE)
    run(__doc__, judge, left_out_weights, lambda judged: named(fitted(judged)), target)
