"""A change that takes an earlier fix back is told, with the commit; what only looks like it is left alone."""

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
MENDED = BROKEN.replace("sum(values) / len(values)", "sum(values) / max(1, len(values))")


def told(root, wanted=ChangeSelection()):  # noqa: B008 - it is frozen
    result = review(root, read_change(root, wanted), ReviewConfig(max_findings=0, profile="strict"))
    assert not result.unread
    return [(f.severity.value, f.start, f.message) for f in result.every if f.rule == "undoes-fix"]


def fixed(repository, mended, subject="Fix the mean of nothing", path="stats.py"):
    root = repository({"stats.py": BROKEN})
    write(root, {path: mended})
    git(root, "add", ".")
    git(root, "commit", "-qm", subject)
    return root, git(root, "rev-parse", "--short=10", "HEAD").strip()


@pytest.mark.parametrize(
    ("mended", "severity", "line", "did"), [(MENDED, "warning", 2, "changed"), (GUARDED, "note", 2, "added")]
)
def test_a_fix_that_is_taken_back_is_told(repository, mended, severity, line, did):
    root, sha = fixed(repository, mended)
    write(root, {"stats.py": BROKEN})
    assert told(root) == [(severity, line, f"This takes back what {sha} 'Fix the mean of nothing' {did} here.")]
    git(root, "add", ".")
    assert told(root, ChangeSelection(staged=True))
    git(root, "commit", "-qm", "Simplify")
    assert told(root, ChangeSelection(commit="HEAD"))
    assert told(root, ChangeSelection(range="HEAD~1..HEAD"))


def test_a_revert_that_says_so_is_left_alone(repository):
    root, _ = fixed(repository, MENDED)
    git(root, "revert", "--no-edit", "HEAD")
    assert told(root, ChangeSelection(commit="HEAD")) == []


@pytest.mark.parametrize(
    ("mended", "subject", "after"),
    [
        (MENDED, "Speed the mean up", BROKEN),
        (MENDED, "Fix the mean", MENDED.replace("max(1, len(values))", "(len(values) or 1)")),
        (GUARDED, "Fix the mean", GUARDED.replace("no values", "nothing")),
        (
            GUARDED,
            "Fix the mean",
            GUARDED + "\n\ndef check(values):\n    if not values:\n        raise ValueError('no values')\n",
        ),
        (MENDED, "Fix the mean", MENDED.replace("return 1", "return 2")),
    ],
)
def test_other_changes_are_left_alone(repository, mended, subject, after):
    root, _ = fixed(repository, mended, subject)
    write(root, {"stats.py": after})
    assert told(root) == []


TWICE = "def f():\n    timeout = DEFAULT_TIMEOUT\n    return timeout\n\n\ndef g():\n    timeout = LONG_TIMEOUT_SECONDS\n    return timeout\n"


def test_the_fixed_line_elsewhere_is_not_the_fix(repository):
    root = repository({"stats.py": TWICE})
    write(root, {"stats.py": TWICE.replace("DEFAULT_TIMEOUT", "LONG_TIMEOUT_SECONDS")})
    git(root, "commit", "-qam", "Fix f giving up too early")
    write(
        root,
        {
            "stats.py": "def f():\n    timeout = LONG_TIMEOUT_SECONDS\n    return timeout\n\n\ndef g():\n    timeout = DEFAULT_TIMEOUT\n    return timeout\n"
        },
    )
    assert told(root) == []


def test_a_fix_that_was_taken_back_on_purpose_may_come_again(repository):
    root, _ = fixed(repository, MENDED, "Fix limit")
    git(root, "revert", "--no-edit", "HEAD")
    write(root, {"stats.py": MENDED})
    assert told(root) == []


def test_a_shallow_clone_has_no_fix_in_its_first_commit(repository, tmp_path):
    root, _ = fixed(repository, GUARDED)
    write(root, {"other.py": "x = 1\n"})
    git(root, "add", ".")
    git(root, "commit", "-qm", "Fix a crash")
    git(tmp_path, "clone", "-q", "--depth", "1", root.as_uri(), "shallow")
    write(tmp_path / "shallow", {"stats.py": BROKEN})
    assert told(tmp_path / "shallow") == []


def test_a_definition_that_goes_takes_its_fixes_with_it(repository):
    root, _ = fixed(repository, GUARDED)
    write(root, {"stats.py": "def other():\n    return 1\n"})
    assert told(root) == []


@pytest.mark.parametrize("subject", ["Fix typo", "Fix formatting", "Release with bug fixes", "Use fixed-width columns"])
def test_what_mends_nothing_that_runs_is_no_fix(repository, subject):
    root, _ = fixed(repository, MENDED, subject)
    write(root, {"stats.py": BROKEN})
    assert told(root) == []


@pytest.mark.parametrize("subject", ["Bugfix: nothing at all", "Stop crashing on nothing", "Two bugs less"])
def test_fixes_are_told_in_many_words(repository, subject):
    root, _ = fixed(repository, MENDED, subject)
    write(root, {"stats.py": BROKEN})
    assert told(root)
    git(root, "commit", "-qam", "Add an undo button")
    assert told(root, ChangeSelection(commit="HEAD"))


def test_a_fix_that_moved_is_not_taken_back(repository):
    root, _ = fixed(repository, GUARDED)
    moved = "def check(values):\n    if not values:\n        raise ValueError('no values')\n"
    write(root, {"stats.py": BROKEN, "checks.py": moved})
    assert told(root) == []


def test_the_first_commit_and_odd_paths_are_no_trouble(repository):
    root, _ = fixed(repository, MENDED, path="odd näme [1].py")
    write(root, {"odd näme [1].py": BROKEN})
    assert told(root) == []  # the fix added the whole file
    git(root, "add", ".")
    git(root, "commit", "-qm", "Fix: mend nothing at all")
    write(root, {"odd näme [1].py": MENDED})
    assert [severity for severity, _, _ in told(root)] == ["warning"]
