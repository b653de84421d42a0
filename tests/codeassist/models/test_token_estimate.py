"""The estimate of tokens: additive up to a few tokens, and high rather than low."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeassist.models.token_estimate import estimate


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", 0),
        ("where", 1),
        ("authenticate", 3),
        ("12345", 2),
        ("==", 1),
        ("===", 2),
        ("a b", 2),
        ("a\n    b", 3),
        ("\n" + " " * 40, 3),
        ("漢字", 2),
        ("\N{GRINNING FACE}", 1),
    ],
)
def test_each_kind_of_text_has_its_count(text, tokens):
    assert estimate(text) == tokens


@given(st.text(max_size=200))
def test_no_text_has_more_tokens_than_characters(text):
    assert estimate(text) <= len(text)
    assert (estimate(text) == 0) == (not text.strip(" \t") and len(text) < 16)


@given(st.text(max_size=80), st.text(max_size=80))
def test_a_joined_text_needs_about_as_much_as_its_parts(one, other):
    assert max(estimate(one), estimate(other)) <= estimate(one + other) <= estimate(one) + estimate(other) + 1
