"""Files as an editor shows them: an open buffer counts, not what is on disk."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from lsprotocol import types as lsp
from pygls.uris import from_fs_path, to_fs_path
from pygls.workspace import TextDocument, Workspace

from codeassist.evidence.parsed_source import symbols_of
from indexers.files.decoding import file_lines, split_lines

Symbol = tuple[str, str, int, int, str]
"""(qualified name, kind, first line, last line, signature); lines are numbered from 1."""

LONGEST_NAME = 500
HEAD_LINES = 30
"""The name of a definition is at most this many lines below its first decorator."""

_ENDING = re.compile(r"\r\n|\r|\n")


class Documents:
    """The buffers and the files of one repository, for one request: each is read once."""

    def __init__(self, root: Path, workspace: Workspace) -> None:
        """`workspace` holds the open buffers."""
        self.root = root.resolve()
        self._workspace = workspace
        self._read: dict[str, list[str]] = {}

    def path_of(self, uri: str) -> str:
        """The path of a document in the repository; empty for one outside of it."""
        full = to_fs_path(uri)
        if not full:
            return ""
        resolved = Path(full).resolve()
        return resolved.relative_to(self.root).as_posix() if resolved.is_relative_to(self.root) else ""

    def uri_of(self, path: str) -> str:
        """The address of a file of the repository."""
        return from_fs_path(str(self.root / path)) or ""

    def document(self, uri: str) -> TextDocument:
        """An open buffer, or the file on disk."""
        return self._workspace.get_text_document(uri)

    def open(self) -> Iterator[tuple[str, TextDocument]]:
        """(path, buffer) of every open buffer of the repository."""
        for uri, document in list(self._workspace.text_documents.items()):
            if path := self.path_of(uri):
                yield path, document

    def buffer(self, path: str) -> TextDocument | None:
        """The open buffer of a file, or None."""
        return next((document for other, document in self.open() if other == path), None)

    def lines(self, path: str) -> list[str]:
        """The lines of a file as they are now, without line endings."""
        if path not in self._read:
            document = self.buffer(path)
            self._read[path] = split_lines(document.source) if document is not None else file_lines(self.root, path)
        return self._read[path]

    def symbols(self, path: str) -> tuple[Symbol, ...]:
        """The definitions of an open buffer, or of a file."""
        document = self.buffer(path)
        return symbols_of(path, document.source if document is not None else "\n".join(self.lines(path)))

    def word(self, uri: str, position: lsp.Position) -> str:
        """The name at a position; empty where there is none."""
        before, after = self.around(uri, position)
        begin, end = re.search(r"\w*$", before[-LONGEST_NAME:]), re.match(r"\w*", after)
        found = f"{begin[0] if begin else ''}{end[0] if end else ''}"
        return found if re.fullmatch(r"[^\W\d]\w*", found) else ""

    def around(self, uri: str, position: lsp.Position) -> tuple[str, str]:
        """The text of a document before and after a position. Its lines end as in the protocol, not as in Python."""
        source = self.document(uri).source
        starts = [0, *(ending.end() for ending in _ENDING.finditer(source))]
        if position.line >= len(starts):
            return source, ""
        start = starts[position.line]
        line = _ENDING.split(source[start:], maxsplit=1)[0]
        at = start + len(line.encode("utf-16-le", "surrogatepass")[: 2 * position.character].decode("utf-16-le", "ignore"))
        return source[:at], source[at:]

    def location(self, path: str, line: int, name: str = "") -> lsp.Location:
        """Where a name first stands in a line; the whole line when it does not contain it."""
        lines = self.lines(path)
        text = lines[line - 1] if 0 < line <= len(lines) else ""
        found = whole_word(name).search(text) if name else None
        start, end = found.span() if found else (len(text) - len(text.lstrip()), len(text))
        return self._place(path, line, text, start, end)

    def definition(self, path: str, start: int, end: int, name: str) -> lsp.Location:
        """Where a definition that begins in line `start` has its name: below its decorators."""
        word, lines = whole_word(name), self.lines(path)
        for line in range(start, min(end, start + HEAD_LINES, len(lines)) + 1):
            text = lines[line - 1]
            if (found := word.search(text)) and not text.lstrip().startswith(("@", "#[")):
                return self._place(path, line, text, *found.span())
        return self.location(path, start, name)

    def occurrences(self, path: str, name: str) -> Iterator[lsp.Location]:
        """Every place of a file where a name stands."""
        word = whole_word(name)
        for line, text in enumerate(self.lines(path), 1):
            for found in word.finditer(text):
                yield self._place(path, line, text, *found.span())

    def _place(self, path: str, line: int, text: str, start: int, end: int) -> lsp.Location:
        return lsp.Location(self.uri_of(path), _range(line, utf16(text[:start]), utf16(text[:end])))


def whole_word(name: str) -> re.Pattern[str]:
    """What finds a name that is not a part of a longer one."""
    return re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")


def utf16(text: str) -> int:
    """The length of a text as the protocol counts it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _range(line: int, start: int, end: int) -> lsp.Range:
    return lsp.Range(lsp.Position(max(0, line - 1), start), lsp.Position(max(0, line - 1), end))


def whole_lines(start: int, end: int) -> lsp.Range:
    """The lines `start` to `end` with their line endings."""
    return lsp.Range(lsp.Position(max(0, start - 1), 0), lsp.Position(max(end, start), 0))
