"""Properties of the ranking functions."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from indexers.search import fusion

scores = st.dictionaries(st.integers(), st.floats(-50, 50), max_size=20)


@given(scores)
def test_scaled_values_are_between_zero_and_one_and_keep_their_order(values):
    for scaled in (fusion.scale_by_best(values), fusion.scale_by_range(values)):
        assert set(scaled) == set(values)
        assert all(0.0 <= value <= 1.0 for value in scaled.values())
        for a in values:
            for b in values:
                if values[a] > values[b]:
                    assert scaled[a] >= scaled[b]


@given(st.lists(st.floats(0, 10), min_size=1, max_size=10))
def test_a_file_scores_at_least_its_best_chunk_in_any_order(values):
    total = fusion.aggregate(values)
    assert total >= max(values)
    assert total <= max(values) * (1 + fusion.AGGREGATE_SHARE * fusion.AGGREGATE_CHUNKS) + 1e-9
    assert total == fusion.aggregate(list(reversed(values)))


@given(
    st.dictionaries(st.sampled_from("abcdef"), st.floats(0.1, 5), min_size=1),
    st.lists(st.sampled_from("abcdefgh"), unique=True),
)
def test_overlap_and_precision(weights, present):
    total = sum(weights.values())
    shares = {term: weight / total for term, weight in weights.items()}
    assert math.isclose(sum(shares.values()), 1.0)
    assert 0.0 <= fusion.overlap(shares, present) <= 1.0 + 1e-9
    assert 0.0 <= fusion.precision(shares, present) <= 1.0
    assert math.isclose(fusion.overlap(shares, list(shares)), 1.0)


def test_demotions_multiply_and_can_be_excused():
    both = fusion.demotion(["test", "example"])
    assert both == fusion.DEMOTIONS["test"] * fusion.DEMOTIONS["example"]
    assert fusion.demotion(["test", "example"], ["test"]) == fusion.DEMOTIONS["example"]
    assert fusion.demotion(["unknown"]) == 1.0


def test_harmonic_is_zero_when_either_is():
    assert fusion.harmonic(0.0, 1.0) == 0.0
    assert fusion.harmonic(1.0, 1.0) == 1.0


def test_a_further_chunk_of_a_file_needs_a_better_score():
    scored = [(1.0, "a"), (0.99, "a"), (0.98, "a"), (0.97, "b"), (0.5, "c"), (0.0, "d")]
    assert fusion.diverse(scored, 4) == [0, 3, 1, 2]
    assert fusion.diverse(scored, 1) == [0]
    assert fusion.diverse([], 3) == []


@given(st.lists(st.tuples(st.floats(-5, 5), st.sampled_from("abc")), max_size=30), st.integers(1, 40))
def test_diverse_chunks_are_distinct_and_begin_with_the_best(scored, count):
    scored.sort(key=lambda entry: -entry[0])
    chosen = fusion.diverse(scored, count)
    assert len(set(chosen)) == len(chosen) == min(count, len(scored))
    assert chosen[:1] == ([0] if scored else [])
