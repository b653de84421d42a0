"""A review from end to end: analysers side by side under a time budget, then a model, then what deserves to be shown."""

from __future__ import annotations

import math
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from codeassist.changes.change import MANY_LINES, Change
from codeassist.config.schema import ReviewConfig
from codeassist.deadline import Deadline
from codeassist.privacy import mask
from codeassist.tasks.review.analysers import ANALYSERS, Analyser, Facts
from codeassist.tasks.review.finding import Finding, Severity, with_fingerprints
from codeassist.tasks.review.model_review import Reviewer, review_with_model
from codeassist.tasks.review.suppression import ignored, without_known
from indexers import Index

LEAST = {"quiet": 0.75, "normal": 0.5, "strict": 0.0}
"""From which confidence a finding is shown, by profile."""


@dataclass(slots=True)
class Review:
    """What a review came to. `findings` are shown, best first; `left_out` counts others by reason."""

    title: str
    findings: list[Finding] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)
    files: int = 0
    lines: int = 0
    seconds: float = 0.0
    timings: dict[str, float] = field(default_factory=dict)
    cut_short: list[str] = field(default_factory=list)
    """Analysers that the time budget stopped."""

    unread: list[str] = field(default_factory=list)
    """What was not looked at although it should have been: told even when nothing else is."""

    marks: set[str] = field(default_factory=set)
    """Fingerprints of all that was found, known before or not."""

    every: list[Finding] = field(default_factory=list)
    """All findings that were not suppressed, before the limit on their number."""

    def worst(self) -> Severity | None:
        """The highest severity found, also among what is not shown for their number."""
        return max((f.severity for f in self.every), key=lambda s: s.weight, default=None)

    def as_json(self) -> dict[str, Any]:
        """The documented JSON form, schema `codeassist.review/1`."""
        return {
            "schema": "codeassist.review/1",
            "title": self.title,
            "findings": [f.as_json() for f in self.findings],
            "left_out": dict(self.left_out),
            "notes": self.notes,
            "files": self.files,
            "lines": self.lines,
            "cut_short": self.cut_short,
            "unread": self.unread,
            "seconds": round(self.seconds, 3),
        }


def review(
    root: Path,
    change: Change,
    config: ReviewConfig,
    index: Index | None = None,
    *,
    known: set[str] | None = None,
    coverage: dict[str, frozenset[int]] | None = None,
    deadline: Deadline | None = None,
    reviewer: Reviewer | None = None,
    analysers: Sequence[Analyser] = ANALYSERS,
) -> Review:
    """Review a change. Nothing is written, and nothing raises but a `ModelError` of the reviewer.

    `known` are fingerprints that are not told again; analysers are cut off at `deadline`.
    """
    started = time.monotonic()
    result = Review(change.title, notes=list(change.notes), files=len(change.files))
    result.lines = sum(len(f.touched) for f in change.files)
    big = [f.path for f in change.files if len(f.added) > MANY_LINES]
    if big:
        result.unread.append(
            f"{', '.join(big[:3])}{' …' if len(big) > 3 else ''}: too many changed lines to read, but for secrets"
        )
    facts = Facts(root, change, config, index, coverage or {})
    if index is None:
        result.notes.append("no index: duplicates were not looked for (codeassist index)")
    found = _analysed(facts, analysers, result, deadline or Deadline())
    if reviewer is not None:
        said = review_with_model(facts, found, reviewer)
        found += said.findings
        result.left_out.update(said.dropped)
        result.notes += said.notes
    _choose(facts, found, config, known or set(), result)
    result.seconds = time.monotonic() - started
    return result


def _analysed(facts: Facts, analysers: Sequence[Analyser], result: Review, deadline: Deadline) -> list[Finding]:
    """Findings of analysers that run side by side; one that fails is told, one that is late is left behind."""
    found: dict[str, list[Finding]] = {}
    trouble: dict[str, str] = {}

    def work(analyser: Analyser) -> None:
        began = time.monotonic()
        mine: list[Finding] = []
        try:
            for finding in analyser.run(facts):
                mine.append(finding)
                found[analyser.name] = list(mine)
        except Exception as error:  # an analyser must never stop a review
            trouble[analyser.name] = f"{type(error).__name__}: {error}"
        found[analyser.name] = mine
        result.timings[analyser.name] = time.monotonic() - began

    # The index's connection belongs to this thread; what needs it runs here, the others beside it.
    beside = [a for a in analysers if not a.needs_index]
    threads = [threading.Thread(target=work, args=(a,), daemon=True) for a in beside]
    for thread in threads:
        thread.start()
    for analyser in analysers:
        if analyser.needs_index and not deadline.passed:
            work(analyser)
    for thread, analyser in zip(threads, beside, strict=True):
        thread.join(max(0.0, deadline.left) if math.isfinite(deadline.left) else None)
        if thread.is_alive():
            result.cut_short.append(analyser.name)
    result.unread += [f"{name} failed and found nothing: {said}" for name, said in sorted(trouble.items())]
    return [f for a in analysers for f in found.get(a.name, ())]


def _choose(facts: Facts, found: list[Finding], config: ReviewConfig, known: set[str], result: Review) -> None:
    """What deserves to be shown, best first."""
    lines = _lines(facts.change)
    least = LEAST[config.profile]
    kept: list[Finding] = []
    for finding in with_fingerprints(_merged(found), lines):
        if ignored(finding, lines):
            result.left_out["ignored in the code"] += 1
        elif finding.confidence < least or (config.profile == "quiet" and finding.severity is Severity.NOTE):
            result.left_out[f"below the profile '{config.profile}'"] += 1
        else:
            kept.append(finding)
    result.marks = {f.fingerprint for f in kept}
    fresh = [_masked(f) for f in without_known(kept, known)]
    result.left_out["known before"] += len(kept) - len(fresh)
    fresh.sort(key=lambda f: (-f.rank, f.path, f.start, f.rule))
    result.every = fresh
    most = config.max_findings or len(fresh)
    result.findings = fresh[:most]
    result.left_out["lesser, beyond max_findings"] += len(fresh) - len(result.findings)
    result.left_out = Counter({reason: n for reason, n in result.left_out.items() if n})


def _merged(found: Sequence[Finding]) -> list[Finding]:
    """Each thing once: the same rule on the same lines, and what a model repeats of an analyser."""
    kept: dict[tuple[str, str, int, str], Finding] = {}
    for finding in found:
        kept.setdefault((finding.path, finding.rule, finding.start, finding.message), finding)
    return list(kept.values())


def _masked(finding: Finding) -> Finding:
    """A finding in which no secret is shown; a patch that would hold one is left out."""
    evidence = tuple(replace(p, text=mask(p.text)[0]) for p in finding.evidence)
    patch = finding.patch if finding.patch is None or not mask(finding.patch)[1] else None
    return replace(
        finding,
        evidence=evidence,
        patch=patch,
        message=mask(finding.message)[0] if finding.rule != "secret" else finding.message,
    )


def _lines(change: Change) -> Callable[[str], list[str]]:
    def lines(path: str) -> list[str]:
        file = change.file(path)
        return file.new_lines if file is not None and file.new is not None else (change.read(path) or "").split("\n")

    return lines
