"""The weights of the ranking's features, learned from questions that `queries` made out of packages kept out of training.

Loss: the softmax cross-entropy of the right file among the files (scored as `fusion` scores them: the best chunk plus a
share of the next ones) and of the right chunk among the chunks, so that neither level pays for the other; weights are
kept positive, and near where they start by a small penalty on the square of the logarithm of their change.
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
    """The candidates of one question: features (n, f), demotions (n,), file numbers (n,), and which answer it."""

    kind: str
    features: NDArray[np.float32]
    demotions: NDArray[np.float32]
    files: NDArray[np.int64]
    right_file: int
    right_chunks: NDArray[np.bool_]


def run_questions(work: Path) -> None:
    """Make repositories with questions from the packages that the table was not trained on, to `WORK/questions`."""
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
        made = pool.map(make_repository, folders, [out / f"{f.parent.name}__{f.name}" for f in folders], chunksize=8)
        counts = [len(questions) for questions in made]
    print(sum(map(bool, counts)), "repositories,", sum(counts), "questions")


def judge(folder: Path, questions: list[Question]) -> list[Judged]:
    """The candidates of every question of one repository that has its answer among them."""
    found: list[Judged] = []
    with tempfile.TemporaryDirectory() as where:
        options = IndexOptions(WalkRules(), "static", jobs=1)
        with Index.build(folder, index_dir=Path(where), options=options) as index:
            for question in questions:
                ranked = index.candidates(question.text)
                paths = {path: number for number, path in enumerate(dict.fromkeys(row.path for _, row in ranked))}
                if question.path not in paths:
                    continue
                right = [
                    row.path == question.path and row.start <= question.end and row.end >= question.start for _, row in ranked
                ]
                found.append(
                    Judged(
                        question.kind,
                        np.array([[c.features.get(name, 0.0) for name in FEATURES] for c, _ in ranked], dtype=np.float32),
                        np.array([c.demotion for c, _ in ranked], dtype=np.float32),
                        np.array([paths[row.path] for _, row in ranked]),
                        paths[question.path],
                        np.array(right),
                    )
                )
    return found


def judge_all(work: Path) -> Iterator[Judged]:
    """The judged candidates of every question, from `WORK/questions`."""
    made = list(read_questions(work / "questions"))[:MOST_REPOSITORIES]
    with ProcessPoolExecutor(2) as pool:
        for found in pool.map(judge, [folder for folder, _ in made], [questions for _, questions in made], chunksize=4):
            yield from found


def fit(judged: list[Judged], start: dict[str, float], epochs: int = 6, penalty: float = 0.02) -> dict[str, float]:
    """Learn the weights; `start` are those to begin from and to stay near."""
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
            for one in batch:
                scores = torch.from_numpy(one.demotions) * (torch.from_numpy(one.features) @ weights.exp())
                loss = loss + _file_loss(scores, one, sharpness) / len(batch)
                if one.kind != "file" and one.right_chunks.any():
                    own = torch.logsumexp(scores[torch.from_numpy(one.right_chunks)] * sharpness.exp(), 0)
                    loss = loss + 0.5 * (torch.logsumexp(scores * sharpness.exp(), 0) - own) / len(batch)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
    return {name: round(float(value), 3) for name, value in zip(FEATURES, weights.detach().exp(), strict=True)}


def _file_loss(scores: Any, one: Judged, sharpness: Any) -> Any:
    import torch

    ordered, places = torch.sort(scores, descending=True)
    files = one.files[places.numpy()]
    share = np.zeros(len(files), dtype=np.float32)
    seen: dict[int, int] = {}
    for position, file in enumerate(files.tolist()):
        rank = seen.get(file, 0)
        share[position] = 1.0 if rank == 0 else AGGREGATE_SHARE if rank <= AGGREGATE_CHUNKS else 0.0
        seen[file] = rank + 1
    totals = torch.zeros(int(one.files.max()) + 1).index_add(0, torch.from_numpy(files), ordered * torch.from_numpy(share))
    return torch.logsumexp(totals * sharpness.exp(), 0) - totals[one.right_file] * sharpness.exp()


def mean_reciprocal_rank(judged: list[Judged], weights: dict[str, float]) -> float:
    """Of the right file, under these weights."""
    vector = np.array([weights[name] for name in FEATURES], dtype=np.float32)
    found = []
    for one in judged:
        scores = one.demotions * (one.features @ vector)
        totals: dict[int, list[float]] = {}
        for file, score in zip(one.files.tolist(), scores.tolist(), strict=True):
            totals.setdefault(file, []).append(score)
        summed = {}
        for file, values in totals.items():
            values.sort(reverse=True)
            summed[file] = values[0] + AGGREGATE_SHARE * sum(values[1 : 1 + AGGREGATE_CHUNKS])
        found.append(1 / (1 + sum(value > summed[one.right_file] for value in summed.values())))
    return float(np.mean(found))


def run_rank(work: Path) -> None:
    """Fit on three quarters of the questions, read on the rest, and print weights to copy into `indexers/search/fusion.py`."""
    judged = list(judge_all(work))
    random.Random(1).shuffle(judged)
    cut = len(judged) * 3 // 4
    learned = fit(judged[:cut], WEIGHTS)
    for label, weights in (("now", WEIGHTS), ("learned", learned)):
        print(label, f"MRR {mean_reciprocal_rank(judged[cut:], weights):.4f}", json.dumps(weights))
