"""The command line, environment variables and input that code reads are set for it, and restored."""

from __future__ import annotations

import ast
import os
import sys
import time
import types
from pathlib import Path

import pytest

from codeassist.tasks.gen_tests.search_engine.inputs.surroundings import Patch, flags
from codeassist.tasks.gen_tests.search_engine.running.outcome import Candidate
from codeassist.tasks.gen_tests.search_engine.search import Search
from codeassist.tasks.gen_tests.search_engine.subjects.targets import Inventory

SOURCE = """
import argparse
import ast
import os
import sys


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--loud", action="store_true")
    if parser.parse_args().loud:
        return "HA"
    return "ha"


def level():
    if os.environ.get("SUBJECT_DEBUG"):
        return "debug"
    return "info"


def confirm():
    if input() == "yes":
        return 1
    return 0
"""


def test_code_that_reads_its_surroundings_is_covered(bench_of):
    bench = bench_of(SOURCE)
    search = Search(bench, Inventory(bench), 1)
    before = (list(sys.argv), dict(os.environ))
    search.explore(time.monotonic() + 6)
    assert not bench.instrumenter.lines - search.reached
    assert (sys.argv, dict(os.environ)) == before


def test_what_was_patched_is_restored_in_reverse_order(monkeypatch):
    monkeypatch.setenv("SUBJECT_A", "first")
    home = Path.cwd()
    patch = Patch()
    patch.setenv("SUBJECT_A", "second")
    patch.delenv("SUBJECT_A")
    patch.setenv("SUBJECT_B", "new")
    patch.delenv("SUBJECT_C", raising=False)
    patch.chdir("/")
    with pytest.raises(KeyError):
        patch.delenv("SUBJECT_C")
    patch.setattr("sys.argv", ["x"])
    patch.setattr(sys, "argv", ["y"])
    assert (os.environ.get("SUBJECT_A"), os.environ["SUBJECT_B"], sys.argv) == (None, "new", ["y"])
    patch.undo()
    assert (os.environ["SUBJECT_A"], os.environ.get("SUBJECT_B"), Path.cwd()) == ("first", None, home)
    assert sys.argv not in (["x"], ["y"])


def test_a_candidate_may_use_monkeypatch(bench_of):
    bench = bench_of(SOURCE)
    outcome = bench.run(Candidate("level", ("monkeypatch.setenv('SUBJECT_DEBUG', '1')",), "level()"))
    assert outcome.checks == ("{v} == 'debug'",)
    assert "SUBJECT_DEBUG" not in os.environ


def test_switches_that_conditions_ask_about_are_found():
    source = "FAST = True\nNAME = 'x'\ndef f(fast):\n    if FAST and fast or NAME:\n        return 1\n    return FAST\n"
    module = types.ModuleType("subject")
    exec(source, vars(module))
    function = next(n for n in ast.parse(source).body if isinstance(n, ast.FunctionDef))
    assert flags(function, module) == [("subject.FAST", True)]
    assert flags(None, module) == []
