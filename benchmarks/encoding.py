"""How fast the shipped encoder loads and encodes on one core, including tokenisation.

python benchmarks/encoding.py CORPUS
"""

from __future__ import annotations

import os

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[variable] = "1"

import statistics
import sys
import time
from pathlib import Path

from indexers.build.parsing import parse_file
from indexers.encoders.static import StaticEncoder
from indexers.syntax.languages import by_name

CHUNKS = 12_000


def main() -> None:
    python = by_name("python")
    texts: list[str] = []
    for path in sorted(Path(sys.argv[1]).rglob("*.py")):
        texts += [chunk.text for chunk in parse_file(path.name, python, path.read_bytes()).chunks]
        if len(texts) >= CHUNKS:
            break
    loads, cold, warm, queries = [], [], [], []
    for _ in range(5):
        before = time.perf_counter()
        encoder = StaticEncoder.load()
        loads.append(time.perf_counter() - before)
        for times in (cold, warm):
            before = time.perf_counter()
            encoder.encode(texts)
            times.append(len(texts) / (time.perf_counter() - before))
        before = time.perf_counter()
        encoder.encode(["where is the session cookie signed"], query=True)
        queries.append(time.perf_counter() - before)
    print(f"{len(texts):,} chunks of {sum(map(len, texts)) / len(texts):.0f} characters")
    print(f"load {statistics.median(loads) * 1e3:.0f} ms, query {statistics.median(queries) * 1e3:.2f} ms")
    print(f"{statistics.median(cold):,.0f} chunks a second with empty caches, {statistics.median(warm):,.0f} with full ones")


if __name__ == "__main__":
    main()
