"""A whole review: analysers until a deadline, then the model, then the choice of the findings to show."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from codeassist.changes.change import MANY_LINES, Change
from codeassist.config.schema import ReviewConfig
from codeassist.deadline import Cancel, Deadline
from codeassist.errors import ModelError
from codeassist.privacy import mask
from codeassist.tasks.review.analysers import ANALYSERS, IN_TURN, Analyser, Facts
from codeassist.tasks.review.behaviour.report import BehaviourReport
from codeassist.tasks.review.finding import Finding, Severity, checked, with_fingerprints
from codeassist.tasks.review.model_messages import Reviewer
from codeassist.tasks.review.model_review import review_with_model
from codeassist.tasks.review.selection import configured, leave_out, unknown_rules
from codeassist.tasks.review.suppression import Known, ignored, unknown_ignores
from indexers import Index

CANCEL_INTERVAL = 0.1
"""Seconds between two checks for a request to stop."""

ENDING_SECONDS = 0.5
"""The longest that the review waits for analysers after the deadline."""

LANES = 2
"""Threads for the analysers that only compute: while one waits for git, another goes on."""

LEAST = {"quiet": 0.75, "normal": 0.5, "strict": 0.0}
"""The lowest confidence at which a finding is shown, by profile."""

_LINTED = {
    "swallowed-exception": ("ruff/E722", "ruff/S110", "ruff/BLE001", "bandit/B110"),
    "secret": ("ruff/S105", "ruff/S106", "ruff/S107", "bandit/B105", "bandit/B106", "bandit/B107"),
    "debug-print": ("ruff/T201", "ruff/T203"),
    "debug-leftover": ("ruff/T100",),
}
SAME_CLAIM = {linted: rule for rule, several in _LINTED.items() for linted in several}
"""Rule of a linter -> the rule that says the same of a line."""


@dataclass(slots=True)
class Review:
    """The result of a review. `findings` are those to show, best first; `left_out` counts the others by reason."""

    title: str
    findings: list[Finding] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)
    files: int = 0
    lines: int = 0
    seconds: float = 0.0
    timings: dict[str, float] = field(default_factory=dict)
    cut_short: list[str] = field(default_factory=list)
    """Names of the analysers that did not finish before the deadline."""

    unread: list[str] = field(default_factory=list)
    """What the review could not check, and why; reported even when there are no findings."""

    behaviour: BehaviourReport | None = None
    """What running the old and the new code showed; None when nothing was run."""

    not_compared: dict[str, list[str]] = field(default_factory=dict)
    """Language -> changed files whose behaviour is not compared, because code in it is never run for that."""

    error: ModelError | None = None
    """The model's error, if it failed; findings made before it are kept."""

    marks: set[str] = field(default_factory=set)
    """Fingerprints of all findings that were not suppressed, including those already known."""

    every: list[Finding] = field(default_factory=list)
    """All new findings that were not suppressed, before `max_findings` is applied."""

    standing: list[Finding] = field(default_factory=list)
    """`every`, and the findings that the last review already reported and that are still there."""

    @property
    def for_programs(self) -> list[Finding]:
        """The findings for machine-readable output, which has no limit."""
        return self.every or self.findings

    @property
    def incomplete(self) -> list[dict[str, str]]:
        """What is missing from the review, as (part, reason); empty for a complete one."""
        parts = [{"part": name, "reason": "did not finish in time"} for name in self.cut_short]
        parts += [{"part": part, "reason": reason} for part, _, reason in (text.partition(": ") for text in self.unread)]
        return parts + ([{"part": "the model", "reason": str(self.error)}] if self.error is not None else [])

    def worst(self) -> Severity | None:
        """The highest severity of what still stands, including findings beyond `max_findings`; None without findings."""
        return max((f.severity for f in self.standing), key=lambda s: s.weight, default=None)

    def as_json(self) -> dict[str, Any]:
        """The documented JSON form, schema `codeassist.review/1`."""
        return {
            "schema": "codeassist.review/1",
            "title": self.title,
            "findings": [f.as_json() for f in self.for_programs],
            "left_out": dict(self.left_out),
            "notes": self.notes,
            "files": self.files,
            "lines": self.lines,
            "cut_short": self.cut_short,
            "unread": self.unread,
            "incomplete": self.incomplete,
            "behaviour": self.behaviour.as_json() if self.behaviour is not None else None,
            "behaviour_not_compared": self.not_compared,
            "seconds": round(self.seconds, 3),
        }


@dataclass(frozen=True, slots=True)
class Analysis:
    """Which analysers run, the deadline at which those still running are cut off, and a request to stop."""

    analysers: Sequence[Analyser] = ANALYSERS
    deadline: Deadline = field(default_factory=Deadline)
    cancel: Cancel = field(default_factory=Cancel)


def review(
    root: Path,
    change: Change,
    config: ReviewConfig,
    index: Index | None = None,
    *,
    known: Known | None = None,
    coverage: dict[str, frozenset[int]] | None = None,
    reviewer: Reviewer | None = None,
    analysis: Analysis | None = None,
) -> Review:
    """Review a change without writing anything. The error of a failing model is in the result.

    `known` are the findings that are not reported again. Without `analysis`, every built-in analyser runs,
    with no time limit.
    """
    started = time.monotonic()
    analysis = analysis or Analysis()
    result = Review(change.title, notes=list(change.notes), files=len(change.files))
    result.notes += leave_out(root, change, config)
    rules = [rule.id for analyser in (*ANALYSERS, *analysis.analysers) for rule in getattr(analyser, "rules", ())]
    result.notes += unknown_rules(config, rules)
    result.lines = sum(len(f.touched) for f in change.files)
    big = [f.path for f in change.files if len(f.added) > MANY_LINES]
    if big:
        result.unread.append(
            f"{', '.join(big[:3])}{' …' if len(big) > 3 else ''}: too many changed lines; only searched for secrets"
        )
    facts = Facts(root, change, config, index, coverage or {}, analysis.deadline, analysis.cancel)
    if index is None:
        result.notes.append("no index: duplicates were not checked (run codeassist index)")
    findings = _analysed(facts, analysis, result)
    result.notes += facts.notes
    if reviewer is not None:
        outcome = review_with_model(facts, findings, reviewer)
        findings += outcome.findings
        result.error = outcome.error
        result.unread += outcome.unread
        result.left_out.update(outcome.dropped)
        result.notes += outcome.notes
    result.notes += unknown_ignores(change, rules)
    _choose(facts, findings, known or Known(), result)
    result.seconds = time.monotonic() - started
    return result


def _analysed(facts: Facts, analysis: Analysis, result: Review) -> list[Finding]:
    """Run the analysers and return their findings; failures and missed deadlines are noted in `result`.

    Those of `IN_TURN` only compute: in parallel they would slow each other down, and a deadline would cut off all of them.
    So they share a few threads and start in their order; each of the others has a thread of its own.
    """
    analysers, deadline = analysis.analysers, analysis.deadline
    findings: dict[str, list[Finding]] = {a.name: [] for a in analysers}
    failures: dict[str, str] = {}
    ended: set[str] = set()

    def work(queue: Iterator[Analyser]) -> None:  # `next` on a list's iterator is atomic
        while not (deadline.passed or analysis.cancel.requested) and (analyser := next(queue, None)) is not None:
            began = time.monotonic()
            try:
                for finding in map(checked, analyser.run(facts)):
                    findings[analyser.name].append(finding)
            except BaseException as error:  # an analyser must never stop a review, nor end in silence by sys.exit
                failures[analyser.name] = f"{type(error).__name__}: {error}"
            result.timings[analyser.name] = time.monotonic() - began
            ended.add(analyser.name)

    shared = iter([a for a in analysers if a in IN_TURN])
    queues = [shared] * LANES + [iter([a]) for a in analysers if a not in IN_TURN]
    threads = [threading.Thread(target=work, args=(queue,), daemon=True) for queue in queues]
    for thread in threads:
        thread.start()
    try:
        for thread in threads:
            while thread.is_alive() and not deadline.passed:
                analysis.cancel.check()
                thread.join(max(0.0, min(CANCEL_INTERVAL, deadline.left)))
    finally:
        _let_end(threads)
    result.cut_short += [a.name for a in analysers if a.name not in ended]
    result.unread += [f"the analyser '{name}' failed: {reason}" for name, reason in sorted(failures.items())]
    result.unread += facts.gaps
    return [f for a in analysers for f in tuple(findings[a.name])]


def _let_end(threads: Sequence[threading.Thread]) -> None:
    """Give analysers a moment to end the programs that they run, after the deadline or a request to stop."""
    end = time.monotonic() + ENDING_SECONDS
    for thread in threads:
        thread.join(max(0.0, end - time.monotonic()))


def _choose(facts: Facts, findings: list[Finding], known: Known, result: Review) -> None:
    """Fill `result` with the findings to show, best first, and count the others by reason."""
    lines, config = _lines(facts.change), facts.config
    threshold = LEAST[config.profile]
    unsuppressed: list[Finding] = []
    for unlevelled in with_fingerprints(_merged(findings), lines):
        finding = configured(unlevelled, config)
        file = facts.change.file(unlevelled.path)
        if finding is None:
            result.left_out["turned off in the settings"] += 1
        elif file is not None and file.skipped == "excluded":
            result.left_out["in excluded files"] += 1
        elif ignored(finding, lines):
            result.left_out["suppressed in the code"] += 1
        elif finding.confidence < threshold or (config.profile == "quiet" and finding.severity is Severity.NOTE):
            result.left_out[f"below the profile '{config.profile}'"] += 1
        else:
            unsuppressed.append(finding)
    unsuppressed = _claimed_once(unsuppressed)
    result.marks = {f.fingerprint for f in unsuppressed}
    standing = [_masked(f) for f in unsuppressed if not known.has(f, lines)]
    standing.sort(key=lambda f: (-f.rank, f.path, f.start, f.rule))
    result.standing = standing
    result.every = [f for f in standing if f.fingerprint not in known.reported]
    result.left_out["already known"] += len(unsuppressed) - len(result.every)
    limit = config.max_findings or len(result.every)
    result.findings = result.every[:limit]
    result.left_out["ranked lower, beyond max_findings"] += len(result.every) - len(result.findings)
    result.left_out = Counter({reason: n for reason, n in result.left_out.items() if n})


def _merged(findings: Sequence[Finding]) -> list[Finding]:
    """The findings without duplicates: one for each path, rule, line and message."""
    unique: dict[tuple[str, str, int, str], Finding] = {}
    for finding in findings:
        unique.setdefault((finding.path, finding.rule, finding.start, finding.message), finding)
    return list(unique.values())


def _claimed_once(findings: Sequence[Finding]) -> list[Finding]:
    """The findings without those of a linter that say at the same line what another one says: the highest severity stays."""
    said = {(f.path, f.start, f.rule): n for n, f in enumerate(findings) if f.rule in SAME_CLAIM.values()}
    kept: list[Finding | None] = list(findings)
    for number, finding in enumerate(findings):
        first = said.get((finding.path, finding.start, SAME_CLAIM.get(finding.rule, "")))
        if first is not None and (other := kept[first]) is not None:
            kept[first] = replace(other, severity=max(other.severity, finding.severity, key=lambda s: s.weight))
            kept[number] = None
    return [finding for finding in kept if finding is not None]


def _masked(finding: Finding) -> Finding:
    """A finding with its secrets masked; a patch that contains one is removed."""
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
