"""Vectors of deleted chunks, kept by content in case the content comes back, as on a change of branches."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from indexers.stores.catalog import Catalog

PARKED_LIMIT = 50_000
"""The most vectors of deleted chunks that are kept in case a branch switch restores them; the oldest are deleted first."""


def park(catalog: Catalog, vectors: Iterable[tuple[bytes, bytes]]) -> None:
    """Keep (content hash, half-precision vector) pairs of deleted chunks for reuse."""
    catalog.connection.executemany("INSERT OR REPLACE INTO parked VALUES(?, ?)", vectors)
    surplus = catalog.connection.execute("SELECT count(*) FROM parked").fetchone()[0] - PARKED_LIMIT
    if surplus > 0:
        catalog.connection.execute(
            "DELETE FROM parked WHERE rowid IN (SELECT rowid FROM parked ORDER BY rowid LIMIT ?)", (surplus,)
        )


def unpark(catalog: Catalog, hashes: Sequence[bytes]) -> dict[bytes, bytes]:
    """The parked vectors that have one of these content hashes, by hash."""
    parked: dict[bytes, bytes] = {}
    for start in range(0, len(hashes), 500):
        batch = hashes[start : start + 500]
        marks = ",".join("?" * len(batch))
        parked.update(catalog.connection.execute(f"SELECT hash, vector FROM parked WHERE hash IN ({marks})", batch))
    return parked
