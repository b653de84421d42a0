"""Read coverage files: uncovered lines (coverage.py's database, its JSON, Cobertura XML, lcov), tests (the first two)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from codeassist.errors import UsageError
from indexers.files.reading import read_text

_UNREADABLE = (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError, ET.ParseError)
"""What a file that is not a coverage file, or one with values of other kinds, makes the readers raise."""

KNOWN_FILES = (".coverage", "coverage.json", "coverage.xml", "lcov.info", "coverage/lcov.info")


def known_file(root: Path) -> Path | None:
    """The coverage file in a repository, or None."""
    return next((root / name for name in KNOWN_FILES if (root / name).is_file()), None)


def missing_lines(root: Path, file: Path) -> dict[str, frozenset[int]]:
    """Uncovered lines by path relative to `root`. Raises `UsageError` when the file is missing or cannot be read."""
    if not file.is_file():
        raise UsageError(f"There is no coverage file {file}.")
    try:
        if file.suffix == ".json":
            lines_by_path = _json(file)
        elif file.suffix == ".xml":
            lines_by_path = _cobertura(file)
        elif file.suffix in (".info", ".lcov"):
            lines_by_path = _lcov(file)
        else:
            lines_by_path = _database(file)
    except _UNREADABLE as error:
        raise UsageError(f"{file} is not a readable coverage file: {_reason(error)}.") from error
    return {_relative(root, path): lines for path, lines in lines_by_path.items() if path and "\0" not in path}


def contexts(root: Path, file: Path, path: str, first: int, last: int) -> list[str]:
    """The contexts that ran a line from `first` to `last` of a file: tests, if coverage was measured by test; sorted.

    pytest-cov's `--cov-context=test` writes `tests/test_a.py::test_b|run`, coverage.py's `dynamic_context` `test_a.test_b`.
    Raises `UsageError` when the coverage file cannot be read.
    """
    try:
        by_line = _json_contexts(root, file, path) if file.suffix == ".json" else _database_contexts(root, file, path)
        return sorted({context for line, some in by_line.items() if first <= int(line) <= last for context in some if context})
    except _UNREADABLE as error:
        raise UsageError(f"{file} is not a readable coverage file: {_reason(error)}.") from error


def _database_contexts(root: Path, file: Path, path: str) -> Mapping[int, Sequence[str]]:
    if file.suffix:
        return {}
    import coverage

    try:
        data = coverage.CoverageData(basename=str(file))
        data.read()
        measured = next((m for m in data.measured_files() if _relative(root, m) == path), None)
        return data.contexts_by_lineno(measured) if measured else {}
    except coverage.CoverageException as error:
        raise ValueError(str(error)) from error


def _json_contexts(root: Path, file: Path, path: str) -> Mapping[str, Sequence[str]]:
    files = json.loads(read_text(file))["files"]
    entry: Mapping[str, Any] = next((entry for name, entry in files.items() if _relative(root, name) == path), {})
    by_line: Mapping[str, Sequence[str]] = entry.get("contexts", {})
    return by_line


def _reason(error: Exception) -> str:
    if isinstance(error, KeyError):
        return f"it lacks {error}"
    return "it is nested too deeply" if isinstance(error, RecursionError) else str(error)


def _relative(root: Path, path: str) -> str:
    full = Path(path) if Path(path).is_absolute() else root / path
    try:
        return full.resolve().relative_to(root.resolve()).as_posix()
    except (OSError, ValueError, RuntimeError):  # also a name that is too long, or a loop of links
        return path.replace("\\", "/")


def _database(file: Path) -> dict[str, frozenset[int]]:
    import coverage

    unreadable = (coverage.CoverageException, SyntaxError, ValueError, RecursionError, MemoryError)
    measured = coverage.Coverage(data_file=str(file), config_file=False)
    try:
        measured.load()
        lines_by_path = {}
        for path in measured.get_data().measured_files():
            try:
                lines_by_path[path] = frozenset(measured.analysis2(path)[3])
            except unreadable:  # a deleted source file, or one that cannot be decoded or parsed any more
                continue
    except coverage.CoverageException as error:
        raise ValueError(str(error)) from error
    return lines_by_path


def _json(file: Path) -> dict[str, frozenset[int]]:
    files = json.loads(read_text(file))["files"]
    return {path.replace("\\", "/"): frozenset(map(int, entry["missing_lines"])) for path, entry in files.items()}


def _cobertura(file: Path) -> dict[str, frozenset[int]]:
    tree = ET.fromstring(read_text(file))  # noqa: S314 - external entities are not resolved
    sources = [s.text or "" for s in tree.iter("source")] or [""]
    lines_by_path: dict[str, frozenset[int]] = {}
    for element in tree.iter("class"):
        name = str(element.get("filename"))
        path = next((str(Path(s) / name) for s in sources if (Path(s) / name).is_file()), name)
        lines_by_path[path] = frozenset(int(x.get("number", 0)) for x in element.iter("line") if x.get("hits") == "0")
    return lines_by_path


def _lcov(file: Path) -> dict[str, frozenset[int]]:
    lines_by_path: dict[str, set[int]] = {}
    path = ""
    for line in read_text(file).splitlines():
        kind, _, value = line.partition(":")
        if kind == "SF":
            path = value.replace("\\", "/")
            lines_by_path.setdefault(path, set())
        elif kind == "DA" and path:
            number, count = value.split(",")[:2]
            if int(count) == 0:
                lines_by_path[path].add(int(number))
    if not lines_by_path:
        raise ValueError("it lists no files")
    return {name: frozenset(lines) for name, lines in lines_by_path.items()}
