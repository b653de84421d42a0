"""Fits coefficients for `codeassist.evidence.confidence`, and compares them with the shipped ones.

    python -m training.confidence --trees FOLDER --absent training/cases/absent.txt CASES.jsonl... [--left-out FILE]

CASES hold one question a line with `repo`, `question`, `shape` and `gold`; those of shape `absent` have no answer. The file of
absent questions has a line `# OWNER/NAME` before the questions about things that repository does not have; they were written
before any score was looked at. FOLDER holds a checkout of each repository, named OWNER+NAME. A logistic regression; absent
questions are weighted so that their lengths are distributed as those of the present ones, because nothing may be learned from
how long a question is. Prints, for repositories left out of the fit, the share of absent questions refused for several shares
of present ones refused, and the coefficients of all.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from codeassist.evidence.confidence import COEFFICIENTS, INTERCEPT, observe
from indexers import Index
from indexers.search.shapes import shape_of

FOLDS = 10
PENALTY = 1.0
ITERATIONS = 30
REFUSED = (0.02, 0.05, 0.08, 0.12, 0.2, 0.3, 0.4)
PLACES = 10
SEARCHES = ("phrase", "symbol")
DIRECT = ("who", "compare", "overview", "breaks", "tests")
"""Shapes of questions that are answered from names, mostly without a look at the confidence."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Seen:
    """A question with its observations, whether it has an answer, whether the first places hold it, and its length in words."""

    repository: str
    features: tuple[float, ...]
    present: bool
    placed: bool
    theirs: bool
    length: int


def absent_questions(file: Path) -> list[dict[str, Any]]:
    """The questions of a file of absent questions, as cases."""
    cases, repository = [], ""
    for line in file.read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            repository = line[2:]
        elif line.strip():
            cases.append({"repo": repository, "question": line, "shape": "absent", "gold": [], "own": True})
    return cases


def look(trees: Path, cases: Sequence[dict[str, Any]]) -> list[Seen]:
    """The observations of every question."""
    by_repository: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for case in cases:
        if case["shape"] not in SEARCHES and (case["shape"] == "absent" or shape_of(case["question"]) not in DIRECT):
            by_repository[case["repo"]].append(case)
    seen = []
    for repository, some in sorted(by_repository.items()):
        with Index.build(trees / repository.replace("/", "+")) as index:
            for case in some:
                ranked = index.passages(case["question"], 0)
                placed = any(
                    p.row.path == g["path"] and p.row.start <= g["end"] and p.row.end >= g["start"]
                    for p in ranked.passages[:PLACES]
                    for g in case["gold"]
                )
                features = astuple(observe(index, case["question"], ranked))
                absent = case["shape"] == "absent"
                theirs = absent and "own" not in case
                seen.append(Seen(repository, features, not absent, placed, theirs, len(ranked.words.words)))
    return seen


def balance(seen: Sequence[Seen]) -> Floats:
    """The weight of each question: present and absent ones count alike, and their lengths are distributed alike."""
    present = Counter(min(s.length, 14) // 2 for s in seen if s.present)
    absent = Counter(min(s.length, 14) // 2 for s in seen if not s.present)
    total, others = sum(present.values()), sum(absent.values())
    weights = np.array(
        [
            1.0 if s.present else min(6.0, present[b] / total / (absent[b] / others))
            for s in seen
            for b in (min(s.length, 14) // 2,)
        ]
    )
    kind = np.array([s.present for s in seen])
    weights[kind] /= weights[kind].sum()
    weights[~kind] /= weights[~kind].sum()
    return weights * len(seen) / 2


def fit(features: Floats, present: NDArray[np.bool_], weights: Floats) -> Floats:
    """Coefficients, the intercept last, by Newton's method with a penalty on the squared standardised coefficients."""
    mean, deviation = features.mean(axis=0), features.std(axis=0) + 1e-6
    matrix = np.c_[(features - mean) / deviation, np.ones(len(features))]
    solution = np.zeros(matrix.shape[1])
    penalty = np.diag([PENALTY] * features.shape[1] + [0.0])
    for _ in range(ITERATIONS):
        chance = 1 / (1 + np.exp(-matrix @ solution))
        gradient = matrix.T @ (weights * (chance - present)) + penalty @ solution
        hessian = (matrix * (weights * chance * (1 - chance))[:, None]).T @ matrix + penalty
        solution -= np.linalg.solve(hessian, gradient)
    scaled = solution[:-1] / deviation
    return np.append(scaled, solution[-1] - scaled @ mean)


def shifted(coefficients: Floats, features: Floats, refused: float) -> Floats:
    """The coefficients with an intercept for which the share `refused` of the questions is below a probability of a half."""
    values = features @ coefficients[:-1]
    return np.append(coefficients[:-1], -np.quantile(values, refused))


def left_out(seen: Sequence[Seen], refused: float) -> dict[str, list[float]]:
    """Coefficients for each repository, fitted without it, with the intercept of the others; prints the trade-off."""
    features = np.array([s.features for s in seen])
    present = np.array([s.present for s in seen])
    weights = balance(seen)
    repositories = sorted({s.repository for s in seen})
    owner = np.array([s.repository for s in seen])
    values, by_repository = np.zeros(len(seen)), dict[str, list[float]]()
    for fold in range(FOLDS):
        out = np.isin(owner, repositories[fold::FOLDS])
        fitted = shifted(fit(features[~out], present[~out], weights[~out]), features[~out & present], refused)
        values[out] = features[out] @ fitted[:-1] + fitted[-1]
        by_repository.update({name: fitted.tolist() for name in repositories[fold::FOLDS]})
    report(seen, values, weights)
    return by_repository


def report(seen: Sequence[Seen], values: Floats, weights: Floats) -> None:
    """Print, for shares of present questions refused, what is refused and how much of the answered is wrong."""
    present, theirs = np.array([s.present for s in seen]), np.array([s.theirs for s in seen])
    placed = np.array([s.placed for s in seen])
    own = ~present & ~theirs
    print("present refused  absent refused (own, lengths balanced / cases)  answered without the right place")
    for share in (None, *REFUSED):
        threshold = 0.0 if share is None else float(np.quantile(values[present], share))
        low = values < threshold
        wrong = (~low & present & ~placed).sum() / present.sum()
        label = "at 0.5 " if share is None else "       "
        print(
            f"{label}{low[present].mean():8.3f}  {np.average(low[own], weights=weights[own]):15.3f} / {low[theirs].mean():.3f}"
            f"  {wrong:20.3f}"
        )


def main() -> None:
    """Fit the coefficients and print the trade-off of left-out repositories."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", type=Path, nargs="+")
    parser.add_argument("--trees", type=Path, required=True)
    parser.add_argument("--absent", type=Path, required=True)
    parser.add_argument("--refused", type=float, default=0.08, help="The share of questions with an answer to be refused.")
    parser.add_argument("--left-out", type=Path, help="Write the coefficients for each repository, fitted without it.")
    options = parser.parse_args()
    cases = [json.loads(line) for file in options.cases for line in file.read_text(encoding="utf-8").splitlines()]
    seen = look(options.trees, [*cases, *absent_questions(options.absent)])
    features, present = np.array([s.features for s in seen]), np.array([s.present for s in seen])
    print("shipped coefficients:")
    report(seen, features @ np.array(COEFFICIENTS) + INTERCEPT, balance(seen))
    print("fitted here, repositories left out:")
    by_repository = left_out(seen, options.refused)
    if options.left_out:
        options.left_out.write_text(json.dumps(by_repository), encoding="utf-8")
    fitted = shifted(fit(features, present, balance(seen)), features[present], options.refused)
    print("coefficients", [round(float(c), 2) for c in fitted[:-1]], "intercept", round(float(fitted[-1]), 2))


if __name__ == "__main__":
    main()
