"""Add imports to an existing test file: names join a `from` import that is there, new statements go to their group."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Sequence

Import = ast.Import | ast.ImportFrom


def with_imports(lines: Sequence[str], new: Sequence[Import], width: int) -> list[str]:
    """The lines of a Python file with imports added.

    Names of a module that is already imported from at the top level join that statement if it has no comment and shares no
    line with another. The others follow the last import of their kind (`__future__`, the standard library, other packages), or
    the docstring. `width` is the longest line allowed, in characters.
    """
    result = list(lines)
    for node in new:
        tree = ast.parse("\n".join(result))
        home = _home(tree, node, result)
        if home is not None and isinstance(node, ast.ImportFrom):
            result[home.lineno - 1 : home.end_lineno] = _extended(home, node, result, width)
            continue
        at, blank = _place(tree, node, result)
        result[at:at] = [*([""] if blank < 0 else []), ast.unparse(node), *([""] if blank > 0 else [])]
    return result


def imports_of(tree: ast.Module) -> Iterator[Import]:
    """The imports at the top level that share no line with another statement, in order."""
    for node in tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom) and not _shares_a_line(tree, node):
            yield node


def _shares_a_line(tree: ast.Module, node: ast.stmt) -> bool:
    return any(n is not node and (n.lineno == node.end_lineno or n.end_lineno == node.lineno) for n in tree.body)


def _home(tree: ast.Module, node: Import, lines: Sequence[str]) -> ast.ImportFrom | None:
    """The statement that a `from` import can join."""
    if not isinstance(node, ast.ImportFrom):
        return None
    for other in imports_of(tree):
        if (
            isinstance(other, ast.ImportFrom)
            and (other.module, other.level) == (node.module, node.level)
            and all(alias.name != "*" for alias in other.names)
            and "#" not in "".join(lines[other.lineno - 1 : other.end_lineno])
        ):
            return other
    return None


def _extended(home: ast.ImportFrom, node: ast.ImportFrom, lines: Sequence[str], width: int) -> list[str]:
    """The lines of an import with more names: sorted if its names were, in its own form if that fits."""
    names = [_written(alias) for alias in home.names]
    more = [name for name in (_written(alias) for alias in node.names) if name not in names]
    joined = [*names, *more]
    for key in (str, str.lower, _constants_first):
        if names == sorted(names, key=key):
            joined = sorted(joined, key=key)
            break
    start = f"from {'.' * home.level}{home.module or ''} import "
    line = start + ", ".join(joined)
    one_a_line = (home.end_lineno or home.lineno) - home.lineno > 1
    if len(line) <= width and not one_a_line:
        return [line]
    indent = next(
        (line[: len(line) - len(line.lstrip())] for line in lines[home.lineno : home.end_lineno] if line[:1].isspace()), "    "
    )
    return [f"{start}(", *(f"{indent}{name}," for name in joined), ")"]


def _written(alias: ast.alias) -> str:
    return f"{alias.name} as {alias.asname}" if alias.asname else alias.name


def _constants_first(name: str) -> tuple[int, str]:
    """The order of isort and ruff: constants, then classes, then the rest."""
    return (0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2), name


def _place(tree: ast.Module, node: Import, lines: Sequence[str]) -> tuple[int, int]:
    """(number of lines before the new import, where a blank line belongs: -1 above it, 1 below it, 0 nowhere)."""
    kind = _kind(node)
    there = list(imports_of(tree))
    if same := [n.end_lineno or 0 for n in there if _kind(n) == kind]:
        return max(same), 0
    if earlier := [n.end_lineno or 0 for n in there if _kind(n) < kind]:
        return max(earlier), -1
    if there:
        return there[0].lineno - 1, 1
    if tree.body and ast.get_docstring(tree) is not None:
        return tree.body[0].end_lineno or 0, -1
    heading = next((number for number, line in enumerate(lines) if not line.startswith("#")), len(lines))
    return heading, 1 if tree.body else 0


def _kind(node: Import) -> int:
    if isinstance(node, ast.ImportFrom):
        if node.level:
            return 2
        top = (node.module or "").partition(".")[0]
    else:
        top = node.names[0].name.partition(".")[0]
    return 0 if top == "__future__" else 1 if top in sys.stdlib_module_names else 2
