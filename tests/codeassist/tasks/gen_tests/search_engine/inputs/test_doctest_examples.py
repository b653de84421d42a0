"""Interactive examples are read with the statements that they need, and no others."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeassist.tasks.gen_tests.search_engine.inputs.doctest_examples import MOST_EXAMPLES, documented, examples


@pytest.mark.parametrize(
    ("documentation", "expected"),
    [
        (">>> f(1)\n2\n", [((), "f(1)")]),
        (">>> x = 1\n>>> y = 2\n>>> f(x)\n3\n", [(("x = 1",), "f(x)")]),
        (">>> a = 1\n>>> b = a + 1\n>>> f(b)\n", [(("a = 1", "b = a + 1"), "f(b)")]),
        (">>> bag = Bag()\n>>> bag.items += [1]\n>>> bag.has(1)\n", [(("bag = Bag()", "bag.items += [1]"), "bag.has(1)")]),
        (">>> import math\n>>> f(math.pi)\n", [(("import math",), "f(math.pi)")]),
        (">>> import doctest\n>>> f(1)\n", [((), "f(1)")]),
        (">>> f(  # the first\n...     1,\n... )\n", [((), "f(1)")]),
        (">>> f(1)  # doctest: +SKIP\n>>> f(2)\n", [((), "f(2)")]),
        (">>> f(\n>>> f(3)\n", [((), "f(3)")]),
        ("No examples.", []),
        ('For example:\n\n    quote("a b") == "a%20b"\n', [((), 'quote("a b")')]),
        ("* `f(1, n=[2])  # => 3`.\n  f(x) == 3\n  f() -> 3\n  f(1) == g(2)\n", [((), "f(1, n=[2])")]),
        (">>>f(1)\n", []),
    ],
)
def test_examples_with_the_statements_they_need(documentation, expected):
    assert examples(documentation) == expected


@given(st.text(alphabet=">. \nfx=1()#'", max_size=80))
def test_every_expression_of_any_documentation_compiles(documentation):
    for steps, final in examples(documentation):
        compile("\n".join(steps), "<test>", "exec")
        compile(final, "<test>", "eval")


def test_a_documentation_text_of_20_000_examples_costs_bounded_time():
    documentation = "".join(f">>> x{n} = f({n})\n>>> f(x{n})\n{n}\n" for n in range(10_000))
    started = time.process_time()
    found = examples(documentation)
    assert time.process_time() - started < 10.0  # all of them take more than a minute
    assert found[:2] == [(("x0 = f(0)",), "f(x0)"), (("x1 = f(1)",), "f(x1)")]
    assert len(found) == MOST_EXAMPLES // 2


def test_the_result_that_a_line_states_is_documented():
    found = documented("Paths without dots.\n\n    path('/a/./b') == '/a/b'\n    path('/..') -> '/'\n")
    assert [(d.final, d.want) for d in found] == [("path('/a/./b')", "'/a/b'\n"), ("path('/..')", "'/'\n")]
    assert found[0].agrees("", "'/a/b'")
    assert not found[0].agrees("", "'/a/./b'")
