"""Measure retrieval on a repository with questions whose answers are known, for one configuration or two to compare.

`questions` says which. The search is in a copy of the repository without the documentation that the questions quote. The
metrics, all by file, are recall@k, mean reciprocal rank and NDCG@10 with binary gains (Järvelin and Kekäläinen, 2002).
"""

from __future__ import annotations

import random
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import log2
from pathlib import Path
from statistics import fmean
from typing import Any

from codeassist.config import Config
from codeassist.deadline import SILENT, Cancel, Events
from codeassist.errors import UsageError
from codeassist.evidence.places import first_sentence
from codeassist.tasks.evaluate.questions import Question
from codeassist.workspace import index_options
from indexers import Index, QueryError
from indexers.files.decoding import decode, file_lines
from indexers.files.reading import read_bytes

DEPTH = 10
RESAMPLES = 1_000
SHOWN = 3
"""Files of a miss that are listed."""


@dataclass(frozen=True, slots=True)
class Miss:
    """A question whose answer is not among the first `DEPTH` files, with the first files found instead."""

    question: Question
    found: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """The JSON form."""
        question = self.question
        return {
            "kind": question.kind,
            "question": question.text,
            "answers": sorted(question.answers),
            "found": list(self.found),
        }


@dataclass(slots=True)
class Scores:
    """The metrics of one configuration, one value per question; `mean` aggregates them."""

    name: str
    recall: dict[int, list[float]] = field(default_factory=dict)
    reciprocal: list[float] = field(default_factory=list)
    ndcg: list[float] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    misses: list[Miss] = field(default_factory=list)

    def mean(self, kind: str = "") -> dict[str, float]:
        """The means of `recall@1`, `recall@5`, `recall@10`, `mrr` and `ndcg@10` over one kind of question, or over all."""
        chosen = [i for i, k in enumerate(self.kinds) if not kind or k == kind]
        if not chosen:
            return {}
        means = {f"recall@{k}": fmean(values[i] for i in chosen) for k, values in self.recall.items()}
        return means | {"mrr": fmean(self.reciprocal[i] for i in chosen), "ndcg@10": fmean(self.ndcg[i] for i in chosen)}

    def as_json(self) -> dict[str, Any]:
        """The JSON form of one configuration's metrics."""
        kinds = sorted(set(self.kinds))
        return {
            "name": self.name,
            "questions": len(self.kinds),
            "all": {k: round(v, 4) for k, v in self.mean().items()},
            "by_kind": {kind: {k: round(v, 4) for k, v in self.mean(kind).items()} for kind in kinds},
            "misses": [miss.as_json() for miss in self.misses],
        }


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The scores of one configuration or two; `gain` is the NDCG@10 gain of the second as (mean, low, high)."""

    scores: list[Scores]
    gain: tuple[float, float, float] | None = None

    def as_json(self) -> dict[str, Any]:
        """The documented JSON form, schema `codeassist.eval/1`."""
        gain = self.gain
        shown = None if gain is None else dict(zip(("mean", "low", "high"), (round(g, 4) for g in gain), strict=True))
        return {
            "schema": "codeassist.eval/1",
            "configurations": [scores.as_json() for scores in self.scores],
            "ndcg_gain": shown,
        }


def compare_configurations(
    index: Index,
    questions: Sequence[Question],
    configurations: Sequence[tuple[str, Config]],
    events: Events = SILENT,
    cancel: Cancel | None = None,
) -> Evaluation:
    """Score one configuration or two on questions about the index. Raises `UsageError` if there are no questions."""
    if not questions:
        raise UsageError("This repository has no documentation, commits or rated runs to make questions from.")
    with without_documentation(index, questions) as folder:
        scores = [evaluate(folder, config, name, questions, events, cancel) for name, config in configurations]
    return Evaluation(scores, difference(scores[0], scores[1]) if len(scores) == 2 else None)


@contextmanager
def without_documentation(index: Index, questions: Sequence[Question]) -> Iterator[Path]:
    """A scratch copy of the indexed files, from which the documentation that the questions quote is blanked out."""
    asked = {q.quoted for q in questions if q.quoted}
    folder = Path(tempfile.mkdtemp(prefix="codeassist-eval-"))
    try:
        for path in index.files():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text("\n".join(file_lines(index.root, path)) + "\n", encoding="utf-8", errors="replace")
            quoted = [d.documentation for d in index.outline(path) if first_sentence(d.documentation) in asked]
            if quoted:
                target.write_text(blanked(decode(read_bytes(target)), quoted), encoding="utf-8")
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def blanked(text: str, documentations: Sequence[str]) -> str:
    """A text with some documentation blanked out; its quotes and comment marks are kept, so that the text still parses."""
    lines = text.split("\n")
    for documentation in documentations:
        expected = [line.strip() for line in documentation.strip().split("\n") if line.strip()]
        for start in range(len(lines)):
            if expected and expected[0] in lines[start]:
                position = start
                for line_text in expected:
                    while position < len(lines) and line_text not in lines[position]:
                        position += 1
                    if position < len(lines):
                        lines[position] = lines[position].replace(line_text, "")
                break
    return "\n".join(lines)


def evaluate(
    folder: Path,
    config: Config,
    name: str,
    questions: Sequence[Question],
    events: Events = SILENT,
    cancel: Cancel | None = None,
) -> Scores:
    """Index a folder with a configuration in a temporary folder, search for every question, and score the files found.

    Raises `CancelledError` after a request to stop.
    """
    stop = cancel or Cancel()
    scores = Scores(name, {1: [], 5: [], DEPTH: []})
    with (
        tempfile.TemporaryDirectory(prefix="codeassist-eval-index-") as scratch,
        Index.build(folder, options=index_options(config), index_dir=scratch) as index,
    ):
        for number, question in enumerate(questions):
            stop.check()
            try:
                paths = [hit.path for hit in index.search(question.text, DEPTH)]
            except QueryError:
                paths = []
            score(scores, question, paths)
            events.progress(number + 1, len(questions))
    return scores


def score(scores: Scores, question: Question, found: Sequence[str]) -> None:
    """Add the metrics of one question, given the paths found, best first."""
    gains = [path in question.answers for path in found[:DEPTH]]
    for k, values in scores.recall.items():
        values.append(sum(gains[:k]) / len(question.answers))
    scores.reciprocal.append(next((1 / rank for rank, hit in enumerate(gains, 1) if hit), 0.0))
    ideal = sum(1 / log2(rank + 1) for rank in range(1, min(DEPTH, len(question.answers)) + 1))
    scores.ndcg.append(sum(1 / log2(rank + 1) for rank, hit in enumerate(gains, 1) if hit) / ideal)
    scores.kinds.append(question.kind)
    if not any(gains):
        scores.misses.append(Miss(question, tuple(found[:SHOWN])))


def difference(a: Scores, b: Scores, seed: int = 0) -> tuple[float, float, float]:
    """The mean NDCG@10 difference of `b` over `a`, with its 95 % bootstrap interval over questions: (mean, low, high)."""
    deltas = [y - x for x, y in zip(a.ndcg, b.ndcg, strict=True)]
    if not deltas:
        return (0.0, 0.0, 0.0)
    chance = random.Random(seed)
    means = sorted(fmean(chance.choices(deltas, k=len(deltas))) for _ in range(RESAMPLES))
    return fmean(deltas), means[int(0.025 * RESAMPLES)], means[int(0.975 * RESAMPLES)]
