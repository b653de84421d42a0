"""Definitions in source text of any supported language, by tree-sitter."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache

PythonFunction = ast.FunctionDef | ast.AsyncFunctionDef

KINDS = ("function", "method", "constructor")


@lru_cache(maxsize=2_000)
def symbols_of(path: str, text: str) -> tuple[tuple[str, str, int, int, str], ...]:
    """(qualified name, kind, first line, last line, signature) of every definition; empty without a grammar."""
    from indexers.build.parse_service import parse
    from indexers.syntax.languages import detect

    language = detect(path)
    if not language.grammar:
        return ()
    parsed = parse(path, language, text.encode("utf-8", "replace"))
    return tuple((s.qualified_name, s.kind, s.start_line, s.end_line, s.signature) for s in parsed.symbols)


def functions_of(path: str, text: str) -> list[tuple[str, int, int]]:
    """(qualified name, first line, last line) of functions and methods."""
    return [(name, start, end) for name, kind, start, end, _ in symbols_of(path, text) if kind in KINDS]


def enclosing(path: str, text: str, line: int) -> tuple[str, int, int] | None:
    """The smallest definition that contains a line, or None."""
    containing = [(n, s, e) for n, _, s, e, _ in symbols_of(path, text) if s <= line <= e]
    return min(containing, key=lambda d: d[2] - d[1], default=None)


def is_broken(path: str, text: str) -> bool:
    """Whether tree-sitter reports syntax errors; False for a language without a grammar."""
    from indexers.build.parse_service import parse
    from indexers.syntax.languages import detect

    language = detect(path)
    return bool(language.grammar) and parse(path, language, text.encode("utf-8", "replace")).broken


def syntax_tree(text: str | None) -> ast.Module | None:
    """The syntax tree of a Python text, or None when it cannot be parsed."""
    if text is None:
        return None
    try:
        return ast.parse(text.removeprefix("\N{BYTE ORDER MARK}"))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def python_functions(scope: ast.AST, prefix: str = "") -> Iterator[tuple[str, PythonFunction]]:
    """(qualified name, node) of functions and methods, also in `if`, `try` and `with`, without those inside functions."""
    for node in ast.iter_child_nodes(scope):
        if isinstance(node, PythonFunction):
            yield f"{prefix}{node.name}", node
        elif isinstance(node, ast.ClassDef):
            yield from python_functions(node, f"{prefix}{node.name}.")
        elif isinstance(node, ast.If | ast.Try | ast.With):
            yield from python_functions(node, prefix)


def dotted(node: ast.AST) -> str:
    """The text of a name or of attributes of a name, such as `a.b.c`; "" for any other expression."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = dotted(node.value)
        return f"{before}.{node.attr}" if before else ""
    return ""
