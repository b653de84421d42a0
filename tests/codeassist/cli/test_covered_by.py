"""`codeassist tests`: which tests reach a definition."""

from __future__ import annotations

import json


def test_tests_are_shown_with_their_place_and_how_they_reach_it(indexed, run):
    shown = run("tests", "authenticate", cwd=indexed)
    assert shown.code == 0
    assert "tests/test_payments.py:" in shown.out
    value = json.loads(run("tests", "authenticate", "--json", cwd=indexed).out)
    assert value["schema"] == "codeassist.tests/1"
    assert {"path", "line", "name", "resolution", "through"} == set(value["tests"][0])


def test_nothing_found_is_code_1_and_says_why(indexed, run):
    assert "No definition of 'no_such_name' in the index." in run("tests", "no_such_name", cwd=indexed).err
    assert run("tests", "no_such_name", "--json", cwd=indexed).code == 1
