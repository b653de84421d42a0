"""Calls with a wrong number of arguments in Kotlin, Ruby and PHP."""

from __future__ import annotations

import time

import pytest

KOTLIN = "fun clamp(x: Int): Int { return x }\n"


@pytest.mark.parametrize(
    ("name", "before", "after", "user"),
    [
        ("a.kt", KOTLIN, KOTLIN.replace("x: Int", "x: Int, high: Int"), "val y = clamp(3)\n"),
        ("a.rb", "def clamp(x)\n  x\nend\n", "def clamp(x, high)\n  x\nend\n", "clamp(3)\n"),
        (
            "a.php",
            "<?php\nfunction clamp($x) {\n return $x;\n}\n",
            "<?php\nfunction clamp($x, $high) {\n return $x;\n}\n",
            "<?php\nclamp(3);\n",
        ),
    ],
)
def test_calls_by_number_of_arguments(findings, name, before, after, user):
    other = f"b{name[name.index('.') :]}"
    result = findings({name: before, other: user}, {name: after})
    [finding] = [f for f in result.every if f.rule == "arity-changed"]
    assert [str(p) for p in finding.evidence] == [f"{other}:{user.count(chr(10))}"]


@pytest.mark.parametrize(
    ("after", "user"),
    [
        (KOTLIN.replace("x: Int", "y: Int"), "val y = clamp(3)\n"),
        (KOTLIN.replace("x: Int", "vararg xs: Int"), "val y = clamp(3)\n"),
        (KOTLIN.replace("x: Int", "x: Int, high: Int = 3"), "val y = clamp(3)\n"),
        (KOTLIN.replace("x: Int", "x: Int, high: Int"), "val y = clamp(3, 4)\n"),
        (KOTLIN.replace("x: Int", "x: Int, high: Int"), "val y = clamped(3)\n"),
        (KOTLIN.replace("x: Int", "x: Int, high: Int"), "val y = clamp(3)\n\n" + KOTLIN),
        (KOTLIN.replace("x: Int", "x: Int, high: Int"), '// clamp(3)\nval y = "clamp(3)"\n'),
        (KOTLIN.replace("x: Int", "x: Int, high: Int"), "val y = other.clamp(3)\n"),
    ],
)
def test_calls_that_still_fit_or_may_mean_something_else_are_not_reported(findings, after, user):
    result = findings({"a.kt": KOTLIN, "b.kt": user}, {"a.kt": after})
    assert not [f for f in result.every if f.rule == "arity-changed"]


def test_commas_in_strings_brackets_and_type_arguments_do_not_separate_arguments(findings):
    user = 'val a = clamp(g(1, 2))\nval b = clamp(arrayOf(1, 2))\nval c = clamp("1, 2")\nval e = clamp(\n  1,\n  2,\n)\n'
    result = findings({"a.kt": KOTLIN, "b.kt": user}, {"a.kt": KOTLIN.replace("x: Int", "x: Int, high: Int")})
    [finding] = [f for f in result.every if f.rule == "arity-changed"]
    assert [p.line for p in finding.evidence] == [1, 2, 3]  # the last call passes two
    assert finding.message == "'clamp' now takes 2 arguments, but b.kt:1 passes a different number (3 calls)."


def test_commas_between_the_types_of_a_function_do_not_separate_parameters(findings):
    after = "fun clamp(x: (Int) -> Map<Int, String>): Int { return 1 }\n"
    result = findings({"a.kt": KOTLIN, "b.kt": "val a = clamp(3)\nval b = clamp({ y -> of<Int, Int>(y) })\n"}, {"a.kt": after})
    assert not [f for f in result.every if f.rule == "arity-changed"]


@pytest.mark.parametrize("line", ["clamp(" + "1, " * 200_000 + ")", "clamp(1)" + '"a\\' * 100_000])
def test_a_long_line_takes_linear_time(findings, line):
    started = time.process_time()
    findings({"a.kt": KOTLIN, "b.kt": f"val a = {line}\n"}, {"a.kt": KOTLIN.replace("x: Int", "x: Int, high: Int")})
    assert time.process_time() - started < 20.0  # in quadratic time it takes minutes
