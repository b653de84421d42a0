"""The request of a review, as an interface builds it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from codeassist.changes.reading import ChangeSelection


@dataclass(slots=True)
class ReviewRequest:
    """Which change to review, and how.

    `baseline` is a file of known findings; `update_baseline` writes the findings to it; `since_last` omits what the last
    review of this repository reported; `coverage` is a coverage file; `prove` lets the model write and run a test for each
    error it reports; `summary` adds a summary of the change. `remember` saves the findings for `since_last`; `use_baseline`
    is False to review as if there were no baseline.
    """

    selection: ChangeSelection = field(default_factory=ChangeSelection)
    baseline: Path | None = None
    update_baseline: bool = False
    since_last: bool = False
    coverage: Path | None = None
    prompt: str = ""
    prove: bool = False
    summary: bool = False
    remember: bool = False
    use_baseline: bool = True
