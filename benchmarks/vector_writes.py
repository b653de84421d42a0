"""Bytes written for the vectors of an index that is built and then edited in many commits, and the time to open it.

    python benchmarks/vector_writes.py [--vectors 40000] [--dimension 384] [--commit 250] [--edits 400] [--edited 20]

An initial build adds `--vectors` random vectors in commits of `--commit`; `--edits` commits then replace `--edited` vectors
each. Written bytes are given as multiples of the size of the whole store. Opening is the median CPU time of seven, beside
that of the same store written as one file.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path

import numpy as np

from indexers.stores.vectors import (
    SavedVectors,
    VectorChanges,
    empty_vectors,
    open_vectors,
    remove_other_vectors,
    save_vectors,
)


class Folder:
    """A folder with vectors that grow and change, and what was written into it."""

    def __init__(self, path: Path, dimension: int, seed: int) -> None:
        self.path, self.random = path, np.random.default_rng(seed)
        self.store, self.saved = empty_vectors(dimension), SavedVectors()
        self.written = self.generation = self.next_id = 0

    def commit(self, count: int, replaced: int = 0) -> None:
        """Add `count` vectors and remove the `replaced` oldest."""
        dimension = self.store.dimension
        ids = np.arange(self.next_id, self.next_id + count)
        rows = (self.random.normal(size=(count, dimension)) / np.sqrt(dimension)).astype(np.float32)
        oldest = self.next_id - len(self.store)
        gone = np.arange(oldest, oldest + replaced)
        self.store.remove(gone)
        self.store.add(ids, rows)
        self.next_id, self.generation = self.next_id + count, self.generation + 1
        before, changes = self.saved, VectorChanges(gone, ids, rows)
        self.saved = save_vectors(self.path, self.store, self.generation, before, changes, often=True)
        whole = self.saved.base != before.base
        self.written += self.saved.size if whole else self.saved.log_size - before.log_size
        remove_other_vectors(self.path, self.saved.base)

    def report(self, name: str) -> None:
        """Print one row."""
        whole = self.store.to_bytes()
        held = self.saved.size + self.saved.log_size
        as_file = save_vectors(self.path, self.store, self.generation + 1, SavedVectors(), VectorChanges())
        times = [1000 * opening(self.path, saved, self.store.dimension) for saved in (self.saved, as_file)]
        print(
            f"| {name} | {self.written / len(whole):.2f} | {held / len(whole):.2f} | {times[0]:.1f} ms | {times[1]:.1f} ms |",
            flush=True,
        )


def opening(folder: Path, saved: SavedVectors, dimension: int) -> float:
    """Median seconds of CPU time to open the vectors."""
    times = []
    for _ in range(7):
        began = time.process_time()
        open_vectors(folder, saved, dimension)
        times.append(time.process_time() - began)
    return statistics.median(times)


def main() -> None:
    """Build, edit, and print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, value in (("vectors", 40_000), ("dimension", 384), ("commit", 250), ("edits", 400), ("edited", 20), ("seed", 1)):
        parser.add_argument(f"--{name}", type=int, default=value)
    options = parser.parse_args()
    print("| | written | on disk | opened | one file opened |\n|---|---:|---:|---:|---:|")
    with tempfile.TemporaryDirectory() as scratch:
        folder = Folder(Path(scratch), options.dimension, options.seed)
        for _ in range(options.vectors // options.commit):
            folder.commit(options.commit)
        folder.report("initial build")
        folder.written = 0
        for _ in range(options.edits):
            folder.commit(options.edited, options.edited)
        folder.report("edits")


if __name__ == "__main__":
    main()
