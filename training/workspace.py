"""Paths of the stages' outputs, and the packages held out from the training of the table."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from pathlib import Path

from training.mining import Pair

HELD_OUT = 12
"""One package in this many is held out from the training of the table, to monitor recall and to train the ranking."""

PACKAGE = Path(__file__).parents[1] / "indexers"
MODEL = PACKAGE / "encoders" / "model.npz"
TRANSLATIONS = PACKAGE / "search" / "translations.tsv"


def package_number(package: str) -> int:
    """A stable number for a package, given as `REGISTRY/NAME`."""
    return zlib.crc32(package.encode())


def is_held_out(package: str) -> bool:
    """Whether a package is held out from the training of the table."""
    return package_number(package) % HELD_OUT == 0


def read_clean(work: Path) -> Iterator[Pair]:
    """The pairs that the stage `clean` wrote, in order."""
    with (work / "clean.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            yield Pair(**json.loads(line))
