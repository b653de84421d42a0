"""Words of a question in a text: by stem, by meaning, and not at all."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexers.encoders.static import StaticEncoder
from indexers.search.word_match import WordMatch
from indexers.syntax.words import identifiers

ENCODER = StaticEncoder.load()


@pytest.fixture(scope="module")
def encoder():
    return ENCODER


def match(encoder, question, text, groups=None):
    words = WordMatch(encoder, question, {}, 1.0, groups)
    return dict(zip(words.words, words.of([identifiers(text)])[0].tolist(), strict=True))


def test_a_word_is_borne_out_by_its_other_forms(encoder):
    same = {"alias": ("alias", "alia")}
    assert match(encoder, "aliases of retries", "def retry(alias): ...", same) == {"aliases": 1.0, "retries": 1.0}


def test_a_related_word_counts_more_than_an_unrelated_one(encoder):
    assert match(encoder, "wipe", "clear()")["wipe"] > 0.4 > match(encoder, "wipe", "banana()")["wipe"]


def test_words_that_say_little_weigh_less(encoder):
    words = WordMatch(encoder, "somebody happens to wipe the cache", {}, 1.0)
    weight = dict(zip(words.words, words.weights.tolist(), strict=True))
    assert weight["wipe"] > weight["happens"]
    assert weight["cache"] > weight["somebody"]
    assert "the" not in weight


def test_rare_words_weigh_more(encoder):
    words = WordMatch(encoder, "cache cache2 retry", {"cach": 0.1}, 5.0)
    weight = dict(zip(words.words, words.weights.tolist(), strict=True))
    assert weight["retry"] > 5 * weight["cache"]


def test_later_texts_are_compared_with_new_words(encoder):
    words = WordMatch(encoder, "wipe cache", {}, 1.0)
    assert words.of([["other"]]).shape == (1, 2)
    assert words.of([["wiped"], ["cache"]]).argmax(axis=1).tolist() == [0, 1]


@settings(deadline=None)
@given(st.text(max_size=40), st.lists(st.text(max_size=40), max_size=4))
def test_any_text_gives_shares(question, texts):
    words = WordMatch(ENCODER, question, {}, 1.0)
    found = words.of([identifiers(text) for text in texts])
    assert found.shape == (len(texts), len(words.words))
    assert ((found >= 0) & (found <= 1.0 + 1e-5)).all()
    assert np.isclose(words.weights.sum(), 1.0) or not words.weights.any()
