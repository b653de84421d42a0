"""Linters and security checkers that are installed, each in a module of its own; on changed lines only."""

from __future__ import annotations

from collections.abc import Iterable

from codeassist.tasks.review.analysers.base import Facts
from codeassist.tasks.review.analysers.linters import bandit, clippy, eslint, golangci, ruff, shellcheck
from codeassist.tasks.review.finding import Finding

PROGRAMS = (ruff, bandit, shellcheck, eslint, golangci, clippy)


class Linters:
    """Asks each program in turn, quick ones first."""

    name = "linters"
    rules = tuple(module.RULE for module in PROGRAMS)
    needs_index = False

    def run(self, facts: Facts) -> Iterable[Finding]:
        """Findings on changed lines."""
        for module in PROGRAMS:
            yield from module.findings(facts)
