"""Measure retrieval on a repository with questions whose answers are known, for one configuration or two to compare.

There are three kinds of question. "docstring": the first sentence of a definition's documentation, searched for in a copy of
the repository without this documentation. "commit": the subject of a commit, answered by the files that it touched. "rated":
the question of a run that the user rated up, answered by the files that the run cited. The metrics, all by file, are
recall@k, mean reciprocal rank and NDCG@10 with binary gains (Järvelin and Kekäläinen, 2002).
"""

from __future__ import annotations

import random
import re
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
from codeassist.runs.store import Run
from codeassist.workspace import index_options
from indexers import Index, QueryError
from indexers.files.decoding import decode, file_lines
from indexers.files.reading import read_bytes
from indexers.graph.history import read_log
from indexers.syntax.languages import is_test_path

DEPTH = 10
LEAST_TELLING = 3
"""Different words of a question that are neither stop words nor shorter than three letters."""

MOST_TOUCHED = 5
"""Commits that touch more code files than this are not used: they have no specific answer."""

RESAMPLES = 1_000

_STOP = frozenset(
    "the and for with that this from into its are was not but when which will has have been can all any add adds added fix "
    "fixes fixed use uses used make makes made set sets get gets return returns returned new given some one more "
    "also only".split()
)
_CHORE = re.compile(
    r"^(?:merge|revert|bump|release|prepare|version|v?\d+\.\d+|chore|style|docs?|ci|build|lint|format|wip|auto)\b"
    r"|\b(?:typos?|dependabot|renovate|pre-commit|changelog|bump(?:s|ed)?|upgrade \S+ (?:from|to) |copyright|whitespace|linting"
    r"|flake8|mypy|isort|ruff|prettier|eslint|readme)\b|\[bot\]|\[skip ci\]",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Question:
    """A question with the files that answer it."""

    kind: str
    text: str
    answers: frozenset[str]


@dataclass(slots=True)
class Scores:
    """The metrics of one configuration, one value per question; `mean` aggregates them."""

    name: str
    recall: dict[int, list[float]] = field(default_factory=dict)
    reciprocal: list[float] = field(default_factory=list)
    ndcg: list[float] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)

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
    runs: Sequence[Run],
    configurations: Sequence[tuple[str, Config]],
    limit: int,
    events: Events = SILENT,
    cancel: Cancel | None = None,
) -> Evaluation:
    """Score one configuration or two on up to `limit` questions of each kind. Raises `UsageError` if there are no questions."""
    questions = make_questions(index, runs, limit)
    if not questions:
        raise UsageError("This repository has no documentation, commits or rated runs to make questions from.")
    with without_documentation(index, questions) as folder:
        scores = [evaluate(folder, config, name, questions, events, cancel) for name, config in configurations]
    return Evaluation(scores, difference(scores[0], scores[1]) if len(scores) == 2 else None)


def make_questions(index: Index, runs: Sequence[Run], limit: int, seed: int = 0) -> list[Question]:
    """Up to `limit` random questions of each kind; the same seed gives the same questions."""
    chance = random.Random(seed)
    made: list[Question] = []
    for kind, pairs in (("docstring", _documented(index)), ("commit", _commits(index)), ("rated", _rated(runs))):
        listed = sorted(set(pairs), key=lambda q: (q[0], sorted(q[1])))
        chance.shuffle(listed)
        made.extend(Question(kind, text, answers) for text, answers in listed[:limit])
    return made


def _documented(index: Index) -> Iterator[tuple[str, frozenset[str]]]:
    for path in index.files():
        if is_test_path(path):
            continue
        for definition in index.outline(path):
            sentence = first_sentence(definition.documentation)
            if definition.kind != "section" and definition.name not in sentence and telling(sentence) >= LEAST_TELLING:
                yield sentence, frozenset([path])


def _commits(index: Index) -> Iterator[tuple[str, frozenset[str]]]:
    indexed = set(index.files())
    for commit, paths in read_log(index.root, 500):
        touched = frozenset(
            p for p in paths if p in indexed and not is_test_path(p) and not p.endswith((".md", ".rst", ".txt"))
        )
        if 0 < len(touched) <= MOST_TOUCHED and not _is_chore(commit.subject) and telling(commit.subject) >= LEAST_TELLING:
            yield commit.subject, touched


def telling(text: str) -> int:
    """The number of different words that say what a text is about."""
    words = {word.casefold() for word in re.findall(r"[^\W\d_]{3,}", text)}
    return len(words - _STOP)


def _is_chore(subject: str) -> bool:
    """Whether nobody would ask what a commit's subject says: releases, dependency bumps, typos, merges, bots."""
    return _CHORE.search(subject) is not None


def _rated(runs: Sequence[Run]) -> Iterator[tuple[str, frozenset[str]]]:
    for run in runs:
        paths = frozenset(c["path"] for c in run.citations)
        if run.rating > 0 and paths:
            yield run.question, paths


@contextmanager
def without_documentation(index: Index, questions: Sequence[Question]) -> Iterator[Path]:
    """A scratch copy of the indexed files, from which the documentation that the questions quote is blanked out."""
    asked = {q.text for q in questions if q.kind == "docstring"}
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


def difference(a: Scores, b: Scores, seed: int = 0) -> tuple[float, float, float]:
    """The mean NDCG@10 difference of `b` over `a`, with its 95 % bootstrap interval over questions: (mean, low, high)."""
    deltas = [y - x for x, y in zip(a.ndcg, b.ndcg, strict=True)]
    if not deltas:
        return (0.0, 0.0, 0.0)
    chance = random.Random(seed)
    means = sorted(fmean(chance.choices(deltas, k=len(deltas))) for _ in range(RESAMPLES))
    return fmean(deltas), means[int(0.025 * RESAMPLES)], means[int(0.975 * RESAMPLES)]
