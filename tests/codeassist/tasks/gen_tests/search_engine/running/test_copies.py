"""Copies of syntax trees share no node that is changed with the original."""

from __future__ import annotations

import ast

from codeassist.tasks.gen_tests.search_engine.running.copies import copied

SOURCE = "async def f(a, *b, c=1, **d):\n    with a as (x, y):\n        return [n async for n in b if not n.c] or {**d}\n"


def test_a_copy_is_equal_with_its_positions_and_independent():
    tree = ast.parse(SOURCE)
    copy = copied(tree)
    assert ast.dump(copy, include_attributes=True) == ast.dump(tree, include_attributes=True)
    assert not {id(n) for n in ast.walk(copy)} & {id(n) for n in ast.walk(tree)}
    copy.body[0].name = "g"
    assert ast.unparse(tree).startswith("async def f(")
    compile(copy, "copy", "exec")
