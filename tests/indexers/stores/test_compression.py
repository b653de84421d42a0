"""Compressed per-file data: what is packed is unpacked again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexers.stores.compression import (
    COUNTED,
    count_uses,
    pack_terms,
    pack_uses,
    storable,
    unpack_bindings,
    unpack_terms,
    unpack_uses,
)
from indexers.types import USE_KINDS, Binding, Reference

TERMS = st.text(alphabet="abc_ é", max_size=12)
REFERENCES = st.lists(
    st.builds(
        Reference,
        name=st.text(max_size=6),
        kind=st.sampled_from(USE_KINDS),
        line=st.integers(1, 10**6),
        receiver=st.sampled_from(("", "self", "?")),
    ),
    max_size=12,
)
BINDINGS = st.lists(st.builds(Binding, name=TERMS, line=st.integers(1, 99), value=TERMS), max_size=6)


@given(st.lists(st.tuples(TERMS, TERMS, TERMS, TERMS), max_size=6))
def test_terms_are_unpacked_as_they_were_packed(rows):
    assert unpack_terms(pack_terms(rows)) == [list(row) for row in rows]


@given(REFERENCES)
def test_uses_are_unpacked_by_name_and_kind_with_their_lines(references):
    unpacked = unpack_uses(pack_uses(references))
    assert len({(name, kind, receiver) for name, kind, _, receiver in unpacked}) == len(unpacked)
    for name, kind, lines, receiver in unpacked:
        same = [r for r in references if (storable(r.name), r.kind, r.receiver) == (name, USE_KINDS[kind], receiver)]
        assert lines == [r.line for r in same]
    assert sum(len(lines) for _, _, lines, _ in unpacked) == len(references)


@given(REFERENCES, BINDINGS)
def test_bindings_are_unpacked_beside_the_uses(references, bindings):
    packed = pack_uses(references, bindings)
    assert sorted(unpack_bindings(packed)) == sorted(bindings)
    assert unpack_uses(packed) == unpack_uses(pack_uses(references))


@given(REFERENCES)
def test_counts_are_those_of_the_packed_uses(references):
    totals: dict[str, int] = {}
    for name, kind, lines, _ in unpack_uses(pack_uses(references)):
        totals[name] = totals.get(name, 0) + (len(lines) if USE_KINDS[kind] in COUNTED else 0)
    assert count_uses(references) == totals


@pytest.mark.parametrize(
    ("text", "stored"),
    [("name", "name"), ("größe", "größe"), ("a\x1eb\x1fc", "a b c"), ("a\udcffb", "a?b"), ("a\nb\t", "a\nb\t"), ("", "")],
)
def test_storable(text, stored):
    assert storable(text) == stored


def test_nothing_takes_no_space():
    assert pack_terms([]) == pack_uses([]) == b""
