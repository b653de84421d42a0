"""Audit tests in other languages than Python: they are read, not run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from codeassist.deadline import Deadline
from codeassist.printable import counted
from codeassist.tasks.test_audit.languages import read_tests
from codeassist.tasks.test_audit.result import AuditResult, Weakness
from codeassist.tasks.test_audit.selecting import holds_tests, other_test_files

LEAST_SECONDS = 5.0
"""Seconds for reading, whatever is left."""


def read_others(
    root: Path, paths: Sequence[str], touched: Mapping[str, frozenset[int]] | None, result: AuditResult, deadline: Deadline
) -> None:
    """Add what reading shows of the tests in JavaScript, TypeScript, Go, Java and Rust.

    `touched` are the changed lines of each changed file; then only the tests on these lines are judged. None: all.
    What is not read by the deadline, nor within `LEAST_SECONDS`, is said in the result.
    """
    names = other_test_files(root, paths) if touched is None else [name for name in touched if holds_tests(name)]
    if not names:
        return
    found, unread = read_tests(root, names, deadline.extended(LEAST_SECONDS))
    for name, tests in found.items():
        lines = None if touched is None else touched[name]
        chosen = [t for t in tests if lines is None or any(t.line <= line <= t.end for line in lines)]
        result.files += bool(chosen)
        result.tests += len(chosen)
        result.edited |= {f"{name}::{test.name}" for test in chosen if lines is not None}
        result.weaknesses += [Weakness(name, line, t.name, kind, what) for t in chosen for kind, line, what in t.weaknesses]
        result.only_read += len(chosen)
    if unread:
        result.incomplete.append(f"{counted(len(unread), 'file')} could not be read: {', '.join(unread[:3])}")
    result.weaknesses.sort(key=lambda w: (w.path, w.line))
