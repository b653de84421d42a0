"""Inverted lists against exact search, and how many lists a query must visit: recall@100 and latency on real vectors.

    python benchmarks/ann.py --corpora DIR... [--vectors 400000]

The shipped encoder embeds windows of eight lines of every source file of the corpora. Each of the 200 queries is the first
and last line of a random window. Recall is relative to the vectors before quantisation to one byte per dimension.
"""

from __future__ import annotations

import argparse
import statistics
import time
from pathlib import Path

import numpy as np

from indexers.encoders import load
from indexers.files.decoding import decode, split_lines
from indexers.stores import faiss as store_module
from indexers.stores.faiss import FaissStore
from indexers.syntax.languages import CODE, detect

WINDOW, STEP, QUERIES, DEPTH = 8, 3, 200, 100


def windows(corpora: list[Path], limit: int) -> list[str]:
    """Overlapping windows of the lines of all code files, at most `limit`."""
    texts: list[str] = []
    for corpus in corpora:
        for path in sorted(corpus.rglob("*")):
            if path.is_file() and detect(path.name).role == CODE and path.stat().st_size < 1_000_000:
                lines = split_lines(decode(path.read_bytes()))
                texts += ["\n".join(lines[start : start + WINDOW]) for start in range(0, len(lines), STEP)]
                if len(texts) >= limit:
                    return texts[:limit]
    return texts


def latency(store: FaissStore, queries: np.ndarray) -> float:
    """Median time of one search, in seconds."""
    times = []
    for query in queries[:100]:
        before = time.perf_counter()
        store.search(query, DEPTH)
        times.append(time.perf_counter() - before)
    return statistics.median(times)


def recall(store: FaissStore, queries: np.ndarray, truth: list[set[int]]) -> float:
    """The mean share of the true nearest neighbours that a store returns."""
    shares = [len(t & set(store.search(q, DEPTH)[0].tolist())) / DEPTH for q, t in zip(queries, truth, strict=True)]
    return float(np.mean(shares))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path, nargs="+", required=True)
    parser.add_argument("--vectors", type=int, default=400_000)
    options = parser.parse_args()
    encoder = load()
    texts = windows(options.corpora, options.vectors)
    generator = np.random.default_rng(0)
    sample = generator.choice(len(texts), QUERIES, replace=False)
    queries = encoder.encode([texts[i].split("\n")[0] + " " + texts[i].split("\n")[-1] for i in sample])
    vectors = encoder.encode(texts)
    nonzero = np.linalg.norm(vectors, axis=1) > 0
    vectors = vectors[nonzero]
    print(f"{len(vectors):,} vectors, {encoder.dimension} dimensions")
    for count in (100_000, 200_000, len(vectors)):
        part = vectors[:count]
        store_module.EXACT_LIMIT = 10**9
        exact = FaissStore(encoder.dimension)
        exact.add(np.arange(count), part)
        truth = [set(np.argpartition(-(part @ query), DEPTH)[:DEPTH].tolist()) for query in queries]
        mean_recall = recall(exact, queries, truth)
        print(f"{count:>8,} exact: {latency(exact, queries) * 1e3:6.2f} ms, recall@100 {mean_recall:.3f}")
        store_module.EXACT_LIMIT = count - 1
        inverted = FaissStore(encoder.dimension)
        before = time.perf_counter()
        inverted.add(np.arange(count), part)
        built = time.perf_counter() - before
        for share in (0.02, 0.08, 0.16, 0.3):
            store_module.PROBES_SHARE = share
            mean_recall = recall(inverted, queries, truth)
            print(
                f"{'':>8} lists, {share:4.0%} visited: {latency(inverted, queries) * 1e3:6.2f} ms, recall@100 {mean_recall:.3f}"
            )
        print(f"{'':>8} made in {built:.1f} s")


if __name__ == "__main__":
    main()
