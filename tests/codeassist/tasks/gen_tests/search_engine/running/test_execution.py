"""Candidates run under limits; what they return, raise, print and change is recorded."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest

from codeassist.tasks.gen_tests.search_engine.running import execution
from codeassist.tasks.gen_tests.search_engine.running.outcome import Candidate
from codeassist.tasks.gen_tests.search_engine.running.watched import named_arguments
from tests.conftest import write

SUBJECT = """
TABLE = {"a": 1}


def look(key):
    return TABLE[key]


def check(n):
    if n < 0:
        raise ValueError("negative")
    print("checked", n)
    return n


def pieces(n):
    if n > 3:
        raise ValueError("too many")
    yield n


def forever():
    while True:
        pass


def deep(n):
    return deep(n)


def leave():
    raise SystemExit(3)
"""


def call(text, *steps, watched=()):
    return Candidate(text.partition("(")[0], steps, text, watched)


def test_numbers_that_make_calls_too_slow_are_not_tried_again(selection, monkeypatch):
    moment = [0.0]

    def count(_, digits):  # stands for a function in C, where no signal interrupts it
        moment[0] += digits * 1e-6

    monkeypatch.setattr(execution, "time", SimpleNamespace(process_time=lambda: moment[0]))
    bench = selection.bench
    monkeypatch.setattr(bench.module, "count", count, raising=False)
    bench.keep_state()
    calls = [
        Candidate("count", (), f"count({arguments})") for arguments in ("'a', 9000000", "'a', 8000000", "'a', 3", "90000000, 3")
    ]
    assert [bench.run(call).bad for call in calls] == ["", "too large", "", ""]


def test_results_prints_lines_and_branches_are_recorded(bench_of):
    outcome = bench_of(SUBJECT).run(call("check(2)"))
    assert (outcome.checks, outcome.raised, outcome.printed, outcome.bad) == (("{v} == 2",), None, "checked 2\n", "")
    assert outcome.kind == "int"
    assert {10, 12, 13} == {line for line in outcome.lines if line < 14} - {9}
    assert {truth for _, truth in outcome.branches} == {False}


def test_exceptions_are_recorded_with_their_line_and_whether_the_module_intends_them(bench_of):
    bench = bench_of(SUBJECT)
    intended, other = bench.run(call("check(-1)")), bench.run(call("look('b')"))
    assert (intended.raised, intended.where) == (("ValueError", "builtins", "negative"), 11)
    assert (other.raised, other.where) == (("KeyError", "builtins", "'b'"), 6)
    assert bench.origins.raised_on_purpose(intended)
    assert not bench.origins.raised_on_purpose(other)
    assert bench.run(call("leave()")).raised[0] == "SystemExit"


@pytest.mark.parametrize(
    ("candidate", "bad"),
    [
        (call("forever()"), "endless"),
        (call("deep(1)"), "endless"),
        (call("check(") , "syntax"),
        (call("check(1)", "x = check(-1)"), "a step before the call fails"),
        (call("object()"), ""),
    ],
)  # fmt: skip
def test_reasons_against_a_test(bench_of, candidate, bad):
    assert bench_of(SUBJECT).run(candidate).bad == bad


def test_a_lazy_result_that_raises_is_iterated_in_the_test(bench_of):
    bench = bench_of(SUBJECT)
    candidate, outcome = bench.settle(call("pieces(4)"))
    assert (candidate.final, outcome.raised[0]) == ("list(pieces(4))", "ValueError")
    candidate, outcome = bench.settle(call("pieces(1)"))
    assert (candidate.final, outcome.checks) == ("pieces(1)", ("list({v}) == [1]",))


def test_mutants_change_results_and_leave_the_original_unchanged(bench_of):
    bench = bench_of(SUBJECT)
    candidate = call("check(-1)")
    original = bench.run(candidate).signature
    inside = [m.id for m in bench.instrumenter.mutants if m.function == "check"]
    assert any(bench.run(candidate, m).signature != original for m in inside)
    assert bench.run(candidate).signature == original
    assert not set(inside) & bench.at_import


def test_mutants_of_a_table_load_the_module_again(bench_of):
    bench = bench_of(SUBJECT)
    in_table = [m.id for m in bench.instrumenter.mutants if m.line == 2]
    assert in_table
    assert set(in_table) <= bench.at_import
    results = {bench.run(call("look('a')"), m).signature for m in in_table}
    assert bench.run(call("look('a')")).signature not in results
    bench.restore()
    assert sys.modules["subject"] is bench.module


@pytest.mark.parametrize(
    ("text", "steps", "final"),
    [
        ("f([1], 2)", ("items = [1]",), "f(items, 2)"),
        ("f({1: 2}, {3})", ("mapping = {1: 2}", "members = {3}"), "f(mapping, members)"),
        ("f([1], [2])", ("items = [1]", "items_1 = [2]"), "f(items, items_1)"),
    ],
)
def test_mutable_arguments_get_names(text, steps, final):
    named = named_arguments(call(text))
    assert (named.steps, named.final) == (steps, final)
    assert named.watched == tuple(step.partition(" = ")[0] for step in steps)


@pytest.mark.parametrize("text", ["f(1, (2,))", "[1].f", "x = [1]"])
def test_calls_without_mutable_arguments_are_unchanged(text):
    assert named_arguments(call(text)) is None


def test_what_a_file_outside_the_project_contains_is_not_asserted(bench_of, monkeypatch):
    bench = bench_of("def load(path):\n    return len(path)\n")
    monkeypatch.setattr(execution, "changes", lambda *_: setattr(execution.guard.State, "read", "/secret") or ())
    assert bench.run(Candidate("load", (), "load('a')")).bad == ""
    assert bench.run(Candidate("load", (), "load(str(tmp_path))")).bad == "reads a file outside the project"
    assert bench.run(Candidate("load", (), "load('b')")).bad == ""


def test_an_exception_that_another_part_of_the_package_raises_is_intended(tmp_path, monkeypatch):
    files = {
        "depot/__init__.py": "",
        "depot/checks.py": "def refuse(text):\n    raise ValueError(text)\n",
        "depot/parts/__init__.py": "",
        "depot/parts/one.py": "from depot.checks import refuse\n\n\ndef read(text):\n    refuse(text)\n",
    }
    root = write(tmp_path, files)
    monkeypatch.syspath_prepend(root)
    path = root / "depot" / "parts" / "one.py"
    bench = execution.Bench("depot.parts.one", str(path), path.read_text())
    assert bench.origins.raised_on_purpose(bench.run(Candidate("read", (), "read('a')")))


def test_an_exception_while_another_one_is_made_is_not_intended(bench_of):
    source = "def check(node):\n    raise ValueError('bad: ' + node.name)\n\n\ndef other(node):\n    raise AttributeError('no name')\n"
    bench = bench_of(source)
    assert not bench.origins.raised_on_purpose(bench.run(Candidate("check", (), "check(1)")))
    assert bench.origins.raised_on_purpose(bench.run(Candidate("other", (), "other(1)")))


def test_a_call_that_closes_the_standard_output_becomes_no_test(bench_of):
    bench = bench_of("import sys\n\n\ndef save(text):\n    with sys.stdout as file:\n        file.write(text)\n    return 1\n")
    outcome = bench.run(Candidate("save", (), "save('a')"))
    assert (outcome.bad, outcome.printed) == ("closes the standard output", "")
    assert not bench.run(Candidate("", (), "len('abc')")).bad


def test_code_that_catches_everything_is_stopped(bench_of):
    """A bare `except:` in a loop catches the first interruption too; the work is done by code without steps."""
    bench = bench_of(
        "import collections, heapq, itertools\n\n\ndef stubborn():\n    for _ in range(10**6):\n        try:\n"
        "            collections.deque(heapq.merge(itertools.count(), itertools.count()), maxlen=0)\n"
        "        except:\n            continue\n"
    )
    assert bench.run(call("stubborn()")).bad == "endless"
