"""Parse a file's bytes into the chunks, symbols and references that the index stores."""

from __future__ import annotations

from dataclasses import dataclass

from indexers.files.decoding import decode, split_lines
from indexers.syntax.chunker import chunk
from indexers.syntax.grammars import parse
from indexers.syntax.languages import Language
from indexers.syntax.symbols import Structure, extract
from indexers.types import Chunk, Reference, Symbol


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """The chunks, symbols and references of one file; `broken` is set when it has syntax errors."""

    path: str
    language: str
    lines: int
    chunks: list[Chunk]
    symbols: list[Symbol]
    references: list[Reference]
    broken: bool = False


def parse_file(path: str, language: Language, data: bytes) -> ParsedFile:
    """Parse one file's bytes; syntax errors and undecodable bytes never raise."""
    lines = split_lines(decode(data))
    source = "\n".join(lines).encode("utf-8", "replace")
    tree = parse(language, source)
    structure = Structure() if tree is None else extract(tree, language, source, lines)
    chunks = chunk(path, language, tree, lines, structure)
    broken = tree is not None and tree.root_node.has_error
    return ParsedFile(path, language.name, len(lines), chunks, structure.symbols, structure.references, broken)
