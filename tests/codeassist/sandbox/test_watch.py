"""What a run writes is measured even while something else frees as much space."""

from __future__ import annotations

import os
import sys

import pytest

from codeassist.sandbox.confinement import watch
from tests.conftest import write

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")


def watched(folder):
    return watch.Watch(os.getpid(), [str(folder)], memory=1 << 60, processes=1 << 20, disk=1 << 20)


def test_writing_is_seen_although_the_free_space_does_not_fall(tmp_path, monkeypatch):
    monkeypatch.setattr(watch.Watch, "_free_bytes", lambda _: 1 << 40)
    monkeypatch.setattr(watch, "MEASURE_SECONDS", 0.0)
    monkeypatch.setattr(watch, "MEASURE_SHARE", 0)
    write(tmp_path, {"before": b"x" * 3_000_000})
    bounds = watched(tmp_path)
    assert bounds.exceeded() == ""
    write(tmp_path, {"new": os.urandom(900_000)})
    assert bounds.exceeded() == ""
    write(tmp_path, {"more": os.urandom(400_000)})
    assert bounds.exceeded() == "more than 1 MB written"


def test_measuring_takes_a_small_share_of_the_time(tmp_path, monkeypatch):
    """Between two measurements of a folder that takes long to measure there is a longer pause."""
    now, measured = [0.0], []
    monkeypatch.setattr(watch.Watch, "_free_bytes", lambda _: 1 << 40)
    monkeypatch.setattr(watch.time, "monotonic", lambda: now[0])

    def slow(_):
        measured.append(now[0])
        now[0] += 1.0
        return 0

    monkeypatch.setattr(watch, "_used", slow)
    bounds = watched(tmp_path)
    while now[0] < 200:
        assert bounds.exceeded() == ""
        now[0] += 0.5
    assert len(measured) >= 3
    assert len(measured) <= 1 + 200 / watch.MEASURE_SHARE
