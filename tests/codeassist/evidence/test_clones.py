"""The similarity of code: high for copies with other names, low for other structures."""

from __future__ import annotations

import difflib
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeassist.evidence.clones import LEAST_TOKENS, THRESHOLD, is_stub, likeness, matched, shape, token_list, tokens
from tests.codeassist.similar_code import ORIGINAL, OTHER, TWIN


def test_likeness_ignores_names_but_not_structure():
    assert likeness(ORIGINAL, TWIN) > 0.74
    assert likeness(ORIGINAL, OTHER) < 0.6
    assert likeness(ORIGINAL, ORIGINAL) == 1.0
    assert likeness("x = 1", "x = 1") == 0.0  # too short to compare


def test_comments_and_documentation_do_not_count():
    commented = ORIGINAL.replace("    merged = dict", "    # begin with the defaults\n    merged = dict")
    assert tokens(commented) == tokens(ORIGINAL)
    assert "Merge" not in " ".join(tokens(ORIGINAL))
    assert tokens("x = 1; // note\n/* a\nb */ y()") == ("x", "=", "1", ";", "y", "()")


def test_what_is_a_comment_and_what_is_none():
    assert token_list("a # b\nc // d\ne /* f\ng */ h") == ["a", "c", "e", "h"]
    assert token_list("a /* b // c */ d") == ["a", "d"]
    assert token_list("f(a /* b, 1)") == ["f", "(", "a", "/*", "b", ",", "1", ")"]  # never closed


@pytest.mark.parametrize("text", ["/* " * 100_000, 'x = """\n:' + "\n" * 100_000, "x: ..." + "\n" * 100_000 + "y"])
def test_open_comments_and_empty_lines_take_linear_time(text):
    started = time.process_time()
    token_list(text)
    is_stub(text)
    assert time.process_time() - started < 10.0  # in quadratic time they take minutes


def test_names_and_literals_are_normalised_and_calls_and_keywords_kept():
    assert shape("total = price * 3") == ("n", "=", "n", "*", "v")
    assert shape("return send(name, 'x')") == ("return", "send", "(", "n", ",", "v", ")")
    assert shape("order.total") == ("n", ".", "total")
    assert shape("def send(x)") == ("def", "n", "(", "n", ")")


def test_a_score_below_the_minimum_is_0_and_others_are_unchanged():
    assert likeness(ORIGINAL, OTHER, THRESHOLD) == 0.0
    assert likeness(ORIGINAL, TWIN, THRESHOLD) == likeness(ORIGINAL, TWIN)


def test_code_of_very_different_length_is_not_compared():
    assert len(tokens(ORIGINAL)) >= LEAST_TOKENS
    assert likeness(ORIGINAL, ORIGINAL * 3) == 0.0


@given(
    st.lists(
        st.sampled_from(["a = f(b)\n", "if a:\n    return 1\n", "for x in y:\n    g(x, 'text')\n", "b += 2 * a\n"]), max_size=20
    )
)
def test_every_score_is_between_0_and_1_and_that_of_a_copy_is_1(parts):
    code = "".join(parts)
    assert 0.0 <= likeness(code, TWIN) <= 1.0
    assert likeness(code, code) == (1.0 if len(tokens(code)) >= LEAST_TOKENS else 0.0)


@given(st.text("abc", max_size=40), st.text("abc", max_size=40))
def test_matching_blocks_are_those_of_difflib(one, other):
    blocks = difflib.SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks()
    assert matched(one, other) == sum(block.size for block in blocks)
