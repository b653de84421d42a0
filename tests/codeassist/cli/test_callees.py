"""`codeassist callees`: what a definition calls."""

from __future__ import annotations

import json

from tests.conftest import write


def test_calls_are_shown_with_their_targets(indexed, run):
    called = run("callees", "checkout", cwd=indexed).out
    assert "authenticate  shop/auth.py:15" in called
    assert json.loads(run("callees", "checkout", "--json", cwd=indexed).out)["calls"]


def test_calls_to_other_code_are_shown_on_request(indexed, run):
    everything = run("callees", "hash_password", "--all", cwd=indexed).out
    assert "(not in this repository)" in everything
    alone = run("callees", "hash_password", cwd=indexed)
    assert (alone.code, alone.out) == (1, "")
    assert "'hash_password' makes no calls to known definitions." in alone.err


def test_an_unknown_name_is_told_from_one_without_calls(indexed, run):
    assert "No definition of 'no_such_name' in the index." in run("callees", "no_such_name", cwd=indexed).err
    unknown = run("callees", "no_such_name", "--json", cwd=indexed)
    assert (unknown.code, json.loads(unknown.out)["calls"], unknown.err) == (1, [], "")


def test_calls_of_unknown_receivers_are_named(tmp_path, run):
    root = write(
        tmp_path / "r",
        {
            "a.py": "def f(routes):\n    for route in routes:\n        route.matches(1)\n    return g()\n\n\ndef g():\n    pass\n"
        },
    )
    run("index", "-q", ".", cwd=root)
    shown = run("callees", "f", cwd=root)
    assert "g  a.py:7" in shown.out
    assert "Not resolved, because their receiver is not known: matches; --all lists them." in shown.err
    assert "matches  (its receiver is not known)" in run("callees", "f", "--all", cwd=root).out
    assert json.loads(run("callees", "f", "--json", cwd=root).out)["unknown"] == ["matches"]
