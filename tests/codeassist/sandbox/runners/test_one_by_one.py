"""Every test runs in its own file: one that does not compile cannot make others fail."""

from __future__ import annotations

from pathlib import Path

import pytest

from codeassist.sandbox.results import Coverage, Proposal
from codeassist.sandbox.results import TestRun as Ran
from codeassist.sandbox.runners.one_by_one import OneByOne


class Scripted(OneByOne):
    """A runner whose results are scripted by the code of a test; records the files it ran."""

    def __init__(self, target, results):
        super().__init__(target)
        self.results = results
        self.texts = []

    def place(self):
        return Path("tests") / "test_generated.txt"

    def assemble(self, proposals):
        return "\n".join(p.code for p in proposals)

    def run(self, box, path, seconds):
        text = path.read_text()
        self.texts.append(text)
        result = self.results[text]
        if isinstance(result, Exception):
            raise result
        return result, frozenset({text})


def checked(sandbox, results, seconds=60.0):
    box = sandbox({"m.py": "def f():\n    return 1\n"}, "m.py")
    runner = Scripted(box.target, results)
    proposals = [Proposal(name, name) for name in results]
    return runner, box, runner.check(box, proposals, frozenset(), seconds)


def test_each_test_has_its_own_run_and_what_it_reached(sandbox):
    results = {
        "good": {"good": Ran(True)},
        "bad": {"bad": Ran(False, "expected 1")},
        "broken": {"": Ran(False, "does not compile", own_fault=True)},
        "elsewhere": {"another": Ran(True)},
        "ends badly": {"ends badly": Ran(True), "": Ran(False, "the file failed")},
        "fine": {"fine": Ran(True), "": Ran(True)},
    }
    runner, box, runs = checked(sandbox, results)
    assert runner.texts == list(results)
    assert runs["good"] == Ran(True, reached=frozenset({"good"}))
    assert runs["bad"] == Ran(False, "expected 1")
    assert runs["broken"] == Ran(False, "does not compile", own_fault=True)
    assert runs["elsewhere"] == Ran(False, "it did not run", own_fault=True)
    assert runs["ends badly"] == Ran(False, "the file failed")
    assert runs["fine"].passed
    assert not (box.copy / runner.place()).exists()


def test_after_the_time_limit_no_test_is_run(sandbox):
    runner, _, runs = checked(sandbox, {"good": {"good": Ran(True)}}, seconds=0.5)
    assert runner.texts == []
    assert runs["good"] == Ran(False, "the time limit was reached", own_fault=True)


def test_the_file_is_deleted_even_after_an_error(sandbox):
    box = sandbox({"m.py": "def f():\n    return 1\n"}, "m.py")
    runner = Scripted(box.target, {"x": RuntimeError("odd")})
    with pytest.raises(RuntimeError):
        runner.run_text(box, "x", 5)
    assert not (box.copy / runner.place()).exists()
    assert runner.measure(box, "x", 5) == Coverage()
