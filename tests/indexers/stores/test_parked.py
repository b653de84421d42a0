"""Vectors of deleted chunks."""

from __future__ import annotations

from indexers.stores.parked import park, unpark


def test_the_oldest_parked_vectors_are_deleted_first(fresh, monkeypatch):
    monkeypatch.setattr("indexers.stores.parked.PARKED_LIMIT", 600)
    digests = [b"%04d" % number for number in range(700)]
    park(fresh, ((digest, digest * 2) for digest in digests))
    assert unpark(fresh, [b"absent", *digests]) == {digest: digest * 2 for digest in digests[100:]}
    park(fresh, [(digests[-1], b"other")])
    assert unpark(fresh, digests[-1:]) == {digests[-1]: b"other"}
