"""Inputs repaired by what an exception says: the entry that a KeyError misses is added to a dictionary of the input."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace

from .outcome import Candidate, Outcome

PLACES = 4
"""Maximum dictionaries of one input that are repaired, each on its own."""

REPAIRS = 8
"""How many entries are added to one input, one after the other."""

OFTEN = 12
"""How often one entry is added to the inputs of one function: the code may look for it somewhere else."""


class Repairs:
    """Repairs the inputs of one search."""

    def __init__(self, value_for: Callable[[str], str]) -> None:
        """`value_for` makes the source text of a value for an entry."""
        self.value_for = value_for
        self._counts: Counter[tuple[str, str]] = Counter()

    def follow(self, candidate: Candidate, outcome: Outcome | None, run: Callable[[Candidate], Outcome | None]) -> None:
        """Run repaired forms of a candidate that failed for want of an entry, as long as this changes what is missed."""
        for _ in range(REPAIRS):
            key = missing_entry(outcome)
            if not key or self._counts[candidate.target, key] >= OFTEN:
                return
            self._counts[candidate.target, key] += 1
            for repaired in with_entry(candidate, key, self.value_for(key)):
                after = run(repaired)
                if after is not None and missing_entry(after) != key:
                    candidate, outcome = repaired, after
                    break
            else:
                return


def missing_entry(outcome: Outcome | None) -> str:
    """The key that was missing in a mapping; "" when nothing like it was the reason."""
    error = outcome.error if outcome is not None else None
    key = error.args[0] if isinstance(error, KeyError) and error.args else ""
    return key if isinstance(key, str) and 0 < len(key) < 60 else ""


def with_entry(candidate: Candidate, key: str, value: str) -> Iterator[Candidate]:
    """The candidate with an entry added to one of its dictionaries, inner ones last."""
    parts = [*candidate.steps, candidate.final]
    found = 0
    for n, part in reversed(list(enumerate(parts))):
        tree = ast.parse(part)
        for node in [d for d in ast.walk(tree) if isinstance(d, ast.Dict)]:
            if found == PLACES or any(isinstance(k, ast.Constant) and k.value == key for k in node.keys):
                continue
            found += 1
            node.keys.append(ast.Constant(key))
            node.values.append(ast.parse(value, mode="eval").body)
            changed = [*parts[:n], ast.unparse(tree), *parts[n + 1 :]]
            yield replace(candidate, steps=tuple(changed[:-1]), final=changed[-1])
            node.keys.pop()
            node.values.pop()
