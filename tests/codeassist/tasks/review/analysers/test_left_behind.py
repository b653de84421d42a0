"""Uses left behind in languages other than Python: the cases below `tests/cases/left_behind`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

CASES = Path(__file__).parents[4] / "cases" / "left_behind"
RULES = {"arity-changed", "use-left-behind", "caller-left-behind"}
Files = dict[str, str | None]


def cases(path: Path) -> Iterator[tuple[str, str, Files, Files]]:
    """(name, expected place or nothing, files before, files after) of every case in a file."""
    for part in re.split(r"(?m)^== ", path.read_text(encoding="utf-8"))[1:]:
        title, _, body = part.partition("\n")
        name, _, expected = title.rpartition(": ")
        before: Files = {}
        after: Files = {}
        for sign, file, text in re.findall(r"(?ms)^(--|\+\+) (\S+)\n(.*?)(?=^--\s\S|^\+\+\s\S|\Z)", body):
            (before if sign == "--" else after)[file] = text
        yield f"{path.stem}: {name}", expected, before, after


ALL = [case for path in sorted(CASES.glob("*.txt")) for case in cases(path)]


@pytest.mark.parametrize(("name", "expected", "before", "after"), ALL, ids=[c[0] for c in ALL])
def test_a_use_is_found_or_rightly_not(findings, name, expected, before, after):
    result = findings(before, after)
    found = [str(place) for f in result.every if f.rule in RULES for place in f.evidence]
    assert (expected in found) if expected != "nothing" else not found, [f.message for f in result.every]


def test_there_are_twelve_cases_of_six_languages_and_baits():
    found = Counter(name.partition(":")[0] for name, expected, *_ in ALL if expected != "nothing")
    baits = Counter(name.partition(":")[0] for name, expected, *_ in ALL if expected == "nothing")
    assert sum(count >= 12 for count in found.values()) >= 6
    assert all(count >= 3 for count in baits.values())
