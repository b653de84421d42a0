"""Fits the weights of `codeassist.evidence.context_lines`: `python -m training.context --trees FOLDER CASES.jsonl [--write]`.

CASES hold one question a line with `repo`, `question` and `gold` ([{"path", "start", "end"}]); FOLDER holds a checkout of each
repository, named OWNER+NAME. A line counts as right if it is one of the gold lines. The fit is a logistic regression in which
each question has the same weight, and a fifth of the wrong lines stands for all. The figures are of questions of repositories
that were left out of the fit: the share of the gold lines that the choice for a budget of estimated tokens contains.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np
from numpy.typing import NDArray

from codeassist.evidence import context_lines
from codeassist.evidence.context_lines import FEATURES, observe
from codeassist.evidence.line_score import line_scores
from codeassist.models.token_estimate import estimate
from indexers import Index
from indexers.search.passages import Ranked
from indexers.search.shapes import Shape, shape_of
from indexers.syntax.words import identifiers

Floats = NDArray[np.float64]

PENALTY = 1e-3
FOLDS = 5
STEPS = 12
SAMPLED = 5
"""One of this many wrong lines is looked at."""

BUDGETS = (2_000, 4_000, 6_000)


@dataclass(slots=True)
class Question:
    """A question with its passages, the features of their lines, and which lines are right."""

    repository: str
    shape: Shape
    ranked: Ranked
    features: list[Floats]
    right: list[Floats]
    gold: set[tuple[str, int]]


def judge(trees: Path, cases: Sequence[dict[str, Any]]) -> list[Question]:
    """The questions with gold lines."""
    found = []
    for repository in sorted({case["repo"] for case in cases}):
        with Index.build(trees / repository.replace("/", "+")) as index:
            for case in cases:
                if case["repo"] == repository and case["gold"]:
                    ranked = index.passages(case["question"], 0)
                    found.append(question_of(repository, shape_of(case["question"]), ranked, case["gold"]))
    return found


def question_of(repository: str, shape: Shape, ranked: Ranked, gold: Sequence[dict[str, Any]]) -> Question:
    """One question with the features of its lines."""
    passages = [passage for passage in ranked.passages if passage.lines]
    scores = [line_scores(p.lines, ranked.words, shape, (p.row.name or "").rpartition(".")[2]) for p in passages]
    words = [ranked.words.of([identifiers(line) for line in p.lines]) @ ranked.words.weights for p in passages]
    tokens = [np.array([float(estimate(f"{line}\n") + context_lines.NUMBER_TOKENS) for line in p.lines]) for p in passages]
    wanted = {(g["path"], n) for g in gold for n in range(g["start"], g["end"] + 1)}
    right = [
        np.array([float((p.row.path, n) in wanted) for n in range(p.row.start, p.row.start + len(p.lines))]) for p in passages
    ]
    return Question(repository, shape, ranked, observe(passages, scores, words, tokens), right, wanted)


def fit(questions: Sequence[Question]) -> Floats:
    """The weights of the features and, last, the constant (Newton's method on the penalised log-likelihood)."""
    chance = np.random.default_rng(0)
    rows, labels, counts = list[Floats](), list[Floats](), list[Floats]()
    for question in questions:
        features, right = np.concatenate(question.features), np.concatenate(question.right)
        kept = (right > 0) | (chance.random(len(right)) < 1 / SAMPLED)
        rows.append(features[kept])
        labels.append(right[kept])
        counts.append(np.where(right[kept] > 0, 1.0, SAMPLED) / len(question.gold))
    features, wanted, weight = np.concatenate(rows), np.concatenate(labels), np.concatenate(counts)
    centre, spread = features.mean(axis=0), features.std(axis=0) + 1e-9
    design = np.column_stack([(features - centre) / spread, np.ones(len(features))])
    weight /= weight.mean()
    penalty = PENALTY * len(wanted) * np.r_[np.ones(len(FEATURES)), 0.0]
    fitted = np.zeros(design.shape[1])
    for _ in range(STEPS):
        likely = 1 / (1 + np.exp(-np.clip(design @ fitted, -30, 30)))
        slope = design.T @ (weight * (likely - wanted)) + penalty * fitted
        curve = (design * (weight * likely * (1 - likely))[:, None]).T @ design + np.diag(penalty + 1e-9)
        fitted -= np.linalg.solve(curve, slope)
    scaled = fitted[:-1] / spread
    return np.r_[scaled, fitted[-1] - float(scaled @ centre)]


def report(questions: Sequence[Question]) -> None:
    """Print how much of the gold lines is chosen for questions of repositories that were left out of the fit."""
    repositories = sorted({q.repository for q in questions})
    shares: dict[int, list[float]] = {budget: [] for budget in BUDGETS}
    for fold in range(FOLDS):
        out = set(repositories[fold::FOLDS])
        fitted = fit([q for q in questions if q.repository not in out])
        context_lines.weights = lambda fitted=fitted: (fitted[:-1], float(fitted[-1]))  # type: ignore[misc,assignment]
        for question in questions:
            if question.repository in out:
                for budget in BUDGETS:
                    chosen = context_lines.choose(question.ranked, question.shape, budget, 0.0)
                    held = {(c.passage.row.path, n) for c in chosen for a, b in c.ranges for n in range(a, b + 1)}
                    shares[budget].append(len(held & question.gold) / len(question.gold))
    for budget, found in shares.items():
        print(f"{budget} tokens: {fmean(found):.3f} of the gold lines of {len(found)} questions")


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trees", type=Path, required=True)
    parser.add_argument("cases", type=Path, nargs="+")
    parser.add_argument("--write", action="store_true", help="write the weights of all questions into the package")
    options = parser.parse_args()
    cases = [json.loads(line) for path in options.cases for line in path.read_text(encoding="utf-8").splitlines()]
    questions = judge(options.trees, cases)
    report(questions)
    if options.write:
        write(fit(questions))


def write(fitted: Floats) -> None:
    """Write the weights into the package."""
    path = Path(context_lines.__file__).with_name(context_lines.WEIGHTS_FILE)
    values = dict(zip((*FEATURES, "constant"), (round(float(value), 5) for value in fitted), strict=True))
    path.write_text(json.dumps(values, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
