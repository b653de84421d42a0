"""What is around the files of a patch: the tests that reach them, and the code elsewhere that uses what they define."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path, PurePosixPath

from codeassist.evidence.parsed_source import syntax_tree
from codeassist.sandbox.python_tests import python_tests_below
from indexers import Index
from indexers.files.reading import read_text
from indexers.syntax.languages import is_test_path
from indexers.types import RESOLVED

MOST_TESTS = 12
"""Files of tests that are run."""

MOST_FILES = 600
"""Files of tests in one folder that are looked at without an index."""

_RUN = re.compile(r"test_.*\.py|.*_test\.py")
"""Files that pytest runs; others hold helpers and fixtures."""

MOST_NAMES = 40
"""Definitions whose tests and callers are looked up."""

MOST_CALLERS = 30
PER_NAME = 6
"""Callers that a prompt shows: in all, and of one definition."""


def covering_tests(root: Path, paths: Sequence[str], index: Index | None = None, most: int = MOST_TESTS) -> list[str]:
    """At most `most` files of Python tests: those among the paths, then those that reach their definitions by resolved calls.

    Without an index, or where it finds none: those that import the files' modules, or a name of them from their package; then
    those that import modules beside them which use them.
    """
    own = [p for p in paths if is_test_path(p) and p.endswith(".py")]
    reaching: list[str] = []
    if index is not None:
        for name in (n for path in paths for n in _definitions(index, path)):
            reaching += [test.path for test in index.tests_of(name) if test.path.endswith(".py")]
    helpers = [p for p in dict.fromkeys(reaching) if not _RUN.match(PurePosixPath(p).name)]
    reaching = [p for p in reaching if p not in helpers] + (_importing(root, helpers) if helpers else [])
    found = list(dict.fromkeys([*own, *(p for p in reaching if (root / p).is_file())]))
    if len(found) == len(own):
        found += [p for p in _importing(root, paths) if p not in found]
        found += [p for p in _importing(root, _users(root, paths)) if p not in found]
    return found[:most]


def callers(index: Index | None, root: Path, paths: Sequence[str]) -> list[dict[str, object]]:
    """Code outside the files that uses what they define: path, line and text of each, resolved uses only."""
    if index is None:
        return []
    shown: dict[tuple[str, int], dict[str, object]] = {}
    for name in (n for path in paths for n in _definitions(index, path)):
        uses = [u for u in index.callers(name) if u.resolution == RESOLVED and u.path not in paths][:PER_NAME]
        for use in uses:
            text = _line(root / use.path, use.line)
            if text:
                shown.setdefault((use.path, use.line), {"path": use.path, "line": use.line, "text": text})
    return list(shown.values())[:MOST_CALLERS]


def _definitions(index: Index, path: str) -> list[str]:
    """The qualified names of the functions and classes of a file."""
    return [d.qualified_name for d in index.outline(path)][:MOST_NAMES]


def _line(path: Path, number: int) -> str:
    try:
        lines = read_text(path, errors="replace").split("\n")
    except OSError:
        return ""
    return lines[number - 1].strip()[:160] if number <= len(lines) else ""


def _importing(root: Path, paths: Sequence[str]) -> list[str]:
    """Files of tests that import one of the modules."""
    modules = {name for p in paths if p.endswith(".py") for name in _module_names(p)}
    defined = {name for p in paths if p.endswith(".py") for name in _top_level(root / p)}
    found = []
    for relative, _ in islice(python_tests_below(root), MOST_FILES):
        if relative not in paths and _imports(root / relative, modules, defined):
            found.append(relative)
    return found


def _users(root: Path, paths: Sequence[str]) -> list[str]:
    """Modules in the folders of some modules that import them, relatively or by their names."""
    found: list[str] = []
    for path in (PurePosixPath(p) for p in paths if p.endswith(".py")):
        names = set(_module_names(str(path)))
        for file in sorted((root / path.parent).glob("[!_]*.py"))[:MOST_FILES]:
            relative = (path.parent / file.name).as_posix()
            if relative not in (*paths, *found) and not is_test_path(relative) and _uses(file, path.stem, names):
                found.append(relative)
    return found


def _uses(file: Path, stem: str, names: set[str]) -> bool:
    """Whether a module imports the one with a stem beside it, or one of the dotted names."""
    tree = _tree(file)
    for node in ast.walk(tree) if tree is not None else ():
        if isinstance(node, ast.Import) and names & {a.name for a in node.names}:
            return True
        if isinstance(node, ast.ImportFrom):
            home = node.module or ""
            if (node.level == 1 and (home == stem or (not home and stem in {a.name for a in node.names}))) or (
                not node.level and home in names
            ):
                return True
    return False


def _module_names(path: str) -> Iterable[str]:
    """The dotted names under which a file may be imported: with and without the folders that it is in."""
    parts = list(PurePosixPath(path).with_suffix("").parts)
    parts = parts[:-1] if parts[-1] == "__init__" else parts
    return {".".join(parts[start:]) for start in range(len(parts))}


def _top_level(path: Path) -> set[str]:
    """The functions and classes of a module."""
    tree = _tree(path)
    kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    return {n.name for n in tree.body if isinstance(n, kinds)} if tree is not None else set()


def _imports(path: Path, modules: set[str], defined: set[str]) -> bool:
    """Whether a file imports one of the modules, or from a package around them a name that they define."""
    packages = {m.rpartition(".")[0] for m in modules} - {""}
    tree = _tree(path)
    for node in ast.walk(tree) if tree is not None else ():
        if isinstance(node, ast.Import) and modules & {a.name for a in node.names}:
            return True
        if isinstance(node, ast.ImportFrom):
            home = node.module or ""
            names = {a.name for a in node.names}
            if (
                home in modules
                or modules & {f"{home}.{n}".lstrip(".") for n in names}
                or (home in packages and names & defined)
            ):
                return True
    return False


def _tree(path: Path) -> ast.Module | None:
    try:
        return syntax_tree(read_text(path, errors="replace"))
    except (OSError, ValueError):
        return None
