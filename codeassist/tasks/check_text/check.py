"""The paths, line numbers, names and calls in a text, each compared with the repository.

A name is what is in backticks or in a code block, and outside them what is written in snake_case, camelCase or with dots.
What a sentence states of a definition is compared where its form is understood and the source tells, and else given as
`not compared`: that its names exist says nothing about the statement. Nothing is said about prose without such names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from codeassist.evidence.blocks import Block
from codeassist.evidence.claims.bodies import last_name
from codeassist.evidence.claims.code import Access, Call, called, lacks_member, mismatch, written, written_call
from codeassist.evidence.claims.names import LITERALS, Term, exists, files_at, is_of_library, lines_of, path_exists, terms
from codeassist.evidence.claims.relations import Relation, contradicted, where_defined
from codeassist.evidence.claims.sentences import SPAN, Sentence, split, without_citations
from codeassist.evidence.claims.statements import statements
from codeassist.evidence.claims.terms import Cited
from codeassist.evidence.declared import declared
from codeassist.evidence.fences import fences
from codeassist.evidence.language_names import is_of_language, languages_of
from codeassist.evidence.members import is_inside
from codeassist.printable import counted
from codeassist.tasks.check_text.lookups import flag_of, has_flag, receivers_instead, sets_members
from codeassist.tasks.check_text.result import Checked, CheckResult
from codeassist.tasks.check_text.stated import NEAR, StatedDefault, default_at_place, named_place, stated_defaults
from indexers import Index
from indexers.files.decoding import read_lines
from indexers.types import Definition

MOST_ITEMS = 200
"""The most claims of one text that are checked."""

MOST_LINES = 400
"""The most lines of a definition that a sentence is compared with."""

LONGEST_SENTENCE = 160
"""Characters of a sentence that is given as not compared, and of what is there instead."""

NOT_COMPARED = "names found; the statement itself was not compared"
PARTLY_COMPARED = "only a part of the sentence was compared"

_ADDRESS = re.compile(r"(?<!\w)\w{1,20}:/+\S+")
_COMMON = LITERALS | frozenset("print len range type".split())
_TYPES = frozenset({"class", "struct", "interface", "trait", "enum", "object", "type", "record"})
_EXTENSION = re.compile(r"\.[a-z]\w{0,4}")
_POINTS = re.compile(r"\s*(?:#|(?:[-*+]\s+)?(?:[Ss]ee|[Cc]f\.?|[Ss]iehe|\u53c2\u89c1|\u89c1)(?!\w))")
"""A heading, and a sentence that only points somewhere."""

_TOP_LEVELS = frozenset({"com", "org", "net", "io", "dev", "edu"})


def check_text(index: Index, text: str) -> CheckResult:
    """Check the claims of a text against the index and the files on disk."""
    items: dict[tuple[str, str], Checked] = {}
    checker = _Checker(index)
    if not checker.files:
        return CheckResult(empty=True)
    for item in checker.items(text):
        known = items.get((item.kind, item.claim))
        if known is None or (known.verdict == "not compared" and item.verdict != "not compared"):
            items[item.kind, item.claim] = item
        if len(items) > MOST_ITEMS:
            return CheckResult(list(items.values())[:MOST_ITEMS], cut=True)
    return CheckResult(list(items.values()), passed_over=checker.passed_over)


class _Checker:
    def __init__(self, index: Index) -> None:
        self.index = index
        self.passed_over = 0
        self.files = set(index.files())
        self.languages = languages_of(self.files)

    def items(self, text: str) -> Iterator[Checked]:
        """The checked claims of a text; fenced code is read as code."""
        text = _ADDRESS.sub(" ", text)
        for fence in fences(text):
            yield from self._code(fence.language, fence.code)
        for sentence in split(text, everything=True):
            if sentence.absent:
                continue
            found = list(self._sentence(sentence))
            yield from found
            self.passed_over += sentence.claims and not found
        yield from filter(None, map(self._default, stated_defaults(text)))

    def _sentence(self, sentence: Sentence) -> Iterator[Checked]:
        named = [item for term in terms(sentence.text) for item in self._term(term, sentence.text)]
        yield from named
        yield from self._statements(sentence, known=all(item.verdict == "found" for item in named))
        yield from self._named_place(sentence.text)
        yield from self._default_at(sentence.text)

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

    def _default_at(self, sentence: str) -> Iterator[Checked]:
        """Whether the lines that a sentence cites give a default in words the number that it says."""
        stated = default_at_place(sentence)
        full = files_at(stated.place, sorted(self.files)) if stated is not None else []
        lines = lines_of(stated.place) if stated is not None else None
        if stated is None or not full or lines is None:
            return
        around = read_lines(self.index.root, full[0], max(1, lines[0] - NEAR), lines[1] + NEAR)
        written = stated.written(around)
        if not written:
            yield Checked(stated.text, "relation", "not compared")
            return
        right = stated.fits(written)
        there = "" if right else f"{full[0]}:{lines[0]} has {stated.name} = {', '.join(written)}"
        yield Checked(stated.text, "relation", "found" if right else "different", there)

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

    def _statements(self, sentence: Sentence, *, known: bool) -> Iterator[Checked]:
        """What a sentence states: borne out or contradicted by the source, or not compared with it, in whole or in part.

        `known` is whether everything that it names is there.
        """
        stated = statements(sentence.text, self._source_of(sentence.text), self.index)
        yield from map(self._relation, stated)
        rest = without_citations(sentence.text)
        for statement in stated:
            rest = rest.replace(statement.text, " ")
        is_statement = sentence.claims and not _POINTS.match(sentence.text)
        named = any(term.quoted and term.kind != "path" and term.text.lower() not in _COMMON for term in terms(rest))
        if (is_statement and named and (not stated or self._named(rest))) or (not stated and len(self._named(rest)) > 1):
            text = re.sub(r"\s+(?=[.,;:!?]|$)", "", " ".join(without_citations(sentence.text).split()))
            why = PARTLY_COMPARED if stated else NOT_COMPARED if known else NOT_COMPARED.partition("; ")[2]
            yield Checked(_shortened(text), "relation", "not compared", why)

    def _relation(self, relation: Relation) -> Checked:
        named = SPAN.search(relation.text)
        known = relation.about or tuple(where_defined(named[2], self.index) if named else ())
        if relation.wrong is None:
            return Checked(relation.text, "relation", "not compared", NOT_COMPARED if known else "")
        there = relation.there or (f"{known[0].path}:{known[0].line}: {self._head(known[0])}" if known else "")
        return Checked(relation.text, "relation", "different" if relation.wrong else "found", _shortened(there))

    def _head(self, definition: Definition) -> str:
        """The signature of a definition, in Python with its decorators."""
        it = declared(self.index, definition)
        marks = "".join(f"@{name} " for name in it.decorators) if definition.language == "python" else ""
        return f"{marks}{definition.signature}"

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

    def _term(self, term: Term, sentence: str) -> Iterator[Checked]:
        if not re.search(r"\w", term.text.replace("_", "")) or _EXTENSION.fullmatch(term.text):
            return
        if term.kind == "path":
            yield self._name(term.text) if self._is_member(term.text) else self._place(term.text)
        elif flag := flag_of(term.text, sentence):
            yield Checked(flag, "name", "found" if has_flag(flag, self.index) else "not found")
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

    def _is_member(self, path: str) -> bool:
        """Whether what looks like a file, such as `Response.json`, is a member of a type."""
        owner, _, member = path.rpartition(".")
        return owner.isidentifier() and member.isidentifier() and self._is_type(owner) and not files_at(path, self.files)

    def _name(self, name: str) -> Checked:
        plain = name.replace("::", ".")
        owner, _, member = plain.rpartition(".")
        if not owner:
            return self._simple(name)
        owner_name = owner.rpartition(".")[2]
        if not self._is_type(owner_name):  # a module, a variable or a foreign package: look at the last name alone
            if instead := receivers_instead(owner_name, member, self.index):
                return Checked(name, "member", "different", f"the code calls {instead}")
            if self._is_unknown_type(owner_name, plain):
                return Checked(name, "name", "not found")
            known = exists(self.index, member) or is_of_library(plain, self.index) or is_of_language(member, self.languages)
            return Checked(name, "name", "found" if known else "not found", self._where(member))
        if any(d.qualified_name.endswith(plain) for d in self.index.definitions(plain, 5)):
            return Checked(name, "member", "found", self._where(plain))
        if is_inside(owner_name, member, self.index):  # a variant or field, which is no definition of its own
            return Checked(name, "member", "found", self._where(owner_name))
        if sets_members(owner_name, self.index):
            return Checked(name, "member", "not compared", f"members of {owner_name} are made at run time")
        if exists(self.index, member):
            return Checked(name, "member", "different", f"{member} is at {self._where(member)}" if self._where(member) else "")
        return Checked(name, "member", "not found", f"{owner_name} is at {self._where(owner_name)}")

    def _is_unknown_type(self, owner: str, name: str) -> bool:
        """Whether the owner of a name is written like a type that the repository, its libraries and its languages lack."""
        known = exists(self.index, owner) or is_of_library(name, self.index) or is_of_language(owner, self.languages)
        return bool(re.match(r"[A-Z][a-z]+[A-Z]", owner)) and not known

    def _is_host(self, name: str) -> bool:
        """Whether a name with dots is that of a host, such as example.org."""
        owner, _, last = name.rpartition(".")
        return bool(owner) and last in _TOP_LEVELS and not self.index.defines(last)

    def _is_type(self, name: str) -> bool:
        """Whether a name is that of a class or the like, so that its members are known."""
        return any(d.name == name and d.kind in _TYPES and not d.is_test for d in self.index.definitions(name, 10))

    def _simple(self, name: str) -> Checked:
        if exists(self.index, name):
            return Checked(name, "name", "found", self._where(name))
        if is_of_language(name, self.languages):
            return Checked(name, "name", "found", "a name of the language or its standard library")
        return Checked(name, "name", "not found")

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


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_SENTENCE else f"{text[: LONGEST_SENTENCE - 1]}…"
