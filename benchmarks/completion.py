"""Completion on foreign repositories: identifiers masked in random lines, and whether the right one is among the first five.

python benchmarks/completion.py REPOSITORY... [--lines 200] [--seed 1] [--buffer-only]

From a line of code one identifier of at least three letters is masked with the rest of its line, the rest of the file stays,
and `codeassist.lsp.completion` is asked after 0, 1 and 2 of its letters. The counts of the repository are used without those of
this file, and a name that stands nowhere else in the repository counts as not found, although the index has it.
`--buffer-only` leaves the counts of the repository away. Times are CPU time.
"""

from __future__ import annotations

import argparse
import random
import re
import tempfile
import time
from collections import Counter
from pathlib import Path

from codeassist.lsp.completion import complete
from codeassist.lsp.idioms import KEYWORDS, Idioms
from codeassist.lsp.usage import DATA, gathered
from indexers import Index
from indexers.files.decoding import file_lines
from indexers.syntax.languages import detect

NAME = re.compile(r"[^\W\d]\w{2,}")


def cases(index: Index, number: int, seed: int) -> list[tuple[str, int, int, str]]:
    """(path, line, column, identifier) of random places in code."""
    chosen = random.Random(seed)
    files = [path for path in index.files() if detect(path).grammar and detect(path).name not in DATA]
    found: list[tuple[str, int, int, str]] = []
    while len(found) < number:
        path = chosen.choice(files)
        lines = file_lines(index.root, path)
        if not lines:
            continue
        at = chosen.randrange(len(lines))
        line = lines[at]
        if line.lstrip().startswith(("#", "//", "*", "/*", '"""', "'''")):
            continue
        code = re.sub(r"([\"'`]).*?\1", lambda m: " " * len(m[0]), line)
        names = [m for m in NAME.finditer(code) if m[0].lower() not in KEYWORDS]
        if names:
            name = chosen.choice(names)
            found.append((path, at, name.start(), name[0]))
    return found


def occurrences(index: Index) -> Counter[str]:
    """How often each name stands in the repository."""
    return Counter(m[0] for path in index.files() for line in file_lines(index.root, path) for m in NAME.finditer(line))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("repositories", type=Path, nargs="+")
    parser.add_argument("--lines", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--buffer-only", action="store_true")
    given = parser.parse_args()
    print("repository            letters  lines  first  of five  of twenty  CPU ms p50   p95")
    for root in given.repositories:
        with tempfile.TemporaryDirectory() as folder, Index.build(root, index_dir=folder) as index:
            chosen, everywhere = cases(index, given.lines, given.seed), occurrences(index)
            started = time.process_time()
            idioms = Idioms() if given.buffer_only else gathered(index)
            print(f"{root.name}: counted in {time.process_time() - started:.1f} s", flush=True)
            for letters in (0, 1, 2):
                measure(index, idioms, root.name, chosen, everywhere, letters)


def measure(
    index: Index, idioms: Idioms, name: str, chosen: list[tuple[str, int, int, str]], everywhere: Counter[str], letters: int
) -> None:
    """Print one row."""
    ranks, times = [], []
    for path, at, column, wanted in chosen:
        lines = file_lines(index.root, path)
        before = "\n".join([*lines[:at], lines[at][:column] + wanted[:letters]])
        own = idioms.of_file(path)
        started = time.process_time()
        found = complete(index, before, "\n" + "\n".join(lines[at + 1 :]), idioms=idioms, on_disk=own)
        times.append(1000 * (time.process_time() - started))
        offered = [candidate.name for candidate in found]
        ranks.append(offered.index(wanted) if wanted in offered and everywhere[wanted] > 1 else 99)
    share = [sum(rank < most for rank in ranks) / len(ranks) for most in (1, 5, 20)]
    times.sort()
    print(
        f"{name:<22}{letters:>6}{len(ranks):>7}{share[0]:>8.2f}{share[1]:>8.2f}{share[2]:>10.2f}"
        f"{times[len(times) // 2]:>12.1f}{times[int(0.95 * len(times))]:>8.1f}",
        flush=True,
    )


if __name__ == "__main__":
    main()
