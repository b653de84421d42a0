"""`codeassist replay`: a recorded run, repeated and compared."""

from __future__ import annotations

from tests.codeassist.chat_server import Fails


def test_the_answers_are_compared(ask_model):
    ask_model("ask", "where is auth handled")
    outcome, _ = ask_model("replay", "1")
    assert "The same answer as in run 1." in outcome.out
    outcome, _ = ask_model("replay", "1", replies=["In `checkout` [3]."])
    assert "+In `checkout` [3]." in outcome.out
    assert "other places" in outcome.err
    outcome, _ = ask_model("replay", "1", replies=[Fails(500)])
    assert outcome.code == 3


def test_a_run_without_a_model_is_repeated_without_one(run, indexed):
    run("ask", "where is auth handled", cwd=indexed)
    again = run("replay", "1", cwd=indexed)
    assert (again.code, again.out) == (0, "The same answer as in run 1.\n")
    assert "The answer cites the same places." in again.err


def test_a_missing_run_is_an_error(run, indexed):
    missing = run("replay", "99", cwd=indexed)
    assert (missing.code, "Run 99 does not exist" in missing.err) == (2, True)
