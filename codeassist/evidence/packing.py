"""Pack code into a token budget, as numbered blocks of a prompt that are fenced as data.

The most useful candidates come first and complete; overlapping spans are merged; enclosing definitions and used imports are
put above a block; what no longer fits completely is folded to its signature; the others are reported as left out. Of a
passage some lines may be chosen: then only these are shown, with marks for the others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from codeassist.errors import ConfigError
from codeassist.evidence.blocks import Block, LeftOut, Packed, digest, joined, render

if TYPE_CHECKING:
    from indexers import Hit, Index

WHOLE_SHARE = 0.85
"""Share of the budget for complete blocks; the rest is for signatures, which carry more information per token."""

IMPORT_LINES = 6
LEAST_LINES = 4
"""A truncated block keeps at least this many lines, or is folded."""

Count = Callable[[str], int]
"""Counts the tokens of a text."""

_IMPORT = re.compile(r"^\s*(?:import|from|use|using|#include|require|const\b.*\brequire|@import|open|package)\b")
PROSE = frozenset({"", "markdown", "rst", "text", "html", "asciidoc", "org"})
"""Languages whose files import nothing: what looks like an import there is in an example."""

_WORD = re.compile(r"[^\W\d]\w*")


@dataclass(frozen=True, slots=True)
class Passage:
    """A span that may be shown; `headers` are the signatures around it, `imports` the lines that import what it uses.

    `ranges` are the parts of it that are shown, if not all of it is; `text` has a line with a mark between two of them.
    """

    path: str
    start_line: int
    end_line: int
    language: str
    text: str
    name: str = ""
    signature: str = ""
    documentation: str = ""
    headers: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()
    ranges: tuple[tuple[int, int], ...] = ()

    def lines(self) -> dict[int, str]:
        """The shown lines by their number in the file."""
        lines = iter(self.text.split("\n"))
        numbered: dict[int, str] = {}
        for position, (start, end) in enumerate(self.ranges or ((self.start_line, self.end_line),)):
            if position:
                next(lines, "")
            numbered.update(zip(range(start, end + 1), lines, strict=False))
        return numbered


def pack(
    candidates: Sequence[Passage], budget: int, count: Count, *, first: int = 1, whole_share: float = WHOLE_SHARE
) -> Packed:
    """Pack candidates, best first, into at most `budget` tokens as `count` measures them; numbers start at `first`.

    `whole_share` is the share of the budget for complete blocks.
    """
    packed = Packed()
    whole_budget = int(budget * whole_share)
    used = 0
    shown: set[tuple[str, str]] = set()
    for listed in merged(candidates):
        candidate = _without_repeats(listed, shown)
        n = first + len(packed.blocks)
        separator = count("\n\n") if packed.blocks else 0
        block = _whole(candidate, n)
        cost = count(block.render()) + separator
        if used + cost > (whole_budget if packed.blocks else budget):
            block = _fitted(candidate, n, budget - used - separator, count, keep=not packed.blocks)
            cost = count(block.render()) + separator
        if used + cost > budget:
            packed.left_out.append(LeftOut(candidate.path, candidate.start_line, candidate.end_line, "budget"))
            continue
        packed.blocks.append(block)
        shown.update((block.path, line) for line in candidate.imports if block.head and not block.folded)
        used += cost
    while packed.blocks and count(render(packed.blocks)) > budget:  # tokenisers may count the whole differently from its parts
        last = packed.blocks.pop()
        packed.left_out.append(LeftOut(last.path, last.start_line, last.end_line, "budget"))
    packed.tokens = count(render(packed.blocks)) if packed.blocks else 0
    return packed


def _without_repeats(candidate: Passage, shown: set[tuple[str, str]]) -> Passage:
    """A candidate without the imports that an earlier block of its file has."""
    left = tuple(line for line in candidate.imports if (candidate.path, line) not in shown)
    return candidate if left == candidate.imports else replace(candidate, imports=left)


def merged(candidates: Sequence[Passage]) -> list[Passage]:
    """Candidates with overlapping or touching spans of a file merged, each at the position of its best part."""
    result: list[Passage] = []
    for candidate in candidates:
        result.append(candidate)
        position = len(result) - 1
        while (other := next((i for i, c in enumerate(result) if i != position and _touch(c, result[position])), -1)) >= 0:
            position, second = sorted((position, other))
            result[position] = _join(result[position], result[second])
            del result[second]
    return result


def _touch(a: Passage, b: Passage) -> bool:
    return a.path == b.path and a.start_line <= b.end_line + 1 and b.start_line <= a.end_line + 1


def _join(first: Passage, second: Passage) -> Passage:
    """Two touching candidates as one, named after the first."""
    top = min(first, second, key=lambda c: c.start_line)
    lines = second.lines() | first.lines()
    ranges = _runs(sorted(lines))
    return replace(
        first,
        start_line=ranges[0][0],
        end_line=ranges[-1][1],
        text=joined(["\n".join(lines[n] for n in range(start, end + 1)) for start, end in ranges]),
        headers=top.headers,
        imports=tuple(dict.fromkeys((*first.imports, *second.imports)))[:IMPORT_LINES],
        ranges=ranges if len(ranges) > 1 else (),
    )


def _runs(numbers: Sequence[int]) -> tuple[tuple[int, int], ...]:
    """Ascending numbers as ranges."""
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return tuple(runs)


def _block(candidate: Passage, n: int, text: str, start: int, end: int, *, folded: bool = False, bare: bool = False) -> Block:
    head = "" if bare else "\n".join(candidate.headers if folded else (*candidate.imports, *candidate.headers))
    return Block(
        n,
        candidate.path,
        start,
        end,
        candidate.language,
        text,
        candidate.name,
        folded,
        head,
        digest(text if not folded else ""),
    )


def _whole(candidate: Passage, n: int) -> Block:
    block = _block(candidate, n, candidate.text, candidate.start_line, candidate.end_line)
    return replace(block, ranges=candidate.ranges)


def _fitted(candidate: Passage, n: int, room: int, count: Count, *, keep: bool) -> Block:
    """A candidate that is too long: with `keep` truncated to its first lines, else folded to its signature."""
    lines = candidate.text.split("\n")
    if keep and not candidate.ranges:
        low, high = 0, len(lines)
        while low < high:
            middle = (low + high + 1) // 2
            block = _block(
                candidate, n, "\n".join(lines[:middle]), candidate.start_line, candidate.start_line + middle - 1, bare=True
            )
            low, high = (middle, high) if count(block.render()) <= room else (low, middle - 1)
        if low >= LEAST_LINES:
            return _block(candidate, n, "\n".join(lines[:low]), candidate.start_line, candidate.start_line + low - 1, bare=True)
    signature = candidate.signature or next((line for line in lines if line.strip()), "")
    summary = candidate.documentation.strip().partition("\n\n")[0]
    text = f"{signature}\n    {summary}" if summary else signature
    return _block(candidate, n, f"{text}\n    …", candidate.start_line, candidate.end_line, folded=True)


class Source:
    """Reads candidates from an index: their current lines on disk, with the enclosing definitions and imports."""

    def __init__(self, index: Index, never_send: Sequence[str] = ()) -> None:
        """`never_send` are globs (`.gitignore` syntax) of files that must not be packed."""
        self._index = index
        self._globs = tuple(never_send)
        self._lines: dict[str, list[str]] = {}

    @cached_property
    def _private(self) -> Callable[[str], bool]:
        from indexers.files.globs import GlobSpec, is_glob

        if invalid := next((glob for glob in self._globs if not is_glob(glob)), None):
            raise ConfigError(f"'never_send' under [privacy] contains an invalid pattern: '{invalid}'.")
        return GlobSpec(self._globs).match_file

    def is_private(self, path: str) -> bool:
        """Whether a file must not be sent."""
        return bool(self._globs) and self._private(path)

    def lines(self, path: str) -> list[str]:
        """The current lines of a file on disk; empty when it does not exist."""
        if path not in self._lines:
            from indexers.files.decoding import file_lines

            self._lines[path] = file_lines(Path(self._index.root), path)
        return self._lines[path]

    def candidate(self, hit: Hit) -> Passage | None:
        """A hit as a candidate, or None when its lines no longer exist."""
        return self.span(
            hit.path, hit.start_line, hit.end_line, hit.language, hit.qualified_name, hit.signature, hit.documentation
        )

    def span(
        self, path: str, start: int, end: int, language: str = "", name: str = "", signature: str = "", documentation: str = ""
    ) -> Passage | None:
        """Some lines of a file as a candidate, or None when they no longer exist or are blank."""
        lines = self.lines(path)
        end = min(end, len(lines))
        start = max(1, start)
        if start > end or not any(line.strip() for line in lines[start - 1 : end]):
            return None
        passage = self._passage(path, lines, ((start, end),), language)
        return replace(passage, name=name, signature=signature, documentation=documentation)

    def chosen(self, hit: Hit, ranges: Sequence[tuple[int, int]]) -> Passage | None:
        """Some lines of a hit as a candidate, or None when they no longer exist or are blank."""
        lines = self.lines(hit.path)
        within = tuple((start, min(end, len(lines))) for start, end in ranges if start <= len(lines))
        if not any(line.strip() for start, end in within for line in lines[start - 1 : end]):
            return None
        passage = self._passage(hit.path, lines, within, hit.language)
        return replace(passage, name=hit.qualified_name, signature=hit.signature, documentation=hit.documentation, imports=())

    def _passage(self, path: str, lines: list[str], ranges: tuple[tuple[int, int], ...], language: str) -> Passage:
        """The lines of some ranges, with the definitions around them and the imports of what they use."""
        start, end = ranges[0][0], ranges[-1][1]
        text = joined(["\n".join(lines[first - 1 : last]) for first, last in ranges])
        headers = tuple(
            f"{d.signature}  # line {d.line}" if language == "python" else f"{d.signature}  // line {d.line}"
            for d in self._index.outline(path)
            if d.line < start and d.end_line >= end and d.kind not in ("section", "namespace", "module")
        )
        words = set() if language in PROSE else set(_WORD.findall(text))
        imports = tuple(
            line.strip()
            for line in lines[: min(start - 1, 80)]
            if _IMPORT.match(line) and words.intersection(_WORD.findall(line)[1:])
        )[:IMPORT_LINES]
        return Passage(
            path, start, end, language, text, headers=headers, imports=imports, ranges=ranges if len(ranges) > 1 else ()
        )

    def pack(self, hits: Sequence[Hit], budget: int, count: Count, *, first: int = 1) -> Packed:
        """Pack hits, best first; see `pack`. Private files and lines that no longer exist are left out."""
        candidates: list[Passage] = []
        dropped: list[LeftOut] = []
        for hit in hits:
            candidate = None if self.is_private(hit.path) else self.candidate(hit)
            if candidate is None:
                reason = "private" if self.is_private(hit.path) else "gone"
                dropped.append(LeftOut(hit.path, hit.start_line, hit.end_line, reason))
            else:
                candidates.append(candidate)
        packed = pack(candidates, budget, count, first=first)
        packed.left_out.extend(dropped)
        return packed
