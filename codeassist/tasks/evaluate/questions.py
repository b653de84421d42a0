"""Questions about a repository whose answers are known, to measure retrieval with.

"docstring": the first sentence of a definition's documentation, answered by its file. "translated": such a sentence with each
word replaced by one in Chinese characters from the shipped table, where the table has one; it shows what translating back
loses, not how well a foreign grammar is read. "calls": who calls a function, answered by the other files that call it.
"commit": the subject of a commit, answered by the files that it touched. "rated": the question of a run that the user rated
up, answered by the files that the run cited.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from codeassist.evidence.places import first_sentence
from codeassist.runs.store import Run
from indexers import Index
from indexers.graph.definitions import COMMON_METHODS
from indexers.graph.history import read_log
from indexers.search.translation import into_han
from indexers.syntax.languages import is_test_path

LEAST_TELLING = 3
"""Different words of a question that are neither stop words nor shorter than three letters."""

MOST_TOUCHED = 5
"""Commits that touch more code files than this are not used: they have no specific answer."""

LEAST_NAME = 5
CALLED = ("function", "method")
LEAST_TRANSLATED = 0.6
"""The share of the telling words of a sentence that the table must translate."""

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
    """A question with the files that answer it; `quoted` is the documentation that it repeats."""

    kind: str
    text: str
    answers: frozenset[str]
    quoted: str = ""


def make_questions(index: Index, runs: Sequence[Run], limit: int, seed: int = 0) -> list[Question]:
    """Up to `limit` random questions of each kind; the same seed gives the same questions."""
    chance = random.Random(seed)
    documented = list(_documented(index))
    made: list[Question] = []
    for found in (documented, _translated(documented), _called(index), _commits(index), _rated(runs)):
        listed = sorted(set(found), key=lambda q: (q.text, sorted(q.answers)))
        chance.shuffle(listed)
        made.extend(listed[:limit])
    return made


def _documented(index: Index) -> Iterator[Question]:
    for path in index.files():
        if is_test_path(path):
            continue
        for definition in index.outline(path):
            sentence = first_sentence(definition.documentation)
            if definition.kind != "section" and definition.name not in sentence and telling(sentence) >= LEAST_TELLING:
                yield Question("docstring", sentence, frozenset([path]), sentence)


def _translated(documented: Sequence[Question]) -> Iterator[Question]:
    for question in documented:
        words = [word for word in re.findall(r"[^\W\d_]{3,}", question.text) if word.casefold() not in _STOP]
        translated = [into_han(word) for word in words]
        if sum(map(bool, translated)) >= LEAST_TRANSLATED * len(words):
            text = " ".join(new or old for new, old in zip(translated, words, strict=True))
            yield Question("translated", text, question.answers, question.quoted)


def _called(index: Index) -> Iterator[Question]:
    for path in index.files():
        if is_test_path(path):
            continue
        for definition in index.outline(path):
            name = definition.name
            if definition.kind not in CALLED or len(name) < LEAST_NAME or name in COMMON_METHODS or name.startswith("__"):
                continue
            if len(index.definitions(name, 2)) > 1:
                continue
            callers = frozenset(use.path for use in index.callers(name, kinds=("call",)) if not use.is_test) - {path}
            if 0 < len(callers) <= MOST_TOUCHED:
                yield Question("calls", f"who calls {name}", callers)


def _commits(index: Index) -> Iterator[Question]:
    indexed = set(index.files())
    for commit, paths in read_log(index.root, 500):
        touched = frozenset(
            p for p in paths if p in indexed and not is_test_path(p) and not p.endswith((".md", ".rst", ".txt"))
        )
        if 0 < len(touched) <= MOST_TOUCHED and not _is_chore(commit.subject) and telling(commit.subject) >= LEAST_TELLING:
            yield Question("commit", commit.subject, touched)


def telling(text: str) -> int:
    """The number of different words that say what a text is about."""
    words = {word.casefold() for word in re.findall(r"[^\W\d_]{3,}", text)}
    return len(words - _STOP)


def _is_chore(subject: str) -> bool:
    """Whether nobody would ask what a commit's subject says: releases, dependency bumps, typos, merges, bots."""
    return _CHORE.search(subject) is not None


def _rated(runs: Sequence[Run]) -> Iterator[Question]:
    for run in runs:
        paths = frozenset(c["path"] for c in run.citations)
        if run.rating > 0 and paths:
            yield Question("rated", run.question, paths)
