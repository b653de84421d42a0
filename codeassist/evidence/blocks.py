"""The numbered blocks of a prompt: some lines of a file, each with its number, fenced as data."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

CUT = "\N{HORIZONTAL ELLIPSIS}"
"""Stands for lines that are left out."""


@dataclass(frozen=True, slots=True)
class Block:
    """A numbered block of a prompt. `digest` is of its lines on disk, to detect later changes.

    `ranges` are the first and last lines of the parts that are shown, if lines between them are left out; `text` then has a
    line with `CUT` between two parts. A folded block shows a signature, and none of its lines.
    """

    n: int
    path: str
    start_line: int
    end_line: int
    language: str
    text: str
    name: str = ""
    folded: bool = False
    head: str = ""
    digest: str = ""
    ranges: tuple[tuple[int, int], ...] = ()

    @property
    def shown(self) -> tuple[tuple[int, int], ...]:
        """The first and last lines of the parts that are shown."""
        return () if self.folded else self.ranges or ((self.start_line, self.end_line),)

    def shows(self, first: int, last: int) -> bool:
        """Whether both lines are shown."""
        return all(any(start <= line <= end for start, end in self.shown) for line in (first, last))

    def render(self) -> str:
        """The block as shown in a prompt: a line with number and location, then the code in a fence that it cannot close."""
        body = "\n".join(self._numbered())
        longest = max((len(run) for run in re.findall(r"`{3,}", body)), default=2)
        fence = "`" * (longest + 1)
        note = ", signature only" if self.folded else ""
        path = "".join(c if c.isprintable() and c != "`" else "\N{REPLACEMENT CHARACTER}" for c in self.path)
        return f"[{self.n}] {path}:{self.start_line}-{self.end_line}{note}\n{fence}{self.language}\n{body}\n{fence}"

    def _numbered(self) -> Iterator[str]:
        """The lines with their numbers in the file; those of the head and of a folded block have none."""
        width = 0 if self.folded else len(str(self.end_line))
        blank = " " * (width + 1) if width else ""
        yield from (f"{blank}{line}" for line in self.head.split("\n") if self.head)
        if self.folded:
            yield from self.text.split("\n")
            return
        lines = iter(self.text.split("\n"))
        for position, (start, end) in enumerate(self.shown):
            if position:
                yield f"{blank}{next(lines, CUT)}"
            yield from (f"{number:>{width}} {line}" for number, line in zip(range(start, end + 1), lines, strict=False))


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A candidate that is not shown, and why: `budget`, `private` or `gone`."""

    path: str
    start_line: int
    end_line: int
    reason: str


@dataclass(slots=True)
class Packed:
    """The result of packing: the blocks, the candidates left out, and the tokens of the blocks."""

    blocks: list[Block] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    tokens: int = 0

    def render(self) -> str:
        """The blocks as text."""
        return render(self.blocks)


def render(blocks: Sequence[Block]) -> str:
    """Blocks as shown in a prompt, separated by empty lines."""
    return "\n\n".join(block.render() for block in blocks)


def digest(text: str) -> str:
    """A short digest of some lines."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def joined(parts: Sequence[str]) -> str:
    """The parts of a passage as one text, with a mark for the lines between them."""
    return f"\n{CUT}\n".join(parts)


def unchanged(root: Path, block: Block) -> bool:
    """Whether the lines of a block on disk are unchanged; for a folded block, whether they exist."""
    from indexers.files.decoding import count_lines, read_lines

    if block.folded:
        return count_lines(root, block.path) >= block.end_line
    return digest(joined([read_lines(root, block.path, start, end) for start, end in block.shown])) == block.digest
