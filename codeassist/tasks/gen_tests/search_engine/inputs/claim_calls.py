"""Calls that check a claim of the documentation, and examples, as source text; and what their runs gave."""

from __future__ import annotations

import ast
import math
import re
from collections import Counter

from ..promises.documented import Claim
from ..running.outcome import Candidate, Outcome
from ..subjects.kinds import NAMES, Parameter
from .doctest_examples import Documented

KINDS = ("int", "str", "list", "dict", "set", "tuple", "float", "bytes", "bool", "date", "datetime", "iter", "path")
"""Kinds of value that claims are tried with."""


def candidate_of(claim: Claim, steps: tuple[str, ...]) -> Candidate:
    """The check of a claim with some inputs."""
    if claim.raises:
        return Candidate("", steps, claim.call)
    imports = tuple(f"import {m}" for m in ("calendar", "math", "statistics") if f"{m}." in claim.test)
    test = f"not ({claim.given}) or ({claim.test})" if claim.given else claim.test
    return Candidate(
        "", (*imports, *steps, *claim.before), f"bool({test})" if claim.given or "list(" not in claim.test else test
    )


def arguments_of(call: str, claim: Claim) -> tuple[str, ...]:
    """Assignments of the arguments of a call to the claim's parameters; empty when that is not possible."""
    try:
        node = ast.parse(call, mode="eval").body
    except SyntaxError:
        return ()
    if not isinstance(node, ast.Call) or ast.unparse(node.func) != claim.function:
        return ()
    if node.keywords or len(node.args) != len(claim.parameters):
        return ()
    return tuple(f"{p} = {ast.unparse(a)}" for p, a in zip(claim.parameters, node.args, strict=True))


class _Values(ast.NodeTransformer):
    def __init__(self, values: dict[str, str]) -> None:
        self.values = values

    def visit_Name(self, node: ast.Name) -> ast.expr:
        text = self.values.get(node.id)
        return node if text is None else ast.parse(text, mode="eval").body


def with_values(expression: str, values: dict[str, str]) -> str:
    """An expression with the parameters' values in place of their names."""
    text = ast.unparse(_Values(values).visit(ast.parse(expression, mode="eval")))
    return re.sub(r"\blist\((\[[^\[\]()]*\])\)", r"\1", text)


def likely_kind(parameter: Parameter) -> str:
    """The most likely of the kinds that claims can be tried with; "" if there is none."""
    weights: Counter[str] = Counter()
    for kind, weight in parameter.kinds.items():
        weights[kind if kind.startswith("obj:") else kind.partition(":")[0]] += weight
    known = [(weight, -n, kind) for n, kind in enumerate(KINDS) if (weight := weights[kind]) > 0]
    likely = max(known)[2] if known else ""
    named = next((kinds[0] for pattern, kinds in NAMES if re.match(pattern, parameter.name)), "")
    return "str" if named == "str" and likely in ("list", "iter", "int", "float", "") and not parameter.sure else likely


def value_of(outcome: Outcome) -> str | None:
    """The text that a `repr(...)` call gave, if it is short enough to be known."""
    check = next((c for c in outcome.checks if c.startswith("{v} == ")), None)
    if check is None:
        return None
    try:
        return str(ast.literal_eval(check.removeprefix("{v} == ")))
    except (ValueError, SyntaxError):
        return None


def nearly_equal(one: str, other: str) -> bool:
    """Whether two source texts are floating-point numbers, or lists of some, that are equal but for rounding."""
    try:
        values = [ast.literal_eval(text) for text in (one, other)]
    except (ValueError, SyntaxError):
        return False
    first, second = (v if isinstance(v, (list, tuple)) else [v] for v in values)
    numbers = [n for n in (*first, *second) if type(n) in (int, float)]
    if len(numbers) < len(first) + len(second) or not any(type(n) is float for n in numbers) or len(first) != len(second):
        return False
    return all(math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-12) for a, b in zip(first, second, strict=True))


def depends_on_place(example: Documented) -> bool:
    """Whether the answer of an example depends on files or servers that its writer had: `exists("/path/of/file")`."""
    elsewhere = re.search(r"['\"](?:/|~|\.\.?/|[A-Za-z]:[\\/]|\w+://)", "\n".join((*example.before, example.final)))
    return elsewhere is not None and example.want.strip() in ("True", "False")


def bases(error: BaseException | None) -> set[str]:
    """The names of an exception's classes."""
    return {c.__name__ for c in type(error).__mro__} if error is not None else set()


def expected_result(example: Documented) -> str:
    """What an example is documented to do, in words."""
    return f"raise {example.raises}" if example.raises else f"give {' '.join(example.want.split())[:80]}"


def as_check(example: Documented) -> str:
    """The example as a check."""
    if example.raises:
        return f"{example.final}  # {example.raises}"
    want = example.want.strip()
    try:
        ast.literal_eval(want)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return f"print({example.final})  # {' '.join(want.split())[:80]}"
    return f"assert {example.final} == {want}"
