"""Contrastive training of the token vectors, so that descriptions of code are close to the code.

A text's vector is the unit-length sum over its distinct tokens of (1 + log tf) x weight x row. Both sides share the
table. Loss: symmetric InfoNCE over the pairs of a batch (van den Oord et al., 2018, arXiv:1807.03748; in both
directions as in Radford et al., 2021, arXiv:2103.00020), with a learned temperature. A batch consists of blocks of
pairs from one package, so that the negatives of a pair are hard negatives.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from training.vocabulary import Texts


@dataclass(frozen=True, slots=True)
class Settings:
    """Training settings. `path_share`: share of batches with paths in the code; `drop_share`: with words cut from queries."""

    dimension: int = 256
    batch: int = 2048
    block: int = 32
    epochs: int = 3
    rate: float = 2e-3
    temperature: float = 0.06
    path_share: float = 0.5
    drop_share: float = 0.4
    seed: int = 7


class Table(nn.Module):
    """Rows and weights of the vocabulary entries."""

    def __init__(self, rows: NDArray[np.float32], weights: NDArray[np.float32], temperature: float) -> None:
        """Initialise with `rows` (n, d) and `weights` (n,)."""
        super().__init__()
        self.rows = nn.Parameter(torch.from_numpy(rows.copy()))
        self.log_weights = nn.Parameter(torch.from_numpy(np.log(weights)).float())
        self.log_scale = nn.Parameter(torch.tensor(-math.log(temperature)))

    def embed(self, offsets: Tensor, rows: Tensor, factors: Tensor) -> Tensor:
        """Unit vectors (texts, d) of bags of tokens."""
        weights = factors * self.log_weights[rows].exp()
        summed = nn.functional.embedding_bag(rows, self.rows, offsets, mode="sum", per_sample_weights=weights)
        return nn.functional.normalize(summed, dim=1, eps=1e-6)


def batches(packages: NDArray[np.int64], settings: Settings, chance: np.random.Generator) -> Iterator[NDArray[np.int64]]:
    """Index arrays of the batches of one epoch: each pair at most once, in blocks from one package."""
    order = chance.permutation(len(packages))
    order = order[np.argsort(packages[order], kind="stable")]
    blocks = [order[start : start + settings.block] for start in range(0, len(order), settings.block)]
    shuffled = [blocks[i] for i in chance.permutation(len(blocks))]
    per_batch = settings.batch // settings.block
    for start in range(0, len(shuffled) - per_batch + 1, per_batch):
        yield np.concatenate(shuffled[start : start + per_batch])


def _bag(texts: Texts, which: NDArray[np.int64], keep: NDArray[np.float32] | None = None) -> tuple[Tensor, Tensor, Tensor]:
    offsets, rows, tf = texts.take(which)
    if keep is not None:
        tf = tf * keep
    return torch.from_numpy(offsets), torch.from_numpy(rows), torch.from_numpy(tf)


def train(
    table: Table,
    queries: Texts,
    short: Texts,
    code: Texts,
    coded: Texts,
    packages: NDArray[np.int64],
    settings: Settings,
    watch: Callable[[int, float], None] | None = None,
    used: NDArray[np.int64] | None = None,
) -> None:
    """Train in place. `short` are the first sentences of the queries; `coded` is the code side with the words of its path.

    `packages` (one per pair) groups pairs into blocks; only the pairs in `used` are trained on, by default all.
    """
    used = np.arange(len(packages)) if used is None else used
    torch.manual_seed(settings.seed)
    generator = np.random.default_rng(settings.seed)
    optimiser = torch.optim.Adam(
        [
            {"params": [table.rows], "lr": settings.rate},
            {"params": [table.log_weights, table.log_scale], "lr": settings.rate * 3},
        ]
    )
    steps = settings.epochs * (len(used) // settings.batch + 1)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, [settings.rate, settings.rate * 3], total_steps=max(2, steps + settings.epochs), pct_start=0.1
    )
    target = torch.arange(settings.batch)
    step, started = 0, time.monotonic()
    for _ in range(settings.epochs):
        for chosen in batches(packages[used], settings, generator):
            which = used[chosen]
            left_texts = short if generator.random() < 0.5 else queries
            right_texts = coded if generator.random() < settings.path_share else code
            keep = None
            if generator.random() < settings.drop_share:
                count = int((left_texts.starts[which + 1] - left_texts.starts[which]).sum())
                keep = (generator.random(count) < 0.6).astype(np.float32)
            left = table.embed(*_bag(left_texts, which, keep))
            right = table.embed(*_bag(right_texts, which))
            scores = left @ right.T * table.log_scale.exp().clamp(max=100)
            size = target[: len(which)]
            loss = (nn.functional.cross_entropy(scores, size) + nn.functional.cross_entropy(scores.T, size)) / 2
            optimiser.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            schedule.step()
            step += 1
            if watch and step % 50 == 0:
                watch(step, float(loss.detach()))
    if watch:
        watch(step, time.monotonic() - started)


def reduce(rows: NDArray[np.float32], weights: NDArray[np.float32], dimension: int) -> NDArray[np.float32]:
    """Rows rotated and cut to their `dimension` principal axes, uncentred, which changes inner products least."""
    scaled = rows * weights[:, None]
    _, axes = np.linalg.eigh(scaled.T @ scaled)
    return np.ascontiguousarray(rows @ axes[:, ::-1][:, :dimension])
