"""`codeassist review --behaviour`: code is run only in a repository that the user trusts."""

from __future__ import annotations

import json

import pytest

from tests.conftest import git, write

RIGHT = "def double(number):\n    return number * 2\n"


@pytest.fixture
def changed(tmp_path):
    """A repository with an uncommitted change of one function."""
    root = write(tmp_path / "project", {"mod.py": RIGHT})
    git(root, "init", "-q")
    git(root, "add", ".")
    git(root, "commit", "-qm", "First")
    return write(root, {"mod.py": RIGHT.replace("* 2", "* 3")})


def test_without_trust_nothing_is_run_and_a_line_says_what_could_be(changed, run):
    outcome = run("review", cwd=changed)
    assert outcome.code == 0
    assert "behaviour-changed" not in outcome.out
    assert (
        "the changed module could be run as before and after the change, in the sandbox: allow it with 'codeassist trust'"
        in outcome.err
    )
    assert "could be run" not in run("review", "--no-behaviour", cwd=changed).err


def test_a_trusted_repository_is_run_and_the_json_has_what_differs(changed, run):
    assert "runs its changed code in the sandbox" in run("trust", cwd=changed).err
    outcome = run("review", "--behaviour", "--json", cwd=changed)
    report = json.loads(outcome.out)
    (difference, *_) = report["behaviour"]["differences"]
    assert (difference["path"], difference["function"], difference["kind"]) == ("mod.py", "double", "value")
    assert difference["before"] != difference["after"]
    assert report["findings"][0]["rule"] == "behaviour-changed"
    assert report["findings"][0]["reproducer"] == difference["reproducer"]
    shown = run("review", "--behaviour", cwd=changed)
    assert "      > from mod import double\n" in shown.out
    assert run("trust", "--revoke", cwd=changed).code == 0
    assert json.loads(run("review", "--json", cwd=changed).out)["behaviour"] is None


def test_sarif_describes_the_rule(changed, run):
    run("trust", cwd=changed)
    log = json.loads(run("review", "--behaviour", "--format", "sarif", cwd=changed).out)
    (rule,) = log["runs"][0]["tool"]["driver"]["rules"]
    assert (rule["id"], rule["defaultConfiguration"]["level"]) == ("behaviour-changed", "note")


def test_installing_the_hook_mentions_trust(changed, run):
    assert "codeassist trust" in run("hook", "install", cwd=changed).err
    run("trust", cwd=changed)
    assert "codeassist trust" not in run("hook", "install", cwd=changed).err


def test_languages_whose_behaviour_is_not_compared_are_named(changed, run):
    write(changed, {"a.go": "package a\n\nfunc A() int { return 1 }\n", "a_test.go": "package a\n", "notes.md": "One.\n"})
    git(changed, "add", ".")
    git(changed, "commit", "-qm", "Second")
    write(changed, {"a.go": "package a\n\nfunc A() int { return 2 }\n", "a_test.go": "package a\n\n", "notes.md": "Two.\n"})
    said = "behaviour was not compared in go (a.go): only Python is run before and after a change"
    assert said in run("review", cwd=changed).err
    report = json.loads(run("review", "--json", cwd=changed).out)
    assert report["behaviour_not_compared"] == {"go": ["a.go"]}
    assert said in report["notes"]
    run("trust", cwd=changed)
    assert said in run("review", "--behaviour", cwd=changed).err
    assert said not in run("review", "--no-behaviour", cwd=changed).err
