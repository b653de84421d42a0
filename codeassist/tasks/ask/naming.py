"""The names of places: of several definitions in one place that which a question or a line is about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from codeassist.evidence.excerpts import is_comment
from indexers import Hit, Index
from indexers.search.word_match import WordMatch
from indexers.syntax.words import identifiers
from indexers.types import Definition


def named_part(index: Index, words: WordMatch, hit: Hit) -> Hit:
    """A hit that holds several definitions with the name of the one that bears out most of the question."""
    inside = _held(index, hit)
    parts = [d for d in inside if not any(other is not d and other.line <= d.line <= other.end_line for other in inside)]
    if len(parts) < 2 or any(part.kind == "section" for part in parts):
        return hit
    lines = hit.text.split("\n")
    texts = [identifiers("\n".join(lines[d.line - hit.start_line : d.end_line - hit.start_line + 1])) for d in parts]
    return _named(hit, parts[int((words.of(texts) @ words.weights).argmax())])


def definitions_in(index: Index, hits: Iterable[Hit]) -> dict[tuple[str, int], list[Definition]]:
    """The definitions that each hit holds as a whole, by its path and first line."""
    return {(hit.path, hit.start_line): _held(index, hit) for hit in hits}


def _held(index: Index, hit: Hit) -> list[Definition]:
    return [d for d in index.outline(hit.path) if hit.start_line <= d.line and d.end_line <= hit.end_line]


def named_by(index: Index, hit: Hit, line: int) -> Hit:
    """A hit with the name of the definition around a line of it, if that is a part of what the hit is named after.

    It has no name if the line stands below what it is named after, as constants below a class do.
    """
    below = _below_comment(index, hit, line)
    holder = below or index.definition_at(hit.path, line)
    if holder is None and _is_below(index, hit, line):
        return replace(hit, name="", qualified_name="", signature="", documentation="")
    if holder is None or holder.qualified_name == hit.qualified_name or (below is None and holder.line > line):
        return hit
    is_part = not hit.qualified_name or holder.kind == "section" or holder.qualified_name.startswith(f"{hit.qualified_name}.")
    return _named(hit, holder) if is_part else hit


def _below_comment(index: Index, hit: Hit, line: int) -> Definition | None:
    """The definition that begins right below the comment which a line of a hit is in."""
    lines, at = hit.text.split("\n"), line - hit.start_line
    while at < len(lines) and is_comment(lines[at]):
        at += 1
    below = index.definition_at(hit.path, hit.start_line + at) if at > line - hit.start_line and at < len(lines) else None
    return below if below is not None and below.line == hit.start_line + at else None


def _is_below(index: Index, hit: Hit, line: int) -> bool:
    own = [d for d in index.outline(hit.path) if d.qualified_name == hit.qualified_name and d.kind != "section"]
    return bool(own) and all(line > d.end_line for d in own)


def _named(hit: Hit, holder: Definition) -> Hit:
    return replace(
        hit,
        name=holder.name,
        kind=holder.kind,
        qualified_name=holder.qualified_name,
        signature=holder.signature,
        documentation=holder.documentation,
    )
