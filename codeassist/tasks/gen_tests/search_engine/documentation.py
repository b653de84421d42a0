"""Interactive examples in a documentation, each with the statements before it that it needs."""

from __future__ import annotations

import ast
import doctest
import re


def examples(documentation: str) -> list[tuple[tuple[str, ...], str]]:
    """(statements before, expression) for every expression of the interactive examples in a documentation."""
    try:
        parsed = doctest.DocTestParser().get_examples(documentation)
    except ValueError:
        return []
    steps: list[str] = []
    found = []
    for example in parsed:
        source = example.source.strip()
        try:
            tree = ast.parse(source)
        except SyntaxError:
            continue
        if doctest.SKIP in example.options:
            continue
        if "#" in source or "\n" in source:
            source = ast.unparse(tree)  # without comments, on one line where it is an expression
        if len(tree.body) == 1 and isinstance(tree.body[0], ast.Expr):
            found.append((tuple(steps), source))
        elif not any(isinstance(n, (ast.Import, ast.ImportFrom)) and "doctest" in ast.unparse(n) for n in tree.body):
            steps.append(source)
    return [(_needed(before, final), final) for before, final in found]


def _needed(steps: tuple[str, ...], final: str) -> tuple[str, ...]:
    """Of the statements before an expression those that it leans on, directly or through others."""
    wanted = set(re.findall(r"[^\W\d]\w*", final))
    kept: list[str] = []
    for step in reversed(steps):
        try:
            tree = ast.parse(step)
        except SyntaxError:
            continue
        made = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
        made |= {n.name for n in ast.walk(tree) if isinstance(n, (ast.FunctionDef, ast.ClassDef))}
        made |= {
            (a.asname or a.name).split(".")[0]
            for n in ast.walk(tree)
            if isinstance(n, (ast.Import, ast.ImportFrom))
            for a in n.names
        }
        names = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
        if made & wanted or (not made and names & wanted):
            kept.append(step)
            wanted |= names
    return tuple(reversed(kept))
