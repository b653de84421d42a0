"""Mutants of what runs while the module is imported: its tables, patterns, defaults and decorators.

Each is loaded once, and candidates are tried on it until one differs. Only those count that run code which uses what the
mutated statement defines; where many rows of a table are mutated, candidates with many different results are looked for first.
"""

from __future__ import annotations

import ast
import re
import time
from collections import Counter
from dataclasses import dataclass, field

from .execution import Candidate
from .selection import Chosen, Selection

SPREAD = 120
"""Candidates with different results that are looked for by statement."""

ALIKE = 3
"""Of these, so many may differ in numbers alone."""

MOST = 400
"""Candidates that are tried on one mutant."""

_FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass
class _Statement:
    """A statement of the module: the lines that use what it defines (None when that is not known), and candidates for it."""

    users: frozenset[int] | None
    spread: list[Chosen] = field(default_factory=list)
    matching: dict[int, list[Chosen]] = field(default_factory=dict)
    looked: bool = False


class Imported:
    """Chooses candidates for the mutants of import time."""

    def __init__(self, selection: Selection) -> None:
        """`selection` holds the mutants and the candidates so far; both are added to."""
        self.selection, self.bench, self.search = selection, selection.bench, selection.search
        self._statements: dict[int, _Statement] = {}

    def take(self, until: float) -> None:
        """Go through the living mutants of import time until a moment of `time.monotonic`."""
        chosen = self.selection
        for mutant in sorted(m for m in chosen.alive if m in self.bench.at_import):
            if time.monotonic() > until:
                break
            line = chosen.mutants[mutant].line
            statement = self._statement(line)
            if not statement.looked:
                self._spread(statement, until)
            killer = self._first(mutant, [*statement.spread, *self._near(statement)], until)
            killer = killer or self._first(mutant, self._matching(statement, line, until), until)
            if killer is not None:
                chosen.alive.discard(mutant)
                killer.kills.add(mutant)
                for known in (chosen.pool, chosen.useful):
                    if killer not in known:
                        known.append(killer)
        self.bench.restore()

    def _first(self, mutant: int, tried: list[Chosen], until: float) -> Chosen | None:
        for chosen in tried[:MOST]:
            if time.monotonic() > until:
                return None
            if self.selection.differs(chosen.candidate, chosen.outcome, mutant):
                return chosen
        return None

    def _near(self, statement: _Statement) -> list[Chosen]:
        """The candidates that run code which uses what the statement defines, those that are kept anyway first."""
        users = statement.users
        near = [c for c in self.selection.pool if users is None or users & c.outcome.lines]
        return sorted(near, key=lambda c: (not c.kills, len(c.candidate.text)))

    def _statement(self, line: int) -> _Statement:
        body = self.bench.tree.body
        node = next((s for s in body if s.lineno <= line <= (s.end_lineno or line)), None)
        key = node.lineno if node is not None else 0
        if key not in self._statements:
            self._statements[key] = _Statement(self._users(node, line) if node is not None else None)
        return self._statements[key]

    def _users(self, node: ast.stmt, line: int) -> frozenset[int] | None:
        """The lines of functions that use what a statement defines, directly or through other definitions of the module."""
        inner = [n for n in ast.walk(node) if isinstance(n, _FUNCTIONS) and n.lineno <= line < n.body[0].lineno]
        if inner:  # a default or an annotation: the function itself
            return frozenset(range(inner[-1].body[0].lineno, (inner[-1].end_lineno or 0) + 1))
        names = _defined(node)
        if not names or isinstance(node, ast.ClassDef):
            return None
        while True:
            more = {
                name
                for other in self.bench.tree.body
                if not isinstance(other, _FUNCTIONS | ast.ClassDef) and _used(other) & names
                for name in _defined(other)
            }
            if more <= names:
                break
            names |= more
        return frozenset(
            n.lineno
            for function in ast.walk(self.bench.tree)
            if isinstance(function, _FUNCTIONS)
            for n in ast.walk(function)
            if isinstance(n, ast.Name) and n.id in names
        )

    def _spread(self, statement: _Statement, until: float) -> None:
        """Look for candidates with different results, that no branch tells apart: each may show another row of a table."""
        statement.looked = True
        near = [c for c in self._near(statement) if not c.outcome.raised] if statement.users is not None else []
        statement.spread = near[:SPREAD]
        seen = Counter(_form(c) for c in near)
        stop = min(until, time.monotonic() + 0.25 * max(0.0, until - time.monotonic()))
        self.bench.restore()
        while near and len(statement.spread) < SPREAD and time.monotonic() < stop:
            made = self._settled(self.search.maker.varied(self.search.chance.choice(near).candidate))
            if made and seen[_form(made)] < ALIKE and (statement.users or frozenset()) & made.outcome.lines:
                seen[_form(made)] += 1
                statement.spread.append(made)
                near.append(made)

    def _matching(self, statement: _Statement, line: int, until: float) -> list[Chosen]:
        """Calls with strings that the constants on a line match or are: tables of patterns are what modules hold most."""
        if line not in statement.matching:
            texts = [
                t
                for t in self.search.inventory.targets
                if any(p.kinds.get("str") for p in t.parameters[:2])
                and t.kind in ("function", "class", "classmethod", "static")
            ]
            self.bench.restore()
            found: list[Chosen] = []
            for candidate in self.search.maker.matching(line, texts):
                if time.monotonic() > until:
                    break
                made = self._settled(candidate)
                if made and (statement.users is None or statement.users & made.outcome.lines):
                    found.append(made)
            statement.matching[line] = found
        return statement.matching[line]

    def _settled(self, candidate: Candidate) -> Chosen | None:
        made, outcome = self.bench.settle(candidate)
        return None if outcome.bad or outcome.raised else Chosen(made, outcome)


def _form(chosen: Chosen) -> tuple[str, str]:
    """A result without its numbers: rows of a table differ in more than these."""
    return chosen.candidate.target, re.sub(r"\d+", "0", " ".join(chosen.outcome.checks))


def _defined(node: ast.stmt) -> set[str]:
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return {n.id for t in targets if t is not None for n in ast.walk(t) if isinstance(n, ast.Name)}


def _used(node: ast.stmt) -> set[str]:
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
