"""Calls of a module's functions in given test files and in the examples of its documents, as plain records."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from codeassist.sandbox.target import Target
from codeassist.tasks.gen_tests.call_reader import Reader
from codeassist.tasks.gen_tests.example_calls import PER_NAME, blocks, interactive_documents
from indexers.files.decoding import source_text

SEARCH_ENGINE = Path(__file__).parent / "search_engine"
"""The package that runs in the sandbox."""

_DEFINITIONS = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef

CallRecord = tuple[str, str, list[str], str]


def calls_in_tests(target: Target, tests: Sequence[Path]) -> list[CallRecord]:
    """(target, text, statements before it, origin) of calls that do not depend on their context."""
    tree = ast.parse(source_text(target.path))
    defined = [n for n in tree.body if isinstance(n, _DEFINITIONS)]
    methods = {n.name: {m.name for m in n.body if isinstance(m, _DEFINITIONS)} for n in defined if isinstance(n, ast.ClassDef)}
    reader = Reader({n.name for n in defined}, methods)
    sources = [("documentation", b) for text in interactive_documents(target) for b in blocks(text)]
    sources += [("call site", test) for path in tests if (test := _parsed(path)) is not None]
    calls: dict[tuple[str, str, tuple[str, ...]], CallRecord] = {}
    counts: Counter[str] = Counter()
    for origin, code in sources:
        for use in reader.uses(code):
            key = (use.target, use.text, use.steps)
            if key not in calls and counts[use.target] < 2 * PER_NAME:
                counts[use.target] += 1
                calls[key] = (use.target, use.text, list(use.steps), origin)
    return list(calls.values())


def _parsed(path: Path) -> ast.Module | None:
    try:
        return ast.parse(source_text(path))
    except (OSError, SyntaxError, ValueError, RecursionError):
        return None
