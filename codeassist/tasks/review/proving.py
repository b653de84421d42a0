"""Proof of a fault: a test that the model writes, that fails on the new code, and passes on the old or the corrected code."""

from __future__ import annotations

from codeassist.changes.change import Change
from codeassist.errors import CodeassistError
from codeassist.models.answers import ask_for_record
from codeassist.models.session import Session
from codeassist.prompts import Library, render
from codeassist.prompts.records import ProvingTest
from codeassist.sandbox.test_runs import RunOutcome, run_python_test
from codeassist.tasks.review.analysers import Facts
from codeassist.tasks.review.finding import Finding
from codeassist.tasks.review.patching import patched

Texts = dict[str, str | None]


def prove(finding: Finding, facts: Facts, session: Session, library: Library) -> str | None:
    """What the failing test showed; None without a test, when it passes, or when it fails on every version of the code."""
    if not finding.path.endswith(".py"):
        return None
    prompt = library.find("review-prove")
    source = facts.change.read(finding.path) or ""
    inputs = {
        "path": finding.path,
        "source": source[:12_000],
        "message": finding.message,
        "lines": f"{finding.start}-{finding.end}",
    }
    new = _texts(facts.change, old=False)
    try:
        answer = ask_for_record(session, render(prompt, inputs), prompt.needed_schema, ProvingTest, asking=prompt.asking)
        note = shown(_outcome(facts, finding, answer.test, new))
        if note is None:
            return None
        for control, texts in _controls(finding, facts.change, source, new):
            if _outcome(facts, finding, answer.test, texts).passed:
                return f"{note}; it passes {control}"
    except CodeassistError:
        return None
    return None


def _outcome(facts: Facts, finding: Finding, test: str, texts: Texts) -> RunOutcome:
    return run_python_test(facts.root, facts.root / finding.path, test, texts)


def _texts(change: Change, *, old: bool) -> Texts:
    """The text of each changed file in one version; None where it does not exist."""
    files = [f for f in change.files if f.kind not in ("link", "submodule", "binary")]
    if not old:
        return {f.path: f.new for f in files if f.new is not None or f.kind == "deleted"}
    texts: Texts = {f.path: None for f in files if f.kind in ("added", "renamed")}
    return texts | {f.old_path: f.old for f in files if f.old is not None}


def _controls(finding: Finding, change: Change, source: str, new: Texts) -> list[tuple[str, Texts]]:
    """Versions of the code without the fault: with the suggested change, and before the change under review."""
    controls: list[tuple[str, Texts]] = []
    if finding.patch is not None:
        controls.append(("with the suggested change", new | {finding.path: patched(source, [finding])}))
    file = change.file(finding.path)
    if file is not None and file.old is not None:
        controls.append(("on the old code", _texts(change, old=True)))
    return controls


def shown(outcome: RunOutcome) -> str | None:
    """A note with the last line of the failure; None when the test passed or failed because of its own mistake."""
    if outcome.passed or outcome.own_fault:
        return None
    return f"proven by a failing test: {outcome.last_line}"
