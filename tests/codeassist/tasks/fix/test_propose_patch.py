"""`fix` and `refactor`: only patches that apply, parse and keep the tests passing are offered; nothing is written unasked."""

from __future__ import annotations

import json

import pytest

from codeassist.changes.safe_write import inside, unified
from codeassist.config import Config, ModelConfig
from codeassist.errors import UsageError
from codeassist.models.session import Session
from codeassist.prompts import Library
from codeassist.tasks.fix.propose_patch import propose
from codeassist.tasks.review.finding import Finding, Severity
from codeassist.tasks.review.patching import patched
from codeassist.testing import ScriptedChat
from tests.conftest import git, write

CODE = "def mean(values):\n    return sum(values) / len(values)\n"
TEST = "from m import mean\n\n\ndef test_mean():\n    assert mean([1, 3]) == 2\n"
GUARDED = "    return sum(values) / len(values) if values else 0"


def edits(*pairs, path="m.py"):
    return json.dumps({"reason": "because", "edits": [{"path": path, "old": old, "new": new} for old, new in pairs]})


def ask(tmp_path, *answers, **how):
    root = write(tmp_path, {"m.py": CODE, "tests/test_m.py": TEST})
    chat = ScriptedChat(answers)
    proposal = propose(
        root,
        "an empty list divides by zero",
        ["m.py"],
        Session(chat, ModelConfig()),
        Library.of(None, Config()),
        never_send=how.pop("never_send", lambda _: False),
        **how,
    )
    assert (root / "m.py").read_text() == CODE
    return proposal, chat


def test_a_patch_that_passes_is_offered_with_its_checks(tmp_path):
    proposal, _ = ask(tmp_path, edits(("    return sum(values) / len(values)", GUARDED)))
    assert proposal.refused == ""
    assert proposal.checks == ["it parses", "1 tests of 1 files pass as before"]
    root = tmp_path
    git(root, "init", "-q")
    (root / "p.diff").write_text(proposal.patch())
    git(root, "apply", "p.diff")
    assert (root / "m.py").read_text() == CODE.replace("    return sum(values) / len(values)", GUARDED)


def test_a_patch_that_breaks_a_test_is_retried_with_the_failure(tmp_path):
    proposal, chat = ask(
        tmp_path, edits(("sum(values) / len(values)", "0")), edits(("    return sum(values) / len(values)", GUARDED))
    )
    assert proposal.attempts == 2
    assert "1 tests that passed before fail now: tests/test_m.py::test_mean" in chat.requests[1].messages[-1].content
    assert proposal.after


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (edits(("not there", "x")), "occurs 0 times"),
        (edits(("values", "x")), "times, not once"),
        (edits(("    return sum", "    return (sum")), "can no longer be parsed"),
        (edits(("x", "y"), path="../outside.py"), "is not among the files that may change"),
    ],
)
def test_edits_that_never_pass_are_refused_with_the_reason(tmp_path, bad, message):
    proposal, _ = ask(tmp_path, bad, bad, bad)
    assert message in proposal.refused
    assert proposal.after == {}


def test_a_changed_public_interface_is_reported(tmp_path):
    proposal, _ = ask(
        tmp_path,
        edits(
            (
                "def mean(values):\n    return sum(values) / len(values)",
                "def mean(values, empty=0):\n    return sum(values) / len(values) if values else empty\n\n\ndef median(values):\n    return sorted(values)[len(values) // 2]",
            )
        ),
    )
    assert proposal.api == ["m.py: median is new"]


def test_private_files_are_not_sent(tmp_path):
    with pytest.raises(UsageError, match="never_send"):
        ask(tmp_path, never_send=lambda p: p == "m.py")


@pytest.mark.parametrize("path", ["../x", "/etc/passwd", ".git/config", "link"])
def test_only_files_of_the_repository_are_changed(tmp_path, path):
    (tmp_path / "out").write_text("x")
    root = write(tmp_path / "r", {"a": "x"})
    (root / "link").symlink_to(tmp_path / "out")
    with pytest.raises(UsageError):
        inside(root, path)


def finding(start, end, patch, confidence=0.9):
    return Finding("r", Severity.WARNING, "a", start, end, "m", confidence, patch=patch)


def test_patches_keep_line_endings_and_do_not_overlap():
    text = "one\r\ntwo\r\nthree\r\nfour\r\n"
    assert patched(text, [finding(2, 2, "2"), finding(4, 4, "")]) == "one\r\n2\r\nthree\r\n"
    assert patched("a\nb\nc\n", [finding(1, 2, "X", 0.5), finding(2, 3, "Y", 0.9)]) == "a\nY\n"
    assert unified("a", "x\n", "x\n") == ""
    assert "\\ No newline at end of file" in unified("a", "x", "y")
