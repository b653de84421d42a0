"""Evidence about one place in a repository: its definition, neighbours in the call graph, tests, documents, history."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from indexers import Hit, Index
from indexers.files.decoding import read_lines
from indexers.graph.definitions import COMMON_METHODS
from indexers.search.message_match import raising_line
from indexers.search.query import Query, understand
from indexers.syntax.words import STOP_WORDS, identifiers, query_terms, stem, terms
from indexers.types import Commit, Definition, Use

CALLERS, CALLEES, TESTS = 4, 6, 3
COUNTED_USES = 2_000

SCAFFOLD = frozenset(
    map(
        stem,
        "work works working call calls called calling caller callers happen happens done reason usage uses using "
        "handle handles handled handling performed located lives implements implement inherits inherit extends extend "
        "imports import references depends invokes support supports supported supporting".split(),
    )
)
"""Stems of words that belong to the phrasing of a question, not to its subject."""

POINTED_AT = 20.0
"""The weight of a line that a stack trace or an error message points at: more than that of the words of a question."""

FOLLOWING = 0.05
"""The weight of a line after the one that names the definition: it decides between windows that are otherwise as good."""

NAMED_WORDS = 4
"""A question with more significant words is a description: its plain words are not names of definitions."""

T = TypeVar("T", Use, Definition)


@dataclass(frozen=True, slots=True)
class Place:
    """A hit with its main definition and its most relevant lines."""

    hit: Hit
    definition: Definition | None
    first_line: int
    lines: tuple[str, ...]

    @property
    def title(self) -> str:
        """The title of the place: its qualified name, or its path."""
        return self.definition.qualified_name if self.definition else self.hit.qualified_name or self.hit.path


@dataclass(slots=True)
class Evidence:
    """Everything gathered about the main place."""

    callers: list[Use] = field(default_factory=list)
    caller_count: int = 0
    callees: list[Definition] = field(default_factory=list)
    tests: list[Use] = field(default_factory=list)
    documents: list[Hit] = field(default_factory=list)
    commits: list[Commit] = field(default_factory=list)


_PRAGMA = re.compile(
    r"^[^\S\n]*(?:fmt: ?(?:off|on|skip)|(?:yapf|isort|mypy|pyright|ruff|pylint|flake8|rubocop): ?[\w-]+|type: ?ignore|noqa\b|"
    r"nosec\b|pragma: no|prettier-ignore|eslint-(?:dis|en)able|tslint:|clang-format o|NOLINT).*\n?",
    re.MULTILINE,
)
"""A comment for a tool, which says nothing about the code below it."""


def first_sentence(documentation: str, limit: int = 220) -> str:
    """The first sentence of a documentation text on one line, without markup; empty when there is none."""
    text = _PRAGMA.sub("", documentation).strip().partition("\n\n")[0]
    text = re.sub(r":[a-z]+:`~?([^`]+)`|``([^`]+)``|`([^`]+)`", lambda m: m[1] or m[2] or m[3], text)
    text = " ".join(re.sub(r"^\s*(?:@\w+|:\w+[^:]*:|\\brief)\s*", "", text).split())
    match = re.match(r"(.{12,}?[.!?])(?:\s|$)", text)
    sentence = match[1] if match else text
    return sentence if len(sentence) <= limit else sentence[: limit - 1].rsplit(" ", 1)[0] + "…"


@dataclass(frozen=True, slots=True)
class Window:
    """Some lines of a hit: the number of the first one, the lines, and the number of the most relevant one."""

    first: int
    lines: tuple[str, ...]
    focus: int


def decisive_lines(hit: Hit, question: str, count: int) -> Window:
    """The window of at most `count` lines of a hit that best matches the question."""
    lines = hit.text.split("\n")
    count = max(1, min(count, len(lines)))
    query = understand(question)
    question_terms = set(query_terms(query.subject))
    weights = [len(question_terms.intersection(terms(line))) + 0.0 for line in lines]
    for position in _pointed_at(query, hit, lines):
        weights[position] += POINTED_AT
    for position, line in enumerate(lines):
        if hit.name and re.search(rf"\b{re.escape(hit.name)}\b", line):
            weights[position] += 1.5  # readers look for the line that names the definition, and read on from there
            for following in range(position + 1, min(len(lines), position + count)):
                weights[following] += FOLLOWING
            break
    best = max(range(len(lines) - count + 1), key=lambda start: (sum(weights[start : start + count]), -start))
    focus = max(range(best, best + count), key=lambda position: (weights[position], -position))
    return Window(hit.start_line + best, tuple(lines[best : best + count]), hit.start_line + focus)


def _pointed_at(query: Query, hit: Hit, lines: Sequence[str]) -> Iterator[int]:
    """The positions of the lines that the text points at: the innermost stack frame in the hit, the text of its message."""
    for frame in query.frames:
        name = frame.path.rpartition("/")[2]
        if hit.path.rpartition("/")[2] == name and hit.start_line <= frame.line <= hit.end_line:
            yield frame.line - hit.start_line
            break
    for message in query.messages or (query.subject,):
        position = raising_line(message, lines)
        if position is not None:
            yield position
            break


def find_place(index: Index, hit: Hit, question: str, lines: int) -> Place:
    """A hit as a place, with its main definition and its most relevant lines."""
    definition = None
    if hit.qualified_name:
        inside = index.definitions_in(hit.path, hit.start_line, hit.end_line)
        question_terms = set(query_terms(question))
        major = [d for d in inside if d.kind not in ("field", "variable", "constant")]
        if major:
            definition = max(
                major, key=lambda d: (len(question_terms & set(terms(d.name))), d.qualified_name == hit.qualified_name, -d.line)
            )
        else:
            definition = index.definition_at(hit.path, hit.start_line) or next(iter(inside), None)
    window = decisive_lines(hit, question, lines)
    return Place(hit, definition, window.first, window.lines)


def named_definition(index: Index, question: str) -> Definition | None:
    """The definition whose exact name occurs in the question, or None.

    Qualified names come first, then identifiers that are neither stop words nor in `SCAFFOLD`, those spelled as code before
    plain words, then other words; of several the last, because most questions end with their subject. A name may stand
    without its leading underscore. Of several definitions the one whose path has most words of the question is meant.
    """
    query = understand(question)
    for qualified in query.qualified:
        if definitions := index.definitions(qualified, 1):
            return definitions[0]
    words = list(dict.fromkeys(identifiers(question)))
    significant = [w for w in words if w.lower() not in STOP_WORDS and stem(w.lower()) not in SCAFFOLD]
    if len(significant) > NAMED_WORDS:  # a long question names its subject only if that is spelled as code
        significant = [w for w in significant if w in query.symbols]
        words = []
    others = [w for w in words[1:] if w not in significant and stem(w.lower()) not in SCAFFOLD]
    as_code = [w for w in significant if w in query.symbols]
    plain = [w for w in significant if w not in as_code]
    for name in (*reversed(as_code), *reversed(plain), *(() if significant else reversed(others))):
        for spelled in (name, f"_{name}"):
            exact = [d for d in index.definitions(spelled, 20) if d.name == spelled]
            if exact and not exact[0].is_test:
                return max(exact, key=lambda d: (not d.is_test, len(set(terms(d.path)).intersection(query.terms))))
    return None


def place_of(index: Index, definition: Definition, lines: int) -> Place:
    """A definition as a place, with its first lines."""
    end = min(definition.end_line, definition.line + lines - 1)
    text = read_lines(index.root, definition.path, definition.line, definition.end_line)
    hit = Hit(
        path=definition.path,
        start_line=definition.line,
        end_line=definition.end_line,
        score=1.0,
        name=definition.name,
        kind=definition.kind,
        language=definition.language,
        text=text,
        qualified_name=definition.qualified_name,
        signature=definition.signature,
        documentation=definition.documentation,
    )
    return Place(hit, definition, definition.line, tuple(text.split("\n")[: end - definition.line + 1]))


def gather(index: Index, place: Place, question: str, documents: Sequence[Hit]) -> Evidence:
    """Callers, callees, tests, documents and commits around a place."""
    evidence = Evidence(documents=list(documents))
    definition = place.definition
    if definition is not None and definition.kind not in ("section", "rule"):
        name = definition.name if definition.name not in ("__init__", "init", "constructor") else _owner(definition)
        if name not in COMMON_METHODS:
            uses = [
                u for u in index.callers(name, COUNTED_USES) if not (u.path == definition.path and u.line == definition.line)
            ]
            code = [u for u in uses if not u.is_test and u.kind != "import" and u.by != definition.qualified_name]
            evidence.caller_count = len({(u.path, u.by) for u in code})
            evidence.callers = _distinct(code, CALLERS)
            evidence.tests = _distinct([u for u in uses if u.is_test and u.kind != "import" and u.by], TESTS)
        resolved = (target for _, target in index.callees_of(definition) if target is not None)
        own = [d for d in resolved if d.qualified_name != definition.qualified_name and not d.is_test]
        evidence.callees = _distinct(own, CALLEES)
    evidence.commits = index.commits(question, (place.hit.path,), 2)
    return evidence


def _owner(definition: Definition) -> str:
    parts = definition.qualified_name.split(".")
    return parts[-2] if len(parts) > 1 else definition.name


def _distinct(items: Iterable[T], limit: int) -> list[T]:
    """The first item of each path and name, at most `limit`."""
    distinct: dict[tuple[str, str], T] = {}
    for item in items:
        key = (item.path, item.by if isinstance(item, Use) else item.qualified_name)
        distinct.setdefault(key, item)
        if len(distinct) == limit:
            break
    return list(distinct.values())
