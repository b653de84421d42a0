"""Modules are selected because they differ from a revision, or because tests do not run some of their lines."""

from __future__ import annotations

import json

import pytest

from codeassist.deadline import SILENT
from codeassist.errors import UsageError
from codeassist.tasks.gen_tests.choose_modules import changed_modules, uncovered_modules
from tests.conftest import git, write

CODE = "def f():\n    return 1\n"


def names(root, paths):
    return [path.removeprefix(f"{root}/") for path in paths]


def test_changed_and_new_modules_with_code_are_selected(repository):
    files = {"a.py": CODE, "same.py": CODE, "gone.py": CODE, "constants.py": "X = 1\n", "tests/test_a.py": CODE}
    root = repository({**files, ".gitignore": "ignored.py\n"})
    changes = {"a.py": CODE + "\n", "constants.py": "X = 2\n", "tests/test_a.py": CODE + "\n", "broken.py": "def f(:\n"}
    others = {"new ü.py": CODE, "ignored.py": CODE, "conftest.py": CODE, "notes.txt": "x"}
    write(root, changes | others)
    (root / "gone.py").unlink()
    assert sorted(names(root, changed_modules(root, "HEAD"))) == ["a.py", "broken.py", "new ü.py"]
    git(root, "add", ".")
    git(root, "commit", "-qm", "Second")
    assert changed_modules(root, "HEAD") == []
    assert sorted(names(root, changed_modules(root, "HEAD~1"))) == ["a.py", "broken.py", "new ü.py"]


@pytest.mark.parametrize(
    ("base", "message"), [("nowhere", "git cannot compare with 'nowhere'"), ("--output=x", "is not a revision")]
)
def test_an_invalid_revision_is_an_error(repository, base, message):
    root = repository({"a.py": CODE})
    with pytest.raises(UsageError, match=message):
        changed_modules(root, base)
    assert sorted(p.name for p in root.iterdir()) == [".git", "a.py"]


def test_modules_with_the_most_uncovered_lines_come_first(tmp_path):
    missing = {"a.py": [2], "b.py": [2, 3], "whole.py": [], "tests/test_a.py": [1], "gone.py": [1], "../outside.py": [1]}
    root = write(tmp_path / "r", {name: CODE for name in missing if name != "gone.py" and ".." not in name})
    write(tmp_path, {"outside.py": CODE})
    report = {"files": {name: {"missing_lines": lines} for name, lines in missing.items()}}
    write(root, {"report.json": json.dumps(report)})
    found = uncovered_modules(root, root / "report.json", None, SILENT)
    assert names(root, found) == ["b.py", "a.py"]
    assert list(found.values()) == [frozenset({2, 3}), frozenset({2})]
