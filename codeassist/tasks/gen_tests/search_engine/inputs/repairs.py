"""Inputs repaired by what an exception says.

The entry that a KeyError misses is added to a dictionary of the input. A value that is in no list or table of an object becomes
one that the object was made with.
"""

from __future__ import annotations

import ast
import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace

from ..running.outcome import Candidate, Outcome

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
        self._name_items(candidate, outcome, run)
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

    def _name_items(self, candidate: Candidate, outcome: Outcome | None, run: Callable[[Candidate], Outcome | None]) -> None:
        """Run forms of a candidate in which a value that was looked for in vain is one that its object contains."""
        value = sought_item(outcome)
        if value is None or self._counts[candidate.target, ""] >= 4 * OFTEN:
            return
        self._counts[candidate.target, ""] += 1
        for repaired in itertools.islice(with_items_of_object(candidate, value), PLACES):
            run(repaired)


def sought_item(outcome: Outcome | None) -> str | int | None:
    """The text or number that a call looked for in a list or mapping that does not contain it; None for other outcomes."""
    error = outcome.error if outcome is not None else None
    if isinstance(error, ValueError) and (found := re.fullmatch(r"(.+) is not in (?:list|deque|tuple)", str(error))):
        try:
            value = ast.literal_eval(found[1])
        except (ValueError, SyntaxError):
            return None
    else:
        value = error.args[0] if isinstance(error, KeyError) and error.args else None
    return value if isinstance(value, (str, int)) and not isinstance(value, bool) else None


def with_items_of_object(candidate: Candidate, value: str | int) -> Iterator[Candidate]:
    """The candidate with items of the lists and keys of the dictionaries in its steps in place of a value in its call."""
    items: dict[str, None] = {}
    for step in candidate.steps:
        for node in ast.walk(ast.parse(step)):
            parts = node.elts if isinstance(node, (ast.List, ast.Tuple)) else node.keys if isinstance(node, ast.Dict) else []
            items |= {repr(p.value): None for p in parts if isinstance(p, ast.Constant) and type(p.value) is type(value)}
    tree = ast.parse(candidate.final)
    places = [n for n in ast.walk(tree) if isinstance(n, ast.Constant) and type(n.value) is type(value) and n.value == value]
    for text in items if places else ():
        for place in places:
            place.value = ast.literal_eval(text)
        yield replace(candidate, final=ast.unparse(tree))


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
