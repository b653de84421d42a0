"""Proof of a fault: a test that the model writes and that fails in the sandbox because of the code."""

from __future__ import annotations

from codeassist.errors import CodeassistError
from codeassist.models.answers import ask_for_record
from codeassist.models.session import Session
from codeassist.prompts import Library, render
from codeassist.prompts.records import ProvingTest
from codeassist.sandbox.test_runs import RunOutcome, run_python_test
from codeassist.tasks.review.analysers import Facts
from codeassist.tasks.review.finding import Finding


def prove(finding: Finding, facts: Facts, session: Session, library: Library) -> str | None:
    """What the failing test showed; None without a test, or when it passes or fails because of its own mistake."""
    if not finding.path.endswith(".py") or not facts.change.in_work_tree:
        return None
    prompt = library.find("review-prove")
    source = facts.change.read(finding.path) or ""
    inputs = {
        "path": finding.path,
        "source": source[:12_000],
        "message": finding.message,
        "lines": f"{finding.start}-{finding.end}",
    }
    try:
        answer = ask_for_record(session, render(prompt, inputs), prompt.needed_schema, ProvingTest, asking=prompt.asking)
        outcome = run_python_test(facts.root, facts.root / finding.path, answer.test)
    except CodeassistError:
        return None
    return shown(outcome)


def shown(outcome: RunOutcome) -> str | None:
    """A note with the last line of the failure; None when the test passed or failed because of its own mistake."""
    if outcome.passed or outcome.own_fault:
        return None
    return f"proven by a failing test: {outcome.last_line}"
