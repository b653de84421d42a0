"""What one version did in a call, as it is sent: equal for equal behaviour, without paths of this run."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

from _codeassist_search.judging import JUNK  # type: ignore[import-not-found]
from _codeassist_search.running.execution import Bench  # type: ignore[import-not-found]
from _codeassist_search.running.outcome import Outcome  # type: ignore[import-not-found]

from .canonical import Canonical, hash_of

SHOWN = 6_000
"""Characters of a value that are sent."""

ACCIDENTS = (*JUNK, LookupError, ArithmeticError, ValueError, AssertionError, RecursionError)
"""Exceptions of libraries that are a sign of a slip."""


class Seeing:
    """Describes outcomes of one version."""

    def __init__(self, bench: Bench, canonical: Canonical, version: Mapping[str, Any], scratch: str) -> None:
        """`scratch` is the name of the scratch folder: what contains it is not behaviour."""
        self.bench, self.canonical, self.scratch = bench, canonical, scratch
        self.tree = version["tree"] + os.sep
        self.lines = frozenset(version["lines"])
        self.spans: dict[str, frozenset[int]] = {name: frozenset(lines) for name, lines in version["spans"].items()}

    def ran(self, outcome: Outcome) -> list[str]:
        """The changed functions of which changed lines ran."""
        return [name for name, lines in self.spans.items() if lines & outcome.lines]

    def seen(self, outcome: Outcome) -> dict[str, Any]:
        """What is sent about an outcome."""
        if outcome.bad:
            return {"kind": "unusable", "shown": outcome.bad}
        printed = self.canonical.cleaned(outcome.printed)
        common = {
            "reaches": bool(outcome.lines & self.lines),
            "printed": printed[:SHOWN],
            "ran": self.ran(outcome),
        }
        if outcome.raised:
            name, _, message = outcome.raised
            message = self.canonical.cleaned(message)
            deliberate = self._deliberate(outcome)
            shown = f"{name}: {message}" if message else name
            if self.scratch in shown:
                return {"kind": "unusable", "shown": "depends on the scratch folder"}
            return common | {
                "kind": "raised",
                "shown": shown[:SHOWN],
                "digest": hash_of(shown if deliberate else name),
                "error": name,
                "deliberate": deliberate,
                "at_call": self._at_call(outcome),
            }
        shown = _joined(outcome.checks)
        if self.scratch in shown or self.scratch in printed:
            return {"kind": "unusable", "shown": "depends on the scratch folder"}
        return common | {
            "kind": "value",
            "shown": shown if len(shown) <= SHOWN else f"{shown[:SHOWN]}…",
            "digest": hash_of("\0".join([*outcome.checks, printed])),
        }

    def _deliberate(self, outcome: Outcome) -> bool:
        """Whether the project raises an exception by a statement, or a library raises one that does not show a slip."""
        return self.bench.origins.raised_on_purpose(outcome) or not isinstance(outcome.error, ACCIDENTS)

    def _at_call(self, outcome: Outcome) -> bool:
        """Whether the call itself does not fit: the exception comes from the calling line, or names what does not exist."""
        error = outcome.error
        trace = error.__traceback__ if error is not None else None
        frames = []
        while trace is not None:
            frames.append(trace.tb_frame.f_code.co_filename)
            trace = trace.tb_next
        return isinstance(error, JUNK) and not any(f.startswith(self.tree) for f in frames)


def _joined(checks: Sequence[str]) -> str:
    return "\n".join(checks).replace("{v} = ", "", 1)
