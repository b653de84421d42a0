"""A whole review: failures and deadlines of analysers, and the choice of the findings to show."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import pytest

from codeassist.changes.change import MANY_LINES
from codeassist.changes.reading import ChangeSelection, read_change
from codeassist.config.schema import ReviewConfig
from codeassist.deadline import Deadline
from codeassist.errors import CancelledError
from codeassist.privacy import MASK
from codeassist.tasks.review import Analysis, Review, engine, review
from codeassist.tasks.review.analysers import ANALYSERS
from codeassist.tasks.review.finding import Finding, Place, Severity
from codeassist.tasks.review.suppression import Known
from tests.conftest import write


def test_an_analyser_that_fails_or_hangs_is_noted_and_does_not_stop_the_review(repository):
    class Broken:
        name, rules = "broken", ()

        def run(self, facts):
            raise RuntimeError("no luck")

    class Endless:
        name, rules = "endless", ()

        def run(self, facts):
            released.wait(30)
            yield from ()

    released = threading.Event()
    root = repository({"a.py": "x = 1\n"})
    write(root, {"a.py": "x = 1\nbreakpoint()\n"})
    started = time.monotonic()
    result = review(
        root,
        read_change(root, ChangeSelection()),
        ReviewConfig(),
        analysis=Analysis((Broken(), Endless(), *ANALYSERS[:1]), Deadline(1.0)),
    )
    released.set()
    assert time.monotonic() - started < 10
    assert result.cut_short == ["endless"]
    assert "the analyser 'broken' failed: RuntimeError: no luck" in result.unread
    assert [f.rule for f in result.findings] == ["debug-leftover"]
    assert {"part": "endless", "reason": "did not finish in time"} in result.as_json()["incomplete"]


def test_analysers_that_only_compute_run_in_their_order_and_the_deadline_costs_the_last_ones(repository, monkeypatch):
    class Quick:
        name, rules = "quick", ()

        def run(self, facts):
            yield FOUND

    class Slow:
        name, rules = "slow", ()

        def run(self, facts):
            yield replace(FOUND, message="so far")
            released.wait(30)
            yield replace(FOUND, message="too late")

    class Last:
        name, rules = "last", ()

        def run(self, facts):
            yield replace(FOUND, message="never")

    released = threading.Event()
    order = (Quick(), Slow(), Last())
    monkeypatch.setattr(engine, "IN_TURN", order)
    monkeypatch.setattr(engine, "LANES", 1)
    root = write(repository({"a.py": "x = 1\n"}), {"a.py": "x = 1\ny = 2\n"})
    analysis = Analysis(order, Deadline(1.0))
    result = review(root, read_change(root, ChangeSelection()), ReviewConfig(), analysis=analysis)
    released.set()
    assert [f.message for f in result.every] == ["message", "so far"]
    assert result.cut_short == ["slow", "last"]


@pytest.mark.parametrize("cancelled", [False, True])
def test_no_analyser_starts_after_the_deadline_or_a_request_to_stop(repository, monkeypatch, cancelled):
    class Slow:
        name, rules = "slow", ()

        def run(self, facts):
            if cancelled:
                analysis.cancel.request()
            released.wait(30)
            return ()

    class Last:
        name, rules = "last", ()

        def run(self, facts):
            begun.append(self.name)
            return ()

    released, begun = threading.Event(), []
    order = (Slow(), Last())
    monkeypatch.setattr(engine, "IN_TURN", order)
    monkeypatch.setattr(engine, "LANES", 1)
    root = write(repository({"a.py": "x = 1\n"}), {"a.py": "x = 1\ny = 2\n"})
    analysis = Analysis(order, Deadline(60.0 if cancelled else 1.0))
    before = set(threading.enumerate())
    with pytest.raises(CancelledError) if cancelled else nullcontext():
        review(root, read_change(root, ChangeSelection()), ReviewConfig(), analysis=analysis)
    lanes = set(threading.enumerate()) - before
    released.set()
    for lane in lanes:
        lane.join(30)
    assert lanes
    assert begun == []


@pytest.mark.parametrize(
    ("returned", "reason"),
    [
        (["a text"], "TypeError: it returned 'a text' instead of a finding"),
        (None, "TypeError: 'NoneType' object is not iterable"),
        (SystemExit(0), "SystemExit: 0"),
        (RecursionError("too deep"), "RecursionError: too deep"),
    ],
)
def test_whatever_an_analyser_of_another_package_does_costs_only_its_own_findings(repository, returned, reason):
    class Odd:
        name, rules = "odd", ()

        def run(self, facts):
            if isinstance(returned, BaseException):
                raise returned
            return returned

    root = write(repository({"a.py": "x = 1\n"}), {"a.py": "x = 1\nbreakpoint()\n"})
    analysis = Analysis((Odd(), *ANALYSERS[:1]))
    result = review(root, read_change(root, ChangeSelection()), ReviewConfig(), analysis=analysis)
    assert result.unread == [f"the analyser 'odd' failed: {reason}"]
    assert result.as_json()["incomplete"] == [{"part": "the analyser 'odd' failed", "reason": reason}]
    assert [f.rule for f in result.findings] == ["debug-leftover"]


KEY = "AKIA" + "IOSFODNN7EXAMPLQ"
FOUND = Finding("rule", Severity.WARNING, "a.py", 2, 2, "message")


class Reporting:
    """An analyser that reports the given findings."""

    name, rules = "reporting", ()

    def __init__(self, *findings: Finding) -> None:
        self.findings = findings

    def run(self, facts: object) -> Iterable[Finding]:
        return self.findings


def reviewed(repository: Callable[..., Path], *findings: Finding, text: str = "x = 1\ny = 2\nz = 3\n", **settings) -> Review:
    root = write(repository({"a.py": "x = 1\n"}), {"a.py": text})
    analysis = Analysis((Reporting(*findings),))
    return review(root, read_change(root, ChangeSelection()), ReviewConfig(**settings), analysis=analysis)


def test_the_best_findings_are_shown_first_and_the_others_are_counted(repository):
    note, warning, error = (replace(FOUND, severity=s, start=n, end=n) for n, s in enumerate(reversed(Severity), 1))
    result = reviewed(repository, note, warning, error, max_findings=2)
    assert [f.severity for f in result.findings] == [Severity.ERROR, Severity.WARNING]
    assert len(result.every) == 3
    assert result.left_out == {"ranked lower, beyond max_findings": 1}


def test_the_worst_finding_counts_even_if_it_is_not_shown(repository):
    unsure = replace(FOUND, severity=Severity.ERROR, confidence=0.5, message="perhaps")
    result = reviewed(repository, replace(FOUND, reach=64), unsure, max_findings=1)
    assert result.findings[0].severity is Severity.WARNING
    assert result.worst() is Severity.ERROR
    assert Review(result.title).worst() is None


@pytest.mark.parametrize(("profile", "confidences"), [("quiet", [0.8]), ("normal", [0.8, 0.6]), ("strict", [0.8, 0.6, 0.1])])
def test_the_profile_sets_the_lowest_confidence(repository, profile, confidences):
    found = [replace(FOUND, confidence=c, message=str(c)) for c in (0.8, 0.6, 0.1)]
    result = reviewed(repository, *found, profile=profile)
    assert [f.confidence for f in result.findings] == confidences
    assert result.left_out[f"below the profile '{profile}'"] == 3 - len(confidences)


def test_the_quiet_profile_shows_no_notes(repository):
    assert reviewed(repository, replace(FOUND, severity=Severity.NOTE), profile="quiet").findings == []


def test_equal_findings_are_shown_once(repository):
    result = reviewed(repository, FOUND, replace(FOUND, confidence=0.6), replace(FOUND, message="another"))
    assert [(f.message, f.confidence) for f in result.findings] == [("message", 0.9), ("another", 0.9)]


def test_known_and_suppressed_findings_are_counted_but_not_shown(repository):
    text = "x = 1\ny = 2\nz = 3  # codeassist: ignore[rule]\n"
    suppressed = replace(FOUND, start=3, end=3)
    first = reviewed(repository, FOUND, suppressed, text=text)
    assert [f.start for f in first.findings] == [2]
    assert first.left_out == {"suppressed in the code": 1}
    assert first.marks == {first.findings[0].fingerprint}


def test_a_known_finding_keeps_its_mark(repository):
    root = write(repository({"a.py": "x = 1\n"}), {"a.py": "x = 1\ny = 2\n"})
    change, analysis = read_change(root, ChangeSelection()), Analysis((Reporting(FOUND),))
    first = review(root, change, ReviewConfig(), analysis=analysis)
    again = review(root, change, ReviewConfig(), analysis=analysis, known=Known(reported=frozenset(first.marks)))
    assert (again.findings, again.left_out, again.marks) == ([], {"already known": 1}, first.marks)


def test_secrets_are_masked_and_a_patch_with_one_is_removed(repository):
    line = f'aws = "{KEY}"'
    [found] = reviewed(
        repository, replace(FOUND, message=f"see {line}", evidence=(Place("b.py", 1, line),), patch=line)
    ).findings
    assert KEY not in found.message + found.evidence[0].text
    assert MASK in found.message
    assert found.patch is None


def test_without_an_index_and_with_too_many_lines_the_review_says_what_was_not_checked(repository):
    result = reviewed(repository, text="x = 1\n" * (MANY_LINES + 2))
    assert result.notes == ["no index: duplicates were not checked (run codeassist index)"]
    assert result.unread == ["a.py: too many changed lines; only searched for secrets"]
    assert (result.files, result.lines) == (1, MANY_LINES + 1)


def test_the_json_form_contains_the_shown_findings(repository):
    report = reviewed(repository, FOUND).as_json()
    assert report["schema"] == "codeassist.review/1"
    assert [f["rule"] for f in report["findings"]] == ["rule"]
    assert (report["files"], report["lines"], report["cut_short"], report["unread"]) == (1, 2, [], [])


def test_what_was_reported_before_still_decides_on_the_exit(repository):
    root = write(repository({"a.py": "x = 1\n"}), {"a.py": "x = 1\ny = 2\n"})
    change, analysis = read_change(root, ChangeSelection()), Analysis((Reporting(FOUND),))
    first = review(root, change, ReviewConfig(), analysis=analysis)
    again = review(root, change, ReviewConfig(), analysis=analysis, known=Known(reported=frozenset(first.marks)))
    assert again.worst() == first.worst() is not None
    known = review(root, change, ReviewConfig(), analysis=analysis, known=Known(baseline=frozenset(first.marks)))
    assert known.worst() is None


@pytest.mark.parametrize(("body", "rule"), [("pass", "swallowed-exception"), ("return 2", "ruff/E722")])
def test_what_a_linter_says_of_the_same_line_is_said_once(findings, body, rule):
    files = {"pyproject.toml": '[tool.ruff.lint]\nselect = ["E", "F"]\n', "a.py": "def f():\n    return 1\n"}
    after = f"def f():\n    try:\n        return 1\n    except:\n        {body}\n"
    assert [f.rule for f in findings(files, {"a.py": after}).every] == [rule]
