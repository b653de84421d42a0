"""Candidates: every pair of similar functions is among them, and their number grows with the number of functions alone."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeassist.evidence.clones import LEAST_TOKENS, THRESHOLD, likeness, normalised, tokens
from codeassist.tasks.duplicates.candidates import WINDOW, candidates
from codeassist.tasks.duplicates.numbered import NumberedCode
from codeassist.tasks.duplicates.numbered import numbered as numbered_batches
from codeassist.tasks.duplicates.reading import token_batch


def numbered(functions):
    """The functions as numbers, read in two batches."""
    found = list(enumerate(functions))
    half = len(found) // 2
    return numbered_batches([token_batch(found[:half]), token_batch(found[half:])])


def pairs_of(texts):
    return set(map(tuple, candidates(numbered(map(tokens, texts)), THRESHOLD).tolist()))


FORMS = (
    "    {a} = {b}.{c}({a}, {d})",
    "    if {a} > {b}.{c}:\n        raise {c}({d})",
    "    for {a} in {c}({b}):\n        {b}.append({a} % {d})",
    "    with {c}({a}, {d}) as {b}:\n        pass",
    "    while not {a}[{b}]:\n        {a} += {c}",
    "    {a}, {b} = sorted([{c}, {d}], key=lambda {c}: -{c})",
    "    assert {a} and {b} or {c} is not {d}",
    "    yield from (x.{a} for x in {b} if {c} != {d})",
    "    try:\n        {a}.{b} = {c}\n    except {d}:\n        del {a}",
    "    return {{{a}: {b}, {c}: [{d}]}}",
)


def function(number, statements=9):
    """A function of random statements, the same for the same number."""
    chance = random.Random(number)
    body = [chance.choice(FORMS).format(**{n: f"name{chance.randrange(60)}" for n in "abcd"}) for _ in range(statements)]
    return "\n".join([f"def f{number}(x):", *body])


def test_similar_functions_of_one_pair_are_found_among_others():
    functions = [function(n) for n in range(300)]
    functions[70] = functions[250]
    functions[121] = functions[120].replace("name1", "other")  # renamed
    similar = {
        (i, j)
        for i in range(len(functions))
        for j in range(i + 1, len(functions))
        if likeness(functions[i], functions[j], THRESHOLD) >= THRESHOLD
    }
    assert {(70, 250), (120, 121)} <= similar <= pairs_of(functions)


def test_few_pairs_remain_that_are_not_similar():
    """Functions of the same statements in another order have the same tokens, but no long common subsequence."""
    functions = [function(0)]
    for n in range(200):
        lines = functions[0].splitlines()
        random.Random(n).shuffle(lines)
        functions.append("\n".join(lines))
    found = pairs_of(functions)
    similar = {(i, j) for i, j in found if likeness(functions[i], functions[j], THRESHOLD) >= THRESHOLD}
    assert similar
    assert len(found) < 1.5 * len(similar)


def test_a_thousand_copies_give_thousands_of_pairs_not_a_million():
    found = pairs_of([function(1)] * 1_000)
    assert 999 <= len(found) <= 1_000 * WINDOW
    linked = {0}
    for i, j in sorted(found):
        if i in linked or j in linked:
            linked |= {i, j}
    assert len(linked) == 1_000


def test_functions_of_another_length_are_no_candidates_and_short_ones_are_refused():
    long = tokens(function(2, statements=30))
    assert candidates(numbered([long, long[:LEAST_TOKENS]]), THRESHOLD).tolist() == []
    assert candidates(numbered([]), THRESHOLD).tolist() == []
    with pytest.raises(ValueError, match="tokens"):
        candidates(numbered([long, long[: LEAST_TOKENS - 1]]), THRESHOLD)


@given(
    st.lists(
        st.lists(
            st.sampled_from(
                ["a", "n", "é", "x1", "$f", "def", "fn", "return", ".", "(", "()", "3", "٣", "'s'", '"""', "=", "€"]
            )
        ),
        max_size=6,
    )
)
def test_numbered_code_is_normalised_as_its_tokens_are(functions):
    code = numbered(functions)
    written = dict(zip(code.tokens.tolist(), (token for function in functions for token in function), strict=True))
    named = written | dict(zip(code.shapes.tolist(), _normalised(functions), strict=True))
    assert [named[number] for number in code.shapes.tolist()] == _normalised(functions)
    assert len({named[n] for n in set(code.shapes.tolist())}) == len(set(code.shapes.tolist()))
    assert [len(text) for text in code.texts(code.tokens, range(len(functions))).values()] == [
        len(function) for function in functions
    ]


def _normalised(functions):
    return [form for function in functions for form in normalised(function)]


def test_rows_too_wide_for_one_number_give_the_same_pairs(monkeypatch):
    functions = [function(n % 40) for n in range(120)]
    expected = pairs_of(functions)
    assert len(expected) >= 120
    monkeypatch.setattr("codeassist.tasks.duplicates.candidates.ROW_BITS", 1)
    assert pairs_of(functions) == expected


def test_pairs_are_bounded_in_blocks(monkeypatch):
    functions = [function(n % 40) for n in range(120)]
    expected = pairs_of(functions)
    monkeypatch.setattr("codeassist.tasks.duplicates.candidates.BLOCK", 7)
    assert pairs_of(functions) == expected


def test_tokens_beyond_what_a_count_holds_exclude_no_pair():
    """Counts end at 255: functions with more of one token share more than their counts say."""
    body = "\n".join(f"    name{n} = total + total + total" for n in range(150))
    assert pairs_of([f"def f(x):\n{body}", f"def g(y):\n{body}"]) == {(0, 1)}


def test_equal_functions_are_found_in_more_code_than_32_bits_number():
    """Numbers of functions times numbers of sequences are more than 2**31; numpy 1 kept them in 32 bits."""
    functions, length = 6_000, 64
    code = np.random.default_rng(0).integers(0, 5_000, functions * length).astype(np.int32)
    code[-length:] = code[:length]
    pairs = candidates(NumberedCode(code, code, np.full(functions, length, dtype=np.int64)), THRESHOLD)
    assert pairs.tolist() == [[0, functions - 1]]
