"""A tenth of `benchmarks/kills.py`: killed commands leave an index that answers as a new one, and nothing else."""

from __future__ import annotations

import os

import pytest

from benchmarks.kills import Trial


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is POSIX")
@pytest.mark.parametrize("seed", [1, 2])
def test_killed_commands_lose_nothing(tmp_path, seed):
    """Two halves of a tenth of the reported run, one a core."""
    trial = Trial(tmp_path, seed)
    trial.run(["index", "refresh", "ask"], 13)
    assert trial.messages == []
    assert trial.killed.total() >= 5
