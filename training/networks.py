"""Fits the network of `indexers.search.passage_network` to judged questions: listwise, by gradient descent.

Loss: the softmax cross-entropy of the passages on the right lines among all passages of a question (Cao et al., "Learning to
rank: from pairwise approach to listwise approach", ICML 2007), with a penalty on the squared weights. Inputs are dropped
at random while fitting (Srivastava et al., "Dropout", JMLR 2014); several networks with different beginnings are averaged
into one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexers.search.passage_network import LIMIT, Network, from_numbers

HIDDEN = 8
NETWORKS = 4
STEPS = 160
RATE = 0.015
DROPPED = 0.2
PENALTY, LINEAR_PENALTY = 0.02, 0.1
DIGITS = 4
"""Significant digits of a stored number."""

Floats = NDArray[np.float64]
Parameters = list[Floats]


def fit_network(
    names: Sequence[str], features: Sequence[Floats], right: Sequence[NDArray[np.bool_]], counts: Sequence[float]
) -> Network:
    """The network for questions, each given by the features (n, f) of its passages, which are right (n,), and its weight."""
    together = np.concatenate(features)
    mean, deviation = together.mean(axis=0), together.std(axis=0) + 1e-6
    standard = np.clip((together - mean) / deviation, -LIMIT, LIMIT)
    sizes = np.array([len(r) for r in right])
    owner, starts = np.repeat(np.arange(len(sizes)), sizes), np.concatenate([[0], np.cumsum(sizes)[:-1]])
    share = (np.array(counts) / np.sum(counts))[owner]
    loss = _Loss(np.concatenate(right).astype(np.float64), owner, starts, share)
    fitted = [_fit_one(standard, loss, seed) for seed in range(NETWORKS)]
    numbers = {
        "features": list(names),
        "mean": mean,
        "deviation": deviation,
        "linear": np.mean([linear for *_, linear in fitted], axis=0),
        "hidden": np.concatenate([hidden.T for hidden, *_ in fitted]),
        "bias": np.concatenate([bias for _, bias, *_ in fitted]),
        "output": np.concatenate([output for _, _, output, _ in fitted]) / NETWORKS,
    }
    return from_numbers(numbers)


class _Loss:
    """The gradient of the cross-entropy with respect to the scores of all passages."""

    def __init__(self, right: Floats, owner: NDArray[np.int64], starts: NDArray[np.int64], share: Floats) -> None:
        self._right, self._owner, self._starts, self._share = right, owner, starts, share

    def gradient(self, scores: Floats) -> Floats:
        raised = np.exp(scores - np.maximum.reduceat(scores, self._starts)[self._owner])
        every = raised / np.add.reduceat(raised, self._starts)[self._owner]
        ours = raised * self._right
        wanted = ours / np.maximum(np.add.reduceat(ours, self._starts), 1e-12)[self._owner]
        change: Floats = self._share * (every - wanted)
        return change


def _fit_one(standard: Floats, loss: _Loss, seed: int) -> Parameters:
    """The parameters hidden (f, h), bias (h,), output (h,), linear (f,), by Adam (Kingma and Ba, ICLR 2015)."""
    random = np.random.default_rng(seed)
    count = standard.shape[1]
    weights = [
        random.normal(0, 0.3 / np.sqrt(count), (count, HIDDEN)),
        np.zeros(HIDDEN),
        random.normal(0, 0.3, HIDDEN),
        np.zeros(count),
    ]
    mean, square = [np.zeros_like(w) for w in weights], [np.zeros_like(w) for w in weights]
    for step in range(1, STEPS + 1):
        seen = standard * (random.random(count) > DROPPED) / (1 - DROPPED)
        for n, gradient in enumerate(_gradients(seen, weights, loss)):
            mean[n] = 0.9 * mean[n] + 0.1 * gradient
            square[n] = 0.999 * square[n] + 0.001 * gradient**2
            weights[n] = weights[n] - RATE * (mean[n] / (1 - 0.9**step)) / (np.sqrt(square[n] / (1 - 0.999**step)) + 1e-8)
    return weights


def _gradients(seen: Floats, weights: Parameters, loss: _Loss) -> Parameters:
    hidden, bias, output, linear = weights
    active = np.tanh(seen @ hidden + bias)
    change = loss.gradient(active @ output + seen @ linear)
    below = np.outer(change, output) * (1 - active**2)
    return [
        seen.T @ below + PENALTY * hidden,
        below.sum(axis=0),
        active.T @ change + PENALTY * output,
        seen.T @ change + LINEAR_PENALTY * linear,
    ]


def as_numbers(network: Network) -> dict[str, Any]:
    """The JSON form of a network."""
    arrays = {name: getattr(network, name) for name in ("mean", "deviation", "linear", "hidden", "bias", "output")}
    return {"features": list(network.features)} | {name: _rounded(array) for name, array in arrays.items()}


def _rounded(values: Any) -> Any:
    if np.ndim(values):
        return [_rounded(value) for value in values]
    return float(f"{float(values):.{DIGITS}g}")
