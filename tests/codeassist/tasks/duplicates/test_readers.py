"""Readers: batches read in processes are those read here, whatever becomes of a process, and none outlives the work."""

from __future__ import annotations

import os
import signal
import subprocess

import pytest

from codeassist.deadline import Cancel
from codeassist.errors import CancelledError
from codeassist.tasks.duplicates import find_duplicates, readers
from indexers import Index
from tests.codeassist.tasks.duplicates.test_find import copied
from tests.conftest import write

FILES = 12


@pytest.fixture
def root(tmp_path):
    return write(
        tmp_path, {f"pkg/m{n}.py": copied(f"first{n}", "x", "xs") + copied(f"second{n}", "y", "ys") for n in range(FILES)}
    )


@pytest.fixture
def started(monkeypatch):
    """The processes that are started while a test runs; two at a time, for any number of functions."""
    processes = []

    class Recorded(subprocess.Popen):
        def __init__(self, *arguments, **options):
            super().__init__(*arguments, **options)
            processes.append(self)

    monkeypatch.setattr(readers.subprocess, "Popen", Recorded)
    monkeypatch.setattr(readers, "processors", lambda: 2)
    monkeypatch.setattr(readers, "PARALLEL_FUNCTIONS", 1)
    return processes


def batches(root):
    return [[(f"pkg/m{n}.py", [(1, 8), (9, 16)])] for n in range(FILES)]


def plain(found):
    return [(batch.vocabulary, batch.tokens.tolist(), batch.lengths, batch.kept) for batch in found]


def test_processes_read_what_this_process_reads_in_the_same_order(root, started, monkeypatch):
    apart = plain(readers.read_all(root, batches(root), FILES, Cancel()))
    assert len(started) == 2
    assert all(process.poll() is not None for process in started)
    monkeypatch.setattr(readers, "PARALLEL_FUNCTIONS", 1_000)
    assert plain(readers.read_all(root, batches(root), FILES, Cancel())) == apart
    assert len(started) == 2
    assert len(apart) == FILES
    assert all(lengths for _, _, lengths, _ in apart)


def test_the_clusters_are_the_same(root, started, monkeypatch):
    monkeypatch.setattr("codeassist.tasks.duplicates.find.BATCH", 3)
    with Index.build(root) as index:
        apart = find_duplicates(index).as_json(100)
        assert len(started) == 2
        monkeypatch.setattr(readers, "PARALLEL_FUNCTIONS", 1_000)
        assert find_duplicates(index).as_json(100) == apart
    assert apart["found"] == 1
    assert len(apart["clusters"][0]["members"]) == 2 * FILES


def test_what_a_killed_process_should_have_read_is_read_here(root, started):
    reading = readers.read_all(root, batches(root), FILES, Cancel())
    found = [next(reading)]
    for process in started:
        os.kill(process.pid, signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
    found += reading
    assert [batch.kept for batch in found] == [[0, 1]] * FILES


def test_a_request_to_stop_ends_the_processes(root, started):
    stop = Cancel()
    reading = readers.read_all(root, batches(root), FILES, stop)
    next(reading)
    stop.request()
    with pytest.raises(CancelledError):
        list(reading)
    assert all(process.poll() is not None for process in started)


def test_a_reader_that_is_given_up_ends_its_processes(root, started):
    reading = readers.read_all(root, batches(root), FILES, Cancel())
    next(reading)
    reading.close()
    assert all(process.poll() is not None for process in started)
