"""Fits the weights of `codeassist.evidence.line_score`: `python -m training.lines --trees FOLDER CASES.jsonl... [--write]`.

CASES hold one question a line with `repo`, `question`, `gold` ([{"path", "start", "end"}]) and `facts`, strings that a right
answer holds; FOLDER holds a checkout of each repository, named OWNER+NAME. A passage counts if it overlaps the gold lines
and one of its lines contains a fact; such lines are the right ones. Loss as in `training.passages`: the softmax cross-entropy
of the right lines among all lines of the passage. Figures are of repositories that were left out of the fit.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from codeassist.evidence import line_score
from codeassist.evidence.line_score import FEATURES, observe
from indexers import Index
from indexers.search.shapes import shape_of
from training.passages import Floats, Judged, fit, ranks

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


def left_out(judged: Sequence[Judged]) -> dict[str, list[float]]:
    """The weights for each repository, fitted without it; prints how they rank."""
    repositories = sorted({j.repository for j in judged})
    found, by_repository = list[int](), dict[str, list[float]]()
    for fold in range(FOLDS):
        out = set(repositories[fold::FOLDS])
        weights = fit([j for j in judged if j.repository not in out], PENALTY, frozenset(range(len(FEATURES))))
        found += ranks([j for j in judged if j.repository in out], weights)
        by_repository.update(dict.fromkeys(out, weights.tolist()))
    positions = np.array(found)
    shares = ", ".join(f"{(positions <= k).mean():.3f} among {k}" for k in (1, 2, 3, 4, 6, 10))
    print(f"left out: a line with a fact is first of its passage, or among the first few: {shares} ({len(positions)} passages)")
    return by_repository


def named(weights: Floats) -> dict[str, float]:
    """Weights by the name of their feature."""
    return {name: round(float(w), 3) for name, w in zip(FEATURES, weights, strict=True)}


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
        target = Path(line_score.__file__).with_name(line_score.WEIGHTS_FILE)
        weights = fit(judged, PENALTY, frozenset(range(len(FEATURES))))
        target.write_text(json.dumps(named(weights), indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
