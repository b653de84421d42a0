"""Functions as arguments: the form that annotations say, and functions of that form in source text."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from codeassist.tasks.gen_tests.search_engine.inputs.callables import Form, form_of, written
from codeassist.tasks.gen_tests.search_engine.subjects.kinds import Parameter


@pytest.mark.parametrize(
    ("annotation", "form"),
    [
        ("Callable[[int], str]", Form(1, "str")),
        ("Callable[[Tuple[int, str], int], bool]", Form(2, "bool")),
        ("typing.Callable[[], None]", Form(0, "None")),
        ("Callable[..., int]", Form(None, "int")),
        ("Optional[Callable[[], sqlite3.Connection]]", Form(0, "sqlite3.Connection")),
        ("Callable[[str], Awaitable[dict[str, int]]]", Form(1, "dict[str, int]", awaited=True)),
        ("collections.abc.Callable[[], typing.Coroutine[Any, Any, bytes]]", Form(0, "bytes", awaited=True)),
        ("int", None),
        ("Callable", None),
    ],
)
def test_the_form_of_an_annotated_function(annotation, form):
    assert form_of(annotation) == form


@pytest.mark.parametrize(
    ("kind", "arity", "awaited", "text"),
    [
        ("obj:Connection", 0, False, "lambda: VALUE"),
        ("list", 2, False, "lambda a, b: VALUE"),
        ("none", 1, False, "mock.Mock()"),
        ("str", 1, True, "mock.AsyncMock(return_value=VALUE)"),
    ],
)
def test_a_function_has_the_annotated_parameters_and_result(kind, arity, awaited, text):
    result = Parameter("result", "result", False, Counter({kind: 8}))
    parameter = Parameter("f", "positional", False, arity=arity, fixed=True, awaited=awaited, result=result)
    assert written(parameter, lambda _: "VALUE", random.Random(1)) == text
