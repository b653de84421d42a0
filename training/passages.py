"""Fits the weights of `indexers.search.passages`: `python -m training.passages --trees FOLDER CASES.jsonl... [--write]`.

CASES hold one question a line with `repo`, `question` and either `gold` ([{"path", "start", "end"}]) or `spans` ([[path, start,
end]]); FOLDER holds a checkout of each repository, named OWNER+NAME. Loss: the softmax cross-entropy of the passages on the
right lines among all passages of a question, with a penalty on the squared weights of the standardised features. Figures are
always of repositories that were left out of the fit; `--write` then stores the weights fitted on all of them.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexers import Index
from indexers.search import passages
from indexers.search.passages import DOCUMENTED, FEATURES

PENALTY = 0.05
APPROXIMATE = 0.5
"""The weight of a question whose lines are those that a reference answer cites, not written down by a reader of the code."""

FOLDS = 9
STEPS = 200
RATE = 0.05
NEGATIVE = ("test", "document", "example", *(f"{shape}_document" for shape in DOCUMENTED))
"""The features that may speak against a passage; every other weight is at least 0."""

FIXED = {"exact_path": 1.5}
"""Too few questions contain a path to learn its weight: it is that of `fusion`."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Judged:
    """The passages of a question: features (n, f), which are right (n,), and how much the question counts."""

    repository: str
    features: Floats
    right: NDArray[np.bool_]
    weight: float


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


def fit(judged: Sequence[Judged], penalty: float = PENALTY, free: frozenset[int] | None = None) -> Floats:
    """The weights of the features, shape (f,), by gradient descent (Adam) on all questions at once.

    `free` are the positions of features whose weight may be negative, by default those named in `NEGATIVE`.
    """
    together = np.concatenate([j.features for j in judged])
    deviation = together.std(axis=0) + 1e-6
    together = (together - together.mean(axis=0)) / deviation
    right = np.concatenate([j.right for j in judged])
    sizes = np.array([len(j.right) for j in judged])
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    owner = np.repeat(np.arange(len(sizes)), sizes)
    share = np.array([j.weight for j in judged])
    share = (share / share.sum())[owner]
    free = frozenset(i for i, name in enumerate(FEATURES) if name in NEGATIVE) if free is None else free
    positive = np.array([i not in free for i in range(together.shape[1])])
    weights = np.zeros(together.shape[1])
    mean, square = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, STEPS + 1):
        scores = together @ weights
        scores = np.exp(scores - np.maximum.reduceat(scores, starts)[owner])
        every = scores / np.add.reduceat(scores, starts)[owner]
        ours = scores * right / np.maximum(np.add.reduceat(scores * right, starts), 1e-12)[owner]
        gradient = together.T @ (share * (every - ours)) + penalty * weights
        mean, square = 0.9 * mean + 0.1 * gradient, 0.999 * square + 0.001 * gradient**2
        weights = weights - RATE * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
        weights[positive] = np.maximum(weights[positive], 0.0)
    return weights / deviation


def named(weights: Floats) -> dict[str, float]:
    """Weights by the name of their feature."""
    return {name: round(float(w), 3) for name, w in zip(FEATURES, weights, strict=True)} | FIXED


def ranks(judged: Sequence[Judged], weights: Floats) -> list[int]:
    """The position of the first right passage of each question, from 1."""
    return [1 + int(np.argmax(j.right[np.argsort(-(j.features @ weights), kind="stable")])) for j in judged]


def left_out(judged: Sequence[Judged]) -> dict[str, dict[str, float]]:
    """The weights for each repository, fitted without it; prints how they rank."""
    repositories = sorted({j.repository for j in judged})
    found, by_repository = list[int](), dict[str, dict[str, float]]()
    for fold in range(FOLDS):
        out = set(repositories[fold::FOLDS])
        weights = fit([j for j in judged if j.repository not in out])
        found += ranks([j for j in judged if j.repository in out and j.weight == 1.0], weights)
        by_repository.update(dict.fromkeys(out, named(weights)))
    positions = np.array(found)
    shares = ", ".join(f"{(positions <= k).mean():.3f} among {k}" for k in (1, 3, 6, 10, 30))
    print(f"left out: {shares}, MRR {(1 / positions).mean():.3f} ({len(positions)} questions)")
    return by_repository


def main() -> None:
    """Fit the weights and print how left-out repositories rank."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", type=Path, nargs="+")
    parser.add_argument("--trees", type=Path, required=True)
    parser.add_argument("--left-out", type=Path, help="Write the weights for each repository, fitted without it.")
    parser.add_argument("--write", action="store_true", help="Store the weights fitted on all repositories.")
    options = parser.parse_args()
    cases = [json.loads(line) for file in options.cases for line in file.read_text(encoding="utf-8").splitlines()]
    judged = judge(options.trees, cases)
    by_repository = left_out(judged)
    if options.left_out:
        options.left_out.write_text(json.dumps(by_repository), encoding="utf-8")
    if options.write:
        target = Path(passages.__file__).with_name(passages.WEIGHTS_FILE)
        target.write_text(json.dumps(named(fit(judged)), indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
