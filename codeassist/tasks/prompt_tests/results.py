"""The results of prompt tests: cases, and variants (versions or models) to compare."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from codeassist.prompts.assertions import Verdict
from codeassist.tasks.prompt_tests.statistics import Figure, adjusted, share, sign_test


@dataclass(slots=True)
class CaseResult:
    """The result of one case. `ok` is None if it could not be decided (no recording, or a judge without a model).

    A case that was asked several times passes when every answer does; `passes` of `tries` did, and `answer` and `verdicts` are
    of the first that did not, else of the first. `files` are the paths of the context's blocks by number.
    """

    prompt: str
    case: str
    ok: bool | None
    verdicts: list[Verdict] = field(default_factory=list)
    answer: str = ""
    source: str = "recorded"
    tokens: int = 0
    cost: float | None = 0.0
    seconds: float = 0.0
    error: str = ""
    passes: int = 0
    tries: int = 1
    files: Mapping[int, str] = field(default_factory=dict)

    @property
    def rate(self) -> Figure:
        """The share of the tries that passed, with its interval."""
        return share(self.passes, self.tries)

    def as_json(self) -> dict[str, Any]:
        """The documented JSON form."""
        rate = self.rate
        return {
            "prompt": self.prompt,
            "case": self.case,
            "ok": self.ok,
            "source": self.source,
            "verdicts": [v.as_json() for v in self.verdicts],
            "tries": self.tries,
            "passes": self.passes,
            "interval": [round(rate.low, 3), round(rate.high, 3)] if self.tries > 1 else None,
            "tokens": self.tokens,
            "cost": self.cost,
            "seconds": round(self.seconds, 3),
            "error": self.error or None,
        }


@dataclass(frozen=True, slots=True)
class PromptTests:
    """Results by variant: one, or several versions or models to compare."""

    variants: list[tuple[str, list[CaseResult]]]

    @property
    def results(self) -> list[CaseResult]:
        """The results of all variants."""
        return [result for _, results in self.variants for result in results]

    @property
    def chances(self) -> list[float]:
        """For every variant after the first, the p-value of its difference from the first, adjusted for their number."""
        first = self.variants[0][1] if self.variants else []
        return adjusted([sign_test(first, results) for _, results in self.variants[1:]])

    @property
    def differing(self) -> list[tuple[str, list[bool | None]]]:
        """The cases whose result differs between variants, with the result of each."""
        rows: dict[str, list[bool | None]] = {}
        for position, (_, results) in enumerate(self.variants):
            for result in results:
                key = (
                    result.case if len({r.prompt.partition("@")[0] for r in results}) == 1 else f"{result.prompt} {result.case}"
                )
                rows.setdefault(key, [None] * len(self.variants))[position] = result.ok
        return [(name, outcomes) for name, outcomes in rows.items() if len(set(outcomes)) > 1]

    def as_json(self) -> dict[str, Any]:
        """The documented JSON form, schema `codeassist.prompts-test/2`."""
        return {
            "schema": "codeassist.prompts-test/2",
            "variants": [{"name": name, "results": [r.as_json() for r in results]} for name, results in self.variants],
            "chances": self.chances,
        }
