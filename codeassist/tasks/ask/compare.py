"""Answers that compare two definitions named in the question."""

from __future__ import annotations

from collections.abc import Sequence

from codeassist.evidence.excerpts import excerpt
from codeassist.evidence.line_score import line_scores
from codeassist.evidence.places import SCAFFOLD, first_sentence
from codeassist.tasks.ask.answer import Citations
from codeassist.tasks.ask.brief import inline_code
from codeassist.tasks.ask.wording import a_kind, short_signature
from indexers import Index
from indexers.files.decoding import read_lines
from indexers.search.query import understand
from indexers.search.word_match import WordMatch
from indexers.syntax.words import STOP_WORDS, identifiers, stem
from indexers.types import Definition

LINES = 3
"""Decisive lines shown of each."""

_PHRASING = frozenset(map(stem, ("difference", "different", "differ", "compare", "distinction", "between", "versus", "vs")))


def compared(index: Index, question: str) -> list[Definition]:
    """The two definitions that a question compares; nothing unless it names exactly two."""
    query = understand(question)
    found: dict[tuple[str, int], Definition] = {}
    candidates = [*query.qualified, *identifiers(question)]
    for name in dict.fromkeys(candidates):
        if name.lower() in STOP_WORDS or stem(name.lower()) in SCAFFOLD | _PHRASING:
            continue
        exact = [d for d in index.definitions(name, 20) if name in (d.name, d.qualified_name) and not d.is_test]
        if exact and not any(d.name == exact[0].name for d in found.values()):
            found[exact[0].path, exact[0].line] = exact[0]
    return list(found.values()) if len(found) == 2 else []


def comparison(index: Index, pair: Sequence[Definition], words: WordMatch, numbers: Citations) -> list[str]:
    """The paragraphs of a comparison: each definition with its purpose and decisive lines, then what they share."""
    paragraphs = []
    for definition in pair:
        text = read_lines(index.root, definition.path, definition.line, definition.end_line)
        lines = text.split("\n")
        quoted = excerpt(lines, definition.line, line_scores(lines, words, "what", definition.name), LINES)
        body = " ".join(" ".join(line.split()) for line in quoted.marked())[:240]
        summary = first_sentence(definition.documentation) or f"`{short_signature(definition)}`"
        paragraphs.append(
            f"- `{definition.qualified_name}` ({a_kind(definition)} in `{definition.path}` {numbers.define(definition)}): "
            f"{summary}\n  {inline_code(body)}"
        )
    calls = [{t.qualified_name for _, t in index.callees_of(d) if t is not None} for d in pair]
    shared, only = sorted(calls[0] & calls[1]), [sorted(calls[i] - calls[1 - i]) for i in (0, 1)]
    if shared:
        paragraphs.append(f"- Both call {_names(shared)}.")
    paragraphs += [f"- Only `{d.qualified_name}` calls {_names(names)}." for d, names in zip(pair, only, strict=True) if names]
    return ["\n".join(paragraphs)]


def _names(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
