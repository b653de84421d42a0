"""What a parameter is looked up in says which values are accepted."""

from __future__ import annotations

import ast

import pytest

from codeassist.tasks.gen_tests.search_engine.subjects.tables import keys_for

SOURCE = """
import enum

MODES = {"r": 1, "w": 2}
NAMES = frozenset({"b", "a"})
class Kind(enum.Enum):
    ONE = "one"
class Machine:
    STATES = ("on", "off")
    def set(self, state):
        if state.lower() not in self.STATES:
            raise ValueError
def by_key(mode):
    return MODES[mode]
def by_get(mode):
    return MODES.get(mode, 0)
def by_keys(mode):
    return mode in MODES.keys()
def member(name):
    return name in NAMES
def converted(kind):
    return Kind(kind)
def unknown(name, others):
    return name in others or name in print
"""


@pytest.mark.parametrize(
    ("function", "name", "keys"),
    [
        ("by_key", "mode", ["'r'", "'w'"]),
        ("by_get", "mode", ["'r'", "'w'"]),
        ("by_keys", "mode", ["'r'", "'w'"]),
        ("member", "name", ["'a'", "'b'"]),
        ("converted", "kind", ["'one'"]),
        ("unknown", "name", []),
        ("Machine.set", "state", ["'on'", "'off'"]),
    ],
)
def test_the_keys_of_tables(function, name, keys):
    names: dict = {"__name__": "tables_subject"}
    exec(SOURCE, names)
    owner, _, last = function.rpartition(".")
    tree = next(n for n in ast.walk(ast.parse(SOURCE)) if isinstance(n, ast.FunctionDef) and n.name == last)
    called = getattr(names[owner], last) if owner else names[last]
    assert keys_for(name, tree, called) == keys
