"""Observations for tests of the writers."""

from __future__ import annotations

import ast

from codeassist.tasks.gen_tests.search_engine.protocol import Observation, Raised
from codeassist.tasks.gen_tests.writing.test_file import write_tests


def observe(target, final, *checks, steps=(), raised=None, watched=()):
    error = Raised(*raised) if raised else None
    return Observation(target, list(steps), final, list(watched), checks=list(checks), raised=error)


def write_all(*entries, **parameters):
    tests = write_tests(entries, parameters, set())
    for test in tests:
        ast.parse(test.text)
    return tests
