"""The signatures of definitions, and whether calls fit them."""

from __future__ import annotations

import ast
import inspect

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeassist.tasks.review.analysers.signatures import callables, misfit, shifted, uses_default

SOURCE = """def plain(a, /, b=1, *rest, c, d=2, **more): ...

async def later(): ...

@router.get("/")
def decorated(a): ...

@functools.lru_cache(maxsize=None)
def cached(a): ...

class A:
    def __init__(self, x): ...
    def method(self, y): ...
    @staticmethod
    def free(z): ...
    @classmethod
    def made(cls, z): ...

class B(A): ...

class C(metaclass=M):
    def __init__(self, x): ...
"""


def signature_of(parameters: str) -> inspect.Signature:
    found = callables(f"def f({parameters}): ...\n", "m.py")["f"].signature
    assert found is not None
    return found


def call(text: str) -> ast.Call:
    node = ast.parse(text, mode="eval").body
    assert isinstance(node, ast.Call)
    return node


def test_signatures_have_no_bound_parameter_and_are_unknown_after_other_decorators() -> None:
    found = callables(SOURCE, "pkg/m.py")
    assert {name: d.signature and str(d.signature) for name, d in found.items()} == {
        "plain": "(a, /, b='1', *rest, c, d='2', **more)",
        "later": "()",
        "decorated": None,
        "cached": "(a)",
        "A": "(x)",
        "A.__init__": "(x)",
        "A.method": "(y)",
        "A.free": "(z)",
        "A.made": "(z)",
        "B": None,
        "C": None,
        "C.__init__": "(x)",
    }


def test_definitions_have_a_kind_an_owner_and_a_line() -> None:
    found = callables(SOURCE, "pkg/m.py")
    assert [(d.kind, d.owner, d.line) for d in (found["plain"], found["A"], found["A.method"])] == [
        ("function", "", 1),
        ("class", "", 11),
        ("method", "A", 13),
    ]
    assert [name for name, d in found.items() if d.static] == ["A.free", "A.made"]
    assert [name for name, d in found.items() if d.asynchronous] == ["later"]


def test_source_that_does_not_parse_is_an_error() -> None:
    with pytest.raises(SyntaxError):
        callables("def f(:\n", "m.py")


@pytest.mark.parametrize(
    ("text", "parameters", "problem"),
    [
        ("f(1)", "a, b", "missing a required argument: 'b'"),
        ("f(1, 2, 3)", "a, b", "too many positional arguments"),
        ("f(1, c=2)", "a, b=1", "got an unexpected keyword argument 'c'"),
        ("f(1, b=2)", "a, b", ""),
        ("f(*x)", "a, b", ""),
        ("f(**x)", "", ""),
        ("f(1, 2, 3, d=4)", "*a, **k", ""),
    ],
)
def test_calls_that_do_not_fit_are_explained(text: str, parameters: str, problem: str) -> None:
    assert misfit(call(text), signature_of(parameters)) == problem


@given(st.integers(0, 5), st.integers(0, 5), st.integers(0, 5))
def test_a_call_fits_when_it_passes_from_the_required_to_all_arguments(required: int, optional: int, passed: int) -> None:
    names = [f"p{n}" for n in range(required)] + [f"q{n}=0" for n in range(optional)]
    fits = misfit(call(f"f({', '.join(['1'] * passed)})"), signature_of(", ".join(names))) == ""
    assert fits == (required <= passed <= required + optional)


@pytest.mark.parametrize(
    ("text", "expected"), [("f(1)", True), ("f(1, 2)", False), ("f(1, b=2)", False), ("f(*x)", False), ("f()", False)]
)
def test_a_call_uses_a_default_that_it_does_not_pass(text: str, expected: bool) -> None:
    assert uses_default(call(text), signature_of("a, b=1"), "b") is expected


@pytest.mark.parametrize(
    ("text", "old", "new", "moved"),
    [
        ("f(1, 2)", "a, b=0", "a, c=0, b=0", "c"),
        ("f(1, 2)", "a, b", "b, a", "b"),
        ("f(1, b=2)", "a, b=0", "a, c=0, b=0", ""),
        ("f(1, 2)", "a, b", "a, c", ""),  # renamed: the old name is gone
        ("f(1, 2)", "a, b", "a", ""),
        ("f(*x)", "a, b", "b, a", ""),
    ],
)
def test_a_positional_argument_that_is_bound_to_another_parameter(text: str, old: str, new: str, moved: str) -> None:
    assert shifted(call(text), signature_of(old), signature_of(new)) == moved
