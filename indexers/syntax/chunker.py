"""A file's text -> chunks that follow its syntax and cover every non-blank line exactly once.

The way is split-then-merge (Zhang et al., "cAST", 2025, arXiv:2506.15655), on whole lines: a node that is too long is
replaced by its children, recursively; neighbours that are short are put together again. A comment or attribute stays
with the definition below it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, pairwise

from tree_sitter import Node, Tree

from indexers.syntax.languages import CODE, DATA, MINOR_KINDS, Language
from indexers.syntax.symbols import Structure, last_line
from indexers.types import Chunk, Symbol

MAX_CHARS = 1800
"""Longest chunk, in characters: some 45 lines of code, which a reader still takes in at once."""

MERGE_CHARS = 500
"""Definitions are put together with their neighbours up to this size: accessors, constants, short overloads."""

TAIL_CHARS = 60
"""So short a piece, the closing braces of something long, goes to what is before it."""

MAX_DEPTH = 60
"""Deeper nesting than this is cut by lines: no person writes it, and recursion has to end."""


@dataclass(slots=True)
class _Unit:
    start: int
    end: int
    node: Node | None
    closed: bool = False  # a definition, or a piece of something longer: merged only while short
    defines: bool = False  # the first line, comments aside, begins a definition


class _Cutter:
    def __init__(self, lines: list[str], structure: Structure) -> None:
        self.sizes = list(accumulate((len(line) + 1 for line in lines), initial=0))
        self.blank = [not line.strip() for line in lines]
        self.comments = structure.comments
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
                child.start = pieces.pop().start  # `def f(...):` stays with the first statements of its body
            inner = self._pieces(child, depth + 1)
            for piece in inner:
                piece.closed = True
            pieces.extend(inner)
        return list(self._merge(pieces))

    def _children(self, unit: _Unit) -> list[_Unit]:
        """The children of a node as units that partition its lines; comments go with what follows them."""
        assert unit.node is not None
        found: list[_Unit] = []
        for child in unit.node.children:
            start, end = max(child.start_point.row + 1, unit.start), min(last_line(child), unit.end)
            if end < start:
                continue
            if found and start <= found[-1].end:
                previous = found[-1]
                if end - start > previous.end - previous.start:
                    previous.node = child
                previous.end = max(previous.end, end)
                continue
            glued = bool(found) and self._is_attached(found[-1]) and found[-1].end == start - 1
            if glued:
                found[-1].end, found[-1].node = end, child
            else:
                found.append(_Unit(start, end, child))
            found[-1].defines = found[-1].defines or start in self.starts
            found[-1].closed = found[-1].closed or found[-1].defines
        if not found:
            return []
        found[0].start = unit.start
        for unit_a, unit_b in pairwise(found):
            unit_a.end = unit_b.start - 1
        found[-1].end = unit.end
        return found

    def _is_head(self, unit: _Unit) -> bool:
        return self.size(unit.start, unit.end) <= MERGE_CHARS

    def _is_attached(self, unit: _Unit) -> bool:
        """Whether a unit is nothing but comments and attributes."""
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
            together = self.size(current.start, piece.end)
            limit = MERGE_CHARS if current.closed or piece.closed else MAX_CHARS
            if not piece.defines and self.size(piece.start, piece.end) <= TAIL_CHARS:
                limit = MAX_CHARS + TAIL_CHARS
            if together <= limit:
                current = _Unit(current.start, piece.end, None, current.closed or piece.closed)
            else:
                yield current
                current = piece
        if current is not None:
            yield current

    def _windows(self, unit: _Unit) -> Iterator[_Unit]:
        """Cut by lines, preferring a blank line in the last third of a window."""
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
    """The (first line, last line) of every chunk, in order; together they hold each non-blank line once."""
    return _Cutter(lines, structure).cut(tree.root_node if tree is not None else None, len(lines))


def chunk(path: str, language: Language, tree: Tree | None, lines: list[str], structure: Structure) -> list[Chunk]:
    """The chunks of a file, each with its name, kind, signature, documentation and enclosing headers."""
    made = []
    symbols = structure.symbols
    by_start: dict[int, list[int]] = {}
    for position, defined in enumerate(symbols):
        by_start.setdefault(defined.start_line, []).append(position)
    for start, end in spans(tree, lines, structure):
        inside = [p for line in range(start, end + 1) for p in by_start.get(line, ())]
        around = structure.owners[start] if structure.owners and start < len(structure.owners) else -1
        primary = _primary(inside, around, symbols, start, end)
        symbol = symbols[primary] if primary >= 0 else None
        scope = symbol.parent if symbol is not None and primary in inside else primary
        made.append(
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
    return made


def _primary(inside: list[int], around: int, symbols: list[Symbol], start: int, end: int) -> int:
    """The symbol a chunk is about: the major one that fills most of it, else the one around it."""
    major = [p for p in inside if symbols[p].kind not in MINOR_KINDS]
    if major:
        return max(major, key=lambda p: (min(symbols[p].end_line, end) - max(symbols[p].start_line, start), -p))
    if around >= 0 and symbols[around].start_line < start:
        return around
    return inside[0] if len(inside) == 1 else -1


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
