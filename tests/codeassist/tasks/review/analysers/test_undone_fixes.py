"""A change that undoes an earlier fix is reported with the commit; changes that only look like it are not."""

from __future__ import annotations

import pytest

from codeassist.changes.reading import ChangeSelection, read_change
from codeassist.config.schema import ReviewConfig
from codeassist.tasks.review import review
from tests.conftest import git, write

BROKEN = "def mean(values):\n    return sum(values) / len(values)\n\n\ndef other():\n    return 1\n"
GUARDED = BROKEN.replace(
    "    return sum(values)", "    if not values:\n        raise ValueError('no values')\n    return sum(values)"
)
FIXED = BROKEN.replace("sum(values) / len(values)", "sum(values) / max(1, len(values))")


def undone_fixes(root, selection=ChangeSelection()):  # noqa: B008 - the default is frozen
    result = review(root, read_change(root, selection), ReviewConfig(max_findings=0, profile="strict"))
    assert not result.unread
    return [(f.severity.value, f.start, f.message) for f in result.every if f.rule == "undoes-fix"]


def fixed(repository, fixed_text, subject="Fix the mean of nothing", path="stats.py"):
    root = repository({"stats.py": BROKEN})
    write(root, {path: fixed_text})
    git(root, "add", ".")
    git(root, "commit", "-qm", subject)
    return root, git(root, "rev-parse", "--short=10", "HEAD").strip()


@pytest.mark.parametrize(
    ("fixed_text", "severity", "line", "verb"), [(FIXED, "warning", 2, "changed"), (GUARDED, "note", 2, "added")]
)
def test_an_undone_fix_is_reported(repository, fixed_text, severity, line, verb):
    root, sha = fixed(repository, fixed_text)
    write(root, {"stats.py": BROKEN})
    assert undone_fixes(root) == [(severity, line, f"This undoes what {sha} 'Fix the mean of nothing' {verb} here.")]
    git(root, "add", ".")
    assert undone_fixes(root, ChangeSelection(staged=True))
    git(root, "commit", "-qm", "Simplify")
    assert undone_fixes(root, ChangeSelection(commit="HEAD"))
    assert undone_fixes(root, ChangeSelection(range="HEAD~1..HEAD"))


def test_a_declared_revert_is_not_reported(repository):
    root, _ = fixed(repository, FIXED)
    git(root, "revert", "--no-edit", "HEAD")
    assert undone_fixes(root, ChangeSelection(commit="HEAD")) == []


@pytest.mark.parametrize(
    ("fixed_text", "subject", "after"),
    [
        (FIXED, "Speed the mean up", BROKEN),
        (FIXED, "Fix the mean", FIXED.replace("max(1, len(values))", "(len(values) or 1)")),
        (GUARDED, "Fix the mean", GUARDED.replace("no values", "nothing")),
        (
            GUARDED,
            "Fix the mean",
            GUARDED + "\n\ndef check(values):\n    if not values:\n        raise ValueError('no values')\n",
        ),
        (FIXED, "Fix the mean", FIXED.replace("return 1", "return 2")),
    ],
)
def test_other_changes_are_not_reported(repository, fixed_text, subject, after):
    root, _ = fixed(repository, fixed_text, subject)
    write(root, {"stats.py": after})
    assert undone_fixes(root) == []


TWICE = "def f():\n    timeout = DEFAULT_TIMEOUT\n    return timeout\n\n\ndef g():\n    timeout = LONG_TIMEOUT_SECONDS\n    return timeout\n"


def test_the_same_line_in_another_place_is_not_the_fix(repository):
    root = repository({"stats.py": TWICE})
    write(root, {"stats.py": TWICE.replace("DEFAULT_TIMEOUT", "LONG_TIMEOUT_SECONDS")})
    git(root, "commit", "-qam", "Fix f giving up too early")
    write(
        root,
        {
            "stats.py": "def f():\n    timeout = LONG_TIMEOUT_SECONDS\n    return timeout\n\n\ndef g():\n    timeout = DEFAULT_TIMEOUT\n    return timeout\n"
        },
    )
    assert undone_fixes(root) == []


def test_a_fix_that_was_reverted_may_be_applied_again(repository):
    root, _ = fixed(repository, FIXED, "Fix limit")
    git(root, "revert", "--no-edit", "HEAD")
    write(root, {"stats.py": FIXED})
    assert undone_fixes(root) == []


def test_the_first_commit_of_a_shallow_clone_is_not_a_fix(repository, tmp_path):
    root, _ = fixed(repository, GUARDED)
    write(root, {"other.py": "x = 1\n"})
    git(root, "add", ".")
    git(root, "commit", "-qm", "Fix a crash")
    git(tmp_path, "clone", "-q", "--depth", "1", root.as_uri(), "shallow")
    write(tmp_path / "shallow", {"stats.py": BROKEN})
    assert undone_fixes(tmp_path / "shallow") == []


def test_a_fix_in_a_removed_definition_is_not_undone(repository):
    root, _ = fixed(repository, GUARDED)
    write(root, {"stats.py": "def other():\n    return 1\n"})
    assert undone_fixes(root) == []


@pytest.mark.parametrize("subject", ["Fix typo", "Fix formatting", "Release with bug fixes", "Use fixed-width columns"])
def test_commits_that_fix_no_code_are_not_fixes(repository, subject):
    root, _ = fixed(repository, FIXED, subject)
    write(root, {"stats.py": BROKEN})
    assert undone_fixes(root) == []


@pytest.mark.parametrize("subject", ["Bugfix: nothing at all", "Stop crashing on nothing", "Two bugs less"])
def test_fixes_are_recognised_by_several_words(repository, subject):
    root, _ = fixed(repository, FIXED, subject)
    write(root, {"stats.py": BROKEN})
    assert undone_fixes(root)
    git(root, "commit", "-qam", "Add an undo button")
    assert undone_fixes(root, ChangeSelection(commit="HEAD"))


def test_a_fix_that_moved_is_not_undone(repository):
    root, _ = fixed(repository, GUARDED)
    moved = "def check(values):\n    if not values:\n        raise ValueError('no values')\n"
    write(root, {"stats.py": BROKEN, "checks.py": moved})
    assert undone_fixes(root) == []


def test_the_first_commit_and_paths_with_special_characters(repository):
    root, _ = fixed(repository, FIXED, path="odd näme [1].py")
    write(root, {"odd näme [1].py": BROKEN})
    assert undone_fixes(root) == []  # the fix added the whole file
    git(root, "add", ".")
    git(root, "commit", "-qm", "Fix: something else")
    write(root, {"odd näme [1].py": FIXED})
    assert [severity for severity, _, _ in undone_fixes(root)] == ["warning"]


@pytest.mark.parametrize(
    "after",
    [
        FIXED.replace(
            "sum(values) / max(1, len(values))", "sum(values) / len(values) if values else ratio(0, max(1, len(values)))"
        ),
        BROKEN.replace("def mean(values):", "def mean(values, weights=None):\n    check(values)\n    check(weights)"),
    ],
    ids=["the names of the fix stay", "the place is rewritten"],
)
def test_a_place_that_is_written_in_another_way_is_no_warning(repository, after):
    root, _ = fixed(repository, FIXED)
    write(root, {"stats.py": after})
    assert not [found for found in undone_fixes(root) if found[0] != "note"]


def test_fixes_of_tests_are_left_out(repository):
    root, _ = fixed(repository, FIXED, path="tests/test_stats.py")
    write(root, {"tests/test_stats.py": BROKEN})
    assert undone_fixes(root) == []


def test_settings_of_a_build_are_left_out(repository):
    root, _ = fixed(repository, "jobs:\n  deploy:\n    runs-on: ubuntu-22.04\n", path="ci.yml")
    write(root, {"ci.yml": "jobs:\n  deploy:\n    runs-on: ubuntu-latest\n"})
    assert undone_fixes(root) == []
