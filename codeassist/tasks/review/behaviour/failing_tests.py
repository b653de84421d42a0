"""The findings on tests that fail only after the change: what fails at one place in one way is one finding."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

from codeassist.printable import around_difference, counted
from codeassist.tasks.review.behaviour.compare import Work
from codeassist.tasks.review.behaviour.report import TestReport
from codeassist.tasks.review.finding import Finding, Rule, Severity
from indexers.syntax.languages import is_test_path

RED = Rule(
    "test-now-fails",
    "TestNowFails",
    "A test that covers the change passes on the code before it and fails on the code after it.",
    Severity.ERROR,
    ("correctness",),
)
MOST_RERUN = 10
"""The most tests that a command to run them again names."""

MOST_REASONS = 3
"""Of tests that fail with different messages, the most whose message is shown."""

LONGEST_REASON = 200
"""Characters of one such message."""

_RAISED_AT = re.compile(r"(?m)^(\S+\.py):(\d+): \w")
_COMPARED = re.compile(r"(?P<head>.*?\bassert )(?P<left>.+?)(?P<sign> (?:==|!=|<=?|>=?|is|in) )(?P<right>.+)")


def failing_now(tests: TestReport, works: list[Work]) -> Iterator[Finding]:
    """An error for the tests that fail only after the change: one for each kind of exception and place that raises it.

    Exceptions that tests raise themselves, as their assertions do, are told apart by kind and test file only; their messages
    are listed. The finding is at the change that the first test passed through.
    """
    groups: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for name, output in tests.red.items():
        reason = next((line[1:].strip() for line in output.split("\n") if line.startswith("E ")), "")
        kind = re.split(r"[\s:(]", reason, maxsplit=1)[0]
        groups.setdefault((kind, _raised_at(name, output)), []).append((name, reason))
    for group in groups.values():
        yield _finding(group, *_change_in(tests.red[group[0][0]], works))


def _raised_at(name: str, output: str) -> str:
    """The place that raises the exception of a failed test; the test's file if that is in a test."""
    places = _RAISED_AT.findall(output)
    path, line = places[-1] if places else ("", "")
    return f"{path}:{line}" if path and not is_test_path(path) else name.partition("::")[0]


def _finding(group: list[tuple[str, str]], work: Work, place: tuple[int, int]) -> Finding:
    many = len(group) > 1
    who = f"{group[0][0]} and {counted(len(group) - 1, 'other test')} pass" if many else f"{group[0][0]} passes"
    reasons = _reasons(group)
    message = f"{who} on the old code and {'fail' if many else 'fails'} on the new code{': ' + reasons if reasons else ''}"
    names = " \\\n    ".join(shlex.quote(test) for test, _ in group[:MOST_RERUN])
    return Finding(
        RED.id,
        RED.severity,
        work.file.path,
        *place,
        message,
        1.0,
        source="execution",
        note=f"the test{'s were' if many else ' was'} run on both versions",
        reproducer=f"python -m pytest {names}" if not many else f"python -m pytest \\\n    {names}",
    )


def _reasons(group: list[tuple[str, str]]) -> str:
    """The messages with which some tests fail: the only one, or the first different ones, each with its test."""
    first: dict[str, str] = {}
    for name, reason in group:
        first.setdefault(shortened(reason), name)
    reasons = [reason for reason in first if reason]
    if len(reasons) < 2:
        return "".join(reasons)
    shown = [f"{reason} ({first[reason].rpartition('::')[2]})" for reason in reasons[:MOST_REASONS]]
    rest = len(reasons) - len(shown)
    return "; ".join([*shown, *([f"{counted(rest, 'other message')}"] if rest else [])])


def shortened(reason: str) -> str:
    """The message of a failed test, at most some hundred characters: of a comparison the parts that differ."""
    if len(reason) <= LONGEST_REASON:
        return reason
    compared = _COMPARED.match(reason)
    if compared is None:
        return f"{reason[:LONGEST_REASON].rstrip()} …"
    left, right = around_difference(compared["left"], compared["right"], LONGEST_REASON // 2)
    return f"{compared['head']}{left}{compared['sign']}{right}"


def _change_in(output: str, works: list[Work]) -> tuple[Work, tuple[int, int]]:
    """The changed module and lines to which the output of a failed test leads: those of the last changed function in it.

    Without one, the first changed lines of the first module.
    """
    for path, line in reversed(re.findall(r"(?m)^(\S+\.py):(\d+): ", output)):
        for work in works:
            functions = work.functions
            spans = functions.after_spans
            near = [name for name in functions.changed if min(spans[name]) <= int(line) <= max(spans[name])]
            if near and f"/{path}".endswith(f"/{work.file.path}"):
                return work, functions.places[near[0]]
    return works[0], works[0].functions.place
