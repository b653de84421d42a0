"""Changed lines that no test runs, according to a coverage file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from codeassist.changes.change import ChangedFile
from codeassist.tasks.review.analysers.base import Facts, python_files
from codeassist.tasks.review.finding import Finding, Rule, Severity
from indexers.syntax.languages import is_test_path

NOT_RUN = Rule(
    "line-not-run", "LineNotRun", "Changed lines are not covered, according to the coverage file.", Severity.NOTE, ("tests",)
)


class UncoveredLines:
    """At most one finding per file."""

    name = "coverage"
    rules = (NOT_RUN,)

    def run(self, facts: Facts) -> Iterable[Finding]:
        """Findings on Python code outside tests."""
        for file in python_files(facts.change):
            if not is_test_path(file.path) and not file.whole:
                yield from _not_run(facts, file)


def _not_run(facts: Facts, file: ChangedFile) -> Iterator[Finding]:
    missing = sorted(facts.coverage.get(file.path, frozenset()) & file.touched)
    if missing:
        yield Finding(
            NOT_RUN.id,
            NOT_RUN.severity,
            file.path,
            missing[0],
            missing[-1] if missing[-1] - missing[0] < 40 else missing[0],
            f"{len(missing)} changed line{'s are' if len(missing) > 1 else ' is'} not covered: {_ranges(missing)}.",
            0.85,
            source="coverage",
        )


def _ranges(numbers: list[int]) -> str:
    parts: list[list[int]] = []
    for n in numbers:
        if parts and parts[-1][1] == n - 1:
            parts[-1][1] = n
        else:
            parts.append([n, n])
    shown = [f"{a}-{b}" if a != b else f"{a}" for a, b in parts]
    return ", ".join(shown[:6]) + (" …" if len(shown) > 6 else "")
