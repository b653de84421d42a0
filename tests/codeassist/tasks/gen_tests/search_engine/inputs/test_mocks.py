"""Mocks stand for objects that a test cannot make; what is done with them is asserted."""

from __future__ import annotations

import time

import pytest

from codeassist.tasks.gen_tests.search_engine.inputs.candidates import Maker
from codeassist.tasks.gen_tests.search_engine.inputs.mocks import mocked, plainer, raising, with_attribute, with_part
from codeassist.tasks.gen_tests.search_engine.running.outcome import Candidate
from codeassist.tasks.gen_tests.search_engine.running.watched import watching
from codeassist.tasks.gen_tests.search_engine.search import Search
from codeassist.tasks.gen_tests.search_engine.subjects.targets import Inventory

LINK = """
class Link:
    def __init__(self, port, listener):
        self._port = port
        self._listener = listener
        port.timeout = 0
        self._listener.opened(self)

    def pump(self):
        try:
            data = self._port.read(16)
        except OSError:
            self._listener.lost()
            return False
        if data:
            self._listener.received(data)
            return True
        return None
"""


@pytest.mark.parametrize(
    ("values", "spec", "magic", "text"),
    [
        ({}, "", False, "mock.Mock()"),
        ({"size": "3"}, "Port", False, "mock.Mock(spec=Port, size=3)"),
        ({}, "", True, "mock.MagicMock()"),
    ],
)
def test_a_mock_as_text(values, spec, magic, text):
    assert mocked(values, spec, magic) == text


def test_only_outer_mocks_get_attributes():
    candidate = Candidate("f", ("x = mock.Mock(read=mock.Mock(return_value=1))",), "f(x, mock.Mock())")
    changed = [c.text for c in with_attribute(candidate, "read", raising("OSError"))]
    assert changed == [
        "x = mock.Mock(read=mock.Mock(side_effect=OSError))\nf(x, mock.Mock())",
        "x = mock.Mock(read=mock.Mock(return_value=1))\nf(x, mock.Mock(read=mock.Mock(side_effect=OSError)))",
    ]
    assert list(with_part(candidate, "a.b()", "1")) == []
    assert list(with_part(candidate, "name", "'x'")) == []  # the label of a mock, not its attribute


def test_classes_that_need_collaborators_are_reached(bench_of):
    bench = bench_of(LINK)
    search = Search(bench, Inventory(bench), 1)
    search.explore(time.monotonic() + 8)
    assert bench.instrumenter.lines <= search.reached
    assert any("from unittest import mock" in c.steps for c, _ in search.kept)


def test_calls_of_mocks_are_asserted_and_what_was_so_before_is_not(bench_of):
    bench = bench_of(LINK)
    maker = Maker(bench, Inventory(bench), 1)
    steps = ("from unittest import mock", "link = Link(mock.Mock(read=mock.Mock(return_value=b'a')), mock.Mock())")
    candidate = Candidate("Link.pump", steps, "link.pump()", ("link",))
    named, outcome = watching(bench, candidate, bench.run(candidate), maker.parameter_names)
    assert "listener = mock.Mock()" in named.steps
    assert "port.read.call_args == mock.call(16)" in outcome.checks
    assert "listener.received.call_args == mock.call(b'a')" in outcome.checks
    assert not any("opened" in check for check in outcome.checks)


def test_text_with_a_mock_in_it_is_not_asserted(bench_of):
    bench = bench_of("def show(thing):\n    return f'<{thing}>'\n")
    outcome = bench.run(Candidate("show", ("from unittest import mock",), "show(mock.Mock())"))
    assert not any("id=" in check for check in outcome.checks)


def test_plainer_mocks():
    candidate = Candidate("f", ("x = mock.Mock(a=1, b=2)",), "f(x, mock.Mock(spec=X, b=3))")
    assert [c.text for c in plainer(candidate)] == [
        "x = mock.Mock()\nf(x, mock.Mock(spec=X))",
        "x = mock.Mock(b=2)\nf(x, mock.Mock(spec=X, b=3))",
        "x = mock.Mock(a=1)\nf(x, mock.Mock(spec=X))",
    ]
    assert list(plainer(Candidate("f", (), "f(1)"))) == []
