"""Completion on foreign repositories: identifiers masked in random lines, and whether the right one is among the first five.

python benchmarks/completion.py REPOSITORY... [--lines 200] [--seed 1]

From a line of code one identifier of at least three letters is masked with the rest of its line, the rest of the file stays,
and `codeassist.lsp.completion` is asked after 0, 1 and 2 of its letters. The index was made with the line in it, so that a name
that stands nowhere else is known too. Times are CPU time.
"""

from __future__ import annotations

import argparse
import random
import re
import tempfile
import time
from pathlib import Path

from codeassist.lsp.completion import complete
from indexers import Index
from indexers.files.decoding import file_lines
from indexers.syntax.languages import detect

NAME = re.compile(r"[^\W\d]\w{2,}")
DATA = ("markdown", "json", "yaml", "toml", "html", "css")
KEYWORDS = frozenset(
    "and assert async await break case class const continue def default defer del elif else enum except export "
    "extends false finally for from func function global import interface lambda let match none not null package "
    "pass private public raise range return static struct super switch this throw true try type undefined var void "
    "while with yield self cls new ".split()
)


def cases(index: Index, number: int, seed: int) -> list[tuple[str, int, int, str]]:
    """(path, line, column, identifier) of random places in code."""
    chosen = random.Random(seed)
    files = [
        path
        for path in index.files()
        if detect(path).grammar and detect(path).name not in ("markdown", "json", "yaml", "toml", "html", "css")
    ]
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


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("repositories", type=Path, nargs="+")
    parser.add_argument("--lines", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    print("repository            letters  lines  first  of five  of twenty  CPU ms p50   p95")
    for root in given.repositories:
        with tempfile.TemporaryDirectory() as folder, Index.build(root, index_dir=folder) as index:
            chosen = cases(index, given.lines, given.seed)
            for letters in (0, 1, 2):
                ranks, times = [], []
                for path, at, column, name in chosen:
                    lines = file_lines(index.root, path)
                    before = "\n".join([*lines[:at], lines[at][:column] + name[:letters]])
                    started = time.process_time()
                    offered = [c.name for c in complete(index, before, "\n" + "\n".join(lines[at + 1 :]))]
                    times.append(1000 * (time.process_time() - started))
                    ranks.append(offered.index(name) if name in offered else 99)
                share = [sum(rank < most for rank in ranks) / len(ranks) for most in (1, 5, 20)]
                times.sort()
                print(
                    f"{root.name:<22}{letters:>6}{len(ranks):>7}{share[0]:>8.2f}{share[1]:>8.2f}{share[2]:>10.2f}"
                    f"{times[len(times) // 2]:>12.1f}{times[int(0.95 * len(times))]:>8.1f}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
