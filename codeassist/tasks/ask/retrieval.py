"""Gather the context of a question for a model: the definition that it names, the decisive lines, what calls and is called."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from codeassist.evidence.blocks import LeftOut, Packed
from codeassist.evidence.context_lines import Chosen, choose
from codeassist.evidence.packing import Count, Passage, Source, pack
from codeassist.evidence.places import gather, named_definition, place_of
from codeassist.models.token_estimate import estimate
from codeassist.tasks.ask.choosing import answering
from indexers import Hit, Index
from indexers.search.passages import READ, Ranked
from indexers.search.shapes import shape_of
from indexers.types import Definition

AROUND = 3

PROMPT_FILES = (".prompty", ".cases.yaml")
"""Files of prompts: their examples look like answers, but they say nothing about the code."""

NAMED_SHARE = 0.5
"""A definition that the question names is shown whole if it takes at most this share of the budget."""

ROOM = 300
"""With fewer tokens left, no callers and callees are added."""

EXPLAINED = 2
"""Of so many best passages the callers and callees are added."""

SAMPLE = 5
"""Passages by which the estimate of tokens is compared with the model's own count."""

NEIGHBOUR_LINES = 12
"""Lines that are shown of a function that is called."""


def context_for(
    index: Index, source: Source, question: str, budget: int, count: Count, *, paths: Sequence[str] = (), first: int = 1
) -> Packed:
    """The context that a question is sent with: at most `budget` tokens as `count` measures them; numbers start at `first`.

    Raises `QueryError` for an empty question.
    """
    found = relevant(index, question, paths)
    hits = {(hit.path, hit.start_line): hit for hit in found.hits if not source.is_private(hit.path)}
    dropped = [LeftOut(h.path, h.start_line, h.end_line, "private") for h in found.hits if source.is_private(h.path)]
    passages = [passage for passage in found.passages if (passage.row.path, passage.row.start) in hits]
    scale = _scale(list(hits.values()), count)
    front = _front(index, source, question, paths, budget, count)
    room = budget - sum(count(passage.text) for passage in front)
    chosen = choose(replace(found, passages=passages), shape_of(question), room * scale)
    lines = [passage for part in chosen if (passage := source.chosen(hits[_key(part)], part.ranges))]
    candidates = front + lines
    if not candidates:
        candidates = [passage for hit in list(hits.values())[:1] if (passage := source.candidate(hit))]
    if not paths and budget - sum(count(passage.text) for passage in candidates) >= ROOM:
        candidates += _neighbours(index, source, question, chosen)
    packed = pack(candidates, budget, count, first=first, whole_share=1.0)
    packed.left_out.extend(dropped)
    return packed


def relevant(index: Index, query: str, paths: Sequence[str] = ()) -> Ranked:
    """The passages of a query with their hits, without those that only repeat the question and, as a rule, prompt files."""
    found = index.passages(query, READ, paths=paths)
    hits = answering([hit for hit in found.hits if hit.text.strip()], query)
    if not paths and "prompt" not in query.casefold():
        hits = [hit for hit in hits if not hit.path.endswith(PROMPT_FILES)]
    kept = {(hit.path, hit.start_line) for hit in hits}
    return replace(found, passages=[p for p in found.passages if (p.row.path, p.row.start) in kept], hits=hits)


def named(index: Index, query: str) -> list[Hit]:
    """The definition that a "what" or "who" question names, with its uses for "who"; empty for other questions."""
    shape = shape_of(query)
    definition = named_definition(index, query) if shape in ("what", "who") else None
    if definition is None:
        return []
    place = place_of(index, definition, 1)
    front = [place.hit]
    if shape == "who":
        uses = gather(index, place, query, ()).callers
        front += [_around(use.path, use.line, use.by, definition.language) for use in uses]
    return front


def _front(index: Index, source: Source, question: str, paths: Sequence[str], budget: int, count: Count) -> list[Passage]:
    """What the question names, as far as it is not too long."""
    found = (source.candidate(hit) for hit in ([] if paths else named(index, question)) if not source.is_private(hit.path))
    return [passage for passage in found if passage and count(passage.text) <= NAMED_SHARE * budget]


def _neighbours(index: Index, source: Source, question: str, chosen: Sequence[Chosen]) -> Iterator[Passage]:
    """Callers and callees of the best definitions."""
    for part in chosen[:EXPLAINED]:
        definition = index.definition_at(part.passage.row.path, part.passage.row.start) if part.passage.row.name else None
        if definition is None:
            continue
        around = gather(index, place_of(index, definition, 1), question, ())
        hits = [_around(use.path, use.line, use.by, definition.language) for use in around.callers]
        hits += [_beginning(index, callee) for callee in around.callees]
        yield from (found for hit in hits if not source.is_private(hit.path) and (found := source.candidate(hit)))


def _around(path: str, line: int, name: str, language: str) -> Hit:
    return Hit(path, max(1, line - AROUND), line + AROUND, 1.0, name, "use", language, "", qualified_name=name)


def _beginning(index: Index, definition: Definition) -> Hit:
    """The first lines of a definition."""
    hit = place_of(index, definition, 1).hit
    return replace(hit, end_line=min(hit.end_line, hit.start_line + NEIGHBOUR_LINES - 1))


def _scale(hits: Sequence[Hit], count: Count) -> float:
    """How many estimated tokens there are for each token as `count` measures them."""
    sample = "\n".join(hit.text for hit in hits[:SAMPLE])
    return estimate(sample) / max(1, count(sample)) if sample else 1.0


def _key(part: Chosen) -> tuple[str, int]:
    return part.passage.row.path, part.passage.row.start
