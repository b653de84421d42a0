"""Find duplicates in a repository: candidate pairs by embedding similarity, confirmed by their tokens, then clustered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from codeassist.deadline import Cancel
from codeassist.evidence.clones import THRESHOLD, likeness
from indexers import Index
from indexers.files.decoding import file_lines
from indexers.syntax.languages import is_test_path

NEIGHBOURS = 20
LEAST_COSINE = 0.3
LEAST_LINES = 5


@dataclass(frozen=True, slots=True)
class Member:
    """One definition of a cluster, with its first and last line."""

    path: str
    start: int
    end: int
    name: str


@dataclass(frozen=True, slots=True)
class Cluster:
    """Similar definitions; `likeness` is the lowest similarity of the pairs that joined them."""

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

    Test files are ignored unless `tests` is set. Raises `CancelledError` after a request to stop.
    """
    stop = cancel or Cancel()
    functions: dict[tuple[str, int, int], Member] = {}
    texts: dict[Member, str] = {}

    def member(path: str, start: int, end: int) -> Member | None:
        key = (path, start, end)
        if key not in functions:
            inside = [d for d in index.definitions_in(path, start, end) if d.kind in ("function", "method", "constructor")]
            inside = [d for d in inside if d.end_line - d.line + 1 >= LEAST_LINES]
            if not inside:
                return None
            largest = max(inside, key=lambda d: d.end_line - d.line)
            function = Member(path, largest.line, largest.end_line, largest.qualified_name)
            functions[key] = function
            texts.setdefault(function, "\n".join(file_lines(index.root, path)[function.start - 1 : function.end]))
        return functions[key]

    joined: dict[Member, Member] = {}
    scores: list[tuple[Member, Member, float]] = []
    seen: set[frozenset[Member]] = set()
    for one, other in index.neighbours(NEIGHBOURS, LEAST_COSINE):
        stop.check()
        if not tests and (is_test_path(one.path) or is_test_path(other.path)):
            continue
        a, b = member(one.path, one.start_line, one.end_line), member(other.path, other.start_line, other.end_line)
        if a is None or b is None or a == b or frozenset((a, b)) in seen or _nested(a, b):
            continue
        seen.add(frozenset((a, b)))
        if paths and not any(m.path.startswith(tuple(paths)) for m in (a, b)):
            continue
        score = likeness(texts[a], texts[b], threshold)
        if score >= threshold:
            scores.append((a, b, score))
            _join(joined, a, b)
    clusters: dict[Member, set[Member]] = {}
    lowest: dict[Member, float] = {}
    for a, b, score in scores:
        root = _root(joined, a)
        clusters.setdefault(root, set()).update((a, b))
        lowest[root] = min(lowest.get(root, 1.0), score)
    result = [Cluster(tuple(sorted(ms, key=lambda m: (m.path, m.start))), lowest[r]) for r, ms in clusters.items()]
    return Duplicates(threshold, sorted(result, key=lambda c: (-c.lines, c.members[0].path, c.members[0].start)))


def _nested(a: Member, b: Member) -> bool:
    return a.path == b.path and (a.start <= b.start <= a.end or b.start <= a.start <= b.end)


def _root(joined: dict[Member, Member], member: Member) -> Member:
    while joined.get(member, member) != member:
        member = joined[member]
    return member


def _join(joined: dict[Member, Member], a: Member, b: Member) -> None:
    joined[_root(joined, a)] = _root(joined, b)
