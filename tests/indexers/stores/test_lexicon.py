"""Queries on the lexical index."""

from __future__ import annotations

import numpy as np
import pytest

from indexers.stores import lexicon as module
from indexers.stores.chunks import places
from indexers.stores.lexicon import best_chunks, document_frequencies, terms_of_letter

EQUAL = (1.0, 1.0, 1.0, 1.0)


@pytest.mark.parametrize("batch", [1, 500])
def test_the_number_of_chunks_of_each_term(catalog, monkeypatch, batch):
    monkeypatch.setattr(module, "BATCH", batch)
    frequencies = document_frequencies(catalog, ["inventory", "walrus", "shop", "%"])
    assert list(frequencies) == ["inventory", "walrus", "shop", "%"]
    assert (frequencies["walrus"], frequencies["%"]) == (0, 0)
    assert frequencies["shop"] == len(best_chunks(catalog, '"shop"', EQUAL, 10**6)) > frequencies["inventory"] > 0
    assert document_frequencies(catalog, []) == {}


def test_only_columns_with_a_weight_give_a_score(catalog):
    def paths(match, weights):
        scores = best_chunks(catalog, match, weights, 50)
        locations = places(catalog, scores)
        return {locations[chunk].path for chunk, score in scores.items() if score > 0}

    assert paths('"gateway"', (0.0, 1.0, 0.0, 0.0)) == {"shop/payments.py"}
    assert paths('"gateway"', (0.0, 0.0, 0.0, 1.0)) == {"README.md", "shop/payments.py"}
    assert paths('"auth"', (1.0, 0.0, 0.0, 0.0)) == {"shop/auth.py"}
    scores = best_chunks(catalog, '"gateway"', EQUAL, 50)
    assert list(scores.values()) == sorted(scores.values(), reverse=True)


def test_the_allowed_chunks_are_selected_before_the_limit(catalog):
    ranked = list(best_chunks(catalog, '"shop"', EQUAL, 50))
    assert len(ranked) > 3
    assert list(best_chunks(catalog, '"shop"', EQUAL, 2)) == ranked[:2]
    assert list(best_chunks(catalog, '"shop"', EQUAL, 1, np.array(ranked[-1:]))) == ranked[-1:]
    assert list(best_chunks(catalog, '"shop"', EQUAL, 50, np.array(ranked[:1]))) == ranked[:1]
    assert best_chunks(catalog, '"shop"', EQUAL, 50, np.array([], dtype=np.int64)) == {}


def test_terms_of_a_letter(catalog):
    terms = terms_of_letter(catalog, "r")
    assert {"render", "receipt", "request"} <= set(terms)
    assert all(term.startswith("r") for term in terms)
    assert len(terms) == len(set(terms))
    assert terms_of_letter(catalog, "ж") == []
