"""New functions that duplicate existing ones: found by embeddings, confirmed by comparing tokens."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from codeassist.changes.change import ChangedFile
from codeassist.evidence.clones import LEAST_TOKENS, THRESHOLD, likeness, tokens
from codeassist.tasks.review.analysers.base import Facts
from codeassist.tasks.review.analysers.same_work import comparable_functions, do_the_same
from codeassist.tasks.review.finding import Finding, Place, Rule, Severity
from indexers.syntax.languages import is_example_path, is_test_path, is_vendored_path

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
    """Compares new functions with every function of the index that was there before the change."""

    name = "duplicates"
    rules = (TWIN,)

    def run(self, facts: Facts) -> Iterable[Finding]:
        """Findings with both functions as evidence; each pair once."""
        if facts.index is None:
            return
        new_functions = [function for file in facts.change.texts() for function in _new_functions(file)]
        if not new_functions:
            return  # without reading the vectors
        hits_of_each = facts.index.similar([function.text for function in new_functions], MOST_CANDIDATES)
        seen: set[frozenset[str]] = set()
        for function, hits in zip(new_functions, hits_of_each, strict=True):
            twin = max(_twins(facts, function, hits), key=lambda twin: twin.score, default=None)
            pair = frozenset({f"{function.file.path}:{function.start}", str(twin.place)} if twin is not None else ())
            if twin is not None and pair not in seen:
                seen.add(pair)
                yield _finding(facts, function, twin)


def _new_functions(file: ChangedFile) -> Iterator[_NewFunction]:
    """Functions of a changed file that are long enough to compare and consist mostly of added lines."""
    if not _is_compared(file.path) or file.whole:
        return
    for name, start, end in comparable_functions(file.path, file.new or ""):
        added = sum(1 for n in range(start, end + 1) if n in file.added)
        text = "\n".join(file.new_lines[start - 1 : end])
        if end - start >= 4 and added >= NEW_SHARE * (end - start + 1) and len(tokens(text)) >= LEAST_TOKENS:
            yield _NewFunction(file, name, start, end, text)


def _twins(facts: Facts, function: _NewFunction, hits: Sequence[Near]) -> Iterator[_Twin]:
    """Older functions at the hits of the index that do the same; each is compared once."""
    compared: set[tuple[str, int]] = set()
    for hit in hits:
        text = facts.change.read(hit.path)
        if text is None or not _is_compared(hit.path):
            continue
        lines = text.replace("\r\n", "\n").split("\n")
        changed = facts.change.file(hit.path)
        added = changed.added if changed is not None else {}
        for name, first, last in comparable_functions(hit.path, text):
            if not (first <= hit.end_line and last >= hit.start_line) or (hit.path, first) in compared:
                continue
            compared.add((hit.path, first))
            if hit.path == function.file.path and first <= function.end and last >= function.start:
                continue
            if sum(n in added for n in range(first, last + 1)) > (1 - NEW_SHARE) * (last - first + 1):
                continue  # also new
            other = "\n".join(lines[first - 1 : last])
            score = likeness(function.text, other, THRESHOLD)
            if score >= THRESHOLD and do_the_same(function.text, other):
                yield _Twin(name, Place(hit.path, first, lines[first - 1].strip()[:160]), score)


def _is_compared(path: str) -> bool:
    return not is_test_path(path) and not is_example_path(path) and not is_vendored_path(path)


def _finding(facts: Facts, function: _NewFunction, twin: _Twin) -> Finding:
    return Finding(
        TWIN.id,
        TWIN.severity,
        function.file.path,
        function.start,
        function.end,
        f"'{function.name}' does what '{twin.name}' at {twin.place} does; use that, or document how they differ.",
        min(0.95, twin.score),
        (facts.place(function.file.path, function.start), twin.place),
        source="duplicates",
    )
