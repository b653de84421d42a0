"""Comparisons on changed Python lines that cannot be right: a naive time with an aware one, and calculated floats by `==`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from codeassist.changes.change import ChangedFile
from codeassist.tasks.review.analysers.base import Facts, python_files, touches
from codeassist.tasks.review.analysers.receivers import Around, functions_in
from codeassist.tasks.review.finding import Finding, Rule, Severity
from indexers.syntax.languages import is_test_path

NAIVE = Rule(
    "naive-time",
    "NaiveTime",
    "A time without a time zone is compared with one that has a time zone, which raises TypeError or is never equal.",
    Severity.WARNING,
    ("correctness",),
)
FLOATS = Rule(
    "float-equality",
    "FloatEquality",
    "Calculated floats are compared by ==, which rounding makes false.",
    Severity.WARNING,
    ("correctness",),
)

_NAIVE = re.compile(
    r"(?:datetime\.)?(?:datetime\.now\(\)|datetime\.utcnow\(\)|datetime\.today\(\)|datetime\.utcfromtimestamp\(.*\))"
)
_AWARE = re.compile(
    r"(?:datetime\.)?datetime\.now\([^()]+\)|(?:django\.utils\.)?timezone\.now\(\)|.*\.astimezone\(.*\)"
    r"|.*\.replace\(.*tzinfo=(?!None).+\)|(?:datetime\.)?datetime\.fromtimestamp\([^,]+, .+\)"
    r"|.*tzinfo=(?:\w+\.)*(?:utc|UTC)\b.*\)"
)
_ZONED = re.compile(r"\bnow\([^()]")
_TOLERANT = re.compile(r"\b(?:math\.)?isclose\(|\bapprox\(|\ballclose\(|\babs\(.*\)\s*<=?\s*[\w.-]+")
_EQUALS = re.compile(r"(?<![=!<>])(?:==|!=)(?!=)")


class Comparisons:
    """Times by what is assigned to both sides; floats by arithmetic, or by a tolerance that the change removes."""

    name = "comparisons"
    rules = (NAIVE, FLOATS)

    def run(self, facts: Facts) -> Iterable[Finding]:
        """Findings on changed lines, and on lines that compare what changed lines assign; not in tests."""
        slip = sum(len(_ZONED.findall(text)) for f in python_files(facts.change) for text in f.removed.values()) == 1
        for file in python_files(facts.change):
            times = _NAIVE.search(file.new or "") is not None
            floats = any(_EQUALS.search(text) for text in file.added.values())
            if file.whole or is_test_path(file.path) or not (times or floats):
                continue
            tree = facts.tree(file.path)
            for around in functions_in(file.path, tree) if tree is not None else ():
                if times:
                    yield from _times(file, around, slip=slip)
                if floats and touches(file, around.function):
                    yield from _floats(file, around)


def _times(file: ChangedFile, around: Around, *, slip: bool) -> Iterator[Finding]:
    """`slip`: the change removes one time zone only; where it removes more, it means to."""
    for node in ast.walk(around.function):
        if isinstance(node, ast.Compare) and len(node.comparators) == 1 and not isinstance(node.ops[0], ast.Is | ast.IsNot):
            sides = node.left, node.comparators[0]
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub):
            sides = node.left, node.right
        else:
            continue
        for one, other in (sides, sides[::-1]):
            lines = _lines(around, one) | _lines(around, other) | set(range(node.lineno, (node.end_lineno or 0) + 1))
            if lines.isdisjoint(file.added) or not _is_all(around, one, _NAIVE):
                continue
            known = _is_all(around, other, _AWARE)
            if known or (not _is_all(around, other, _NAIVE) and slip and _was_aware(file, around, one)):
                why = "has a time zone" if known else "was compared with a time that had a time zone before"
                yield Finding(
                    NAIVE.id,
                    NAIVE.severity,
                    file.path,
                    node.lineno,
                    node.lineno,
                    f"'{ast.unparse(one)}' has no time zone, but '{ast.unparse(other)}' {why}: "
                    "the two cannot be compared or subtracted.",
                    0.9,
                    source="comparisons",
                )
                break


def _values(around: Around, expression: ast.expr) -> list[ast.expr]:
    """What an expression may be: itself, or all values that its file assigns to the variable or attribute."""
    if isinstance(expression, ast.BinOp) and isinstance(expression.op, ast.Add | ast.Sub):
        return _values(around, expression.left)  # a time plus or minus a duration
    if isinstance(expression, ast.Name):
        return _assigned(around.function, expression.id)
    if isinstance(expression, ast.Attribute):
        return _assigned(around.tree, f".{expression.attr}")
    return [expression]


def _assigned(scope: ast.AST, name: str) -> list[ast.expr]:
    """The values below a node that are assigned to a variable, or to an attribute (`.name`) of anything, but for None."""
    return [v for v in _assignments(scope).get(name, ()) if not (isinstance(v, ast.Constant) and v.value is None)]


@lru_cache(maxsize=64)
def _assignments(scope: ast.AST) -> dict[str, list[ast.expr]]:
    found: dict[str, list[ast.expr]] = {}
    for node in ast.walk(scope):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        for target in targets:
            if isinstance(target, ast.Name | ast.Attribute) and isinstance(value := getattr(node, "value", None), ast.expr):
                found.setdefault(target.id if isinstance(target, ast.Name) else f".{target.attr}", []).append(value)
    return found


def _is_all(around: Around, expression: ast.expr, pattern: re.Pattern[str]) -> bool:
    values = _values(around, expression)
    texts = [ast.unparse(v.left if isinstance(v, ast.BinOp) else v) for v in values]
    return bool(texts) and all(pattern.fullmatch(text) for text in texts)


def _lines(around: Around, expression: ast.expr) -> set[int]:
    """The lines of the values of an expression."""
    return {value.lineno for value in _values(around, expression)}


def _was_aware(file: ChangedFile, around: Around, expression: ast.expr) -> bool:
    """Whether a removed line of the hunk had the same call with a time zone, and nothing else that changed there."""
    changed = _lines(around, expression)
    for hunk in file.hunks:
        if changed.isdisjoint(hunk.added):
            continue
        now = {re.sub(r"\b(?:utc)?now\(\)", "now()", hunk.added[n]).strip() for n in changed if n in hunk.added}
        zoned = [text for text in hunk.removed.values() if _ZONED.search(text)]
        was = {re.sub(r"\bnow\([^()]+\)", "now()", text).strip() for text in zoned}
        if now & was:
            return True
    return False


def _floats(file: ChangedFile, around: Around) -> Iterator[Finding]:
    if around.function.name in ("__eq__", "__ne__", "__hash__"):
        return
    for node in ast.walk(around.function):
        if (
            not isinstance(node, ast.Compare)
            or not isinstance(node.ops[0], ast.Eq | ast.NotEq)
            or node.lineno not in file.added
        ):
            continue
        sides = [node.left, *node.comparators]
        if any(isinstance(s, ast.Constant) and (not isinstance(s.value, float) or s.value.is_integer()) for s in sides):
            continue
        tolerant = _lost_tolerance(file, node)
        if tolerant or any(_is_calculated(around, side) for side in sides):
            why = "; it was compared with a tolerance before" if tolerant else ""
            yield Finding(
                FLOATS.id,
                FLOATS.severity,
                file.path,
                node.lineno,
                node.lineno,
                f"'{ast.unparse(node)}' compares calculated floats exactly: rounding can make equal values differ{why}.",
                0.85,
                source="comparisons",
            )


def _lost_tolerance(file: ChangedFile, node: ast.Compare) -> bool:
    names = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)} | {
        n.attr for n in ast.walk(node) if isinstance(n, ast.Attribute)
    }
    for hunk in file.hunks:
        if node.lineno in hunk.added:
            for text in hunk.removed.values():
                if _TOLERANT.search(text) and not _EQUALS.search(text) and len(names & set(re.findall(r"\w+", text))) > 1:
                    return True
    return False


def _is_calculated(around: Around, expression: ast.expr) -> bool:
    """Whether an expression, or the only value of a local variable, is float arithmetic that rounds."""
    values = _assigned(around.function, expression.id) if isinstance(expression, ast.Name) else [expression]
    return len(values) == 1 and isinstance(values[0], ast.BinOp) and _rounds(values[0])


def _rounds(node: ast.BinOp) -> bool:
    """Whether arithmetic has a float that is not a whole number, or divides numbers by something other than a power of two."""
    for part in ast.walk(node):
        if isinstance(part, ast.Call | ast.Subscript):
            return False  # such as round() or int(): the result may be exact
        if isinstance(part, ast.Constant) and isinstance(part.value, float) and not (part.value * 1024).is_integer():
            return True
        if isinstance(part, ast.BinOp) and isinstance(part.op, ast.Div) and isinstance(part.right, ast.Constant):
            divisor = part.right.value
            if isinstance(divisor, int) and divisor & (divisor - 1):
                return True
    return False
