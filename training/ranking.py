"""Learns the weights of the ranking features from questions that `queries` generates from held-out packages.

Loss: the softmax cross-entropy of the right file among the files (scored as in `fusion`: the best chunk plus a share of the
next ones), plus that of the right chunk among the chunks, so that neither level improves at the expense of the other. Weights
stay positive, and a small penalty on the squared logarithm of their change keeps them near their initial values.
"""

from __future__ import annotations

import json
import random
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexers import Index, IndexOptions, WalkRules
from indexers.search.fusion import AGGREGATE_CHUNKS, AGGREGATE_SHARE, WEIGHTS
from training.queries import Question, make_repository, read_questions
from training.workspace import is_held_out

MOST_REPOSITORIES = 400
FEATURES = tuple(WEIGHTS)


@dataclass(frozen=True, slots=True)
class Judged:
    """The candidates of one question: features (n, f), demotions (n,), file numbers (n,), and which of them answer it."""

    kind: str
    features: NDArray[np.float32]
    demotions: NDArray[np.float32]
    files: NDArray[np.int64]
    right_file: int
    right_chunks: NDArray[np.bool_]


def run_questions(work: Path) -> None:
    """Generate repositories with questions from the held-out packages into `WORK/questions`."""
    folders = [
        folder
        for registry in sorted((work / "sources").iterdir())
        for folder in sorted(registry.iterdir())
        if is_held_out(f"{registry.name}/{folder.name}")
    ]
    random.Random(3).shuffle(folders)
    out = work / "questions"
    out.mkdir(exist_ok=True)
    with ProcessPoolExecutor(2) as pool:
        generated = pool.map(make_repository, folders, [out / f"{f.parent.name}__{f.name}" for f in folders], chunksize=8)
        counts = [len(questions) for questions in generated]
    print(sum(map(bool, counts)), "repositories,", sum(counts), "questions")


def judge(folder: Path, questions: list[Question]) -> list[Judged]:
    """The candidates of every question of one repository, without the questions whose answer is not among the candidates."""
    judged: list[Judged] = []
    with tempfile.TemporaryDirectory() as index_dir:
        options = IndexOptions(WalkRules(), "static", jobs=1)
        with Index.build(folder, index_dir=Path(index_dir), options=options) as index:
            for question in questions:
                ranked = index.candidates(question.text)
                paths = {path: number for number, path in enumerate(dict.fromkeys(row.path for _, row in ranked))}
                if question.path not in paths:
                    continue
                right = [
                    row.path == question.path and row.start <= question.end and row.end >= question.start for _, row in ranked
                ]
                judged.append(
                    Judged(
                        question.kind,
                        np.array([[c.features.get(name, 0.0) for name in FEATURES] for c, _ in ranked], dtype=np.float32),
                        np.array([c.demotion for c, _ in ranked], dtype=np.float32),
                        np.array([paths[row.path] for _, row in ranked]),
                        paths[question.path],
                        np.array(right),
                    )
                )
    return judged


def judge_all(work: Path) -> Iterator[Judged]:
    """The judged candidates of every question, from `WORK/questions`."""
    repositories = list(read_questions(work / "questions"))[:MOST_REPOSITORIES]
    with ProcessPoolExecutor(2) as pool:
        folders, questions = [folder for folder, _ in repositories], [questions for _, questions in repositories]
        for judged in pool.map(judge, folders, questions, chunksize=4):
            yield from judged


def fit(judged: list[Judged], start: dict[str, float], epochs: int = 6, penalty: float = 0.02) -> dict[str, float]:
    """Learn the weights; `start` are the initial weights, which the penalty keeps them near."""
    import torch

    torch.manual_seed(5)
    beginning = torch.tensor([max(start[name], 0.02) for name in FEATURES]).log()
    weights = beginning.clone().requires_grad_()
    sharpness = torch.tensor(2.0, requires_grad=True)
    optimiser = torch.optim.Adam([weights, sharpness], lr=0.01)
    order = random.Random(5)
    for _ in range(epochs):
        shuffled = judged[:]
        order.shuffle(shuffled)
        for position in range(0, len(shuffled), 32):
            loss = penalty * (weights - beginning).square().sum()
            batch = shuffled[position : position + 32]
            for case in batch:
                scores = torch.from_numpy(case.demotions) * (torch.from_numpy(case.features) @ weights.exp())
                loss = loss + _file_loss(scores, case, sharpness) / len(batch)
                if case.kind != "file" and case.right_chunks.any():
                    right = torch.logsumexp(scores[torch.from_numpy(case.right_chunks)] * sharpness.exp(), 0)
                    loss = loss + 0.5 * (torch.logsumexp(scores * sharpness.exp(), 0) - right) / len(batch)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
    return {name: round(float(value), 3) for name, value in zip(FEATURES, weights.detach().exp(), strict=True)}


def _file_loss(scores: Any, case: Judged, sharpness: Any) -> Any:
    import torch

    ordered, places = torch.sort(scores, descending=True)
    files = case.files[places.numpy()]
    share = np.zeros(len(files), dtype=np.float32)
    seen: dict[int, int] = {}
    for position, file in enumerate(files.tolist()):
        rank = seen.get(file, 0)
        share[position] = 1.0 if rank == 0 else AGGREGATE_SHARE if rank <= AGGREGATE_CHUNKS else 0.0
        seen[file] = rank + 1
    totals = torch.zeros(int(case.files.max()) + 1).index_add(0, torch.from_numpy(files), ordered * torch.from_numpy(share))
    return torch.logsumexp(totals * sharpness.exp(), 0) - totals[case.right_file] * sharpness.exp()


def mean_reciprocal_rank(judged: list[Judged], weights: dict[str, float]) -> float:
    """The mean reciprocal rank of the right file with these weights."""
    vector = np.array([weights[name] for name in FEATURES], dtype=np.float32)
    reciprocal_ranks = []
    for case in judged:
        scores = case.demotions * (case.features @ vector)
        totals: dict[int, list[float]] = {}
        for file, score in zip(case.files.tolist(), scores.tolist(), strict=True):
            totals.setdefault(file, []).append(score)
        summed = {}
        for file, values in totals.items():
            values.sort(reverse=True)
            summed[file] = values[0] + AGGREGATE_SHARE * sum(values[1 : 1 + AGGREGATE_CHUNKS])
        reciprocal_ranks.append(1 / (1 + sum(value > summed[case.right_file] for value in summed.values())))
    return float(np.mean(reciprocal_ranks))


def run_rank(work: Path) -> None:
    """Fit on three quarters of the questions, evaluate on the rest, print weights to copy into `indexers/search/fusion.py`."""
    judged = list(judge_all(work))
    random.Random(1).shuffle(judged)
    cut = len(judged) * 3 // 4
    learned = fit(judged[:cut], WEIGHTS)
    for label, weights in (("current", WEIGHTS), ("learned", learned)):
        print(label, f"MRR {mean_reciprocal_rank(judged[cut:], weights):.4f}", json.dumps(weights))
