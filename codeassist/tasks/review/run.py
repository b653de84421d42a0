"""A review as every interface runs it: read the change and the baseline, review, save the fingerprints, summarise."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from codeassist import workspace
from codeassist.changes.change import Change
from codeassist.changes.reading import read_change
from codeassist.changes.summary import Summary, summarise
from codeassist.config import Config
from codeassist.deadline import SILENT, Cancel, Deadline, Events
from codeassist.errors import EXIT_GATE, ConfigError, ModelError, UsageError
from codeassist.evidence.coverage_files import missing_lines
from codeassist.models.messages import Message
from codeassist.models.session import Session
from codeassist.plugins import ANALYSERS as PLUGIN_GROUP
from codeassist.plugins import names, plugin
from codeassist.prompts import Library
from codeassist.sandbox import confinement
from codeassist.tasks.review.analysers import ANALYSERS, Analyser, Facts
from codeassist.tasks.review.behaviour import Behaviour, SearchEngine, not_compared, not_compared_line, what_running_adds
from codeassist.tasks.review.engine import Analysis, Review, review
from codeassist.tasks.review.finding import Severity
from codeassist.tasks.review.model_messages import Reviewer
from codeassist.tasks.review.model_review import first_messages
from codeassist.tasks.review.proving import prove
from codeassist.tasks.review.request import ReviewRequest
from codeassist.tasks.review.saved import save_findings
from codeassist.tasks.review.suppression import Known, read_baseline, write_baseline
from indexers import Index
from indexers.files.reading import read_text

BASELINE = ".codeassist-baseline.json"
OpenIndex = Callable[[bool], AbstractContextManager[Index | None]]
"""Opens the repository's index if there is one; the argument is whether to update it first."""


@dataclass(slots=True)
class ReviewContext:
    """What a review is run with. `session` and `auditor` are None without a model."""

    root: Path
    config: Config
    open_index: OpenIndex
    library: Library
    session: Session | None = None
    auditor: Session | None = None
    not_sent: Callable[[str], bool] = lambda _: False
    events: Events = SILENT
    cancel: Cancel = field(default_factory=Cancel)
    engine: SearchEngine | None = None
    """Makes inputs for running the changed code; None when its code must not be run."""

    index_notes: list[str] = field(default_factory=list)
    """Notes on the freshness of the index, filled by `open_index`."""


@dataclass(slots=True)
class ReviewResult:
    """The change, its review, the summary if one was requested, and the model's error if it failed."""

    change: Change
    review: Review
    fail_on: str
    summary: Summary | None = None
    error: ModelError | None = None
    baseline: Path | None = None
    known: int = 0
    """The number of findings in the baseline after it was written."""

    @property
    def nothing_changed(self) -> bool:
        """Whether the change contains no files."""
        return not self.change.files

    @property
    def exit_code(self) -> int:
        """1 when a finding is at or above `fail_on`, else 3 when the model failed."""
        worst = self.review.worst()
        if self.fail_on != "never" and worst is not None and worst.weight >= Severity(self.fail_on).weight:
            return EXIT_GATE
        return self.error.exit_code if self.error is not None else 0

    def as_json(self) -> dict[str, Any]:
        """The documented JSON form, schema `codeassist.review/1`."""
        value = self.review.as_json()
        return value if self.summary is None else value | {"summary": self.summary.as_json()}


@dataclass(frozen=True, slots=True)
class PlannedReview:
    """The first request that a review with a model would send; no messages when it would send none."""

    model: str
    prompt: str
    messages: list[Message]
    tokens: int

    def as_json(self) -> dict[str, Any]:
        """The documented JSON form, schema `codeassist.dry-run/1`."""
        messages = [message.as_json() for message in self.messages]
        return {
            "schema": "codeassist.dry-run/1",
            "model": self.model,
            "prompt": self.prompt,
            "messages": messages,
            "tokens": self.tokens,
        }


def run_review(
    request: ReviewRequest, context: ReviewContext, change: Change | None = None, deadline: Deadline | None = None
) -> ReviewResult:
    """Review `change`, or else the change that the request selects. Raises `UsageError`.

    The time for the analysers ends at `deadline`; by default it is that of the settings, from now.
    When the model fails, the result contains its error and the findings of the analysers, and those of the model so far.
    """
    deadline = deadline or Deadline(context.config.review.timeout)
    config = context.config.review
    change = change or read_change(context.root, request.selection)
    if not change.files:
        return ReviewResult(change, Review(change.title), config.fail_on)
    configured = context.root / config.baseline if config.baseline and request.use_baseline else None
    baseline = request.baseline or configured
    known = _known(request, context, change, baseline)
    if request.update_baseline:
        config = msgspec.structs.replace(config, max_findings=0)
    coverage = missing_lines(context.root, request.coverage) if request.coverage is not None else {}
    reviewer = reviewer_of(request, context)
    plugins, faults = _plugins()
    with context.open_index(change.in_work_tree) as index:
        behaviour = _behaviour(context, request)
        analysis = Analysis((*ANALYSERS, *plugins, *behaviour), deadline, context.cancel)
        reviewed = review(
            context.root, change, config, index, known=known, coverage=coverage, reviewer=reviewer, analysis=analysis
        )
    if behaviour:
        reviewed.behaviour = behaviour[0].report
    elif config.behaviour and (gain := what_running_adds(change)):
        reviewed.notes.append(gain)
    if config.behaviour and not request.update_baseline:
        reviewed.not_compared = not_compared(change)
        reviewed.notes += filter(None, [not_compared_line(reviewed.not_compared)])
    reviewed.notes += context.index_notes
    reviewed.unread += faults
    result = ReviewResult(change, reviewed, config.fail_on, error=reviewed.error)
    if request.update_baseline:
        result.baseline = baseline or context.root / BASELINE
        result.known = _update_baseline(context.root, result.baseline, change, reviewed)
        return result
    if request.remember:
        save_findings(context.root, reviewed.every)
        _save_fingerprints(context.root, reviewed.marks | (known.reported if reviewed.incomplete else frozenset()))
    if request.summary:
        _summarise(result, context)
    return result


def _behaviour(context: ReviewContext, request: ReviewRequest) -> list[Behaviour]:
    """The analyser that runs the changed code, if the settings and the user's trust allow it."""
    config = context.config.review
    if context.engine is None or not config.behaviour or request.update_baseline:
        return []
    contexts = workspace.contexts_file(context.root)
    return [Behaviour(context.engine, config.behaviour_seconds, cache=workspace.cache_folder("behaviour"), contexts=contexts)]


def _summarise(result: ReviewResult, context: ReviewContext) -> None:
    """Add a summary to the result, without the model when that fails or has failed."""
    if context.session is not None and result.error is None:
        try:
            result.summary = summarise(result.change, result.review.every, context.session, context.library)
            return
        except ModelError as error:
            result.error = result.review.error = error
    result.summary = summarise(result.change, result.review.every, None, None)


def _plugins() -> tuple[list[Analyser], list[str]]:
    """The analysers of other packages, and why others cannot be loaded."""
    loaded, faults = list[Analyser](), []
    for name in names(PLUGIN_GROUP):
        try:
            analyser = plugin(PLUGIN_GROUP, name)
        except ConfigError as error:
            faults.append(f"the analyser '{name}': {str(error).rstrip('.')}")
            continue
        if isinstance(getattr(analyser, "name", None), str) and callable(getattr(analyser, "run", None)):
            loaded.append(analyser)
        else:
            faults.append(f"the analyser '{name}': the plug-in has no name or no method 'run'")
    return loaded, faults


def plan_review(request: ReviewRequest, context: ReviewContext) -> PlannedReview | None:
    """The first request of a review with a model, without sending it; None without a model or a change."""
    change = read_change(context.root, request.selection)
    reviewer = reviewer_of(request, context)
    if reviewer is None or not change.files:
        return None
    with context.open_index(change.in_work_tree) as index:
        facts = Facts(context.root, change, context.config.review, index)
        messages, prompt = first_messages(facts, (), reviewer)
    session = reviewer.session
    return PlannedReview(session.model.name, prompt, messages, session.estimate(messages))


def reviewer_of(request: ReviewRequest, context: ReviewContext) -> Reviewer | None:
    """The model, its prompts and its limits for a review; None without a model."""
    session = context.session
    if session is None:
        return None
    library = context.library
    if request.prove:
        context.events.note(confinement.layers().line)
    return Reviewer(
        session,
        library,
        context.auditor or session,
        request.prompt or context.config.tasks.review.prompt,
        context.not_sent,
        Deadline(context.config.review.model_timeout),
        (lambda finding, facts: prove(finding, facts, session, library)) if request.prove else None,
        context.events,
    )


def _known(request: ReviewRequest, context: ReviewContext, change: Change, baseline: Path | None) -> Known:
    """The findings that are not reported again."""
    entries: dict[str, str] = {}
    if baseline is not None and not request.update_baseline:
        entries = read_baseline(baseline)
    moved = tuple(path for path in sorted(set(entries.values())) if path and change.read(path) is None)
    reported: set[str] = set()
    if request.since_last:
        try:
            reported = set(json.loads(read_text(_last(context.root))))
        except (OSError, ValueError, TypeError, RecursionError):
            context.events.note("There is no earlier review of this repository; every finding is new.")
    return Known(frozenset(entries), frozenset(reported), moved)


def _update_baseline(root: Path, path: Path, change: Change, reviewed: Review) -> int:
    if reviewed.incomplete:
        missing = ", ".join(
            [*reviewed.cut_short, *reviewed.unread, *([str(reviewed.error).rstrip(".")] if reviewed.error else [])]
        )
        raise UsageError(f"The review is not complete ({missing}); the baseline was not changed.")
    return write_baseline(root, path, reviewed.every, {f.path for f in change.files})


def _last(root: Path) -> Path:
    """The file in the user's cache with the fingerprints of the last review of a repository."""
    return workspace.cache_folder("reviews") / f"{workspace.repository_key(root)}.json"


def _save_fingerprints(root: Path, marks: set[str]) -> None:
    """Save the fingerprints for `since_last`; errors of writing the cache are ignored."""
    path = _last(root)
    temporary = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_text(json.dumps(sorted(marks)), encoding="utf-8")
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
