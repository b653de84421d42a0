"""Calls of a module elsewhere: in the repository's code and tests, and in the examples of its documentation."""

from __future__ import annotations

import ast
import doctest
import os
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from codeassist.sandbox.target import Target
from codeassist.tasks.gen_tests.call_reader import Reader
from codeassist.tasks.gen_tests.search_engine.protocol import ExampleCall
from indexers import Index
from indexers.files.decoding import file_lines, source_text
from indexers.files.reading import read_text

MOST = 160
PER_NAME = 12
DOCUMENTS = 40
FILES = 40
"""The most files that are read for calls where there is no index, of at most `LISTED` that are looked at."""

LISTED = 2_000
LARGEST = 400_000
INTERACTIVE = 1_000
"""The most interactive examples of one document that are read: each may use all before it."""
"""Maximum size in bytes of a document that is read."""

_FENCE = re.compile(
    r"^(?P<mark>```+|~~~+)[ \t]*(?P<language>[\w+-]*)[^\n]*\n(?P<code>.*?)^(?P=mark)[ \t]*$", re.MULTILINE | re.DOTALL
)
_DIRECTIVE = re.compile(
    r"^\.\. (?:code-block|code|sourcecode):: *python3?\n(?:[ \t]+:[^\n]*\n)*(?P<code>(?:\n|[ \t]+[^\n]*\n)+)", re.MULTILINE
)
_SKIPPED = re.compile(r"\.|(?:venv|env|node_modules|build|dist|site-packages|__pycache__)$")
_TEST = re.compile(r"(?:^|/)(?:tests?/|test_[^/]*$|conftest\.py$)|_test\.py$")
_LANGUAGES = ("", "python", "python3", "py", "pycon")


def example_calls(index: Index | None, target: Target) -> list[ExampleCall]:
    """Calls of the module's functions and methods: from documentation first, then from tests, then from other code.

    Calls that depend on their context are left out.
    """
    tree = ast.parse(source_text(target.path))
    public = [n for n in tree.body if isinstance(n, _DEFINITIONS) and not n.name.startswith("_")]
    methods = {
        n.name: {m.name for m in n.body if isinstance(m, _DEFINITIONS) and not m.name.startswith("_")}
        for n in public
        if isinstance(n, ast.ClassDef)
    }
    reader = Reader({n.name for n in public}, methods)
    sources = [("documentation", block) for block in _examples(target)]
    callers = _callers(index, target, reader.functions) if index is not None else _callers_in_files(target, reader.functions)
    sources += [("call site", code) for code in callers]
    calls: dict[tuple[str, str, tuple[str, ...]], ExampleCall] = {}
    counts: Counter[str] = Counter()
    for origin, code in sources:
        for use in reader.uses(code):
            key = (use.target, use.text, use.steps)
            if key not in calls and counts[use.target] < PER_NAME:
                counts[use.target] += 1
                calls[key] = ExampleCall(use.target, use.text, list(use.steps), origin)
    return list(calls.values())[:MOST]


_DEFINITIONS = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def _callers(index: Index, target: Target, names: set[str]) -> Iterator[ast.Module]:
    """Syntax trees of the files that call the module's functions, tests first."""
    own = target.path.relative_to(index.root).as_posix() if index.root in target.path.parents else ""
    is_test: dict[str, bool] = {}
    for name in sorted(names):
        for use in index.callers(name, 60, ("call",)):
            if use.path != own and use.path.endswith(".py"):
                is_test[use.path] = use.is_test
    for path in sorted(is_test, key=lambda p: (not is_test[p], p)):
        tree = _parsed("\n".join(file_lines(index.root, path)))
        if tree is not None:
            yield tree


def _callers_in_files(target: Target, names: set[str]) -> Iterator[ast.Module]:
    """Syntax trees of the project's files that may call the module's functions, where there is no index; tests first."""
    called = re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(names)))})\(") if names else None
    found = 0
    for path in _source_files(target) if called else ():
        if found == FILES:
            return
        try:
            text = read_text(path, errors="replace") if path.stat().st_size <= LARGEST else ""
        except OSError:
            continue
        tree = _parsed(text) if called and called.search(text) else None
        if tree is not None:
            found += 1
            yield tree


def _source_files(target: Target) -> list[Path]:
    """The project's Python files besides the module, the tests first, without environments and hidden folders."""
    paths: list[Path] = []
    for folder, folders, files in os.walk(target.root):
        folders[:] = sorted(f for f in folders if not _SKIPPED.match(f) and not (Path(folder) / f / "pyvenv.cfg").exists())
        paths += [Path(folder) / f for f in files if f.endswith(".py")]
        if len(paths) > LISTED:
            break
    return sorted((p for p in paths if p != target.path), key=lambda p: (not _TEST.search(p.as_posix()), p))


def interactive_documents(target: Target) -> list[str]:
    """The project's README and documents with interactive examples that mention the module's package, without code fences."""
    return [re.sub(r"^(?:```+|~~~+).*$", "", text, flags=re.MULTILINE) for text in _documents(target) if ">>>" in text]


def _examples(target: Target) -> Iterator[ast.Module]:
    """The Python examples in the project's README and documents that mention the module's package."""
    for text in _documents(target):
        yield from blocks(text)


def _documents(target: Target) -> Iterator[str]:
    """The texts of the project's README and documents that mention the module's package."""
    package = target.module.partition(".")[0]
    files = [p for p in sorted(target.root.glob("*")) if re.match(r"(?i)(readme|usage|tutorial|examples?)\b", p.name)]
    for folder in ("docs", "doc"):
        files += sorted((target.root / folder).rglob("*"))
    texts = [p for p in files if p.suffix.lower() in (".md", ".rst", ".txt", ".markdown", "") and p.is_file()][:DOCUMENTS]
    for path in texts:
        try:
            text = read_text(path, errors="replace") if path.stat().st_size <= LARGEST else ""
        except OSError:
            continue
        if re.search(rf"\b{re.escape(package)}\b", text):
            yield text.replace("\r\n", "\n")


def blocks(text: str) -> Iterator[ast.Module]:
    """The Python examples of a document: all interactive examples as one tree, each fenced block or directive as another."""
    without_fences = re.sub(r"^(?:```+|~~~+).*$", "", text, flags=re.MULTILINE)
    try:
        interactive = [e.source for e in doctest.DocTestParser().get_examples(without_fences)[:INTERACTIVE]]
    except ValueError:
        interactive = []
    sources = ["\n".join(source for source in interactive if _parsed(source) is not None)]
    fenced = [m for m in _FENCE.finditer(text) if m["language"].lower() in _LANGUAGES]
    for match in (*fenced, *_DIRECTIVE.finditer(text)):
        if ">>>" not in match["code"]:
            code = match["code"].strip("\n")
            indent = min((len(line) - len(line.lstrip()) for line in code.splitlines() if line.strip()), default=0)
            sources.append("\n".join(line[indent:] for line in code.splitlines()))
    for source in sources:
        tree = _parsed(source)
        if tree is not None and tree.body:
            yield tree


def _parsed(source: str) -> ast.Module | None:
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return None
