"""Whether a misspelled name finds its definition.

    python benchmarks/misspellings.py CHECKOUT... [--names 60] [--seed 7]

Draws names of functions, methods and classes of each repository (6 to 24 letters, at most three definitions, not of tests),
makes one mistake in each, not at its first or last letter (two letters swapped, one missing, doubled or wrong), and searches
for it. A hit is a result that contains the line of one of the name's definitions. Prints the share of hits that come first and
among five, MRR@10, and how many of the first five results are configuration files.
"""

from __future__ import annotations

import argparse
import random
import re
import tempfile
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from indexers import Hit, Index
from indexers.types import Definition

KINDS = frozenset({"function", "method", "class", "struct", "constructor"})
NAME = re.compile(r"[A-Za-z_]{6,24}")
MOST_DEFINITIONS = 3
CONFIGURATION = re.compile(r"(?:^|/)\.|\.(?:ya?ml|toml|json|lock|cfg|ini)$|CODEOWNERS|MANIFEST")
LETTERS = "aeiourtn"

MISTAKES: tuple[Callable[[str, int, random.Random], str], ...] = (
    lambda name, at, _: name[:at] + name[at + 1] + name[at] + name[at + 2 :],
    lambda name, at, _: name[:at] + name[at + 1 :],
    lambda name, at, _: name[:at] + name[at] + name[at:],
    lambda name, at, rng: name[:at] + rng.choice(LETTERS) + name[at + 1 :],
)


def names_of(index: Index) -> dict[str, list[Definition]]:
    """The names that can be drawn, with their definitions."""
    found: dict[str, list[Definition]] = defaultdict(list)
    for path in sorted(index.files()):
        for definition in index.outline(path):
            if definition.kind in KINDS and NAME.fullmatch(definition.name) and not definition.is_test:
                found[definition.name].append(definition)
    return {name: some for name, some in found.items() if len(some) <= MOST_DEFINITIONS}


def misspelled(name: str, known: Mapping[str, object], rng: random.Random) -> str:
    """The name with one mistake that makes no other name of the repository; with a letter missing if every try does."""
    at = rng.randrange(1, len(name) - 1)
    word = rng.choice(MISTAKES)(name, at, rng)
    return word if word not in known else name[:at] + name[at + 1 :]


def rank(hits: Sequence[Hit], definitions: Sequence[Definition]) -> int:
    """The rank of the first hit with a definition, 0 without one."""
    for position, hit in enumerate(hits, 1):
        if any(hit.path == d.path and hit.start_line <= d.line <= hit.end_line for d in definitions):
            return position
    return 0


def measure(checkout: Path, count: int, seed: int) -> str:
    """The figures of one repository as a line."""
    rng = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder, Index.build(checkout, index_dir=Path(folder)) as index:
        names = names_of(index)
        drawn = rng.sample(sorted(names), min(count, len(names)))
        found = [(index.search(misspelled(name, names, rng), 10), names[name]) for name in drawn]
    ranks = [rank(hits, definitions) for hits, definitions in found]
    total = max(1, len(ranks))
    first, five = sum(r == 1 for r in ranks) / total, sum(0 < r <= 5 for r in ranks) / total
    mrr = sum(1 / r for r in ranks if r) / total
    settings = sum(bool(CONFIGURATION.search(hit.path)) for hits, _ in found for hit in hits[:5]) / total
    return f"{checkout.name:32} n={total:3} first {first:.3f} five {five:.3f} mrr {mrr:.3f} configuration {settings:.2f}"


def main() -> None:
    """Print the figures of each repository."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkouts", type=Path, nargs="+")
    parser.add_argument("--names", type=int, default=60)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    for checkout in options.checkouts:
        print(measure(checkout, options.names, options.seed))


if __name__ == "__main__":
    main()
