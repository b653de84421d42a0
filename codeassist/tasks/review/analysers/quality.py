"""Quality of changed Python code: swallowed exceptions and jumps in complexity."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from codeassist.changes.change import ChangedFile
from codeassist.tasks.review.analysers.base import Facts, functions, python_files, touches
from codeassist.tasks.review.finding import Finding, Rule, Severity

SWALLOWED = Rule("swallowed-exception", "SwallowedException", "A broad exception handler does nothing.", Severity.NOTE)
COMPLEXITY = Rule("complexity-jump", "ComplexityJump", "The complexity of a function rose sharply.", Severity.NOTE)

HIGH = 15
"""The lowest cyclomatic complexity that is reported; McCabe (1976) proposed a limit of 10."""

JUMP = 6
"""The smallest rise in cyclomatic complexity that is reported."""

BROAD = ("Exception", "BaseException")


class Quality:
    """Reports what the change adds, not what was there before."""

    name = "quality"
    rules = (SWALLOWED, COMPLEXITY)

    def run(self, facts: Facts) -> Iterable[Finding]:
        """Findings on changed Python files."""
        for file in python_files(facts.change):
            tree = facts.tree(file.path)
            if tree is None:
                continue
            if file.whole or any("except" in text for text in file.added.values()):
                yield from _swallowed(file, tree)
            if not file.whole:
                yield from _complexity(facts, file, tree)


def _swallowed(file: ChangedFile, tree: ast.Module) -> Iterator[Finding]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.ExceptHandler) or not (file.whole or node.lineno in file.touched):
            continue
        caught = ast.unparse(node.type) if node.type else ""
        does_nothing = all(
            isinstance(s, ast.Pass) or (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant)) for s in node.body
        )
        explained = any("#" in line for line in file.new_lines[node.lineno - 1 : (node.end_lineno or node.lineno)])
        if does_nothing and not explained and (not caught or caught in BROAD):
            handler = f"'except {caught}'" if caught else "A bare 'except'"
            yield Finding(
                SWALLOWED.id,
                SWALLOWED.severity,
                file.path,
                node.lineno,
                node.end_lineno or node.lineno,
                f"{handler} silently swallows every error; catch specific exceptions, or explain it in a comment.",
                0.85,
                source="quality",
            )


def _complexity(facts: Facts, file: ChangedFile, tree: ast.Module) -> Iterator[Finding]:
    complex_now = {name: (node, now) for name, node in functions(tree) if touches(file, node) and (now := mccabe(node)) >= HIGH}
    before = facts.old_tree(file) if complex_now else None
    old = dict(functions(before)) if before is not None else {}
    for qualified, (node, now) in complex_now.items():
        was = mccabe(old[qualified]) if qualified in old else 0
        if now - was >= JUMP:
            grew = f"rose from {was} to {now}" if was else f"starts at {now}"
            yield Finding(
                COMPLEXITY.id,
                COMPLEXITY.severity,
                file.path,
                node.lineno,
                node.lineno,
                f"The cyclomatic complexity of '{qualified}' {grew}; smaller functions are easier to test.",
                0.7,
                source="quality",
            )


def mccabe(function: ast.AST) -> int:
    """The cyclomatic complexity of a function: decisions plus one (McCabe, 1976)."""
    count = 1
    for node in ast.walk(function):
        if isinstance(node, ast.If | ast.For | ast.AsyncFor | ast.While | ast.ExceptHandler | ast.IfExp | ast.Assert):
            count += 1
        elif isinstance(node, ast.BoolOp):
            count += len(node.values) - 1
        elif isinstance(node, ast.comprehension):
            count += 1 + len(node.ifs)
        elif isinstance(node, ast.match_case):
            count += 1
    return count
