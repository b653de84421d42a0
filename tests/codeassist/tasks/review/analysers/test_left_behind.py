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


INTERFACES = {
    "Java": (
        {
            "p/Store.java": "package p;\n\npublic interface Store {\n    int load(int id);\n    void remove(int id);\n}\n",
            "p/Disk.java": "package p;\n\npublic class Disk implements Store {\n    public int load(int id) { return id; }\n    public void remove(int id) { }\n}\n",
            "p/Cache.java": "package p;\n\npublic class Cache {\n    private final Store inner;\n    Cache(Store inner) { this.inner = inner; }\n    void go(Disk disk) {\n        inner.remove(1);\n        disk.remove(1);\n    }\n}\n",
        },
        ("p/Store.java", "    void remove(int id);\n"),
        "p/Cache.java:7",
    ),
    "C#": (
        {
            "Store.cs": "namespace P;\n\npublic interface IStore\n{\n    int Load(int id);\n    void Remove(int id);\n}\n",
            "Disk.cs": "namespace P;\n\npublic class Disk : IStore\n{\n    public int Load(int id) { return id; }\n    public void Remove(int id) { }\n}\n",
            "Cache.cs": "namespace P;\n\npublic class Cache\n{\n    private readonly IStore inner;\n    void Go(Disk disk)\n    {\n        inner.Remove(1);\n        disk.Remove(1);\n    }\n}\n",
        },
        ("Store.cs", "    void Remove(int id);\n"),
        "Cache.cs:8",
    ),
    "TypeScript": (
        {
            "store.ts": "export interface Store {\n  load(id: number): number;\n  remove(id: number): void;\n}\n",
            "disk.ts": 'import { Store } from "./store";\n\nexport class Disk implements Store {\n  load(id: number) { return id; }\n  remove(id: number) {}\n}\n',
            "cache.ts": 'import { Store } from "./store";\nimport { Disk } from "./disk";\n\nexport function go(inner: Store, disk: Disk) {\n  inner.remove(1);\n  disk.remove(1);\n}\n',
        },
        ("store.ts", "  remove(id: number): void;\n"),
        "cache.ts:5",
    ),
}


@pytest.mark.parametrize(("before", "removed", "place"), INTERFACES.values(), ids=INTERFACES.keys())
def test_a_member_that_leaves_an_interface_is_missed_by_receivers_of_that_type_only(findings, before, removed, place):
    path, line = removed
    result = findings(before, {path: before[path].replace(line, "")})
    (finding,) = [f for f in result.every if f.rule == "use-left-behind"]
    assert [str(p) for p in finding.evidence] == [place]


def test_a_local_function_that_is_declared_behind_its_use_is_not_the_removed_one(findings):
    local = "export function all(items) {\n  const each = () => items.map((i) => text(i));\n  const text = (v) => String(v);\n  return each();\n}\n"
    before = f"export function text(v) {{\n  return `${{v}}`;\n}}\n\n{local}"
    assert not [f for f in findings({"a.js": before}, {"a.js": local}).every if f.rule in RULES]
