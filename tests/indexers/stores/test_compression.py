"""Compressed per-file data: what is packed is unpacked again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexers.stores.compression import USE_KINDS, count_uses, pack_terms, pack_uses, storable, unpack_terms, unpack_uses
from indexers.types import Reference

TERMS = st.text(alphabet="abc_ é", max_size=12)
REFERENCES = st.lists(
    st.builds(Reference, name=st.text(max_size=6), kind=st.sampled_from(USE_KINDS), line=st.integers(1, 10**6)), max_size=12
)


@given(st.lists(st.tuples(TERMS, TERMS, TERMS, TERMS), max_size=6))
def test_terms_are_unpacked_as_they_were_packed(rows):
    assert unpack_terms(pack_terms(rows)) == [list(row) for row in rows]


@given(REFERENCES)
def test_uses_are_unpacked_by_name_and_kind_with_their_lines(references):
    unpacked = unpack_uses(pack_uses(references))
    assert len({(name, kind) for name, kind, _ in unpacked}) == len(unpacked)
    for name, kind, lines in unpacked:
        assert lines == [r.line for r in references if (storable(r.name), r.kind) == (name, USE_KINDS[kind])]
    assert sum(len(lines) for _, _, lines in unpacked) == len(references)


@given(REFERENCES)
def test_counts_are_those_of_the_packed_uses(references):
    totals: dict[str, int] = {}
    for name, _, lines in unpack_uses(pack_uses(references)):
        totals[name] = totals.get(name, 0) + len(lines)
    assert count_uses(references) == totals


@pytest.mark.parametrize(
    ("text", "stored"),
    [("name", "name"), ("größe", "größe"), ("a\x1eb\x1fc", "a b c"), ("a\udcffb", "a?b"), ("a\nb\t", "a\nb\t"), ("", "")],
)
def test_storable(text, stored):
    assert storable(text) == stored


def test_nothing_takes_no_space():
    assert pack_terms([]) == pack_uses([]) == b""
