"""Everything that a sentence states in a form that is understood, compared with the source."""

from __future__ import annotations

import re
from collections.abc import Iterator

from codeassist.evidence.claims.facts import ELLIPSIS, FACTS
from codeassist.evidence.claims.forms import SHAPES
from codeassist.evidence.claims.negations import wrong_negations
from codeassist.evidence.claims.relations import Relation, relations
from codeassist.evidence.claims.sentences import without_citations
from codeassist.evidence.claims.subjects import begins_clause, facts, judged
from codeassist.evidence.claims.terms import Cited
from indexers import Index

LONGEST = 2_000
"""Characters of a sentence in which statements about single definitions are looked for."""


def statements(sentence: str, cited: Cited, index: Index) -> list[Relation]:
    """What a sentence states, each statement once; of two readings of the same words the one that is decided."""
    bare = without_citations(sentence)
    found = list(_facts(bare, index))
    found += relations(sentence, cited, index)
    found += [Relation(text, wrong=True) for text in wrong_negations(sentence, cited, index)]
    kept: list[Relation] = []
    for one in sorted(found, key=lambda relation: relation.wrong is None):
        if not any(one.text in other.text or other.text in one.text for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda relation: bare.find(relation.text))


def wrong_statements(sentence: str, cited: Cited, index: Index) -> Iterator[str]:
    """What a sentence states about single definitions that the source contradicts."""
    yield from (one.text for one in _facts(without_citations(sentence), index) if one.wrong)


def _facts(bare: str, index: Index) -> Iterator[Relation]:
    yield from facts(bare[:LONGEST], (*SHAPES, *FACTS), index)
    yield from _elliptical(bare[:LONGEST], index)


def _elliptical(bare: str, index: Index) -> Iterator[Relation]:
    """A denial without a predicate, which is that of the statement before it."""
    for match in ELLIPSIS.finditer(bare):
        before = [(m.end(), m, form) for form in FACTS for m in form.pattern.finditer(bare[: match.start()])]
        before = [item for item in before if begins_clause(bare, item[1].start())]
        if before:
            _, said, form = max(before, key=lambda item: item[0])
            relation = judged(match, form, index, said=said)
            yield Relation(re.sub(r"^[,\s]+", "", relation.text), relation.wrong, relation.about)
