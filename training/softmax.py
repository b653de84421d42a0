"""Weights that rank the choices for a question, fitted by the softmax cross-entropy of the right ones among all of them.

Whole repositories are left out of a fit, and figures are of these.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

STEPS = 200
RATE = 0.05

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Judged:
    """The choices for a question: features (n, f), which are right (n,), and how much the question counts."""

    repository: str
    features: Floats
    right: NDArray[np.bool_]
    weight: float


def fit(judged: Sequence[Judged], penalty: float, free: frozenset[int]) -> Floats:
    """The weights of the features, shape (f,), by gradient descent (Adam) on all questions at once.

    `penalty` is that on the squared weights; `free` are the positions of features whose weight may be negative.
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


def ranks(judged: Sequence[Judged], weights: Floats) -> list[int]:
    """The position of the first right choice of each question, from 1."""
    return [1 + int(np.argmax(j.right[np.argsort(-(j.features @ weights), kind="stable")])) for j in judged]


def left_out(
    judged: Sequence[Judged], folds: int, fitted: Callable[[Sequence[Judged]], Floats]
) -> tuple[NDArray[np.int64], dict[str, Floats]]:
    """(ranks in the repositories that were left out, of questions that count fully; weights for each, fitted without it)."""
    repositories = sorted({j.repository for j in judged})
    found, by_repository = list[int](), dict[str, Floats]()
    for fold in range(folds):
        out = set(repositories[fold::folds])
        weights = fitted([j for j in judged if j.repository not in out])
        found += ranks([j for j in judged if j.repository in out and j.weight == 1.0], weights)
        by_repository.update(dict.fromkeys(out, weights))
    return np.array(found), by_repository


def shares(positions: NDArray[np.int64], counts: Sequence[int]) -> str:
    """The share of ranks that are among the first few, as text."""
    return ", ".join(f"{(positions <= k).mean():.3f} among {k}" for k in counts)


def run(
    description: str | None,
    judge: Callable[[Path, Sequence[dict[str, Any]]], list[Judged]],
    left_out_weights: Callable[[Sequence[Judged]], dict[str, Any]],
    fitted: Callable[[Sequence[Judged]], dict[str, float]],
    target: Path,
) -> None:
    """The command line: fit the weights, print how left-out repositories rank, and write the weights to `target` if asked."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", type=Path, nargs="+")
    parser.add_argument("--trees", type=Path, required=True)
    parser.add_argument("--left-out", type=Path, help="Write the weights for each repository, fitted without it.")
    parser.add_argument("--write", action="store_true", help="Store the weights fitted on all repositories.")
    options = parser.parse_args()
    cases = [json.loads(line) for file in options.cases for line in file.read_text(encoding="utf-8").splitlines()]
    judged = judge(options.trees, cases)
    by_repository = left_out_weights(judged)
    if options.left_out:
        options.left_out.write_text(json.dumps(by_repository), encoding="utf-8")
    if options.write:
        target.write_text(json.dumps(fitted(judged), indent=1) + "\n", encoding="utf-8")
