"""Split a file into chunks that follow its syntax and cover every non-blank line exactly once.

The algorithm is split-then-merge (Zhang et al., "cAST", 2025, arXiv:2506.15655) on whole lines: a node that is too long
is replaced by its children, recursively, and short neighbours are merged again. Comments and attributes stay with the
definition below them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, pairwise

from tree_sitter import Node, Tree

from indexers.syntax.languages import CODE, DATA, MINOR_KINDS, Language
from indexers.syntax.symbols import Structure
from indexers.types import Chunk, Symbol

MAX_CHARS = 1800
"""The maximum length of a chunk, in characters: about 45 lines of code."""

MERGE_CHARS = 500
"""Definitions are merged with their neighbours up to this size, in characters: accessors, constants, short overloads."""

TAIL_CHARS = 60
"""A piece of at most this many characters, such as closing braces, is merged with the previous piece."""

MAX_DEPTH = 60
"""Nodes nested deeper than this are split by lines, to bound the recursion."""


@dataclass(slots=True)
class _Unit:
    start: int
    end: int
    node: Node | None
    closed: bool = False  # a definition, or a piece of a longer unit: merged only while short
    defines: bool = False  # the first line after comments starts a definition


class _Cutter:
    def __init__(self, lines: list[str], structure: Structure) -> None:
        self.sizes = list(accumulate(map((1).__add__, map(len, lines)), initial=0))
        self.blank = [not line or line.isspace() for line in lines]
        self.comments = structure.comments
        self.rows = structure.rows
        self.starts = {s.start_line for s in structure.symbols if s.kind not in MINOR_KINDS}

    def size(self, start: int, end: int) -> int:
        return self.sizes[end] - self.sizes[start - 1]

    def cut(self, root: Node | None, total: int) -> list[tuple[int, int]]:
        units = self._pieces(_Unit(1, total, root), 0) if total else []
        spans = []
        for unit in units:
            start, end = unit.start, unit.end
            while start <= end and self.blank[start - 1]:
                start += 1
            while end >= start and self.blank[end - 1]:
                end -= 1
            if start <= end:
                spans.append((start, end))
        return spans

    def _pieces(self, unit: _Unit, depth: int) -> list[_Unit]:
        children = self._children(unit) if unit.node is not None and depth < MAX_DEPTH else []
        if depth and self.size(unit.start, unit.end) <= MAX_CHARS:
            return [unit]
        if not children:
            return list(self._windows(unit))
        if len(children) == 1:
            return self._pieces(children[0], depth + 1)
        pieces: list[_Unit] = []
        for child in children:
            if self.size(child.start, child.end) <= MAX_CHARS:
                pieces.append(child)
                continue
            if depth and len(pieces) == 1 and not child.closed and self._is_head(pieces[0]):
                child.start = pieces.pop().start  # keep `def f(...):` with the first statements of its body
            inner = self._pieces(child, depth + 1)
            for piece in inner:
                piece.closed = True
            pieces.extend(inner)
        return list(self._merge(pieces))

    def _children(self, unit: _Unit) -> list[_Unit]:
        """The children of a node as units that partition its lines; comments are part of the unit that follows them."""
        assert unit.node is not None
        units: list[_Unit] = []
        rows = self.rows
        for child in unit.node.children:
            start, end = max(rows.line(child.start_byte), unit.start), min(rows.last_line(child), unit.end)
            if end < start:
                continue
            if units and start <= units[-1].end:
                previous = units[-1]
                if end - start > previous.end - previous.start:
                    previous.node = child
                previous.end = max(previous.end, end)
                continue
            attached = bool(units) and self._is_attached(units[-1]) and units[-1].end == start - 1
            if attached:
                units[-1].end, units[-1].node = end, child
            else:
                units.append(_Unit(start, end, child))
            units[-1].defines = units[-1].defines or start in self.starts
            units[-1].closed = units[-1].closed or units[-1].defines
        if not units:
            return []
        units[0].start = unit.start
        for before, after in pairwise(units):
            before.end = after.start - 1
        units[-1].end = unit.end
        return units

    def _is_head(self, unit: _Unit) -> bool:
        return self.size(unit.start, unit.end) <= MERGE_CHARS

    def _is_attached(self, unit: _Unit) -> bool:
        """Whether a unit consists only of comments and attributes."""
        end = unit.end
        while (start := self.comments.get(end)) is not None:
            if start <= unit.start:
                return True
            end = start - 1
        return False

    def _merge(self, pieces: list[_Unit]) -> Iterator[_Unit]:
        current: _Unit | None = None
        for piece in pieces:
            if current is None:
                current = piece
                continue
            merged_size = self.size(current.start, piece.end)
            limit = MERGE_CHARS if current.closed or piece.closed else MAX_CHARS
            if not piece.defines and self.size(piece.start, piece.end) <= TAIL_CHARS:
                limit = MAX_CHARS + TAIL_CHARS
            if merged_size <= limit:
                current = _Unit(current.start, piece.end, None, current.closed or piece.closed)
            else:
                yield current
                current = piece
        if current is not None:
            yield current

    def _windows(self, unit: _Unit) -> Iterator[_Unit]:
        """Split by lines, preferably at a blank line in the last third of a window."""
        start = unit.start
        while start <= unit.end:
            end = start
            while end < unit.end and self.size(start, end + 1) <= MAX_CHARS:
                end += 1
            if end < unit.end:
                for candidate in range(end, start + 2 * (end - start) // 3, -1):
                    if self.blank[candidate - 1]:
                        end = candidate
                        break
            yield _Unit(start, end, None, True)
            start = end + 1


def spans(tree: Tree | None, lines: list[str], structure: Structure) -> list[tuple[int, int]]:
    """The (first line, last line) of every chunk, in order; together they cover each non-blank line once."""
    return _Cutter(lines, structure).cut(tree.root_node if tree is not None else None, len(lines))


def chunk(path: str, language: Language, tree: Tree | None, lines: list[str], structure: Structure) -> list[Chunk]:
    """The chunks of a file, each with its name, kind, signature, documentation and enclosing headers."""
    chunks = []
    symbols = structure.symbols
    by_start: dict[int, list[int]] = {}
    for position, defined in enumerate(symbols):
        by_start.setdefault(defined.start_line, []).append(position)
    for start, end in spans(tree, lines, structure):
        started = [p for line in range(start, end + 1) for p in by_start.get(line, ())]
        enclosing = structure.owners[start] if structure.owners and start < len(structure.owners) else -1
        primary = _primary(started, enclosing, symbols, start, end)
        symbol = symbols[primary] if primary >= 0 else None
        scope = symbol.parent if symbol is not None and primary in started else primary
        chunks.append(
            Chunk(
                path,
                start,
                end,
                language.name,
                symbol.kind if symbol else _plain_kind(language),
                symbol.name if symbol else "",
                symbol.qualified_name if symbol else "",
                symbol.signature if symbol else "",
                symbol.documentation if symbol else "",
                "\n".join(lines[start - 1 : end]),
                _header(scope, symbols),
                primary,
            )
        )
    return chunks


def _primary(started: list[int], enclosing: int, symbols: list[Symbol], start: int, end: int) -> int:
    """The main symbol of a chunk, or -1: the major one with the most lines in it, else the enclosing one, else a sole minor."""
    major = [p for p in started if symbols[p].kind not in MINOR_KINDS]
    if major:
        return max(major, key=lambda p: (min(symbols[p].end_line, end) - max(symbols[p].start_line, start), -p))
    if enclosing >= 0 and symbols[enclosing].start_line < start:
        return enclosing
    return started[0] if len(started) == 1 else -1


def _header(position: int, symbols: list[Symbol]) -> str:
    signatures: list[str] = []
    while position >= 0:
        signatures.append(symbols[position].signature)
        position = symbols[position].parent
    return "\n".join(reversed(signatures))


def _plain_kind(language: Language) -> str:
    if language.role == CODE:
        return "code"
    return "data" if language.role == DATA else "text"
