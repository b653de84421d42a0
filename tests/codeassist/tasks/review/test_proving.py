"""Proof of a fault: only a test that fails because of the code proves it."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from codeassist.changes.reading import ChangeSelection, read_change
from codeassist.config import Config, ModelConfig
from codeassist.config.schema import ReviewConfig
from codeassist.models.session import Session
from codeassist.prompts import Library
from codeassist.sandbox.test_runs import RunOutcome
from codeassist.tasks.review import Analysis, review
from codeassist.tasks.review.analysers import Facts
from codeassist.tasks.review.finding import Finding, Severity
from codeassist.tasks.review.model_messages import Reviewer
from codeassist.tasks.review.proving import prove, shown
from codeassist.testing import ScriptedChat
from tests.conftest import git, write

BEFORE = "def mean(values):\n    return sum(values)\n"
AFTER = "def mean(values):\n    return sum(values) / len(values)\n"
FOUND = Finding("model/bug", Severity.ERROR, "m.py", 2, 2, "An empty list divides by zero here.")
FAILS = "from m import mean\n\n\ndef test_nothing():\n    assert mean([]) == 0\n"
PASSES = "from m import mean\n\n\ndef test_a():\n    assert mean([2]) == 2\n"
ALWAYS = "def test_a():\n    assert 1 == 2\n"
MISTAKEN = "from m import nowhere\n\n\ndef test_a():\n    assert nowhere\n"


def answering(*answers: str) -> Session:
    return Session(ScriptedChat(answers), ModelConfig())


def proof(test: str) -> str:
    return json.dumps({"test": test})


@dataclass(frozen=True)
class Proofs:
    """The finding of a whole review whose test fails, and what other tests show: passing, mistaken, failing on any code."""

    failing: Finding
    passing: str | None
    mistaken: str | None
    uncontrolled: str | None


@pytest.fixture(scope="module")
def proofs(tmp_path_factory: pytest.TempPathFactory) -> Proofs:
    """Four proofs, run at the same time, as each starts pytest in a sandbox."""
    root = write(tmp_path_factory.mktemp("proofs") / "r", {"m.py": BEFORE})
    git(root, "init", "-q")
    git(root, "add", ".")
    git(root, "commit", "-qm", "First")
    write(root, {"m.py": AFTER})
    library = Library.of(None, Config())

    def reviewed() -> Finding:
        bug = {
            "kind": "bug",
            "severity": "error",
            "confidence": 0.9,
            "start_line": 2,
            "end_line": 2,
            "message": FOUND.message,
        }
        support = {"reason": "it is true", "support": 0.9}
        session = answering(json.dumps({"findings": [bug]}), json.dumps(support))
        prover = answering(proof(FAILS))
        reviewer = Reviewer(session, library, session, prove=lambda f, facts: prove(f, facts, prover, library))
        change = read_change(root, ChangeSelection())
        [found] = review(root, change, ReviewConfig(), reviewer=reviewer, analysis=Analysis(())).every
        return found

    def proven(test: str) -> str | None:
        facts = Facts(root, read_change(root, ChangeSelection()), ReviewConfig())
        return prove(FOUND, facts, answering(proof(test)), library)

    with ThreadPoolExecutor() as pool:
        failing, *others = pool.submit(reviewed), *(pool.submit(proven, test) for test in (PASSES, MISTAKEN, ALWAYS))
    return Proofs(failing.result(), *(other.result() for other in others))


def test_a_failing_test_proves_an_error(proofs: Proofs) -> None:
    assert proofs.failing.severity.value == "error"
    assert proofs.failing.note.startswith("proven by a failing test: ")
    assert "ZeroDivisionError" in proofs.failing.note
    assert proofs.failing.note.endswith("; it passes on the old code")


def test_a_test_that_fails_on_the_old_code_too_proves_nothing(proofs: Proofs) -> None:
    assert proofs.uncontrolled is None


def test_a_test_that_passes_or_fails_by_its_own_mistake_proves_nothing(proofs: Proofs) -> None:
    assert proofs.passing is None
    assert proofs.mistaken is None


@pytest.mark.parametrize(
    ("outcome", "note"),
    [
        (RunOutcome(passed=True, own_fault=False, last_line=""), None),
        (RunOutcome(passed=False, own_fault=True, last_line="NameError: x"), None),
        (RunOutcome(passed=False, own_fault=False, last_line="KeyError: 1"), "proven by a failing test: KeyError: 1"),
    ],
)
def test_what_an_outcome_shows(outcome: RunOutcome, note: str | None) -> None:
    assert shown(outcome) == note


def facts_of(root: Path, selection: ChangeSelection) -> Facts:
    return Facts(root, read_change(root, selection), ReviewConfig())


def test_a_staged_change_is_proven_on_what_is_staged(repository: Callable[..., Path]) -> None:
    root = write(repository({"m.py": BEFORE}), {"m.py": AFTER})
    git(root, "add", ".")
    write(root, {"m.py": BEFORE})
    note = prove(FOUND, facts_of(root, ChangeSelection(staged=True)), answering(proof(FAILS)), Library.of(None, Config()))
    assert note is not None
    assert "ZeroDivisionError" in note


def test_a_suggested_change_is_a_control_too(repository: Callable[..., Path]) -> None:
    root = write(repository({"m.py": "x = 1\n"}), {"m.py": AFTER})
    suggested = replace(FOUND, patch="    return sum(values) / max(1, len(values))")
    note = prove(suggested, facts_of(root, ChangeSelection()), answering(proof(FAILS)), Library.of(None, Config()))
    assert note is not None
    assert note.endswith("; it passes with the suggested change")


def test_the_model_is_not_asked_about_other_languages(repository: Callable[..., Path]) -> None:
    root = write(repository({"m.py": BEFORE, "m.go": "package m\n"}), {"m.py": AFTER, "m.go": "package n\n"})
    git(root, "add", ".")
    session, library = answering(), Library.of(None, Config())
    elsewhere = Finding("model/bug", Severity.ERROR, "m.go", 1, 1, "wrong")
    assert prove(elsewhere, facts_of(root, ChangeSelection()), session, library) is None
    assert session.model.requests == []


def test_a_test_that_does_not_parse_or_a_model_that_fails_proves_nothing(repository: Callable[..., Path]) -> None:
    root = write(repository({"m.py": BEFORE}), {"m.py": AFTER})
    facts, library = facts_of(root, ChangeSelection()), Library.of(None, Config())
    unparsed = answering(proof("def test_a(:\n    pass\n"))
    assert prove(FOUND, facts, unparsed, library) is None
    [request] = unparsed.model.requests
    assert AFTER.strip() in request.messages[-1].content
    assert prove(FOUND, facts, answering("no", "no"), library) is None
