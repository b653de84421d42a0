"""Mutants of code that runs at import time: tables, patterns, defaults and decorators.

Each mutant is loaded once, and candidates run on it until one gives a different result. Only candidates that run code which
uses the names that the mutated statement defines are tried. Because one statement may be a table with many mutated rows,
candidates with many different results are collected for it first.
"""

from __future__ import annotations

import ast
import re
import time
from collections import Counter
from dataclasses import dataclass, field

from ..running.outcome import Candidate
from .selection import Selection
from .set_cover import Chosen

SPREAD = 120
"""Maximum candidates with different results per statement."""

ALIKE = 3
"""Maximum of these whose results differ only in numbers."""

FIRST = 30
"""So many of these are tried before calls that are made for the mutated line."""

MOST = 400
"""Maximum candidates that are tried on one mutant."""

_FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass
class _Statement:
    """A statement of the module: the lines that use the names it defines (None when unknown), and candidates for it."""

    users: frozenset[int] | None
    spread: list[Chosen] = field(default_factory=list)
    matching: dict[int, list[Chosen]] = field(default_factory=dict)
    searched: bool = False


class Imported:
    """Chooses candidates that kill the import-time mutants."""

    def __init__(self, selection: Selection) -> None:
        """`selection` holds the mutants and the candidates so far; `take` updates both."""
        self.selection, self.bench, self.search = selection, selection.bench, selection.search
        self._statements: dict[int, _Statement] = {}

    def take(self, until: float) -> None:
        """Try the surviving import-time mutants until `until`, a time of `time.monotonic`."""
        selection = self.selection
        for mutant in sorted(m for m in selection.alive if m in self.bench.at_import):
            if time.monotonic() > until:
                break
            line = selection.mutants[mutant].line
            statement = self._statement(line)
            if not statement.searched:
                self._spread(statement, until)
            killer = self._first_killer(mutant, statement.spread[:FIRST], until)
            killer = killer or self._first_killer(mutant, self._matching(statement, line, until), until)
            rest = [*statement.spread[FIRST:], *self._related_candidates(statement)]
            killer = killer or self._first_killer(mutant, rest, until)
            if killer is not None:
                selection.alive.discard(mutant)
                killer.kills.add(mutant)
                for candidates in (selection.pool, selection.useful):
                    if killer not in candidates:
                        candidates.append(killer)
        self.bench.restore()

    def _first_killer(self, mutant: int, candidates: list[Chosen], until: float) -> Chosen | None:
        for chosen in candidates[:MOST]:
            if time.monotonic() > until:
                return None
            if self.selection.differs(chosen.candidate, chosen.outcome, mutant):
                return chosen
        return None

    def _related_candidates(self, statement: _Statement) -> list[Chosen]:
        """The candidates that run code which uses the names the statement defines; candidates with kills come first."""
        users = statement.users
        near = [c for c in self.selection.pool if users is None or users & c.outcome.lines]
        return sorted(near, key=lambda c: (not c.kills, len(c.candidate.text)))

    def _statement(self, line: int) -> _Statement:
        body = self.bench.tree.body
        node = next((s for s in body if s.lineno <= line <= (s.end_lineno or line)), None)
        key = node.lineno if node is not None else 0
        if key not in self._statements:
            self._statements[key] = _Statement(self._using_lines(node, line) if node is not None else None)
        return self._statements[key]

    def _using_lines(self, node: ast.stmt, line: int) -> frozenset[int] | None:
        """The lines in functions that use the names a statement defines, directly or through other module-level names."""
        inner = [n for n in ast.walk(node) if isinstance(n, _FUNCTIONS) and n.lineno <= line < n.body[0].lineno]
        if inner:  # a default or an annotation: the lines of the function itself
            return frozenset(range(inner[-1].body[0].lineno, (inner[-1].end_lineno or 0) + 1))
        names = _defined(node)
        if not names or isinstance(node, ast.ClassDef):
            return None
        while True:
            dependents = {
                name
                for other in self.bench.tree.body
                if not isinstance(other, _FUNCTIONS | ast.ClassDef) and _used(other) & names
                for name in _defined(other)
            }
            if dependents <= names:
                break
            names |= dependents
        return frozenset(
            n.lineno
            for function in ast.walk(self.bench.tree)
            if isinstance(function, _FUNCTIONS)
            for n in ast.walk(function)
            if isinstance(n, ast.Name) and n.id in names
        )

    def _spread(self, statement: _Statement, until: float) -> None:
        """Collect candidates with different results on the same branches: each may use another row of a table."""
        statement.searched = True
        sources = (
            [c for c in self._related_candidates(statement) if not c.outcome.raised] if statement.users is not None else []
        )
        statement.spread = sources[:SPREAD]
        form_counts = Counter(_form(c) for c in sources)
        stop = min(until, time.monotonic() + 0.25 * max(0.0, until - time.monotonic()))
        self.bench.restore()
        while sources and len(statement.spread) < SPREAD and time.monotonic() < stop:
            made = self._settled(self.search.maker.varied(self.search.chance.choice(sources).candidate))
            if made and form_counts[_form(made)] < ALIKE and (statement.users or frozenset()) & made.outcome.lines:
                form_counts[_form(made)] += 1
                statement.spread.append(made)
                sources.append(made)

    def _matching(self, statement: _Statement, line: int, until: float) -> list[Chosen]:
        """Calls with the string constants on a line, and with strings that match them as patterns, as many tables need."""
        if line not in statement.matching:
            users = statement.users or frozenset()
            private = [t for t in self.search.by_name.values() if t.lines & users and t not in self.search.inventory.targets]
            targets = [
                t
                for t in (*self.search.inventory.targets, *private)
                if any(p.kinds.get("str") or not p.kinds for p in t.parameters[:2])
                and t.kind in ("function", "class", "classmethod", "static", "method")
            ]
            targets.sort(key=lambda t: not t.lines & users)  # what uses the statement first
            self.bench.restore()
            matches: list[Chosen] = []
            for candidate in self.search.maker.matching(line, targets):
                if time.monotonic() > until:
                    break
                chosen = self._settled(candidate)
                if chosen and (statement.users is None or statement.users & chosen.outcome.lines):
                    matches.append(chosen)
            statement.matching[line] = matches
        return statement.matching[line]

    def _settled(self, candidate: Candidate) -> Chosen | None:
        settled, outcome = self.bench.settle(candidate)
        return None if outcome.bad or outcome.raised else Chosen(settled, outcome)


def _form(chosen: Chosen) -> tuple[str, str]:
    """A result without its numbers: different rows of a table differ in more than numbers."""
    return chosen.candidate.target, re.sub(r"\d+", "0", " ".join(chosen.outcome.checks))


def _defined(node: ast.stmt) -> set[str]:
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return {n.id for t in targets if t is not None for n in ast.walk(t) if isinstance(n, ast.Name)}


def _used(node: ast.stmt) -> set[str]:
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
