"""What calls leave in their module is undone, so that each call starts from the same state."""

from __future__ import annotations

from codeassist.tasks.gen_tests.search_engine.running.outcome import Candidate

REGISTRY = """
handlers = {}
names = ["a"]
count = 0


class Kind:
    made = []
    default = None


def register(name, handler):
    global count
    count += 1
    handlers[name] = handler
    names.append(name)
    Kind.made.append(name)
    Kind.default = name
    Kind.extra = name
    return len(handlers)


def call(name):
    return handlers[name](1)


class Unprintable(ValueError):
    def __str__(self):
        return self.missing


def fail():
    raise Unprintable()
"""


def test_each_call_starts_from_the_same_state(bench_of):
    bench = bench_of(REGISTRY)
    candidate = Candidate("register", (), "register('b', 'text')")
    first, second = bench.run(candidate), bench.run(candidate)
    assert first.checks == second.checks == ("{v} == 1",)
    assert first.leaves
    module = bench.module
    assert (module.handlers, module.names, module.count) == ({}, ["a"], 0)
    assert (module.Kind.made, module.Kind.default, hasattr(module.Kind, "extra")) == ([], None, False)


def test_a_call_that_changes_nothing_leaves_nothing(bench_of):
    assert not bench_of(REGISTRY).run(Candidate("Kind", (), "Kind()")).leaves


def test_an_exception_that_cannot_be_printed_is_an_outcome(bench_of):
    outcome = bench_of(REGISTRY).run(Candidate("fail", (), "fail()"))
    assert outcome.raised == ("Unprintable", "subject", "")
