"""The result of checking a text: its claims, each with a verdict."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from codeassist.printable import counted

Verdict = Literal["found", "not found", "different", "not compared"]


@dataclass(frozen=True, slots=True)
class Checked:
    """One claim: its words, what kind it is, whether the repository bears it out, and what is there."""

    claim: str
    kind: Literal["path", "line", "name", "member", "call", "relation"]
    verdict: Verdict
    there: str = ""

    def as_json(self) -> dict[str, Any]:
        """One element of the JSON form."""
        return {"claim": self.claim, "kind": self.kind, "verdict": self.verdict, "there": self.there}


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The claims in the order of the text.

    `cut` is whether there were more than `MOST_ITEMS`, `empty` whether the index has no files; `passed_over` is the number of
    sentences that state something and name nothing that could be looked up.
    """

    items: list[Checked] = field(default_factory=list)
    cut: bool = False
    empty: bool = False
    passed_over: int = 0

    @property
    def wrong(self) -> list[Checked]:
        """The claims that are not borne out."""
        return [item for item in self.items if item.verdict not in ("found", "not compared")]

    @property
    def compared(self) -> list[Checked]:
        """The statements and calls that were compared with the source."""
        return [item for item in self.items if item.kind in ("relation", "call") and item.verdict != "not compared"]

    @property
    def looked_up(self) -> list[Checked]:
        """Names, members and places, which were only looked up."""
        return [item for item in self.items if item.kind not in ("relation", "call")]

    @property
    def open(self) -> list[Checked]:
        """What the text states and was not compared: its form is not understood, or the source does not tell."""
        return [item for item in self.items if item.verdict == "not compared"]

    def summary(self) -> str:
        """What was compared and looked up, in one sentence."""
        if self.empty:
            return "The index has no files, so that nothing can be checked."
        if not self.items:
            return "The text names nothing that can be checked: no path, name or call."
        compared, names = counted(len(self.compared), "statement"), counted(len(self.looked_up), "name")
        left = f", {len(self.open)} not compared" if self.open else ""
        rest = f" Only the first {len(self.items)} claims were checked: split the text." if self.cut else ""
        over = (
            f" Not looked at, as nothing in the code is named: {counted(self.passed_over, 'sentence')}."
            if self.passed_over
            else ""
        )
        return f"{compared} compared{left}; {names} looked up. Wrong or not there: {len(self.wrong)}.{over}{rest}"

    def as_json(self) -> dict[str, Any]:
        """The documented JSON form, schema `codeassist.check/1`."""
        counts = {
            "compared": len(self.compared),
            "looked_up": len(self.looked_up),
            "not_compared": len(self.open),
            "passed_over": self.passed_over,
        }
        items = [item.as_json() for item in self.items]
        return {"schema": "codeassist.check/1", "items": items, "counts": counts, "cut": self.cut}
