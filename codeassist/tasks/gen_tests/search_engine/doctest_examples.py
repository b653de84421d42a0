"""Interactive examples in documentation, each with the preceding statements that it needs."""

from __future__ import annotations

import ast
import doctest
import re

MOST_EXAMPLES = 200
"""The most interactive examples of one documentation text that are read; each may need all statements before it."""

MOST_CHARACTERS = 200_000


def examples(documentation: str) -> list[tuple[tuple[str, ...], str]]:
    """(preceding statements, expression) for every expression in the interactive examples of a documentation text."""
    try:
        parsed = doctest.DocTestParser().get_examples(first_examples(documentation))
    except ValueError:
        return []
    steps: list[str] = []
    expressions = []
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
            expressions.append((tuple(steps), source))
        elif not any(isinstance(n, (ast.Import, ast.ImportFrom)) and "doctest" in ast.unparse(n) for n in tree.body):
            steps.append(source)
    return [(_needed(before, final), final) for before, final in expressions]


def first_examples(documentation: str) -> str:
    """A documentation text up to its first `MOST_EXAMPLES` prompts, in whole lines."""
    prompts = 0
    kept: list[str] = []
    for line in documentation[:MOST_CHARACTERS].split("\n"):
        prompts += line.lstrip().startswith(">>>")
        if prompts > MOST_EXAMPLES:
            break
        kept.append(line)
    return "\n".join(kept)


def _needed(steps: tuple[str, ...], final: str) -> tuple[str, ...]:
    """The preceding statements that an expression depends on, directly or through others."""
    needed_names = set(re.findall(r"[^\W\d]\w*", final))
    selected: list[str] = []
    for step in reversed(steps):
        try:
            tree = ast.parse(step)
        except SyntaxError:
            continue
        defined = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
        defined |= {n.name for n in ast.walk(tree) if isinstance(n, (ast.FunctionDef, ast.ClassDef))}
        defined |= {
            (a.asname or a.name).split(".")[0]
            for n in ast.walk(tree)
            if isinstance(n, (ast.Import, ast.ImportFrom))
            for a in n.names
        }
        names = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
        if defined & needed_names or (not defined and names & needed_names):
            selected.append(step)
            needed_names |= names
    return tuple(reversed(selected))
