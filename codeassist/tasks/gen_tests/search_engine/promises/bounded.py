"""Objects that are documented to hold a limited number of items: they are filled past it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from ..running.execution import Bench
from ..running.outcome import Candidate
from ..subjects.target import Target
from .documented import Claim
from .properties import limits

LIMIT, FILLED = 2, 6
"""The limit that an object is made with, and how often it is filled."""

_SIZED = "sorted(n for n, v in vars({name}).items() if isinstance(v, (list, dict, set, tuple)) or type(v).__name__ == 'deque')"


def limit_claims(bench: Bench, targets: Sequence[Target]) -> Iterator[tuple[Target, Claim]]:
    """(the method that fills an object, the promise that it holds no more than its limit) for the classes among the targets."""
    for made in targets:
        required = [p.name for p in made.parameters if not p.optional] if made.kind == "class" else []
        methods = [t for t in targets if t.kind == "method" and t.owner == made.name and not t.is_async]
        text = "\n".join([made.documentation, *(t.documentation for t in methods)])
        for parameter in limits(text, [p.name for p in made.parameters]):
            if not set(required) <= {parameter}:
                continue
            for method in methods:
                if len([p for p in method.parameters if not p.optional]) == 1 and not method.name.startswith("_"):
                    yield from _claims(bench, made, parameter, method)


def _claims(bench: Bench, made: Target, parameter: str, method: Target) -> Iterator[tuple[Target, Claim]]:
    name = made.variable
    steps = (f"{name} = {made.name}({parameter}={LIMIT})", f"for n in range({FILLED}):\n    {name}.{method.name}(n)")
    for size in _sizes(bench, name, steps):
        says = f"lets a {made.name} hold more than {parameter} items"
        test = f"{size} <= {LIMIT}"
        yield method, Claim(method.name, test, (), says, test, before=steps)


def _sizes(bench: Bench, name: str, steps: tuple[str, ...]) -> list[str]:
    """Expressions for how many items an object holds: its own length, else those of its containers that a test may read."""
    if not bench.run(Candidate("", steps, f"len({name}) >= 0")).raised:
        return [f"len({name})"]
    outcome = bench.run(Candidate("", steps, _SIZED.format(name=name)))
    check = next((c for c in outcome.checks if c.startswith("{v} == [")), "")
    names = ast.literal_eval(check.removeprefix("{v} == ")) if check and not outcome.raised else []
    return [f"len({name}.{attribute})" for attribute in names if not attribute.startswith("_")]
