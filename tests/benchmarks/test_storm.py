"""A small part of `benchmarks/storm.py`: readers beside writers see only states that the repository has had."""

from __future__ import annotations

from benchmarks.storm import measure


def test_readers_beside_writers_see_valid_states(tmp_path):
    counts = measure(tmp_path, 2.0, 3, 2, 1)
    assert counts["answers"]
    assert counts["updates"] + counts["rebuilds"]
    assert [counts[event] for event in ("MIXED", "OLDER", "REFUSED", "ERROR")] == [0, 0, 0, 0], counts
