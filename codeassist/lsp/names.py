"""Names: where they are defined, who uses them, what is known about them."""

from __future__ import annotations

from dataclasses import dataclass

from lsprotocol import types as lsp

from codeassist.lsp.documents import Documents
from codeassist.printable import counted
from codeassist.privacy import mask
from indexers import Index
from indexers.types import RESOLVED, Definition

MOST_SYMBOLS = 60
MOST_FOUND = 15
MOST_USES = 500
MOST_COUNTED = 100
SHOWN_CALLERS = 6
MOST_TESTS = 20
"""Tests that are counted; of more it is said that there are."""

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


@dataclass(frozen=True, slots=True)
class Name:
    """A name and where it stands: the path, empty outside of the repository, and the line, from 1."""

    text: str
    path: str
    line: int


def definitions(index: Index, documents: Documents, name: Name) -> list[lsp.Location]:
    """Where a name is defined: in the index for files on disk, in the buffers for open ones.

    When imports and types say which definition a call means, only that one.
    """
    opened = dict(documents.open())
    meant = _meant(index, documents, name)
    listed = meant or [d for d in index.definitions(name.text, 20) if d.name == name.text]
    found = [documents.definition(d.path, d.line, d.end_line, d.name) for d in listed if d.path not in opened]
    for path in opened:
        only = {d.qualified_name for d in meant if d.path == path} if meant else None
        found += _in_buffer(documents, path, name.text, only)
    return found


def _meant(index: Index, documents: Documents, name: Name) -> list[Definition]:
    """The definitions that a name in a call means, as far as imports and types say it; empty when they do not."""
    around = [s for s in documents.symbols(name.path) if s[2] <= name.line <= s[3]] if name.path else []
    if not around:
        return []
    qualified, _, start, *_ = max(around, key=lambda symbol: symbol[2])
    owner = next((d for d in index.definitions(qualified) if (d.path, d.qualified_name) == (name.path, qualified)), None)
    if owner is None:
        return []
    calls = [(use, d) for use, d in index.callees_of(owner) if d is not None and use.name == name.text == d.name]
    here = [(use, d) for use, d in calls if use.line - owner.line == name.line - start]  # lines above it may be edited
    return [d for use, d in here or calls if use.resolution == RESOLVED]


def _in_buffer(documents: Documents, path: str, name: str, only: set[str] | None = None) -> list[lsp.Location]:
    """Where a buffer defines a name; with `only`, the definitions of these qualified names."""
    return [
        documents.definition(path, start, end, name)
        for qualified, _, start, end, _ in documents.symbols(path)
        if qualified.rpartition(".")[2] == name and (only is None or qualified in only)
    ]


def references(index: Index, documents: Documents, name: Name) -> list[lsp.Location]:
    """Who uses a name, resolved uses first; in open buffers every place where it stands."""
    opened = dict(documents.open())
    uses = index.callers(name.text, MOST_USES)
    found = [documents.location(u.path, u.line, name.text) for u in uses if u.path not in opened]
    for path in opened:
        defined = _in_buffer(documents, path, name.text)
        found += [place for place in documents.occurrences(path, name.text) if place not in defined]
    return found


def hover(index: Index, documents: Documents, at: Name) -> str:
    """Markdown about a name: signature, documentation, callers and the tests that reach it; empty for an unknown one."""
    name = at.text
    meant = _meant(index, documents, at)
    found = meant or [d for d in index.definitions(name, 3) if d.name == name]
    if not found:
        for path, _ in documents.open():
            for qualified, _, start, _, signature in documents.symbols(path):
                if qualified.rpartition(".")[2] == name:
                    return f"{_code(signature)}\n\n{path}:{start}, not saved yet"
        return ""
    first = found[0]
    parts = [_code(first.signature, first.language), mask(first.documentation.strip())[0], f"{first.path}:{first.line}"]
    asked = first.qualified_name if meant else name
    uses = index.callers(asked, MOST_COUNTED)
    code = [u for u in uses if not u.is_test]
    if code:
        resolved = sum(u.resolution == RESOLVED for u in code)
        shown = ", ".join(dict.fromkeys(f"`{u.by or u.path}`" for u in code[: 2 * SHOWN_CALLERS]))
        more = "more than " if len(uses) == MOST_COUNTED else ""
        parts.append(f"**Used {more}{counted(len(code), 'time')}** ({resolved} resolved): {shown}")
    if tests := index.tests_of(asked, MOST_TESTS + 1):
        more = "more than " if len(tests) > MOST_TESTS else ""
        named = dict.fromkeys(f"`{t.name or t.path}`" for t in tests)  # tests without a name are those of one file
        shown = ", ".join(list(named)[:SHOWN_TESTS])
        parts.append(f"**Reached by {more}{counted(min(len(tests), MOST_TESTS), 'test')}:** {shown}")
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
        for qualified, kind, start, end, _ in documents.symbols(path):
            name = qualified.rpartition(".")[2]
            if wanted in name.lower():
                place = documents.definition(path, start, end, name)
                found.append(_symbol(place, name, kind, qualified.rpartition(".")[0]))
    found += [
        _symbol(documents.definition(d.path, d.line, d.end_line, d.name), d.name, d.kind, d.qualified_name.rpartition(".")[0])
        for d in index.definitions(query.strip(), MOST_SYMBOLS)
        if d.path not in opened
    ]
    if len(found) < MOST_FOUND:
        for hit in index.search(query, MOST_FOUND):
            name = hit.qualified_name or hit.path.rpartition("/")[2]
            place = documents.definition(hit.path, hit.start_line, hit.end_line, name.rpartition(".")[2])
            found.append(_symbol(place, name, hit.kind, hit.path))
    return found[:MOST_SYMBOLS]


def _symbol(place: lsp.Location, name: str, kind: str, container: str) -> lsp.SymbolInformation:
    return lsp.SymbolInformation(
        location=place, name=name, kind=KINDS.get(kind, lsp.SymbolKind.Variable), container_name=container or None
    )


def lenses(index: Index, documents: Documents, path: str) -> list[lsp.CodeLens]:
    """Above each function and class of a file: how often it is used and how many tests reach it."""
    found = []
    for qualified, kind, start, end, _ in documents.symbols(path)[:MOST_USES]:
        if kind not in ("function", "method", "class", "constructor", "interface", "struct"):
            continue
        name = qualified.rpartition(".")[2]
        place = documents.definition(path, start, end, name)
        found.append(lsp.CodeLens(range=place.range, data={"name": qualified, "uri": place.uri, "line": start}))
    return found


def lens_title(index: Index, name: str) -> str:
    """The text of a lens."""
    uses = index.callers(name, MOST_COUNTED)
    code = sum(not u.is_test for u in uses)
    tests = len(index.tests_of(name, 50))
    return f"{code}{'+' if len(uses) == MOST_COUNTED else ''} use{'s' * (code != 1)} · {tests} test{'s' * (tests != 1)}"
