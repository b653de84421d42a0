"""Installed linters and security checkers, one module each; only findings on changed lines are reported."""

from __future__ import annotations

from collections.abc import Iterable

from codeassist.tasks.review.analysers.base import Facts
from codeassist.tasks.review.analysers.linters import bandit, clippy, eslint, golangci, ruff, shellcheck
from codeassist.tasks.review.finding import Finding

PROGRAMS = (ruff, bandit, shellcheck, eslint, golangci, clippy)


class Linters:
    """Runs the programs one after the other, fast ones first."""

    name = "linters"
    rules = tuple(module.RULE for module in PROGRAMS)

    def run(self, facts: Facts) -> Iterable[Finding]:
        """Findings on changed lines."""
        for module in PROGRAMS:
            try:
                yield from module.findings(facts)
            except (LookupError, TypeError, ValueError, AttributeError) as error:  # a report of another form
                facts.gaps.append(f"{module.RULE.id}: its report cannot be read ({type(error).__name__}: {error})")
