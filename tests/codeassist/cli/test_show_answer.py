"""An answer is printed with its citations, the results of its checks, and its context on request."""

from __future__ import annotations

from pathlib import Path

import pytest

from codeassist.cli.show_answer import show_checks, show_citations, show_dry_run, show_notes, show_result
from codeassist.errors import ModelError
from codeassist.evidence.blocks import Block
from codeassist.evidence.claims.answer import Checks
from codeassist.tasks.ask import Answer, AskResult
from codeassist.tasks.ask.answer import Citation


def _answer(**how) -> Answer:
    return Answer("where?", "Here [1].", True, "where", 0.9, **how)


def test_citations_are_places_with_a_span_and_a_name(tmp_path: Path, capsys, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    show_citations(_answer(citations=[Citation(1, "a.py", 3, 5, "f"), Citation(2, "b\n.py", 7, 7, "")]), tmp_path, Path())
    assert capsys.readouterr().out == "\n[1] a.py:3-5  f\n[2] b\\n.py:7\n"
    show_citations(_answer(), tmp_path, Path())
    assert capsys.readouterr().out == ""


def test_citations_are_links_to_their_first_line_on_a_terminal(tmp_path: Path, capsys, monkeypatch) -> None:
    monkeypatch.setattr("codeassist.cli.show_answer.is_terminal", lambda: True)
    show_citations(_answer(citations=[Citation(1, "a.py", 3, 5, "f")]), tmp_path, tmp_path)
    assert "/a.py#3\x1b" in capsys.readouterr().out


def test_problems_that_the_checks_found_are_listed(capsys) -> None:
    checks = Checks((4,), (2, 3), ("Ora\x1bcle",), ("It flies.",), 5)
    show_checks(_answer(checks=checks))
    short = capsys.readouterr().out
    assert short.splitlines() == [
        "",
        "! Cites blocks that do not exist: [4]",
        "! Changed on disk since it was read: [2], [3]",
        "! Unverified, not found in this repository: `Ora\ufffdcle`",
        "! 1 of 5 sentences not supported by a citation; --verify lists them",
    ]
    show_checks(_answer(checks=checks), verify=True)
    verified = capsys.readouterr().out
    assert verified.endswith("\nSupported: 4 of 5 sentences.\n- not supported: It flies.\n")
    assert "--verify lists them" not in verified


def test_a_clean_answer_has_no_warnings(capsys) -> None:
    show_checks(_answer())
    show_checks(_answer(checks=Checks(sentences=3)))
    assert capsys.readouterr().out == ""


def test_a_streamed_answer_is_not_printed_twice(tmp_path: Path, capsys) -> None:
    result = AskResult(_answer())
    show_result(result, tmp_path, tmp_path, streamed=False)
    assert capsys.readouterr().out == "Here [1].\n"
    show_result(result, tmp_path, tmp_path, streamed=True)
    assert capsys.readouterr().out == ""
    failed = AskResult(_answer(), ModelError("down"))
    show_result(failed, tmp_path, tmp_path, streamed=True)
    assert "was cut off here" in capsys.readouterr().out
    show_result(failed, tmp_path, tmp_path, streamed=False)
    shown = capsys.readouterr().out
    assert "The model failed" in shown
    assert shown.endswith("Here [1].\n")


def test_the_blocks_behind_an_answer_are_shown_on_request(tmp_path: Path, capsys, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = AskResult(_answer(blocks=[Block(1, "a.py", 3, 4, "python", "def f():\n    return 1")]))
    show_result(result, tmp_path, Path(), streamed=True)
    assert capsys.readouterr().out == ""
    show_result(result, tmp_path, Path(), streamed=True, show_context=True)
    assert capsys.readouterr().out == "\n[1] a.py:3\n    3 def f():\n    4     return 1\n"


@pytest.mark.parametrize(
    ("as_json", "expected"), [(False, "Answered from the index alone, without a language model.\n"), (True, "")]
)
def test_an_answer_without_a_model_says_so(as_json: bool, expected: str, capsys) -> None:
    show_notes(AskResult(_answer()), None, as_json=as_json)
    assert capsys.readouterr() == ("", expected)


def test_errors_and_unrecorded_runs_are_noted(capsys) -> None:
    show_notes(AskResult(_answer(), ModelError("down"), trouble="disk is full"), None, as_json=True)
    assert capsys.readouterr().err == "codeassist: down\nThis run could not be recorded: disk is full\n"


def test_a_dry_run_without_a_model_sends_nothing(capsys) -> None:
    show_dry_run(None, as_json=False)
    assert capsys.readouterr().out == "No model is configured: nothing would be sent.\n"
    show_dry_run(None, as_json=True)
    assert '"messages": []' in capsys.readouterr().out
