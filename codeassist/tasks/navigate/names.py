"""Definitions, uses and calls of a name, with their JSON forms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from indexers import Index
from indexers.types import Definition, Use


@dataclass(frozen=True, slots=True)
class Definitions:
    """The definitions of a name, the most likely one first."""

    name: str
    found: list[Definition]

    def as_json(self) -> dict[str, Any]:
        """The documented JSON form, schema `codeassist.symbols/1`."""
        return {"schema": "codeassist.symbols/1", "name": self.name, "definitions": [d.as_json() for d in self.found]}


@dataclass(frozen=True, slots=True)
class Callers:
    """The uses of a name; `more` states whether there are others beyond the limit."""

    name: str
    uses: list[Use]
    more: bool = False

    def as_json(self) -> dict[str, Any]:
        """The documented JSON form, schema `codeassist.callers/1`."""
        return {"schema": "codeassist.callers/1", "name": self.name, "uses": [u.as_json() for u in self.uses]}


@dataclass(frozen=True, slots=True)
class Callees:
    """The calls of the best definition of a name, each with its likeliest target; `defined`: whether there is a definition."""

    name: str
    calls: list[tuple[Use, Definition | None]]
    defined: bool

    def as_json(self) -> dict[str, Any]:
        """The documented JSON form, schema `codeassist.callees/1`."""
        calls = [
            {"name": use.name, "line": use.line, "path": use.path, "definition": target.as_json() if target else None}
            for use, target in self.calls
        ]
        return {"schema": "codeassist.callees/1", "name": self.name, "calls": calls}


def definitions(index: Index, name: str, limit: int = 50) -> Definitions:
    """The definitions of a name, at most `limit`."""
    return Definitions(name, index.definitions(name, limit))


def callers(index: Index, name: str, limit: int = 200) -> Callers:
    """The uses of a name, at most `limit`; uses are matched by name only."""
    uses = index.callers(name, limit + 1)
    return Callers(name, uses[:limit], len(uses) > limit)


def callees(index: Index, name: str, *, outside: bool = False) -> Callees:
    """The calls of a definition; with `outside`, also calls to code outside the repository."""
    calls = [(use, target) for use, target in index.callees(name) if target is not None or outside]
    return Callees(name, calls, bool(index.definitions(name, 1)))
