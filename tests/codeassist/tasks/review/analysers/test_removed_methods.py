"""Removed methods that are still used: as values, in their class, passed on, read, or inherited from what is not known."""

from __future__ import annotations

import pytest

from tests.codeassist.conftest import broken


@pytest.mark.parametrize(
    "line",
    [
        "return self._execute(self._fetch, 1)",
        "return self._execute(action=self._fetch)",
        "found = self._fetch",
        "found = {'a': self._fetch}",
        "found = [1, self._fetch]",
        "return self._fetch if self.steps else None",
        "return Cursor._fetch",
        "return map(self._fetch, [1])",
    ],
)
def test_a_removed_method_that_is_used_as_a_value_is_an_error(findings, line):
    text = f"class Cursor:\n    def _fetch(self, size=1):\n        return size\n\n    def run(self):\n        {line}\n"
    result = findings({"db.py": text}, {"db.py": text.replace("def _fetch", "def _fetched")})
    assert broken(result) == [("error", ["db.py:6"])], [f.message for f in result.every]
    assert "'Cursor._fetch' was renamed to '_fetched'" in result.every[0].message


@pytest.mark.parametrize(
    "entry",
    [
        "@_fetch\n    def other(self):\n        return 1",
        "table = {'a': _fetch}",
        "steps = [1, _fetch]",
        "size = property(_fetch)",
        "alias = _fetch",
    ],
)
def test_a_removed_method_that_its_class_names_is_an_error(findings, entry):
    text = f"class Cursor:\n    def _fetch(self, size=1):\n        return size\n\n    {entry}\n"
    result = findings({"db.py": text}, {"db.py": text.replace("def _fetch", "def _fetched")})
    assert broken(result) == [("error", ["db.py:5"])], [f.message for f in result.every]


def test_a_method_of_another_file_that_is_passed_on_is_found(findings):
    text = "class Cursor:\n    def fetch(self):\n        return 1\n"
    user = "from db import Cursor\n\n\ndef run(pool):\n    cursor = Cursor()\n    return pool.submit(cursor.fetch)\n"
    result = findings({"db.py": text, "user.py": user}, {"db.py": text.replace("fetch", "fetched")})
    assert broken(result) == [("error", ["user.py:6"])]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        # a field of the same name takes its place
        (
            "class A:\n    def limit(self):\n        return 1\n\n    def run(self):\n        return self.limit\n",
            "class A:\n    def __init__(self):\n        self.limit = 1\n\n    def run(self):\n        return self.limit\n",
        ),
        # subclasses define it
        (
            "class A:\n    def limit(self):\n        return 1\n\n    def run(self):\n        return map(self.limit, [])\n\n\nclass B(A):\n    def limit(self):\n        return 2\n",
            "class A:\n    def run(self):\n        return map(self.limit, [])\n\n\nclass B(A):\n    def limit(self):\n        return 2\n",
        ),
        # an object of another class
        (
            "class A:\n    def limit(self):\n        return 1\n\n\ndef run(other):\n    return other.limit\n",
            "class A:\n    pass\n\n\ndef run(other):\n    return other.limit\n",
        ),
        # a built-in name, an annotation, a name of the module
        (
            "class A:\n    def list(self):\n        return 1\n\n    def run(self) -> list:\n        return []\n\n    kinds = [list]\n",
            "class A:\n    def run(self) -> list:\n        return []\n\n    kinds = [list]\n",
        ),
        (
            "def limit():\n    return 2\n\n\nclass A:\n    def limit(self):\n        return 1\n\n    kinds = [limit]\n",
            "def limit():\n    return 2\n\n\nclass A:\n    kinds = [limit]\n",
        ),
    ],
    ids=["a field", "subclasses", "another object", "a built-in name", "a name of the module"],
)
def test_reads_that_still_work_are_silent(findings, before, after):
    assert broken(findings({"a.py": before}, {"a.py": after})) == []


MAPPING = "{imports}\n\n\nclass Head({base}):\n    def all(self, key):\n        return [key]\n"


@pytest.mark.parametrize(
    ("imports", "base", "name", "found"),
    [
        ("import typing", "typing.MutableMapping[str, str]", "all", True),
        ("from collections.abc import Mapping", "Mapping", "all", True),
        ("from collections.abc import Mapping", "Mapping", "keys", False),
        ("from elsewhere import Mapping", "Mapping", "all", False),
        ("import elsewhere", "elsewhere.Mapping", "all", False),
    ],
)
def test_a_removed_method_may_come_from_a_base_that_is_not_known_but_not_from_an_abstract_collection(
    findings, imports, base, name, found
):
    text = MAPPING.format(imports=imports, base=base).replace("def all", f"def {name}")
    user = f"from m import Head\n\nhead = Head()\nprint(head.{name}('a'))\n"
    result = findings({"m.py": text, "user.py": user}, {"m.py": text.replace(f"def {name}", "def every")})
    assert ([severity for severity, _ in broken(result)] == ["error"]) == found
