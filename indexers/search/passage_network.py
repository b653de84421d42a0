"""A small neural network that scores passages from their features: one hidden layer beside a weighted sum.

    score = linear . x + output . tanh(hidden x + bias),   x = clip((features - mean) / deviation, -LIMIT, LIMIT)

The weighted sum alone cannot say that a feature counts more for one kind of question, or more together with another one. The
numbers are in `passage_network.json`, fitted with whole repositories left out by `python -m training.passages`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from indexers.types import Vectors

NETWORK_FILE = "passage_network.json"
LIMIT = 4.0
"""Standardised features beyond this count as this much: an unusual value says nothing more."""


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """The numbers of a network for f features and h hidden units.

    features: their names, in order; mean, deviation, linear: shape (f,); hidden: (h, f); bias, output: (h,).
    """

    features: tuple[str, ...]
    mean: Vectors
    deviation: Vectors
    linear: Vectors
    hidden: Vectors
    bias: Vectors
    output: Vectors

    def scores(self, rows: Sequence[Mapping[str, float]]) -> Vectors:
        """The score of each passage, given by its features; larger is better. Shape (passages,)."""
        if not rows:
            return np.zeros(0, dtype=np.float32)
        return self.of(np.array([[row.get(name, 0.0) for name in self.features] for row in rows], dtype=np.float32))

    def contributions(self, row: Mapping[str, float]) -> dict[str, float]:
        """How much each feature of a passage adds to its score: the score less that with the feature at its mean."""
        values = np.array([row.get(name, 0.0) for name in self.features], dtype=np.float32)
        without = np.tile(values, (len(values) + 1, 1))
        np.fill_diagonal(without, self.mean)
        scores = self.of(without)
        return dict(zip(self.features, (scores[-1] - scores[:-1]).tolist(), strict=True))

    def of(self, matrix: Vectors) -> Vectors:
        """The score of each row of a matrix of features, shape (passages, f)."""
        standard = np.clip((matrix - self.mean) / self.deviation, -LIMIT, LIMIT)
        scores: Vectors = standard @ self.linear + np.tanh(standard @ self.hidden.T + self.bias) @ self.output
        return scores


def from_numbers(numbers: Mapping[str, Any]) -> Network:
    """A network from its JSON form."""
    names = tuple(numbers["features"])
    arrays = [np.array(numbers[name], dtype=np.float32) for name in ("mean", "deviation", "linear", "hidden", "bias", "output")]
    return Network(names, *arrays)


@cache
def network() -> Network:
    """The shipped network."""
    return from_numbers(json.loads(files(__package__).joinpath(NETWORK_FILE).read_text(encoding="utf-8")))
