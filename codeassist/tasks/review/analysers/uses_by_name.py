"""Calls left behind in languages whose names are not resolved: by name, of functions that are defined nowhere any more."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from codeassist.changes.change import ChangedFile
from codeassist.evidence.parsed_source import symbols_of
from codeassist.printable import counted
from codeassist.tasks.review.analysers.base import Facts
from codeassist.tasks.review.analysers.breaks import gap_at
from codeassist.tasks.review.analysers.declared_receivers import uses_by_type
from codeassist.tasks.review.analysers.left_behind import REMOVED
from codeassist.tasks.review.analysers.outlines import GLOBS
from codeassist.tasks.review.finding import Finding, Place, Rule, Severity
from indexers.syntax.languages import CODE, Language, detect

SHORTEST = 5
"""Characters of a name that is looked for: shorter ones belong to other objects too often."""

MOST_USES = 60
"""A name that occurs on more lines is too common to be this function's alone."""

SHOWN = 5
TITLES = {"php": "PHP", "cpp": "C++", "sql": "SQL"}
FUNCTIONS = frozenset(("function", "method"))

_DECLARED = re.compile(r"^\s*(?:[\w<>,:*&\[\]]+\s+)*(?:function|func|fun|fn|def|defp|sub|proc)\b")
"""A line that declares a function."""

_DYNAMIC = re.compile(r"\b(?:__call|__callStatic|method_missing|__index|define_method)\b")
"""What gives an object methods that are written nowhere."""

_COMMENT = re.compile(r"^\s*(?://|#|\*|/\*|--)")


class UsesByName:
    """Notes, since a name alone does not say whose function is called. A method whose name others have: by declared types."""

    name = "uses-by-name"
    rules: tuple[Rule, ...] = (REMOVED,)

    def run(self, facts: Facts) -> Iterable[Finding]:
        """At most one note for each function that is gone; which languages are looked at in this way is noted."""
        languages: dict[str, None] = {}
        for file in facts.change.texts():
            language = detect(file.path)
            if file.suffix in GLOBS or language.name == "python" or not language.grammar or language.role != CODE:
                continue
            if file.whole or file.old is None or not any(map(_DECLARED.match, file.removed.values())):
                continue
            languages[TITLES.get(language.name, language.name.capitalize())] = None
            yield from _of_file(facts, file, language)
        if languages:
            listed = " and ".join(filter(None, (", ".join(list(languages)[:-1]), list(languages)[-1])))
            facts.notes.append(f"{listed}: callers are looked for by name, and only those of removed functions")


def _of_file(facts: Facts, file: ChangedFile, language: Language) -> Iterator[Finding]:
    old = _functions(file.old_path, file.old or "")
    new = _functions(file.path, file.new or "") if file.new is not None else {}
    if _DYNAMIC.search(file.old or ""):
        return
    yield from _of_members(facts, file, language)
    gone = [name for name in old if name not in new]
    fresh = [name for name in new if name not in old]
    for name in gone:
        if len(name) < SHORTEST:
            continue
        places = _calls(facts, name, language)
        if places:
            alike = [n for n in fresh if old[name][1] == new[n][1]]
            renamed = f"renamed to '{alike[0]}'" if len(alike) == 1 else "removed"
            line = gap_at(file, old[name][0])
            also = f" ({len(places)} calls)" if len(places) > 1 else ""
            message = f"'{name}' was {renamed} and nothing else is named so, but {places[0]} still calls it{also}."
            yield Finding(
                *(REMOVED.id, Severity.NOTE, file.path, line, line, message, 0.7, tuple(places[:SHOWN])),
                reach=len(places),
                source="uses-by-name",
                note="found by name; receivers are not resolved in this language",
            )


def _of_members(facts: Facts, file: ChangedFile, language: Language) -> Iterator[Finding]:
    """A note for each removed method whose name has other definitions, with uses whose receiver has a declared type."""
    old, new = symbols_of(file.old_path, file.old or ""), symbols_of(file.path, file.new or "")
    names = {s[0] for s in new}
    for qualified, kind, start, _, _ in old:
        owner, _, name = qualified.rpartition(".")
        if kind not in FUNCTIONS or qualified in names or owner not in names or _calls(facts, name, language):
            continue
        calls, overriding = uses_by_type(facts, owner.rpartition(".")[2], name, language)
        places = [*calls, *overriding]
        if places:
            line = gap_at(file, start)
            does = "still calls it" if calls else "still overrides it"
            also = f" ({counted(len(calls), 'call')}, {len(overriding)} overriding)" if len(places) > 1 else ""
            yield Finding(
                *(REMOVED.id, Severity.NOTE, file.path, line, line),
                f"'{qualified}' was removed, but {places[0]} {does}{also}.",
                *(0.7, tuple(places[:SHOWN])),
                reach=len(places),
                source="uses-by-name",
                note="by the declared types of receivers and classes; types are not inferred in this language",
            )


def _functions(path: str, text: str) -> dict[str, tuple[int, str]]:
    """Functions and methods by their last name: the line, and the parameters as text."""
    found: dict[str, tuple[int, str]] = {}
    for qualified, kind, start, _, signature in symbols_of(path, text):
        if kind in FUNCTIONS:
            name = re.split(r"[.:]+|->", qualified)[-1]
            found.setdefault(name, (start, re.sub(rf"^.*?\b{re.escape(name)}\b", "", signature)))
    return found


def _calls(facts: Facts, name: str, language: Language) -> list[Place]:
    """Lines that still call a name; none if it is defined somewhere else, or is too common."""
    hits = facts.change.find([name], tuple(f"*{extension}" for extension in language.extensions))
    if len(hits) > MOST_USES:
        return []
    word = rf"(?<![\w$]){re.escape(name)}\b"
    defined = re.compile(rf"\b(?:function|func|fun|fn|def|defp|sub|proc|class)\s+(?:[\w.:]+[.:])?{word}|{word}\s*=(?!=)")
    call = re.compile(rf"{word}\s*[(!?]|(?:->|::|\.|:){re.escape(name)}\b")
    if any(defined.search(text) for _, _, text in hits):
        return []
    places = []
    for path, number, text in hits:
        file = facts.change.file(path)
        if call.search(text) and not _COMMENT.match(text) and (file is None or number not in file.added):
            places.append(facts.place(path, number))
    return places
