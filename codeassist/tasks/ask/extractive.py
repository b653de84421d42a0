"""Answer a question about a repository from its index, without a model: places, relations and citations."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial

from codeassist.evidence.confidence import PROBABLY, Judgement, judged, not_borne_out
from codeassist.evidence.examples import DOCUMENTS, with_whole_examples
from codeassist.evidence.places import Evidence, Place, find_place, gather, named_definition, place_of
from codeassist.evidence.values import where_set
from codeassist.tasks.ask.answer import Answer, Citations, Shape
from codeassist.tasks.ask.brief import NEAREST, Around, brief, nearest
from codeassist.tasks.ask.choosing import (
    answering,
    asks_for_a_name,
    borne_out,
    distinct,
    guide_first,
    inline_tests_last,
    present_first,
    raisers_first,
    subject_first,
    tests_first,
    together,
    varied,
)
from codeassist.tasks.ask.compare import compared, comparison
from codeassist.tasks.ask.foreign_errors import foreign_error, foreign_raised_in
from codeassist.tasks.ask.full import full_answer
from codeassist.tasks.ask.naming import definitions_in, named_by, named_part
from codeassist.tasks.ask.overview import overview
from codeassist.tasks.ask.own_name import without_own_name
from codeassist.tasks.ask.parameters import default_of_parameter
from codeassist.tasks.ask.raising import asks_who_raises, raised_in, with_message
from codeassist.tasks.ask.requirements import required_version
from codeassist.tasks.ask.signatures import parameters_asked
from codeassist.tasks.ask.usage import ALL_LISTED, LISTED, breaks, tested, unknown_name, who, who_uses_foreign
from codeassist.tasks.ask.verdict import verdict
from codeassist.tasks.ask.wording import commits_of
from indexers import Hit, Index, QueryError
from indexers.search.message_match import IS_THE_MESSAGE, LEAST_SHARE
from indexers.search.passages import Ranked
from indexers.search.shapes import shape_of
from indexers.types import Definition

SHOWN_LINES = 12
FULL_PLACES = 7
MOST_CALLS = 5
ERROR_KINDS = frozenset({"class", "struct", "type", "enum", "variable", "constant"})
LOOKED_AT = 60
"""Passages that the places of an answer are made of; many may be copies or wrappers of one."""

_TESTS_OF = re.compile(r"^.{0,60}?\btests?\b.{0,20}?\b(?:cover|for|of|exercise|check|test)s?\s+", re.IGNORECASE)
"""What a question about tests asks, before the words for what they test."""

JOINED = 20
"""The best passages, which are joined to places; the others make no place longer."""


def ask(
    index: Index, question: str, *, places: int = 10, threshold: float = 0.5, paths: Sequence[str] = (), full: bool = False
) -> Answer:
    """Answer from the index alone; `threshold` is the least confidence. `full` adds relations and longer excerpts.

    Raises `QueryError` for an empty question.
    """
    if not question.strip():
        raise QueryError("The question is empty.")
    shape = shape_of(question)
    numbers = Citations(index.root)
    if not paths and (parts := _about_named(index, question, shape, numbers, full=full)):
        return _answer(question, shape, 1.0, parts, numbers, [])
    if shape == "who" and (unknown := unknown_name(index, question)):
        return Answer(question, not_found((), [unknown]), False, shape, 0.0)
    subject = without_own_name(question, index.root.name)
    ranked = index.passages(subject, max(LOOKED_AT, 2 * places), paths=paths)
    hits = answering([hit for hit in ranked.hits if hit.text.strip()], question)  # empty if deleted after indexing
    judgement = judged(index, question, ranked)
    certainty = judgement.value
    named = named_definition(index, question) if shape == "what" and not paths and asks_for_a_name(question) else None
    if named is None and (not hits or certainty < threshold):
        return _refusal(index, question, shape, hits, ranked, judgement)
    if full or named is not None:
        parts, shown = _long(index, question, shape, hits, named, numbers, places if full else 1)
        if named is None and certainty < threshold + PROBABLY:
            parts = [_doubt(not_borne_out(ranked)), *parts]
    else:
        ordered = _ordered(index, subject, shape, borne_out(hits, ranked.words), ranked)
        joined = together(index.root, ordered, places, ranked.hits[JOINED:])
        chosen = [named_part(index, ranked.words, hit) for hit in joined]
        if _is_document(chosen[0]):
            chosen[0] = with_whole_examples(index.root, chosen[0])
        shown = [Place(hit, None, hit.start_line, tuple(hit.text.split("\n"))) for hit in chosen]
        doubt = _doubt(not_borne_out(ranked)) if certainty < threshold + PROBABLY else ""
        opening = _opening(question, shape, certainty, doubt)
        around = Around(
            calls=_calls(index, chosen[0]) if shape == "flow" else (),
            settings=where_set(index, chosen, ranked.words) if shape == "default" else (),
            raisers=with_message(index, question, chosen[0]) if shape == "error" else (),
            held=definitions_in(index, chosen),
        )
        parts = brief(chosen, ranked.words, shape, numbers, opening, partial(named_by, index), around)
        if shape == "why":
            parts.insert(0, commits_of(index.commits(question, (chosen[0].path,), 1)))
    return _answer(question, shape, certainty, parts, numbers, shown)


def _ordered(index: Index, question: str, shape: Shape, hits: Sequence[Hit], ranked: Ranked) -> list[Hit]:
    """The hits without copies in the order in which they answer: by what the question names, asks for or quotes."""
    ordered = subject_first(index, question, varied(inline_tests_last(question, distinct(hits))))
    if shape == "tests":
        ordered = tests_first(ordered)
    if shape not in ("tests", "error"):
        ordered = present_first(question, ordered)
    ordered = raisers_first(question, ordered, LEAST_SHARE if shape == "error" else IS_THE_MESSAGE)
    return guide_first(index, question, ordered, ranked.passages)


def _refusal(index: Index, question: str, shape: Shape, hits: Sequence[Hit], ranked: Ranked, judgement: Judgement) -> Answer:
    """That nothing answers, and a line for each of the nearest places."""
    joined = together(index.root, distinct(hits), NEAREST, ranked.hits[JOINED:])
    places = [named_part(index, ranked.words, hit) for hit in joined]
    lines = nearest(places, ranked.words, shape, partial(named_by, index))
    first = not_found((), judgement.absent, not_borne_out(ranked))
    text = "\n".join([f"{first} Nearest:", *lines] if lines else [first])
    return Answer(question, text, False, shape, judgement.value)


def _answer(
    question: str, shape: Shape, certainty: float, parts: Sequence[str], numbers: Citations, shown: list[Place]
) -> Answer:
    text = "\n\n".join(part for part in parts if part)
    return Answer(question, text, True, shape, certainty, list(numbers.made.values()), shown)


def _about_named(index: Index, question: str, shape: Shape, numbers: Citations, *, full: bool) -> list[str]:
    """The paragraphs about the project or the definitions that a question names; empty where the passages must answer."""
    if version := required_version(index, question, numbers):
        return version
    if shape == "default" and (default := default_of_parameter(index, question, numbers)):
        return default
    if parameters := parameters_asked(index, question, numbers):
        return parameters
    if shape == "overview":
        return overview(index, question, numbers)
    if shape == "compare":
        pair = compared(index, question)
        return comparison(index, pair, index.words(question), numbers) if pair else []
    if asks_who_raises(question) and (raising := _raising(index, question, numbers, ALL_LISTED if full else LISTED)):
        return raising
    if shape not in ("who", "breaks", "tests"):
        return []
    named = named_definition(index, _TESTS_OF.sub("", question) if shape == "tests" else question)
    if named is None:
        return who_uses_foreign(index, question, numbers, ALL_LISTED if full else LISTED) if shape == "who" else []
    if shape == "who":
        return who(index, question, named, numbers, ALL_LISTED if full else LISTED)
    return breaks(index, named, numbers) if shape == "breaks" else tested(index, named, numbers)


def _raising(index: Index, question: str, numbers: Citations, most: int) -> list[str]:
    """Where the error that a question names is raised; empty if it names none, or none that is raised."""
    if foreign := foreign_error(index, question):
        return foreign_raised_in(index, question, foreign, numbers, most)
    error = named_definition(index, question)
    return raised_in(index, question, error, numbers, most) if error is not None and error.kind in ERROR_KINDS else []


def _long(
    index: Index,
    question: str,
    shape: Shape,
    hits: Sequence[Hit],
    named: Definition | None,
    numbers: Citations,
    places: int,
) -> tuple[list[str], list[Place]]:
    """The paragraphs and places of a long answer; of an answer about one definition, only that place."""
    chosen = distinct(hits)[: min(places, FULL_PLACES)]
    shown = [find_place(index, hit, question, SHOWN_LINES) for hit in chosen]
    if named is not None:
        shown = [place_of(index, named, SHOWN_LINES), *(p for p in shown if p.hit.path != named.path)][:places]
    documents = [hit for hit in hits if _is_document(hit) and hit not in chosen][:2]
    evidence = gather(index, shown[0], question, documents) if places > 1 else Evidence()
    return full_answer(index, question, shape, shown, evidence, numbers), shown


def _calls(index: Index, hit: Hit) -> list[Definition]:
    """What the definition of a hit calls in the repository, in order: the next steps of a flow."""
    definition = index.definition_at(hit.path, hit.end_line)
    if definition is None or definition.kind == "section":
        return []
    called = {d.qualified_name: d for _, d in index.callees_of(definition) if d is not None and not d.is_test}
    called.pop(definition.qualified_name, None)
    return list(called.values())[:MOST_CALLS]


def _is_document(hit: Hit) -> bool:
    return hit.language in DOCUMENTS


def not_found(hits: Sequence[Hit], absent: Sequence[str] = (), missing: Sequence[str] = ()) -> str:
    """The text of an answer that was not found: what the repository never mentions, or what nothing found is about."""
    text = "Not found in this repository: no match is good enough to answer the question."
    if absent:
        text = f"Not found in this repository: nothing in it mentions {_quoted(absent)}."
    elif missing:
        text = f"Not found in this repository: nothing found is about {_quoted(missing)}."
    if hits:
        places = ", ".join(f"`{hit.path}:{hit.start_line}`" for hit in hits[:NEAREST])
        text += f" The closest matches: {places}."
    return text


def without_subject(question: str, before: str) -> Answer:
    """The answer to a follow-up on a question that was refused: it has no subject."""
    text = f"Not found in this repository: the question before, “{before.strip()}”, was not answered. Name what you mean."
    return Answer(question, text, False, shape_of(question), 0.0)


def _opening(question: str, shape: Shape, certainty: float, doubt: str) -> Callable[[Sequence[str]], str]:
    """What gives the words before an answer from its quoted lines."""
    if doubt or shape != "can":
        return lambda _: doubt
    return lambda quoted: verdict(question, quoted, certainty)


def _doubt(missing: Sequence[str]) -> str:
    """The sentence before an answer that is only probable."""
    return f"Probably, but nothing found is about {_quoted(missing)}:" if missing else "Probably, but the match is weak:"


def _quoted(words: Sequence[str]) -> str:
    return " or ".join(f"“{word}”" for word in words)
