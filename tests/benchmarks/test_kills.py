"""A small part of `benchmarks/kills.py`: killed commands leave an index that answers as a new one, and nothing else."""

from __future__ import annotations

import os

import pytest

from benchmarks.kills import Trial


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is POSIX")
def test_killed_commands_lose_nothing(tmp_path):
    trial = Trial(tmp_path, 1)
    trial.run(["index", "refresh", "ask"], 6)
    assert trial.messages == []
    assert trial.killed.total() >= 2
