"""Which changed definitions may break their callers."""

from __future__ import annotations

import ast
from collections.abc import Callable

import pytest

from codeassist.tasks.review.analysers.base import Facts
from codeassist.tasks.review.analysers.breaks import breaks, definitions, gap, what
from tests.conftest import git

Make = Callable[..., Facts]


@pytest.mark.parametrize(
    ("before", "after", "descriptions"),
    [
        ("def f(a): ...\n", "def f(a, b): ...\n", ["'f' now needs 'b'"]),
        ("def f(a, b): ...\n", "def f(a): ...\n", ["'f' no longer takes 'b'"]),
        ("def f(a): ...\n", "def f(b): ...\n", ["'f' takes 'b' instead of 'a'"]),
        ("def f(a, b): ...\n", "def f(b, a): ...\n", ["the signature of 'f' changed"]),
        ("def f(a=1): ...\n", "def f(a=2): ...\n", ["the signature of 'f' changed"]),
        ("def f(a): ...\n", "def g(a): ...\n", ["'f' was renamed to 'g'"]),
        ("def f(a): ...\n", "def g(a, b): ...\n", ["'f' was removed"]),
        ("def f(a): ...\n", "async def f(a): ...\n", ["the signature of 'f' changed"]),
        ("class A:\n    def f(self, a): ...\n", "class A:\n    def f(self): ...\n", ["'A.f' no longer takes 'a'"]),
        ("def f(a): ...\n", "def f(a: int) -> str:\n    return ''\n", []),
        ("def f(a): ...\n", "from other import f\n", []),
        ("def f(a): ...\n", "from other import *\n", []),
        ("def f(a): ...\n", "f = partial(g)\n", []),
        ("def f(a): ...\n", "def __getattr__(name): ...\n", []),
        ("def f(a): ...\n", "if x:\n    def f(a): ...\nelse:\n    def f(a, b): ...\n", []),
        ("def f(a): ...\n", "def f(:\n", []),
    ],
)
def test_changed_definitions_are_described(facts: Make, before: str, after: str, descriptions: list[str]) -> None:
    assert [what(b) for b in breaks(facts({"m.py": before}, {"m.py": after}))] == descriptions


def test_every_definition_of_a_deleted_file_is_removed(facts: Make) -> None:
    broken = list(breaks(facts({"m.py": "def f(): ...\n\nclass A: ...\n"}, {"m.py": None})))
    assert [(what(b), b.new, gap(b.file, b.old)) for b in broken] == [
        ("'f' was removed", None, 1),
        ("'A' was removed", None, 1),
    ]


def test_every_definition_of_a_renamed_file_is_moved(facts: Make) -> None:
    text = "def total(prices):\n    return sum(prices)\n\n\ndef tax(prices):\n    return 0.2 * total(prices)\n"
    known = facts({"old.py": text}, {"old.py": None, "new.py": text})
    git(known.root, "add", "-A")
    assert [what(b) for b in breaks(known)] == ["'total' was moved to new.py", "'tax' was moved to new.py"]


@pytest.mark.parametrize(("bases", "sure"), [("", True), ("(B)", False), ("(metaclass=M)", False)])
def test_a_removed_method_of_a_class_with_bases_may_be_inherited(facts: Make, bases: str, sure: bool) -> None:
    before = f"class A{bases}:\n    def go(self): ...\n    def stay(self): ...\n"
    [broken] = breaks(facts({"m.py": before}, {"m.py": before.replace("    def go(self): ...\n", "")}))
    assert (broken.old.qualified_name, broken.sure) == ("A.go", sure)


def test_the_gap_is_where_the_definition_was(facts: Make) -> None:
    before = "x = 1\ny = 2\n\n\ndef gone():\n    return 1\n\n\nz = 3\n"
    known = facts({"m.py": before}, {"m.py": "# new\n" + before.replace("def gone():\n    return 1\n\n\n", "")})
    [broken] = breaks(known)
    assert gap(broken.file, broken.old) == 6


def test_definitions_differ_in_what_callers_depend_on() -> None:
    def of(text: str) -> dict[str, str]:
        return definitions(ast.parse(text))

    text = "class A(B):\n    @property\n    def f(self, a=1): return 1\n"
    assert set(of(text)) == {"A", "A.f"}
    assert of(text) == of(text.replace("return 1", "return 2"))
    for old, new in (("(B)", "(C)"), ("@property", "@cached_property"), ("a=1", "a=2"), ("def f", "async def f")):
        assert of(text) != of(text.replace(old, new)), new
    assert set(of("if x:\n    def f(): ...\ntry:\n    pass\nexcept E:\n    def g(): ...\n")) == {"f", "g"}
