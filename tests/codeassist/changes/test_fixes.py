"""Which commits of the history are fixes, and the lines that they removed and added."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from codeassist.changes.fixes import OF_NO_FAULT, SAYS_FIX, fixes, telling
from codeassist.changes.repository import EMPTY_TREE, Repository
from tests.conftest import git, write

Make = Callable[..., Path]


def commit(root: Path, subject: str, files: dict[str, str | bytes]) -> str:
    write(root, files)
    git(root, "add", ".")
    git(root, "commit", "-qm", subject)
    return git(root, "rev-parse", "HEAD").strip()


def test_fixes_are_returned_newest_first_with_their_telling_lines(repository: Make) -> None:
    root = repository({"a.py": "def f(x):\n    return 1 / x\n", "b.py": "value = 1\n"})
    first = commit(root, "Fix division by zero", {"a.py": "import sys\n\n\ndef f(x):\n    return 1 / (x or 1)\n"})
    commit(root, "Add a value", {"b.py": "value = 1\nother = 2\n"})
    second = commit(root, "Correct b: bug in value", {"b.py": "value = 3\nother = 2\n"})
    head = git(root, "rev-parse", "HEAD").strip()
    found = fixes(Repository(root), head, ["a.py", "b.py"])
    assert [(f.sha, f.subject, f.path, f.removed, f.added) for f in found] == [
        (second, "Correct b: bug in value", "b.py", ("value = 1",), ("value = 3",)),
        (first, "Fix division by zero", "a.py", ("return 1 / x",), ("return 1 / (x or 1)",)),
    ]
    assert {f.path for f in fixes(Repository(root), head, ["a.py"])} == {"a.py"}


def test_only_commits_before_the_base_count(repository: Make) -> None:
    root = repository({"a.py": "value = 1\n"})
    base = git(root, "rev-parse", "HEAD").strip()
    commit(root, "Fix the value", {"a.py": "value = 2\n"})
    assert fixes(Repository(root), base, ["a.py"]) == []


def test_a_reverted_fix_and_its_revert_are_not_fixes(repository: Make) -> None:
    root = repository({"a.py": "value = 1\n"})
    fixed = commit(root, "Fix the value", {"a.py": "value = 2\n"})
    assert [f.sha for f in fixes(Repository(root), "HEAD", ["a.py"])] == [fixed]
    git(root, "revert", "--no-edit", "HEAD")
    assert fixes(Repository(root), "HEAD", ["a.py"]) == []


def test_paths_are_literal(repository: Make) -> None:
    root = repository({"[ab].py": "value = 1\n", "a.py": "value = 1\n"})
    commit(root, "Fix both values", {"[ab].py": "value = 2\n", "a.py": "value = 2\n"})
    assert [f.path for f in fixes(Repository(root), "HEAD", ["[ab].py"])] == ["[ab].py"]


def test_without_a_history_or_paths_there_are_no_fixes(repository: Make) -> None:
    root = repository({"a.py": "value = 1\n"})
    commit(root, "Fix the value", {"a.py": "value = 2\n"})
    assert fixes(Repository(root), EMPTY_TREE, ["a.py"]) == []
    assert fixes(Repository(root), "nowhere", ["a.py"]) == []
    assert fixes(Repository(root), "HEAD", []) == []


@pytest.mark.parametrize(
    ("subject", "is_fix"),
    [
        ("Fix an overflow", True),
        ("hotfix: login", True),
        ("CVE-2024-1: check the length", True),
        ("Prefix names", False),
        ("Fix a typo", False),
        ("Fixed-size columns", False),
        ("Bump to 1.2 with bug fixes", False),
    ],
)
def test_the_subject_decides(subject: str, is_fix: bool) -> None:
    assert bool(SAYS_FIX.search(subject) and not OF_NO_FAULT.search(subject)) is is_fix


def test_comments_imports_and_short_lines_tell_nothing() -> None:
    lines = ["    total += 1", "# a comment", "// another", "import os", "from a import b", "}", "x=1", "  ", "from_where = 1"]
    assert telling(lines) == ["total += 1", "from_where = 1"]
