"""The facts that analysers share, and the helpers for Python files."""

from __future__ import annotations

import ast
from collections.abc import Callable

from codeassist.changes.change import ChangedFile, Hunk
from codeassist.tasks.review.analysers.base import Facts, functions, python_files, touches

Make = Callable[..., Facts]


def test_trees_of_both_sides(facts: Make) -> None:
    known = facts({"a.py": "def old():\n    pass\n", "gone.py": "x = 1\n"}, {"a.py": "def new():\n    pass\n", "gone.py": None})
    changed, gone = known.change.file("a.py"), known.change.file("gone.py")
    assert changed is not None
    assert gone is not None
    old, new = known.old_tree(changed), known.new_tree(changed)
    assert old is not None
    assert new is not None
    assert [name for name, _ in functions(old)] == ["old"]
    assert [name for name, _ in functions(new)] == ["new"]
    assert known.tree("a.py") is new  # parsed once
    assert known.new_tree(gone) is None
    assert known.old_tree(gone) is not None


def test_a_file_that_does_not_parse_or_exist_has_no_tree(facts: Make) -> None:
    known = facts({"a.py": "x = 1\n"}, {"a.py": "def f(:\n"})
    assert known.tree("a.py") is None
    assert known.tree("nowhere.py") is None


def test_a_place_has_the_text_of_its_line(facts: Make) -> None:
    known = facts({"a.py": "x = 1\n"}, {"a.py": "x = 1\n    y = 2  \n"})
    assert (str(known.place("a.py", 2)), known.place("a.py", 2).text) == ("a.py:2", "y = 2")
    assert known.place("a.py", 9).text == known.place("a.py", 0).text == known.place("nowhere.py", 1).text == ""


def test_python_files_are_those_with_changed_text(facts: Make) -> None:
    before = {"a.py": "x = 1\n", "b.pyi": "x: int\n", "c.js": "x\n", "gone.py": "x = 1\n"}
    known = facts(before, {"a.py": "x = 2\n", "b.pyi": "x: str\n", "c.js": "y\n", "gone.py": None})
    assert [f.path for f in python_files(known.change)] == ["a.py", "b.pyi"]


SOURCE = """@cache
def one():
    def inner():
        pass


class A:
    class B:
        async def two(self):
            pass
"""


def test_functions_are_named_with_their_classes_and_nested_ones_are_left_out() -> None:
    assert [(name, node.lineno) for name, node in functions(ast.parse(SOURCE))] == [("one", 2), ("A.B.two", 9)]


def test_a_definition_is_touched_by_changes_of_its_lines() -> None:
    nodes = dict(functions(ast.parse(SOURCE)))
    last = ChangedFile("a.py", "a.py", "modified", [Hunk(10, 1, 10, 1, {10: "x"}, {10: "pass"})])
    assert (touches(last, nodes["A.B.two"]), touches(last, nodes["one"])) == (True, False)
