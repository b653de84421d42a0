"""A model's findings: their lines, evidence and patches are checked before they are shown."""

from __future__ import annotations

import json
import threading

import pytest

from codeassist.changes.reading import ChangeSelection, read_change
from codeassist.config import Config, ModelConfig
from codeassist.config.schema import Instruction, ReviewConfig
from codeassist.deadline import Deadline
from codeassist.errors import AnswerError, ModelError
from codeassist.models.session import Session
from codeassist.prompts import Library
from codeassist.tasks.review import review
from codeassist.tasks.review.model_messages import Reviewer
from codeassist.testing import ScriptedChat
from tests.conftest import write

BEFORE = "def mean(values):\n    return sum(values)\n\n\ndef far():\n    return 1\n" + "\n" * 20 + "END = 1\n"
AFTER = BEFORE.replace("return sum(values)", "return sum(values) / len(values)")
GOOD = {
    "kind": "bug",
    "severity": "warning",
    "confidence": 0.9,
    "start_line": 2,
    "end_line": 2,
    "message": "An empty list divides by zero here.",
}


def supported(support=0.9):
    return json.dumps({"reason": "it is true", "support": support})


def review_with(repository, answers, *, config=None, prove=None, never_send=lambda _: False, extra=None):
    root = repository({"m.py": BEFORE, "user.py": "from m import mean\n\nmean([])\n", **(extra or {})})
    write(root, {"m.py": AFTER})
    chat = ScriptedChat(answers)
    session = Session(chat, ModelConfig())
    reviewer = Reviewer(session, Library.of(None, Config()), session, never_send=never_send, prove=prove)
    result = review(root, read_change(root, ChangeSelection()), config or ReviewConfig(), reviewer=reviewer)
    return [f for f in result.every if f.source.startswith("model")], result, chat


def answer(*findings):
    return json.dumps({"findings": list(findings)})


def test_a_finding_with_valid_evidence_is_shown(repository):
    claimed = GOOD | {
        "evidence": [{"path": "user.py", "line": 3, "quote": "mean([])"}],
        "patch": "    return sum(values) / len(values) if values else 0",
    }
    [finding], _, chat = review_with(repository, [answer(claimed), supported()])
    assert finding.rule == "model/bug"
    assert [str(p) for p in finding.evidence] == ["user.py:3"]
    assert finding.patch.endswith("else 0")
    prompt = chat.requests[0].messages[-1].content
    assert "    2 +     return sum(values) / len(values)" in prompt
    assert "      -     return sum(values)" in prompt
    assert "user.py:3: mean([])" in prompt


@pytest.mark.parametrize(
    ("finding", "reason"),
    [
        (GOOD | {"start_line": 27, "end_line": 27}, "not on changed lines"),
        (GOOD | {"evidence": [{"path": "nowhere.py", "line": 1}]}, "evidence that the repository does not support"),
        (
            GOOD | {"evidence": [{"path": "user.py", "line": 3, "quote": "mean(None)"}]},
            "evidence that the repository does not support",
        ),
        (GOOD | {"evidence": [{"path": "user.py", "line": 99}]}, "evidence that the repository does not support"),
        (GOOD | {"evidence": [{"path": "../../etc/passwd", "line": 1}]}, "evidence that the repository does not support"),
    ],
)
def test_findings_with_wrong_lines_or_evidence_are_dropped_and_counted(repository, finding, reason):
    findings, result, _ = review_with(repository, [answer(finding), supported()])
    assert findings == []
    assert result.left_out[reason] == 1


def test_a_finding_near_the_change_is_moved_to_it(repository):
    [finding], result, _ = review_with(repository, [answer(GOOD | {"start_line": 4, "end_line": 4}), supported()])
    assert finding.start == 2
    assert result.left_out["moved to a changed line"] == 1


def test_findings_that_the_auditor_does_not_support_are_dropped(repository):
    findings, result, chat = review_with(repository, [answer(GOOD), supported(0.2)])
    assert findings == []
    assert result.left_out["not supported by the auditor"] == 1
    assert "You audit a finding" in chat.requests[1].messages[0].content


@pytest.mark.parametrize(
    ("patch", "reason"),
    [
        ("    return sum(values) / len(values)", "it changes nothing"),
        ("    return (((", "it does not parse"),
        ("    return 1\x1b[2J", "it contains control characters"),
    ],
)
def test_an_invalid_patch_is_removed(repository, patch, reason):
    [finding], result, _ = review_with(repository, [answer(GOOD | {"patch": patch}), supported()])
    assert finding.patch is None
    assert result.left_out[f"patch removed: {reason}"] == 1


def test_a_repeated_finding_is_dropped(repository):
    findings, result, _ = review_with(
        repository, [answer(GOOD, GOOD | {"message": "An empty list divides by zero here, too."}), supported(), supported()]
    )
    assert len(findings) == 1
    assert result.left_out["already reported"] == 1


def test_an_error_without_proof_becomes_a_warning(repository):
    [weak], _, _ = review_with(repository, [answer(GOOD | {"severity": "error"}), supported()])
    assert (weak.severity.value, weak.note) == ("warning", "not proven by running it")


def test_the_prompt_has_instructions_and_conventions_but_no_private_files(repository):
    config = ReviewConfig(instructions=[Instruction("Money is in cents.", ["m.py"]), Instruction("Not this.", ["web/"])])
    extra = {"CONTRIBUTING.md": "Write short functions.\n", "secret/x.py": "from m import mean\n\nmean([1])\n"}
    _, _, chat = review_with(repository, [answer()], config=config, extra=extra, never_send=lambda p: p.startswith("secret"))
    prompt = "\n".join(m.content for m in chat.requests[0].messages)
    assert "Money is in cents." in prompt
    assert "Not this." not in prompt
    assert "Write short functions." in prompt
    assert "secret/x.py" not in prompt


def test_private_files_are_not_sent_to_the_model(repository):
    _, result, chat = review_with(repository, [], never_send=lambda p: p == "m.py")
    assert chat.requests == []
    assert result.left_out["files not sent (never_send)"] == 1


def test_invalid_answers_are_noted_and_the_analysers_findings_are_kept(repository):
    root = repository({"m.py": BEFORE})
    write(root, {"m.py": AFTER + "breakpoint()\n"})
    session = Session(ScriptedChat(["Looks good to me!", "Approved."]), ModelConfig())
    result = review(
        root,
        read_change(root, ChangeSelection()),
        ReviewConfig(),
        reviewer=Reviewer(session, Library.of(None, Config()), session),
    )
    assert [f.rule for f in result.findings if f.severity.value == "warning"] == ["debug-leftover"]
    assert any("twice returned an invalid answer" in n for n in result.unread)
    assert isinstance(result.error, AnswerError)
    assert {entry["part"] for entry in result.incomplete} == {"m.py", "the model"}


def test_a_model_that_fails_after_its_first_answer_keeps_all_findings_before_it(repository):
    root = repository({"auth.py": BEFORE, "b.py": BEFORE, "c.py": BEFORE})
    write(root, dict.fromkeys(("auth.py", "b.py", "c.py"), AFTER + "breakpoint()\n"))
    session = Session(ScriptedChat([answer(GOOD), supported(), ModelError("connection lost")]), ModelConfig())
    reviewer = Reviewer(session, Library.of(None, Config()), session)
    result = review(root, read_change(root, ChangeSelection()), ReviewConfig(max_findings=0), reviewer=reviewer)
    assert str(result.error) == "connection lost"
    assert len([f for f in result.every if f.rule == "debug-leftover"]) == 3
    assert len([f for f in result.every if f.rule.startswith("model/")]) == 1
    assert result.unread == ["b.py, c.py: the model failed before it reviewed these"]
    assert result.as_json()["incomplete"][-1] == {"part": "the model", "reason": "connection lost"}


def test_a_model_that_hangs_is_cut_at_the_deadline_and_says_what_is_missing(repository):
    released = threading.Event()
    moment = [0.0]

    def hangs(_request):
        moment[0] += 100.0
        released.wait(30)
        return "{}"

    root = repository({"m.py": BEFORE})
    write(root, {"m.py": AFTER + "breakpoint()\n"})
    session = Session(ScriptedChat([hangs]), ModelConfig())
    deadline = Deadline(50.0, clock=lambda: moment[0])
    reviewer = Reviewer(session, Library.of(None, Config()), session, deadline=deadline)
    result = review(root, read_change(root, ChangeSelection()), ReviewConfig(), reviewer=reviewer)
    released.set()
    assert "did not answer in the time that the task has" in str(result.error)
    assert "debug-leftover" in [f.rule for f in result.findings]
    assert [entry["part"] for entry in result.incomplete] == ["m.py", "the model"]
