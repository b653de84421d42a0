"""Calls with a wrong number of arguments in languages other than Python."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("name", "before", "after", "user", "line"),
    [
        (
            "a.go",
            "package a\n\nfunc Clamp(x int) int { return x }\n",
            "package a\n\nfunc Clamp(x, high int) int { return x }\n",
            "package a\n\nvar y = Clamp(3)\n",
            3,
        ),
        (
            "a.rs",
            "pub fn clamp(x: i32) -> i32 { x }\n",
            "pub fn clamp(x: i32, high: i32) -> i32 { x }\n",
            "fn g() { clamp(3); }\n",
            1,
        ),
        (
            "A.java",
            "class A {\n  static int clamp(int x) { return x; }\n}\n",
            "class A {\n  static int clamp(int x, int high) { return x; }\n}\n",
            "class B { int y = A.clamp(3); }\n",
            1,
        ),
        (
            "a.ts",
            "export function clamp(x: number): number { return x }\n",
            "export function clamp(x: number, high: number): number { return x }\n",
            "clamp(3)\n",
            1,
        ),
    ],
)
def test_other_languages_by_number_of_arguments(findings, name, before, after, user, line):
    other = f"b{name[name.index('.') :]}"
    result = findings({name: before, other: user}, {name: after})
    [finding] = [f for f in result.every if f.rule == "arity-changed"]
    assert [str(p) for p in finding.evidence] == [f"{other}:{line}"]


GO = "package a\n\nfunc Clamp(x int) int { return x }\n"


@pytest.mark.parametrize(
    ("name", "before", "after", "user"),
    [
        ("a.go", GO, GO.replace("x int", "y int"), "var y = Clamp(3)\n"),
        ("a.go", GO, GO.replace("x int", "xs ...int"), "var y = Clamp(3)\n"),
        ("a.go", GO, GO.replace("x int", "x, high int"), "var y = Clamp(3, 4)\n"),
        ("a.go", GO, GO.replace("x int", "x, high int"), "var y = Clamp(xs...)\n"),
        ("a.go", GO, GO.replace("x int", "x, high int"), "var y = Clamped(3)\n"),
        ("a.go", GO, GO.replace("x int", "x, high int"), "var y = Clamp(3)\n\nfunc Clamp(x int) int { return x }\n"),
        ("a.ts", "function clamp(x) { }\n", "function clamp(x, high?: number) { }\n", "clamp(3)\n"),
        ("a.ts", "function clamp(x) { }\n", "function clamp(x, high = 3) { }\n", "clamp(3)\n"),
    ],
)
def test_calls_that_still_fit_or_may_mean_something_else_are_not_reported(findings, name, before, after, user):
    result = findings({name: before, f"b{name[1:]}": user}, {name: after})
    assert not [f for f in result.every if f.rule == "arity-changed"]


def test_commas_in_strings_brackets_and_type_arguments_do_not_separate_arguments(findings):
    before = "function f(a) { }\n"
    user = 'f(g(1, 2))\nf([1, 2])\nf("1, 2")\nf(new Map<string, number>())\nf(\n  1,\n  2,\n)\n'
    result = findings({"a.ts": before, "b.ts": user}, {"a.ts": before.replace("(a)", "(a, b)")})
    [finding] = [f for f in result.every if f.rule == "arity-changed"]
    assert [p.line for p in finding.evidence] == [1, 2, 3, 4]  # the last call passes two
    assert finding.message == "'f' now takes 2 arguments, but b.ts:1 passes a different number (4 calls)."


def test_in_a_language_that_allows_missing_arguments_it_is_a_note(findings):
    result = findings({"a.js": "function f(a) { }\n", "b.js": "f(1)\n"}, {"a.js": "function f(a, b) { }\n"})
    assert [f.severity.value for f in result.every if f.rule == "arity-changed"] == ["note"]
