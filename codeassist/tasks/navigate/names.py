"""Definitions, uses, calls, implementations and tests of a name, with their JSON forms."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from codeassist import workspace
from codeassist.evidence.coverage_files import contexts, known_file
from codeassist.sandbox.context_cache import ContextCache
from indexers import Index
from indexers.files.decoding import file_lines
from indexers.types import BY_NAME, RESOLVED, CoveringTest, Definition, Use

MOST_MENTIONS = 20
NEAR = 3
LEAST_ALIKE = 0.75
"""Names that are offered for one that is not defined, at least this much like it (`difflib`)."""

LEAST_ALIKE_MEMBER = 0.6
"""The same for a member of a class: there are few others."""

MOST_COMPARED = 5_000

COVERAGE = "coverage"
"""How a test is known to reach a definition if it was measured that it ran it."""


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
    """The uses of a name, resolved ones first; `more` states whether there are others beyond the limit.

    `mentions` are the lines that contain the name without a use that the index knows; they are looked for when there is none.
    """

    name: str
    uses: list[Use]
    more: bool = False
    mentions: list[Use] = field(default_factory=list)

    @property
    def resolved(self) -> int:
        """The number of uses that are resolved, not only matched by name."""
        return sum(use.resolution == RESOLVED for use in self.uses)

    def as_json(self) -> dict[str, Any]:
        """The documented JSON form, schema `codeassist.callers/1`."""
        return {
            "schema": "codeassist.callers/1",
            "name": self.name,
            "resolved": self.resolved,
            "by_name": len(self.uses) - self.resolved,
            "uses": [u.as_json() for u in self.uses],
            "more": self.more,
            "mentions": [{"path": m.path, "line": m.line} for m in self.mentions],
        }


@dataclass(frozen=True, slots=True)
class Callees:
    """The calls of the best definition of a name, each with its likeliest target; `defined`: whether there is a definition.

    `unknown` are the names of calls whose receiver is not known, so that they have no target.
    """

    name: str
    calls: list[tuple[Use, Definition | None]]
    defined: bool
    unknown: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The documented JSON form, schema `codeassist.callees/1`."""
        calls = [
            {
                "name": use.name,
                "line": use.line,
                "path": use.path,
                "resolution": use.resolution,
                "definition": target.as_json() if target else None,
            }
            for use, target in self.calls
        ]
        return {"schema": "codeassist.callees/1", "name": self.name, "calls": calls, "unknown": self.unknown}


@dataclass(frozen=True, slots=True)
class Implementations:
    """The classes that extend or implement a type, or the methods that override one; `defined` as in `Callees`."""

    name: str
    found: list[Definition]
    defined: bool

    def as_json(self) -> dict[str, Any]:
        """The documented JSON form, schema `codeassist.implementations/1`."""
        return {
            "schema": "codeassist.implementations/1",
            "name": self.name,
            "implementations": [d.as_json() for d in self.found],
        }


@dataclass(frozen=True, slots=True)
class Tests:
    """The tests that reach a definition through calls; `defined`: whether there is a definition."""

    name: str
    found: list[CoveringTest]
    defined: bool

    def as_json(self) -> dict[str, Any]:
        """The documented JSON form, schema `codeassist.tests/1`."""
        return {"schema": "codeassist.tests/1", "name": self.name, "tests": [t.as_json() for t in self.found]}


def definitions(index: Index, name: str, limit: int = 50) -> Definitions:
    """The definitions of a name, at most `limit`."""
    return Definitions(name, index.definitions(name, limit))


def callers(index: Index, name: str, limit: int = 200) -> Callers:
    """The uses of a name or a qualified name, at most `limit`, resolved ones first.

    Of `owner.name` where the index defines neither, such as `json.dumps`, those on lines that write it so.
    """
    uses = index.callers(name, limit + 1)
    owner, _, last = name.replace("::", ".").rpartition(".")
    foreign = owner and not any(use.resolution == RESOLVED for use in uses)
    if foreign and not index.definitions(name, 1) and not index.definitions(owner, 1):
        uses = _written(index, index.callers(last, MOST_COMPARED), owner, last)
        mentions = [] if uses else _written(index, index.mentions(name, MOST_COMPARED), owner, last)
    else:
        mentions = [] if uses else index.mentions(name, min(limit, MOST_MENTIONS))
    return Callers(name, uses[:limit], len(uses) > limit, mentions[: min(limit, MOST_MENTIONS)])


def _written(index: Index, uses: list[Use], owner: str, name: str) -> list[Use]:
    """Those on lines that write the name as a member of `owner`."""
    member = re.compile(rf"\b{re.escape(owner.rpartition('.')[2])}(?:\.|::|->){re.escape(name)}\b")
    lines = {path: file_lines(index.root, path) for path in {use.path for use in uses}}
    return [use for use in uses if use.line <= len(lines[use.path]) and member.search(lines[use.path][use.line - 1])]


def callees(index: Index, name: str, *, outside: bool = False) -> Callees:
    """The calls of a definition; with `outside`, also calls to code outside the repository."""
    found = index.callees(name)
    calls = [(use, target) for use, target in found if target is not None or outside]
    unknown = [use.name for use, target in found if target is None and use.resolution == BY_NAME]
    return Callees(name, calls, bool(index.definitions(name, 1)), unknown)


def implementations(index: Index, name: str, limit: int = 200) -> Implementations:
    """What implements a type or overrides a method, at most `limit`."""
    return Implementations(name, index.implementations(name, limit), bool(index.definitions(name, 1)))


def covering_tests(index: Index, name: str, limit: int = 200) -> Tests:
    """The tests that reach a definition, at most `limit`: those that ran it, then those that call it.

    Which tests ran it is known from a coverage file, and from what `test-audit` recorded. Raises `UsageError` when there is a
    coverage file that cannot be read.
    """
    definitions_of_name = index.definitions(name, 1)
    measured = _measured(index, definitions_of_name[0]) if definitions_of_name else []
    known = {(test.path, test.line) for test in measured}
    called = [test for test in index.tests_of(name, limit) if (test.path, test.line) not in known]
    return Tests(name, [*measured, *called][:limit], bool(definitions_of_name))


def _measured(index: Index, definition: Definition) -> list[CoveringTest]:
    """The tests that ran a definition's body, by the coverage file of the repository and by recorded contexts."""
    file = known_file(index.root)
    nodes = contexts(index.root, file, definition.path, definition.line + 1, definition.end_line) if file is not None else []
    recorded = ContextCache(workspace.contexts_file(index.root), index.root)
    nodes += recorded.tests_of(definition.path, [definition.qualified_name], current=True)
    found: dict[tuple[str, int], CoveringTest] = {}
    for context in nodes:
        test = _test_of(index, context.partition("|")[0].partition("[")[0])
        if test is not None:
            found[test.path, test.line] = CoveringTest(test.path, test.line, test.qualified_name, COVERAGE)
    return sorted(found.values(), key=lambda test: (test.path, test.line))


def _test_of(index: Index, node: str) -> Definition | None:
    """The test with an identifier such as `tests/test_a.py::TestB::test_c` or `test_a.TestB.test_c`."""
    test_name = re.split(r"::|\.", node)[-1]
    path, _, rest = node.partition("::") if "::" in node else ("", "", "")
    tests = [d for d in index.definitions(test_name, 50) if d.is_test and d.name == test_name]
    if path:
        tests = [t for t in tests if t.path == path]
        return next((t for t in tests if t.qualified_name == rest.replace("::", ".")), next(iter(tests), None))
    return next((t for t in tests if _is_in_module(t, node)), None)


def _is_in_module(test: Definition, dotted: str) -> bool:
    """Whether a name such as `tests.test_a.TestB.test_c` can mean a test: its file is one of the modules."""
    return test.path.rpartition("/")[2].removesuffix(".py") in dotted.split(".")


def near_names(index: Index, name: str) -> list[str]:
    """Defined names that are spelled like one that is not, the most alike first; none for a name that is defined.

    Of `Class.name` those of the members of the class, else those of classes that are spelled like it, else those that begin
    with the same letter as the last part.
    """
    if index.definitions(name, 1):
        return []
    owner, _, last = name.rpartition(".")
    members = _members(index, owner) if owner else {}
    if alike := get_close_matches(last, members, NEAR, LEAST_ALIKE_MEMBER):
        return [members[member] for member in alike]
    if owner and not index.definitions(owner, 1):
        owners = (_members(index, near).get(last) for near in _alike(index, owner))
        if found := [member for member in owners if member]:
            return found
    return _alike(index, last)


def _alike(index: Index, name: str) -> list[str]:
    alike = get_close_matches(name, [known for known, _ in index.names(name[:1], MOST_COMPARED)], NEAR, LEAST_ALIKE)
    return [known for known in alike if index.defines(known)]


def _members(index: Index, owner: str) -> dict[str, str]:
    """The qualified names of the members of a class or module, by name."""
    return {
        member.name: member.qualified_name
        for definition in index.definitions(owner, NEAR)
        for member in index.outline(definition.path)
        if member.qualified_name == f"{definition.qualified_name}.{member.name}"
    }
