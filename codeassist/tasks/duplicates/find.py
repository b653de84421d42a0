"""Find duplicates in a repository: candidate pairs by rare sequences of tokens, confirmed by all tokens, then clustered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from codeassist.deadline import Cancel
from codeassist.evidence.clones import THRESHOLD, text_likeness
from indexers import Index
from indexers.syntax.languages import is_test_path
from indexers.types import Definition

if TYPE_CHECKING:
    from codeassist.tasks.duplicates.reading import TokenBatch

KINDS = ("function", "method", "constructor")
LEAST_LINES = 5

BATCH = 1_000
"""Definitions that are read at once."""


@dataclass(frozen=True, slots=True)
class Member:
    """One definition of a cluster, with its first and last line."""

    path: str
    start: int
    end: int
    name: str


@dataclass(frozen=True, slots=True)
class Cluster:
    """Similar definitions; `likeness` is the lowest similarity of the pairs that joined them, the most similar pairs first."""

    members: tuple[Member, ...]
    likeness: float

    @property
    def lines(self) -> int:
        """Lines that would be saved if only the shortest member were kept."""
        sizes = sorted(m.end - m.start + 1 for m in self.members)
        return sum(sizes[1:])


@dataclass(frozen=True, slots=True)
class Duplicates:
    """Clusters at a similarity threshold, sorted by the lines that they would save, most first."""

    threshold: float
    clusters: list[Cluster]

    def as_json(self, limit: int) -> dict[str, Any]:
        """The documented JSON form, schema `codeassist.duplicates/1`, with the first `limit` clusters."""
        listed = [
            {
                "likeness": round(c.likeness, 3),
                "lines": c.lines,
                "members": [{"path": m.path, "start_line": m.start, "end_line": m.end, "name": m.name} for m in c.members],
            }
            for c in self.clusters[:limit]
        ]
        return {
            "schema": "codeassist.duplicates/1",
            "threshold": self.threshold,
            "found": len(self.clusters),
            "clusters": listed,
        }


def find_duplicates(
    index: Index, paths: Sequence[str] = (), threshold: float = THRESHOLD, *, tests: bool = False, cancel: Cancel | None = None
) -> Duplicates:
    """Clusters of similar functions; if `paths` are given, one member of each pair must have a path with such a prefix.

    Test files are ignored unless `tests` is set, and functions that are only a signature always. Raises `CancelledError` after
    a request to stop.
    """
    from codeassist.tasks.duplicates.candidates import candidates
    from codeassist.tasks.duplicates.numbered import numbered

    stop = cancel or Cancel()
    members: list[Member] = []
    code = numbered(_read(index, stop, members, tests=tests))
    joined = list(range(len(members)))
    scores: list[tuple[int, int, float]] = []
    pairs = candidates(code, threshold).tolist()
    compared = {number for pair in pairs for number in pair}
    tokens, shapes = code.texts(code.tokens, compared), code.texts(code.shapes, compared)
    for i, j in pairs:
        stop.check()
        a, b = members[i], members[j]
        if _nested(a, b) or (paths and not any(m.path.startswith(tuple(paths)) for m in (a, b))):
            continue
        if (one := _root(joined, i)) == (other := _root(joined, j)):
            continue
        score = text_likeness((tokens[i], shapes[i]), (tokens[j], shapes[j]), threshold)
        if score >= threshold:
            scores.append((i, j, score))
            joined[one] = other
    clusters: dict[int, set[int]] = {}
    lowest: dict[int, float] = {}
    for i, j, score in scores:
        root = _root(joined, i)
        clusters.setdefault(root, set()).update((i, j))
        lowest[root] = min(lowest.get(root, 1.0), score)
    result = [
        Cluster(tuple(sorted({members[n] for n in numbers}, key=lambda m: (m.path, m.start))), lowest[root])
        for root, numbers in clusters.items()
    ]
    return Duplicates(threshold, _outermost(result))


def _read(index: Index, stop: Cancel, members: list[Member], *, tests: bool) -> Iterator[TokenBatch]:
    """The functions to compare, in batches; each function is appended to `members`."""
    from codeassist.tasks.duplicates.readers import read_all

    definitions = [d for d in index.definitions_of_kinds(KINDS, LEAST_LINES) if tests or not is_test_path(d.path)]
    batches = list(_batches(definitions))
    files = ([(path, [(d.line, d.end_line) for d in of_file]) for path, of_file in batch] for batch in batches)
    for batch, found in zip(batches, read_all(index.root, files, len(definitions), stop), strict=True):
        functions = [d for _, of_file in batch for d in of_file]
        members += (Member(d.path, d.line, d.end_line, d.qualified_name) for d in (functions[n] for n in found.kept))
        yield found


def _batches(definitions: Iterable[Definition]) -> Iterator[list[tuple[str, list[Definition]]]]:
    """The definitions by path, in batches of at least `BATCH` definitions."""
    batch, size = list[tuple[str, list[Definition]]](), 0
    for path, of_file in groupby(definitions, key=lambda d: d.path):
        batch.append((path, list(of_file)))
        size += len(batch[-1][1])
        if size >= BATCH:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _outermost(clusters: Sequence[Cluster]) -> list[Cluster]:
    """The clusters without inner functions of their own members, and without those that lie inside other clusters."""
    spans: dict[str, list[tuple[Member, int]]] = {}
    for number, cluster in enumerate(clusters):
        for member in cluster.members:
            spans.setdefault(member.path, []).append((member, number))

    def inside(member: Member) -> set[int]:
        """The numbers of the clusters with a member around this one."""
        around = spans[member.path]
        return {n for m, n in around if m != member and m.start <= member.start and member.end <= m.end}

    kept = []
    for number, cluster in enumerate(clusters):
        if all(inside(m) for m in cluster.members):
            continue
        members = tuple(m for m in cluster.members if number not in inside(m))
        if len(members) > 1:
            kept.append(Cluster(members, cluster.likeness))
    return sorted(kept, key=lambda c: (-c.lines, c.members[0].path, c.members[0].start))


def _nested(a: Member, b: Member) -> bool:
    return a.path == b.path and (a.start <= b.start <= a.end or b.start <= a.start <= b.end)


def _root(joined: list[int], number: int) -> int:
    """The number that stands for a cluster; the way to it is halved (Tarjan and van Leeuwen, 1984)."""
    while joined[number] != number:
        joined[number] = joined[joined[number]]
        number = joined[number]
    return number
