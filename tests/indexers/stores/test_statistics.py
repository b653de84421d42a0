"""Numbers about what a catalog contains."""

from __future__ import annotations

from indexers.stores.statistics import counts


def test_counts_of_the_files(catalog):
    languages, skipped = counts(catalog)
    assert {name: found.files for name, found in languages.items()} == {"python": 3, "javascript": 2, "go": 1, "markdown": 1}
    assert sum(found.chunks for found in languages.values()) == catalog.chunk_count()
    assert languages["go"].lines == 15
    assert skipped == {"empty": 1}
