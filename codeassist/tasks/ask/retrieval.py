"""Retrieve chunks for a question, best first, as candidates for a model's context."""

from __future__ import annotations

from collections.abc import Sequence

from codeassist.evidence.packing import Count, Packed, Source
from codeassist.evidence.places import gather, named_definition, place_of
from codeassist.tasks.ask.answer import Shape
from codeassist.tasks.ask.choosing import answering
from indexers import Hit, Index
from indexers.search.shapes import shape_of

CANDIDATES = 24
"""How many chunks are passed to the packer; more than most context windows can hold."""


AROUND = 3

PROMPT_FILES = (".prompty", ".cases.yaml")
"""Files of prompts: their examples look like answers, but they say nothing about the code."""


def context_for(index: Index, source: Source, question: str, budget: int, count: Count) -> Packed:
    """The context that a question is sent with: at most `budget` tokens as `count` measures them."""
    return source.pack(retrieve(index, question), budget, count)


def retrieve(index: Index, query: str, paths: Sequence[str] = ()) -> list[Hit]:
    """Chunks for a query, best first; a definition that it names comes before them, with its uses for a "who" question."""
    found = index.passages(query, CANDIDATES, paths=paths).hits
    hits = answering([hit for hit in found if hit.text.strip()], query)
    if not paths and "prompt" not in query.casefold():
        hits = [hit for hit in hits if not hit.path.endswith(PROMPT_FILES)]
    shape: Shape = shape_of(query)
    named = named_definition(index, query) if shape in ("what", "who") and not paths else None
    if named is None:
        return hits
    place = place_of(index, named, 1)
    front = [place.hit]
    if shape == "who":
        for use in gather(index, place, query, ()).callers:
            span = (max(1, use.line - AROUND), use.line + AROUND)
            front.append(Hit(use.path, *span, 1.0, use.by, "use", named.language, "", qualified_name=use.by))
    return front + hits
