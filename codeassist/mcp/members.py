"""The member of a class that a query is about, in front of the head of the class, which seldom answers."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet

from codeassist.mcp.layout import FIRST, THIN_AFTER, Lines, Place
from codeassist.privacy import mask
from indexers.search.query import understand
from indexers.syntax.words import identifiers, query_terms, terms
from indexers.types import Definition

HOLDERS = frozenset({"class", "struct", "interface", "trait", "impl", "object", "module", "enum", "extension"})
"""Kinds of definitions that hold others."""

NAMED = 2.0
"""What a word of the query is worth in the name of a member; in its lines it is worth 1."""

MOST_SHOWN = 40
"""The first lines of a member that are shown."""

Inside = Callable[[str, int, int], Sequence[Definition]]
"""The definitions that start in these lines of a file."""


def with_members(places: Sequence[Place], query: str, inside: Inside, lines_of: Lines) -> list[Place]:
    """The places, in front of the first heads of classes the member of each that the query is about.

    A head of which a member is a place too comes after the first other places: it is named rather than shown. A class whose
    name the query spells keeps its place.
    """
    words = sorted(set(query_terms(understand(query).subject)))
    spelled = set(identifiers(query))
    taken = {(place.repository, place.path, place.name) for place in places}
    found: list[Place] = []
    for rank, place in enumerate(places):
        member = _member(place, words, inside, lines_of) if rank < FIRST and _is_head(place) else None
        own = [member] if member is not None and (member.repository, member.path, member.name) not in taken else []
        taken.update((one.repository, one.path, one.name) for one in own)
        found += [place, *own] if _asked_for(place, spelled) else [*own, place]
    heads = [place for place in found if _is_head(place) and not _asked_for(place, spelled) and _holds_one(place, found)]
    others = [place for place in found if not any(place is head for head in heads)]
    return [*others[:THIN_AFTER], *heads, *others[THIN_AFTER:]]


def _asked_for(place: Place, spelled: AbstractSet[str]) -> bool:
    """Whether a query spells the name of a place."""
    return place.name.rpartition(".")[2] in spelled


def _is_head(place: Place) -> bool:
    """Whether less than half of a class is shown."""
    return place.kind in HOLDERS and len(place.missing) > len(place.lines)


def _holds_one(place: Place, places: Sequence[Place]) -> bool:
    """Whether a member of a class is one of the places."""
    return any(
        (other.repository, other.path) == (place.repository, place.path)
        and other.name.startswith(f"{place.name}.")
        and place.first <= other.start <= place.last
        for other in places
    )


def _member(place: Place, words: Sequence[str], inside: Inside, lines_of: Lines) -> Place | None:
    """The member with most of the words of a query, rare ones among the members first; none unless its name has one."""
    lines = lines_of(place.path)
    members = [d for d in inside(place.path, place.first + 1, place.last) if d.end_line <= place.last]
    names = [set(terms(d.name)) for d in members]
    texts = [set(terms("\n".join(lines[d.line - 1 : d.end_line]))) for d in members]
    in_names, in_texts = Counter(t for found in names for t in found), Counter(t for found in texts for t in found)

    def worth(at: int) -> float:
        named = sum(math.log((len(members) + 1) / in_names[word]) for word in words if word in names[at])
        return NAMED * named + sum(math.log((len(members) + 1) / in_texts[word]) for word in words if word in texts[at])

    best = max(range(len(members)), key=lambda at: (worth(at), -at), default=None)
    if best is None or names[best].isdisjoint(words):
        return None
    definition = members[best]
    text = mask("\n".join(lines[definition.line - 1 : definition.end_line]))[0]
    shown = dict(enumerate(text.split("\n")[:MOST_SHOWN], definition.line))
    name, kind = definition.qualified_name, definition.kind
    return Place(place.repository, place.path, name, kind, place.language, shown, definition.line, definition.end_line)
