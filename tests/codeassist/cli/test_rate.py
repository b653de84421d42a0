"""`codeassist rate`: verdicts on recorded runs."""

from __future__ import annotations

import json


def test_a_rating_and_its_reason_are_recorded(run, indexed):
    run("ask", "where is auth handled", cwd=indexed)
    run("ask", "how is an account charged", cwd=indexed)
    rated = run("rate", "1", "up", "--note", "right", cwd=indexed)
    assert (rated.code, rated.err) == (0, "Rated run 1: up.\n")
    [recorded] = json.loads(run("log", "--rated", "--json", cwd=indexed).out)["runs"]
    assert (recorded["id"], recorded["note"]) == (1, "right")
    assert "rating      up  right" in run("log", "1", cwd=indexed).out


def test_a_rating_can_be_changed_and_withdrawn(run, indexed):
    run("ask", "where is auth handled", cwd=indexed)
    run("rate", "1", "down", cwd=indexed)
    assert "rating      down" in run("log", "1", cwd=indexed).out
    run("rate", "1", "none", cwd=indexed)
    assert "rating " not in run("log", "1", cwd=indexed).out


def test_a_missing_run_and_an_unknown_verdict_are_errors(run, indexed):
    missing = run("rate", "99", "up", cwd=indexed)
    assert (missing.code, "Run 99 does not exist" in missing.err) == (2, True)
    assert run("rate", "1", "splendid", cwd=indexed).code == 2
