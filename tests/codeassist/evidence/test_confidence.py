"""The confidence separates questions about the repository from others."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codeassist.config import AskConfig
from codeassist.evidence.confidence import ALL_DEFINED, UNKNOWN_NAME, confidence

THRESHOLD = AskConfig().threshold


def of(index, question):
    return confidence(index, question, index.search(question, 5))


@pytest.mark.parametrize("question", ["how is a password hashed with its salt", "charge an account", "goods in the inventory"])
def test_questions_about_the_repository_are_above_the_threshold(shop_index, question):
    assert of(shop_index, question) >= THRESHOLD


@pytest.mark.parametrize("question", ["how are satellites launched into orbit", "kubernetes cluster autoscaling policy"])
def test_questions_about_other_things_are_below_it(shop_index, question):
    assert of(shop_index, question) < THRESHOLD


def test_without_hits_or_words_it_is_0(shop_index):
    assert confidence(shop_index, "how is a password hashed", []) == 0.0
    assert confidence(shop_index, "?!", shop_index.search("password", 3)) == 0.0


def test_a_question_whose_names_are_all_defined_is_answered(shop_index):
    assert of(shop_index, "who calls authenticate") >= ALL_DEFINED
    assert of(shop_index, "who calls hash_password and authenticate") >= ALL_DEFINED


def test_an_unknown_name_alone_is_not_answered_by_similar_ones(shop_index):
    hits = shop_index.search("hash_password", 5)
    assert confidence(shop_index, "hash_passwords_twice", hits) <= UNKNOWN_NAME


@settings(deadline=None)
@given(st.text(max_size=60))
def test_it_is_a_probability(shop_index, question):
    hits = shop_index.search("password inventory", 5)
    assert 0.0 <= confidence(shop_index, question, hits) <= 1.0
