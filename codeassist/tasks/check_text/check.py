"""The paths, line numbers, names and calls in a text, each compared with the repository.

A name is what is in backticks or in a code block, and outside them what is written in snake_case, camelCase or with dots.
What a sentence says of two names is compared where the source tells, and else given as `not compared`. Nothing is said about
prose without such names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from codeassist.evidence.blocks import Block
from codeassist.evidence.claims.bodies import last_name
from codeassist.evidence.claims.code import Access, Call, called, lacks_member, mismatch, written, written_call
from codeassist.evidence.claims.names import LITERALS, Term, exists, files_at, is_of_library, lines_of, path_exists, terms
from codeassist.evidence.claims.relations import Relation, contradicted, relations, where_defined
from codeassist.evidence.claims.sentences import SPAN, split, without_citations
from codeassist.evidence.claims.terms import Cited
from codeassist.evidence.fences import fences
from codeassist.printable import counted
from codeassist.tasks.check_text.stated import NEAR, StatedDefault, named_place, stated_defaults
from indexers import Index
from indexers.files.decoding import read_lines

Verdict = Literal["found", "not found", "different", "not compared"]

MOST_ITEMS = 200
"""The most claims of one text that are checked."""

MOST_LINES = 400
"""The most lines of a definition that a sentence is compared with."""

LONGEST_SENTENCE = 160
"""Characters of a sentence that is given as not compared."""

_ADDRESS = re.compile(r"\w+:/+\S+")
_COMMON = LITERALS | frozenset("print len range type".split())
_TYPES = frozenset({"class", "struct", "interface", "trait", "enum", "object", "type", "record"})
_TOP_LEVELS = frozenset({"com", "org", "net", "io", "dev", "edu"})


@dataclass(frozen=True, slots=True)
class Checked:
    """One claim: its words, what kind it is, whether the repository bears it out, and what is there."""

    claim: str
    kind: Literal["path", "line", "name", "member", "call", "relation"]
    verdict: Verdict
    there: str = ""

    def as_json(self) -> dict[str, Any]:
        """One element of the JSON form."""
        return {"claim": self.claim, "kind": self.kind, "verdict": self.verdict, "there": self.there}


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The claims in the order of the text; `cut` is whether there were more than `MOST_ITEMS`."""

    items: list[Checked] = field(default_factory=list)
    cut: bool = False

    @property
    def wrong(self) -> list[Checked]:
        """The claims that are not borne out."""
        return [item for item in self.items if item.verdict not in ("found", "not compared")]

    @property
    def compared(self) -> list[Checked]:
        """What was compared with the source: all but plain names, which were only looked up, and what is `not compared`."""
        return [item for item in self.items if item.kind != "name" and item.verdict != "not compared"]

    @property
    def looked_up(self) -> list[Checked]:
        """Plain names, of which the index says no more than whether they exist."""
        return [item for item in self.items if item.kind == "name"]

    @property
    def open(self) -> list[Checked]:
        """What the text says of two names and the source does not tell."""
        return [item for item in self.items if item.verdict == "not compared"]

    def as_json(self) -> dict[str, Any]:
        """The documented JSON form, schema `codeassist.check/1`."""
        return {"schema": "codeassist.check/1", "items": [item.as_json() for item in self.items], "cut": self.cut}


def check_text(index: Index, text: str) -> CheckResult:
    """Check the claims of a text against the index and the files on disk."""
    checker = _Checker(index)
    items: dict[tuple[str, str], Checked] = {}
    for item in checker.items(text):
        items.setdefault((item.kind, item.claim), item)
        if len(items) > MOST_ITEMS:
            return CheckResult(list(items.values())[:MOST_ITEMS], cut=True)
    return CheckResult(list(items.values()))


class _Checker:
    def __init__(self, index: Index) -> None:
        self.index = index
        self.files = set(index.files())

    def items(self, text: str) -> Iterator[Checked]:
        """The checked claims of a text; fenced code is read as code."""
        text = _ADDRESS.sub(" ", text)
        for fence in fences(text):
            yield from self._code(fence.language, fence.code)
        for sentence in split(text, everything=True):
            if sentence.absent:
                continue
            for term in terms(sentence.text):
                yield from self._term(term)
            yield from self._relations(sentence.text)
            yield from self._named_place(sentence.text)
        yield from filter(None, map(self._default, stated_defaults(text)))

    def _named_place(self, sentence: str) -> Iterator[Checked]:
        """Whether a place in brackets is that of something which its sentence names."""
        stated = named_place(sentence)
        full = files_at(stated[0], sorted(self.files)) if stated is not None else []
        if stated is None or not full:
            return
        place, lines, names = stated
        known = {name: where_defined(name, self.index) for name in names}
        if not any(known.values()):
            return
        around = read_lines(self.index.root, full[0], max(1, lines[0] - NEAR), lines[1] + NEAR)
        if any(re.search(rf"(?<!\w){re.escape(last_name(name))}(?!\w)", around) for name in names):
            return
        inside = any(
            d.path == full[0] and d.line <= lines[1] and lines[0] <= d.end_line for found in known.values() for d in found
        )
        if not inside:
            name = next(name for name, found in known.items() if found)
            d = known[name][0]
            yield Checked(f"`{name}` ({place})", "relation", "different", f"{d.qualified_name} is at {d.path}:{d.line}")

    def _default(self, stated: StatedDefault) -> Checked | None:
        """Compare a default in a list or table with the definition that the text names before it; None if it names none."""
        source = self._source_of(" ".join(f"`{owner}`" for owner in stated.owners))
        wrong = contradicted(stated.name, stated.value, source) if source.text else None
        if wrong is None:
            return Checked(stated.text, "relation", "not compared") if stated.owners else None
        block = source.blocks[0]
        there = f"{block.path}:{block.start_line}" if wrong else ""
        return Checked(stated.text, "relation", "different" if wrong else "found", there)

    def _code(self, language: str, code: str) -> Iterator[Checked]:
        for item in written(language, code, self.index):
            if isinstance(item, Access):
                if lacks_member(item.owner, item.attribute, self.index):
                    yield Checked(item.text, "member", "not found", f"{item.owner} is at {self._where(item.owner)}")
            elif (found := called(item, self.index)) and (item.sure or mismatch(item, found, self.index)):
                yield self._call(item)

    def _relations(self, sentence: str) -> Iterator[Checked]:
        """What a sentence says of two names: contradicted by the source, or not compared with it."""
        stated = list(relations(sentence, self._source_of(sentence), self.index))
        yield from map(self._relation, stated)
        if not stated and len(self._named(sentence)) > 1:
            text = re.sub(r"\s+(?=[.,;:!?]|$)", "", " ".join(without_citations(sentence).split()))
            yield Checked(
                text if len(text) <= LONGEST_SENTENCE else f"{text[: LONGEST_SENTENCE - 1]}…", "relation", "not compared"
            )

    def _relation(self, relation: Relation) -> Checked:
        named = SPAN.search(relation.text)
        known = where_defined(named[2], self.index) if named else []
        there = f"{known[0].path}:{known[0].line}: {known[0].signature}" if known else ""
        verdicts: dict[bool | None, Verdict] = {True: "different", False: "found", None: "not compared"}
        return Checked(relation.text, "relation", verdicts[relation.wrong], there)

    def _named(self, sentence: str) -> set[str]:
        """The definitions of the repository that a sentence names in backticks."""
        spans = {last_name(span) for _, span in SPAN.findall(sentence)}
        return {name for name in spans if where_defined(name, self.index)}

    def _source_of(self, sentence: str) -> Cited:
        """The definitions that a sentence names, where a name has only one."""
        blocks: list[Block] = []
        for _, span in SPAN.findall(sentence):
            known = where_defined(span, self.index)
            if len(known) == 1:
                d = known[0]
                text = read_lines(self.index.root, d.path, d.line, min(d.end_line, d.line + MOST_LINES))
                blocks.append(Block(len(blocks) + 1, d.path, d.line, d.end_line, d.language, text, d.qualified_name))
        return Cited(tuple(blocks), self.index.root)

    def _term(self, term: Term) -> Iterator[Checked]:
        if term.kind == "path":
            yield self._place(term.text)
        elif term.kind == "call" and (call := written_call(term.text)):
            yield self._call(call)
        elif term.kind == "name" and term.text.lower() not in _COMMON and not self._is_host(term.text):
            yield self._name(term.text)

    def _place(self, place: str) -> Checked:
        lines = lines_of(place)
        full = files_at(place, sorted(self.files))
        if not full:
            name = place.rstrip("/").rpartition("/")[2]
            alike = sorted(f for f in self.files if f.rpartition("/")[2] == name)[:3]
            if path_exists(place, self.files, self.index.root):
                return Checked(place, "path", "found")
            return Checked(place, "path", "not found", f"there is {', '.join(alike)}" if alike else "")
        if lines is None:
            return Checked(place, "path", "found", full[0] if full[0] != place and not place.endswith("/") else "")
        from indexers.files.decoding import count_lines

        count = count_lines(self.index.root, full[0])
        beyond = lines[1] > count or lines[0] < 1
        around = self.index.definition_at(full[0], lines[0]) if not beyond else None
        there = f"{full[0]} has {counted(count, 'line')}" if beyond else f"in {around.qualified_name}" if around else ""
        return Checked(place, "line", "different" if beyond else "found", there)

    def _name(self, name: str) -> Checked:
        plain = name.replace("::", ".")
        owner, _, member = plain.rpartition(".")
        if not owner:
            return self._simple(name)
        owner_name = owner.rpartition(".")[2]
        if not self._is_type(owner_name):  # a module, a variable or a foreign package: look at the last name alone
            known = exists(self.index, member) or is_of_library(plain, self.index)
            return Checked(name, "name", "found" if known else "not found", self._where(member))
        if any(d.qualified_name.endswith(plain) for d in self.index.definitions(plain, 5)):
            return Checked(name, "member", "found", self._where(plain))
        if exists(self.index, member):
            return Checked(name, "member", "different", f"{member} is at {self._where(member)}" if self._where(member) else "")
        return Checked(name, "member", "not found", f"{owner_name} is at {self._where(owner_name)}")

    def _is_host(self, name: str) -> bool:
        """Whether a name with dots is that of a host, such as example.org."""
        owner, _, last = name.rpartition(".")
        return bool(owner) and last in _TOP_LEVELS and not self.index.defines(last)

    def _is_type(self, name: str) -> bool:
        """Whether a name is that of a class or the like, so that its members are known."""
        return any(d.name == name and d.kind in _TYPES for d in self.index.definitions(name, 10))

    def _simple(self, name: str) -> Checked:
        return Checked(name, "name", "found" if exists(self.index, name) else "not found", self._where(name))

    def _where(self, name: str) -> str:
        found = [d for d in self.index.definitions(name, 3) if d.name == name.rpartition(".")[2]]
        return f"{found[0].path}:{found[0].line}" if found else ""

    def _call(self, call: Call) -> Checked:
        """Compare the arguments of a call with the signatures of what it may call."""
        found = called(call, self.index)
        if not found:
            return self._name(call.name)
        place = f"{found[0].path}:{found[0].line}"
        if problem := mismatch(call, found, self.index):
            return Checked(call.text, "call", "different", f"{place}: {found[0].signature} ({problem})")
        return Checked(call.text, "call", "found", place)
