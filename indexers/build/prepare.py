"""Prepare a file's record for the catalog. Runs in worker processes, so inputs and results are plain data."""

from __future__ import annotations

import time
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from indexers.build.limits import NO_MEMORY, failed_with
from indexers.build.messages import Item, Outcome, ParsedFile, Unchanged, Vanished, skipped_record
from indexers.build.parsing import parse_source
from indexers.files.content import skip_reason
from indexers.files.decoding import decoded
from indexers.files.digest import digest
from indexers.files.exclusions import NO_PERMISSION
from indexers.files.reading import NotRegularError, inode_of, read_with_status, settled_change_time
from indexers.stores.compression import count_uses, pack_terms, pack_uses, storable
from indexers.syntax.languages import DOCUMENT as PROSE
from indexers.syntax.languages import Language, detect, is_example_path, is_test_path, is_vendored_path
from indexers.syntax.words import identifiers, join_terms
from indexers.types import DOCUMENT, EXAMPLE, TEST, VENDORED, Chunk, FileRecord, SourceFile, Symbol

if TYPE_CHECKING:
    from indexers.encoders.static import StaticEncoder

NONE_UNPARSED: Mapping[bytes, str] = {}

_MAX_TERM_CHARS = 20_000
"""Terms and vectors use at most this much of a chunk; only a chunk that is a single long line exceeds it."""


def embedded_text(chunk: Chunk) -> str:
    """The text of a chunk that is encoded: the signatures of the enclosing definitions, then the chunk's own text."""
    return f"{chunk.header}\n{chunk.text}"[:_MAX_TERM_CHARS] if chunk.header else chunk.text[:_MAX_TERM_CHARS]


def flags_of(path: str, language: Language) -> int:
    """The flag bits of a file: test, example, vendored, documentation."""
    return (
        (TEST if is_test_path(path) else 0)
        | (EXAMPLE if is_example_path(path) else 0)
        | (VENDORED if is_vendored_path(path) else 0)
        | (DOCUMENT if language.role == PROSE else 0)
    )


def prepare(
    file: SourceFile,
    known_hash: bytes | None,
    encoder: StaticEncoder | None,
    unparsed: Mapping[bytes, str] = NONE_UNPARSED,
    problem: str = "",
) -> Outcome:
    """Read and parse one file. With an `encoder` the chunks are encoded here, otherwise their texts are returned.

    With a `problem`, or one that `unparsed` has for its content, the file is not parsed but split by lines.
    """
    opened = time.time_ns()
    try:
        data, status = read_with_status(file.absolute, follow=False)
    except PermissionError:
        return skipped_record(file, NO_PERMISSION)
    except NotRegularError:
        return Vanished(file.path, "not a regular file")
    except OSError:
        return Vanished(file.path, "unreadable")
    size, mtime = status.st_size, status.st_mtime_ns
    ctime, inode = settled_change_time(status, opened), inode_of(status)
    content = digest(data)
    if content == known_hash:
        return Unchanged(file.path, size, mtime, ctime, inode)
    language = detect(file.path, data[:128])
    flags = flags_of(file.path, language)
    record = FileRecord(file.path, language.name, size, mtime, content, flags=flags, ctime=ctime, inode=inode)
    if reason := skip_reason(data, language):
        return replace(record, skipped=reason)
    found = decoded(data)
    parsed = parse_source(file.path, language, found.text, problem or unparsed.get(content, ""))
    record = replace(record, lines=parsed.lines, encoding=found.encoding, replaced=found.replaced, problem=parsed.problem)
    return _with_content(record, parsed, encoder)


def _with_content(record: FileRecord, parsed: ParsedFile, encoder: StaticEncoder | None) -> FileRecord:
    """A record with what is stored of the parsed file: chunks with terms and vectors (or their texts), symbols, uses."""
    texts = [embedded_text(chunk) for chunk in parsed.chunks]
    chunk_identifiers = [identifiers(chunk.text[:_MAX_TERM_CHARS]) for chunk in parsed.chunks]
    terms = list(lexical_rows(record.path, parsed, chunk_identifiers))
    return replace(
        record,
        chunks=[
            (c.start_line, c.end_line, c.kind, c.symbol, digest(text.encode("utf-8", "replace")))
            for c, text in zip(parsed.chunks, texts, strict=True)
        ],
        symbols=[_symbol_row(symbol) for symbol in parsed.symbols],
        uses=count_uses(parsed.references),
        packed_uses=pack_uses(parsed.references, parsed.bindings),
        terms=terms,
        packed_terms=pack_terms(terms),
        vectors=None if encoder is None else _encoded(encoder, parsed.chunks, chunk_identifiers),
        texts=texts if encoder is None else None,
    )


def _encoded(encoder: StaticEncoder, chunks: Sequence[Chunk], found: Sequence[list[str]]) -> bytes:
    """The vectors of chunks, float32, from the identifiers that were `found` in each and those of its headers."""
    with_headers = [identifiers(c.header) + body if c.header else body for c, body in zip(chunks, found, strict=True)]
    return encoder.encode_identifiers(with_headers).tobytes()


def lexical_rows(path: str, parsed: ParsedFile, found: list[list[str]]) -> Iterable[tuple[str, str, str, str]]:
    """The (path, names, documentation, body) terms of each chunk; `found` holds the identifiers of each chunk's text."""
    path_terms = join_terms(identifiers(path))
    starts = [symbol.start_line for symbol in parsed.symbols]
    for chunk, body in zip(parsed.chunks, found, strict=True):
        symbols = parsed.symbols[bisect_left(starts, chunk.start_line) : bisect_right(starts, chunk.end_line)]
        names = [s.name for s in symbols]
        full_names = [name.lower() for name in names if name.isidentifier()]
        documentation = [s.documentation for s in symbols if s.documentation]
        if chunk.documentation and not documentation:
            documentation = [chunk.documentation]
        yield (
            path_terms,
            " ".join((join_terms(identifiers(" ".join((chunk.qualified_name, *names)))), *full_names)),
            join_terms(identifiers(" ".join(documentation))),
            join_terms(body),
        )


def _symbol_row(symbol: Symbol) -> tuple[str, str, str, int, int, str, str, int]:
    return (
        storable(symbol.name),
        storable(symbol.qualified_name),
        symbol.kind,
        symbol.start_line,
        symbol.end_line,
        storable(symbol.signature),
        storable(symbol.documentation),
        symbol.parent,
    )


def prepare_item(item: Item, encoder: StaticEncoder | None, unparsed: Mapping[bytes, str]) -> Outcome:
    """`prepare`, for a worker process; a file that the parser or this package fails on is split by lines, or skipped."""
    problem = item.problem
    for _ in range(2):
        try:
            return prepare(item.file, item.known_hash, encoder, unparsed, problem)
        except MemoryError:
            problem = NO_MEMORY
        except Exception as error:  # noqa: BLE001  # such as too deep a recursion; one file must not cost the others
            problem = failed_with(error)
    return skipped_record(item.file, problem)
