"""Names: where they are defined, who uses them, what is known about them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lsprotocol import types as lsp

from codeassist.lsp.documents import Documents
from codeassist.printable import counted
from codeassist.privacy import mask
from indexers import Index
from indexers.types import RESOLVED

MOST_SYMBOLS = 60
MOST_FOUND = 15
MOST_USES = 500
MOST_COUNTED = 100
SHOWN_CALLERS = 6
SHOWN_TESTS = 5

KINDS = {
    "class": lsp.SymbolKind.Class,
    "interface": lsp.SymbolKind.Interface,
    "struct": lsp.SymbolKind.Struct,
    "enum": lsp.SymbolKind.Enum,
    "function": lsp.SymbolKind.Function,
    "method": lsp.SymbolKind.Method,
    "constructor": lsp.SymbolKind.Constructor,
    "module": lsp.SymbolKind.Module,
    "field": lsp.SymbolKind.Field,
    "constant": lsp.SymbolKind.Constant,
}


def definitions(index: Index, documents: Documents, name: str) -> list[lsp.Location]:
    """Where a name is defined: in the index for files on disk, in the buffers for open ones."""
    opened = dict(documents.open())
    found = [
        documents.location(d.path, d.line, d.name)
        for d in index.definitions(name, 20)
        if d.path not in opened and d.name == name
    ]
    for path in opened:
        found += [documents.location(path, line, name) for line in _lines_of(documents, path, name)]
    return found


def _lines_of(documents: Documents, path: str, name: str) -> Iterator[int]:
    for qualified, _, start, end, _ in documents.symbols(path):
        if qualified.rpartition(".")[2] == name:
            lines = documents.lines(path)
            yield next(
                (n for n in range(start, min(end, start + 5) + 1) if re.search(rf"\b{re.escape(name)}\b", lines[n - 1])), start
            )


def references(index: Index, documents: Documents, name: str) -> list[lsp.Location]:
    """Who uses a name, resolved uses first; in open buffers every line that contains it."""
    opened = dict(documents.open())
    found = [documents.location(u.path, u.line, name) for u in index.callers(name, MOST_USES) if u.path not in opened]
    word = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")
    for path in opened:
        defined = set(_lines_of(documents, path, name))
        for number, line in enumerate(documents.lines(path), 1):
            if number not in defined and word.search(line):
                found.append(documents.location(path, number, name))
    return found


def hover(index: Index, documents: Documents, name: str) -> str:
    """Markdown about a name: signature, documentation, callers and the tests that reach it; empty for an unknown one."""
    found = [d for d in index.definitions(name, 3) if d.name == name]
    if not found:
        for path, _ in documents.open():
            for qualified, _, start, _, signature in documents.symbols(path):
                if qualified.rpartition(".")[2] == name:
                    return f"{_code(signature)}\n\n{path}:{start}, not saved yet"
        return ""
    first = found[0]
    parts = [_code(first.signature, first.language), mask(first.documentation.strip())[0], f"{first.path}:{first.line}"]
    uses = index.callers(name, MOST_COUNTED)
    code = [u for u in uses if not u.is_test]
    if code:
        resolved = sum(u.resolution == RESOLVED for u in code)
        shown = ", ".join(dict.fromkeys(f"`{u.by or u.path}`" for u in code[: 2 * SHOWN_CALLERS]))
        more = "more than " if len(uses) == MOST_COUNTED else ""
        parts.append(f"**Used {more}{counted(len(code), 'time')}** ({resolved} resolved): {shown}")
    if tests := index.tests_of(name, 20):
        parts.append(
            f"**Reached by {counted(len(tests), 'test')}:** " + ", ".join(f"`{t.name or t.path}`" for t in tests[:SHOWN_TESTS])
        )
    return "\n\n".join(part for part in parts if part)


def _code(text: str, language: str = "") -> str:
    return f"```{language}\n{mask(text)[0].replace('```', '` ` `')}\n```"


def workspace_symbols(index: Index, documents: Documents, query: str) -> list[lsp.SymbolInformation]:
    """Definitions whose names contain a query; for a question also the places that answer it."""
    if not query.strip():
        return []
    opened = dict(documents.open())
    wanted = query.strip().lower()
    found: list[lsp.SymbolInformation] = []
    for path in opened:
        for qualified, kind, start, _, _ in documents.symbols(path):
            name = qualified.rpartition(".")[2]
            if wanted in name.lower():
                found.append(_symbol(documents, path, start, name, kind, qualified.rpartition(".")[0]))
    found += [
        _symbol(documents, d.path, d.line, d.name, d.kind, d.qualified_name.rpartition(".")[0])
        for d in index.definitions(query.strip(), MOST_SYMBOLS)
        if d.path not in opened
    ]
    if len(found) < MOST_FOUND:
        for hit in index.search(query, MOST_FOUND):
            name = hit.qualified_name or hit.path.rpartition("/")[2]
            found.append(_symbol(documents, hit.path, hit.start_line, name, hit.kind, hit.path))
    return found[:MOST_SYMBOLS]


def _symbol(documents: Documents, path: str, line: int, name: str, kind: str, container: str) -> lsp.SymbolInformation:
    location = documents.location(path, line, name)
    return lsp.SymbolInformation(
        location=location, name=name, kind=KINDS.get(kind, lsp.SymbolKind.Variable), container_name=container or None
    )


def lenses(index: Index, documents: Documents, path: str) -> list[lsp.CodeLens]:
    """Above each function and class of a file: how often it is used and how many tests reach it."""
    found = []
    for qualified, kind, start, _, _ in documents.symbols(path)[:MOST_USES]:
        if kind not in ("function", "method", "class", "constructor", "interface", "struct"):
            continue
        name = qualified.rpartition(".")[2]
        place = documents.location(path, start, name)
        found.append(lsp.CodeLens(range=place.range, data={"name": qualified, "uri": place.uri, "line": start}))
    return found


def lens_title(index: Index, name: str) -> str:
    """The text of a lens."""
    uses = index.callers(name, MOST_COUNTED)
    code = sum(not u.is_test for u in uses)
    tests = len(index.tests_of(name, 50))
    return f"{code}{'+' if len(uses) == MOST_COUNTED else ''} use{'s' * (code != 1)} · {tests} test{'s' * (tests != 1)}"
