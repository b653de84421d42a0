"""Inputs and programs that are taken from the tests of a project."""

from __future__ import annotations


def test_inputs_come_from_the_bodies_of_tests(compare):
    module = """
class Parser:
    def __init__(self, grammar):
        self.rules = [r.strip() for r in grammar.split(';')]
        if self.rules[0] != 'start':
            raise ValueError('no start')

    def parse(self, text):
        return [w{call} for w in text.split() if w in self.rules]
"""
    test = """
from mod import Parser


def test_parse():
    grammar = 'start; one; two'
    parser = Parser(grammar)
    assert parser.parse('one and two') == ['one', 'two']
"""
    before, after = module.format(call=""), module.format(call=".upper()")
    _, analyser = compare({"mod.py": before, "test_mod.py": test}, {"mod.py": after})
    (difference,) = [d for d in analyser.report.differences if d.function == "Parser.parse"][:1]
    assert "parse(" in difference.call


def test_programs_of_test_classes_and_fixtures_reach_what_no_generated_call_does(compare):
    module = """
class Store:
    def __init__(self, backend):
        if type(backend).__name__ != "Backend":
            raise ValueError("no backend")
        self.backend = backend

    def add(self, name):
        self.backend.rows.append(name)

    def _names(self):
        return [{order} for row in self.backend.rows]

    def names(self):
        return self._names()
"""
    test = """
import pytest

from mod import Store


class Backend:
    def __init__(self):
        self.rows = ['b']


@pytest.fixture
def store():
    yield Store(Backend())


class TestStore:
    def setup_method(self):
        self.first = 'a'

    def test_add(self, store):
        store.add(self.first)
        assert store.names()
"""
    before, after = module.format(order="row"), module.format(order="row[:1] * 2")
    _, analyser = compare({"mod.py": before, "test_mod.py": test}, {"mod.py": after})
    assert any(d.call == "store.names()" for d in analyser.report.differences), analyser.report
