"""`codeassist log`: recorded runs."""

from __future__ import annotations

import json

from tests.codeassist.chat_server import Fails
from tests.codeassist.cli.conftest import GOOD, lines


def test_a_run_is_listed_and_shown_in_full(ask_model, run, indexed):
    ask_model("ask", "where is auth handled")
    listed = run("log", cwd=indexed)
    assert "where is auth handled" in listed.out
    shown = run("log", "1", cwd=indexed).out
    assert "prompt      ask@1.1.0  sha256 " in shown
    assert "evidence    shop/auth.py:" in shown
    assert "--- call 1, system" in shown
    assert shown.endswith(f"--- answer\n{GOOD}\n")


def test_a_missing_run_is_an_error(run, indexed):
    missing = run("log", "99", cwd=indexed)
    assert (missing.code, "Run 99 does not exist" in missing.err) == (2, True)


def test_runs_are_listed_newest_first_up_to_the_limit(run, indexed):
    assert "No runs are recorded yet" in run("log", cwd=indexed).err
    for question in ("where is auth handled", "how is an account charged"):
        run("ask", question, cwd=indexed)
    assert [line.split()[0] for line in lines(run("log", cwd=indexed).out)] == ["2", "1"]
    newest = lines(run("log", "-n", "1", cwd=indexed).out)
    assert len(newest) == 1
    assert newest[0].endswith("how is an account charged")
    assert [r["id"] for r in json.loads(run("log", "--json", cwd=indexed).out)["runs"]] == [2, 1]
    assert json.loads(run("log", "1", "--json", cwd=indexed).out)["question"] == "where is auth handled"


def test_a_failed_call_is_marked(ask_model, run, indexed):
    ask_model("ask", "where is auth handled", replies=[Fails(500)])
    assert " ! where is auth handled" in run("log", cwd=indexed).out
    assert "\nerror       " in run("log", "1", cwd=indexed).out
