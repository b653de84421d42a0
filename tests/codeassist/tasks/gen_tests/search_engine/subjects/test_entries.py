"""The entries that code reads from dictionaries are known, at every depth."""

from __future__ import annotations

import ast

from codeassist.tasks.gen_tests.search_engine.subjects.entries import read_entries
from codeassist.tasks.gen_tests.search_engine.subjects.kinds import Parameter

CODE = """
def f(row, other):
    name = row["name"]
    tags = row.get("tags", [])
    for tag in tags:
        print(tag["label"])
    sizes = [part["size"] for part in row["parts"]]
    row["written"] = 1
    row = other
    return row["not of it"]
"""


def test_entries_items_and_their_entries():
    row = Parameter("row", "positional", False)
    read_entries(row, ast.parse(CODE), lambda part, name: None)
    assert list(row.entries) == ["name", "tags", "parts", "written"]
    assert [key for key, part in row.entries.items() if not part.optional] == ["name", "parts"]
    assert list(row.entries["tags"].item.entries) == ["label"]
    assert list(row.entries["parts"].item.entries) == ["size"]


def test_what_items_are_unpacked_to():
    code = """
def f(conditions):
    for name, op, value in conditions:
        if op == "eq":
            print(name.upper(), value)
"""
    conditions = Parameter("conditions", "positional", False)
    read = []
    read_entries(conditions, ast.parse(code), lambda part, name: read.append(name))
    assert [part.name for part in conditions.item.parts] == ["name", "op", "value"]
    assert conditions.item.kinds["row"]
    assert read == ["name", "op", "value"]
