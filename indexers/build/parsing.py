"""Parse a file's bytes into the chunks, symbols and references that the index stores."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from indexers.build.limits import NO_MEMORY, failed_with
from indexers.build.messages import ParsedFile
from indexers.files.decoding import decode, split_lines
from indexers.syntax.chunker import chunk
from indexers.syntax.embedded import HOSTS, Piece, pieces
from indexers.syntax.grammars import parse
from indexers.syntax.languages import Language, by_name
from indexers.syntax.symbols import Structure, extract
from indexers.types import Chunk

_UNUSUAL = re.compile("[\U00030000-\U0010ffff]")
"""Characters for private use, such as icons of terminal fonts: they crash the Markdown grammar, and no grammar needs them."""


def parse_file(path: str, language: Language, data: bytes, problem: str = "") -> ParsedFile:
    """Parse one file's bytes; syntax errors and undecodable bytes never raise. With a `problem` it is split by lines.

    Grammars are native code: some texts crash them or never end. So programs call `parse_service.parse` and the index
    uses workers; this function itself runs only where such a text may end the process.
    """
    return parse_source(path, language, decode(data), problem)


def parse_source(path: str, language: Language, text: str, problem: str = "") -> ParsedFile:
    """`parse_file` with the decoded text of the file."""
    lines = split_lines(text)
    if language.name in HOSTS:
        return _parse_host(path, language, lines, problem)
    return _parse_lines(path, language, lines, problem)


def _parse_lines(path: str, language: Language, lines: list[str], problem: str) -> ParsedFile:
    problem = problem if language.grammar else ""
    text = "\n".join(lines)
    source = (text if text.isascii() else _UNUSUAL.sub("\ufffd", text)).encode("utf-8", "replace")
    tree = None if problem else parse(language, source)
    structure = Structure() if tree is None else extract(tree, language, source, lines)
    chunks = chunk(path, language, tree, lines, structure)
    broken = tree is not None and tree.root_node.has_error
    return ParsedFile(
        path, language.name, len(lines), chunks, structure.symbols, structure.references, broken, problem, structure.bindings
    )


def _parse_host(path: str, language: Language, lines: list[str], problem: str) -> ParsedFile:
    """Parse a file that contains code of other languages: the rest of it, then each piece of code in its place."""
    code, rest = pieces(language.name, lines)
    parsed = [_parse_lines(path, language, rest, problem)]
    parsed += [_parse_lines(path, by_name(p.language), [""] * (p.start - 1) + p.lines, problem) for p in code]
    problem = next((part.problem for part in parsed if part.problem), "")
    whole = ParsedFile(path, language.name, len(lines), [], [], [], any(part.broken for part in parsed[1:]), problem)
    parsed[0] = replace(parsed[0], chunks=[c for chunk in parsed[0].chunks for c in _without(chunk, code)])
    for part in parsed:
        first = len(whole.symbols)
        whole.symbols.extend(replace(s, parent=s.parent + first) if s.parent >= 0 else s for s in part.symbols)
        whole.references.extend(r._replace(symbol=r.symbol + first) if r.symbol >= 0 else r for r in part.references)
        whole.bindings.extend(part.bindings)
        whole.chunks.extend(replace(c, symbol=c.symbol + first) if c.symbol >= 0 else c for c in part.chunks)
    return _in_order(whole)


def _without(whole: Chunk, code: Sequence[Piece]) -> Iterator[Chunk]:
    """The parts of a chunk between pieces of code, without blank lines around them."""
    lines = whole.text.split("\n")
    inside = {n for piece in code for n in range(piece.start, piece.start + len(piece.lines))}
    numbered = [(whole.start_line + n, line) for n, line in enumerate(lines)]
    for is_code, group in groupby(numbered, key=lambda entry: entry[0] in inside):
        part = list(group)
        written = [n for n, (_, line) in enumerate(part) if line.strip()]
        if is_code or not written:
            continue
        kept = part[written[0] : written[-1] + 1]
        yield replace(whole, start_line=kept[0][0], end_line=kept[-1][0], text="\n".join(line for _, line in kept))


def _in_order(parsed: ParsedFile) -> ParsedFile:
    """The same with symbols and chunks in the order of their lines."""
    order = sorted(range(len(parsed.symbols)), key=lambda n: (parsed.symbols[n].start_line, n))
    place = {old: new for new, old in enumerate(order)} | {-1: -1}
    symbols = [replace(parsed.symbols[n], parent=place[parsed.symbols[n].parent]) for n in order]
    references = [r._replace(symbol=place[r.symbol]) for r in parsed.references]
    chunks = sorted((replace(c, symbol=place[c.symbol]) for c in parsed.chunks), key=lambda c: (c.start_line, c.end_line))
    return replace(parsed, symbols=symbols, references=references, chunks=chunks)


def parse_text(path: str, language: str, data: bytes, problem: str = "") -> ParsedFile:
    """`parse_file` with the name of the language; a text that the parser or this package fails on is split by lines."""
    try:
        return parse_file(path, by_name(language), data, problem)
    except MemoryError:
        problem = NO_MEMORY
    except Exception as error:  # noqa: BLE001  # such as too deep a recursion; one text must not cost the others
        problem = failed_with(error)
    return parse_file(path, by_name(language), data, problem)
