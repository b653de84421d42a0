"""New functions that duplicate existing ones: found by embeddings, confirmed by comparing tokens."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from codeassist.changes.change import ChangedFile
from codeassist.evidence.clones import LEAST_TOKENS, THRESHOLD, likeness, tokens
from codeassist.evidence.parsed_source import functions_of
from codeassist.tasks.review.analysers.base import Facts
from codeassist.tasks.review.finding import Finding, Place, Rule, Severity
from indexers.syntax.languages import is_test_path

if TYPE_CHECKING:
    from indexers.search.nearest import Near

TWIN = Rule("duplicate", "Duplicate", "New code duplicates existing code.", Severity.WARNING, ("maintainability",))

NEW_SHARE = 0.7
"""The share of a function's lines that must be added for it to count as new."""

MOST_CANDIDATES = 10
"""Index hits that are compared with one new function."""


@dataclass(frozen=True, slots=True)
class _NewFunction:
    """A function that the change adds."""

    file: ChangedFile
    name: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class _Twin:
    """An existing function that does the same as a new one."""

    name: str
    place: Place
    score: float


class Duplicated:
    """Compares new functions with every function of the index."""

    name = "duplicates"
    rules = (TWIN,)
    needs_index = True

    def run(self, facts: Facts) -> Iterable[Finding]:
        """Findings with the twin as evidence."""
        if facts.index is None:
            return
        new_functions = [function for file in facts.change.texts() for function in _new_functions(file)]
        hits_of_each = facts.index.similar([function.text for function in new_functions], MOST_CANDIDATES)
        for function, hits in zip(new_functions, hits_of_each, strict=True):
            twin = max(_twins(facts, function, hits), key=lambda twin: twin.score, default=None)
            if twin is not None:
                yield _finding(function, twin)


def _new_functions(file: ChangedFile) -> Iterator[_NewFunction]:
    """Functions of a changed file that are long enough to compare and consist mostly of added lines."""
    if is_test_path(file.path) or file.whole:
        return
    for name, start, end in functions_of(file.path, file.new or ""):
        added = sum(1 for n in range(start, end + 1) if n in file.added)
        text = "\n".join(file.new_lines[start - 1 : end])
        if end - start >= 4 and added >= NEW_SHARE * (end - start + 1) and len(tokens(text)) >= LEAST_TOKENS:
            yield _NewFunction(file, name, start, end, text)


def _twins(facts: Facts, function: _NewFunction, hits: Sequence[Near]) -> Iterator[_Twin]:
    """Functions at the hits of the index that are similar by at least `THRESHOLD`; each is compared once."""
    compared: set[tuple[str, int]] = set()
    for hit in hits:
        text = facts.change.read(hit.path)
        if text is None or is_test_path(hit.path):
            continue
        lines = text.replace("\r\n", "\n").split("\n")
        for name, first, last in functions_of(hit.path, text):
            if not (first <= hit.end_line and last >= hit.start_line) or (hit.path, first) in compared:
                continue
            compared.add((hit.path, first))
            if hit.path == function.file.path and first <= function.end and last >= function.start:
                continue
            score = likeness(function.text, "\n".join(lines[first - 1 : last]), THRESHOLD)
            if score >= THRESHOLD:
                yield _Twin(name, Place(hit.path, first, lines[first - 1].strip()[:160]), score)


def _finding(function: _NewFunction, twin: _Twin) -> Finding:
    return Finding(
        TWIN.id,
        TWIN.severity,
        function.file.path,
        function.start,
        function.end,
        f"'{function.name}' duplicates '{twin.name}' at {twin.place} ({twin.score:.0%} similar); "
        "use that, or document how they differ.",
        min(0.95, twin.score),
        (twin.place,),
        source="duplicates",
    )
