"""Coverage files of any kind as the lines that no test runs: coverage.py's own, its JSON, Cobertura's XML, lcov."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

from codeassist.errors import UsageError

KNOWN_FILES = (".coverage", "coverage.json", "coverage.xml", "lcov.info", "coverage/lcov.info")


def known_file(root: Path) -> Path | None:
    """The coverage file that lies in a repository, if one does."""
    return next((root / name for name in KNOWN_FILES if (root / name).is_file()), None)


def missing_lines(root: Path, file: Path) -> dict[str, frozenset[int]]:
    """Lines that are not run, by path relative to `root`. Raises `UsageError` when the file is none that can be read."""
    if not file.is_file():
        raise UsageError(f"There is no coverage file {file}.")
    try:
        if file.suffix == ".json":
            found = _json(file)
        elif file.suffix == ".xml":
            found = _cobertura(file)
        elif file.suffix in (".info", ".lcov"):
            found = _lcov(file)
        else:
            found = _database(file)
    except (OSError, ValueError, KeyError, TypeError, ET.ParseError) as error:
        raise UsageError(f"{file} is no coverage file that can be read: {error}.") from error
    return {_relative(root, path): lines for path, lines in found.items()}


def _relative(root: Path, path: str) -> str:
    full = Path(path) if Path(path).is_absolute() else root / path
    try:
        return full.resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        return path.replace("\\", "/")


def _database(file: Path) -> dict[str, frozenset[int]]:
    import coverage

    measured = coverage.Coverage(data_file=str(file), config_file=False)
    try:
        measured.load()
        found = {}
        for path in measured.get_data().measured_files():
            try:
                found[path] = frozenset(measured.analysis2(path)[3])
            except coverage.CoverageException:  # a file that is gone or no longer parses
                continue
    except coverage.CoverageException as error:
        raise ValueError(str(error)) from error
    return found


def _json(file: Path) -> dict[str, frozenset[int]]:
    files = json.loads(file.read_text(encoding="utf-8"))["files"]
    return {path.replace("\\", "/"): frozenset(told["missing_lines"]) for path, told in files.items()}


def _cobertura(file: Path) -> dict[str, frozenset[int]]:
    tree = ET.fromstring(file.read_text(encoding="utf-8"))  # noqa: S314 - no entities are resolved that matter
    sources = [s.text or "" for s in tree.iter("source")] or [""]
    found: dict[str, frozenset[int]] = {}
    for told in tree.iter("class"):
        name = str(told.get("filename"))
        path = next((str(Path(s) / name) for s in sources if (Path(s) / name).is_file()), name)
        found[path] = frozenset(int(x.get("number", 0)) for x in told.iter("line") if x.get("hits") == "0")
    return found


def _lcov(file: Path) -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    path = ""
    for line in file.read_text(encoding="utf-8").splitlines():
        kind, _, value = line.partition(":")
        if kind == "SF":
            path = value.replace("\\", "/")
            found.setdefault(path, set())
        elif kind == "DA" and path:
            number, count = value.split(",")[:2]
            if int(count) == 0:
                found[path].add(int(number))
    if not found:
        raise ValueError("it names no file")
    return {name: frozenset(lines) for name, lines in found.items()}
