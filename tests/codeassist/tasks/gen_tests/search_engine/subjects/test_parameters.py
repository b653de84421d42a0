"""Kinds of value are inferred from annotations, defaults, uses in the body and names."""

from __future__ import annotations

import ast
import datetime as dt
import pathlib
from typing import Any

import pytest

from codeassist.tasks.gen_tests.search_engine.subjects.kinds import Parameter, from_name
from codeassist.tasks.gen_tests.search_engine.subjects.parameters import kind_of, of_function


class Bag:
    label = 1


def parameters(source):
    names: dict[str, Any] = {"Bag": Bag, "datetime": dt}
    exec(compile(source, "subject", "exec", dont_inherit=True), names)
    trees = {node.name: node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)}
    others = {name: (names[name], trees[name]) for name in trees}
    return of_function(names["f"], trees["f"], {"Bag": Bag}, others)


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("x: int", "int"),
        ("x: 'list[str]'", "list:str"),
        ("x: dict", "dict"),
        ("x: 'Callable[[int], str]'", "callable"),
        ("x: Bag", "obj:Bag"),
        ("x: 'timedelta'", "timedelta"),
        ("x: 'Path'", "path"),
        ("x=0.5", "float"),
        ("x={}", "dict"),
        ("x=True", "bool"),
        ("text", "str"),
        ("count", "int"),
        ("callback", "callable"),
        ("is_open", "bool"),
        ("when", "date"),
    ],
)
def test_the_likeliest_kind_by_annotation_default_or_name(header, kind):
    (parameter,) = parameters(f"def f({header}):\n    pass\n")
    assert parameter.kinds.most_common(1)[0][0] == kind
    assert parameter.sure == (":" in header)
    assert parameter.optional == ("=" in header)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("q.strip()", "str"),
        ("q.keys()", "dict"),
        ("q.label", "obj:Bag"),
        ("[n for n in q]", "list"),
        ("q['a']", "keyed"),
        ("q % 'a'", "str"),
        ("q - r", "int"),
        ("q(1, 2)", "callable"),
        ("isinstance(q, bytes)", "bytes"),
        ("re.sub('a', 'b', q)", "str"),
        ("abs(q)", "int"),
        ("sorted(q)", "list"),
        ("q.total_seconds()", "timedelta"),
    ],
)
def test_the_likeliest_kind_by_use(body, kind):
    q = parameters(f"def f(q, r=None):\n    return {body}\n")[0]
    assert q.kinds.most_common(1)[0][0] == kind


def test_constants_that_a_parameter_is_compared_with_are_collected():
    (q,) = parameters("def f(q):\n    return q == 'open' or q in (3, 4) or q < -1 or q is None\n")
    assert q.constants == ["'open'", "3", "4", "-1"]
    (mode,) = parameters("def f(mode: \"Literal['r', 'w']\"):\n    pass\n")
    assert (mode.constants, mode.sure) == (["'r'", "'w'"], True)


def test_kinds_come_from_the_function_that_receives_the_argument():
    (q,) = parameters("def g(number, word):\n    return word.upper() == 'X'\n\n\ndef f(q):\n    return g(1, q)\n")
    assert q.kinds["str"] > 0
    assert "'X'" not in q.constants


def test_the_number_of_arguments_of_a_callback_is_counted():
    (callback,) = parameters("def f(callback):\n    return callback(1, 2)\n")
    assert callback.arity == 2


def test_how_parameters_are_passed_and_that_builtins_may_have_no_signature():
    assert [(p.name, p.how) for p in parameters("def f(a, /, b, *c, d, **e):\n    pass\n")] == [
        ("a", "positional_only"),
        ("b", "positional_or_keyword"),
        ("c", "var_positional"),
        ("d", "keyword_only"),
        ("e", "var_keyword"),
    ]
    assert of_function(dict, None, {}, {}) == []


@pytest.mark.parametrize(
    ("value", "kind"),
    [(True, "bool"), (1, "int"), (None, "none"), (len, "callable"), (int, "type"), (frozenset(), "set"), (range(2), "list"), (pathlib.Path(), "path")],
)  # fmt: skip
def test_the_kind_of_a_default(value, kind):
    assert kind_of(value) == kind


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("attributeNameList", "list:str"),
        ("row_list", "list:list"),
        ("opDict", "dict"),
        ("maxCount", "int"),
        ("fileName", "str"),
    ],
)
def test_names_of_several_words_say_what_a_parameter_takes(name, kind):
    parameter = Parameter(name, "positional_or_keyword", False)
    from_name(parameter)
    assert parameter.kinds.most_common(1)[0][0] == kind


def test_a_documented_default_of_none_leaves_the_kind_open():
    (found,) = parameters('def f(nameList=None):\n    """Use.\n\n    Args:\n        nameList (None, optional): Names.\n    """')
    assert not found.sure
    assert found.kinds["list:str"] > found.kinds["none"]
