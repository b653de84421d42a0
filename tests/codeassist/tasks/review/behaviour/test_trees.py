"""The two trees of a change: nothing outside them is written or removed, whatever names the change has."""

from __future__ import annotations

import pytest

from codeassist.changes.change import Change, ChangedFile
from codeassist.errors import UsageError
from codeassist.sandbox.interpreter import Interpreter
from codeassist.sandbox.scratch import open_sandbox
from codeassist.sandbox.target import Target
from codeassist.tasks.review.behaviour.trees import lay_out
from tests.conftest import write


def laid_out(root, *files):
    """The texts of `m.py` in both trees."""
    change = Change("a change", list(files), lambda _: None, lambda *_: [])
    with open_sandbox(Target(root / "m.py", "m", root, root), Interpreter("python", coverage=False)) as box:
        trees = lay_out(box, change)
        return [(tree / "m.py").read_text() if (tree / "m.py").exists() else None for tree in (trees.before, trees.after)]


def test_each_tree_has_its_version(tmp_path):
    root = write(tmp_path / "project", {"m.py": "x = 1\n"})
    assert laid_out(root, ChangedFile("m.py", "m.py", "modified", old="x = 1\n", new="x = 2\n")) == ["x = 1\n", "x = 2\n"]
    assert laid_out(root, ChangedFile("m.py", "m.py", "deleted", old="x = 1\n")) == ["x = 1\n", None]


@pytest.mark.parametrize("name", ["{}/precious.txt", "../../../../../../../../../..{}/precious.txt"])
def test_names_outside_are_refused(tmp_path, name):
    root = write(tmp_path / "project", {"m.py": "x = 1\n"})
    write(tmp_path, {"precious.txt": "x"})
    outside = name.format(tmp_path)
    for file in (
        ChangedFile(outside, outside, "deleted", old="x"),
        ChangedFile("m.py", outside, "renamed", old="evil", new="x = 1\n"),
    ):
        with pytest.raises(UsageError, match="outside the scratch copy"):
            laid_out(root, file)
    assert (tmp_path / "precious.txt").read_text() == "x"


def test_what_is_written_into_a_file_of_one_tree_does_not_reach_the_other(tmp_path):
    root = write(tmp_path / "project", {"m.py": "x = 1\n", "data.txt": "one"})
    change = Change(
        "a change", [ChangedFile("m.py", "m.py", "modified", old="x = 1\n", new="x = 2\n")], lambda _: None, lambda *_: []
    )
    with open_sandbox(Target(root / "m.py", "m", root, root), Interpreter("python", coverage=False)) as box:
        trees = lay_out(box, change)
        with (trees.before / "data.txt").open("a") as file:
            file.write(", two")
        assert (trees.after / "data.txt").read_text() == "one"
        with (trees.after / "data.txt").open("a") as file:
            file.write(", three")
        assert (trees.before / "data.txt").read_text() == "one, two"
    assert (root / "data.txt").read_text() == "one"
