"""Which modules need tests: those that a change touched, and those with lines that no test runs."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

from codeassist.errors import UsageError
from codeassist.tasks.gen_tests.project import Target, find_interpreter
from codeassist.tasks.gen_tests.sandbox import PLUGIN, open_sandbox
from indexers.git import SAFE_GIT, git_environment
from indexers.languages import is_test_path

KNOWN_FILES = (".coverage", "coverage.json", "coverage.xml", "lcov.info", "coverage/lcov.info")
NOT_TARGETS = ("setup.py", "conftest.py", "__main__.py")
WHOLE_RUN_SECONDS = 600.0


def changed_modules(root: Path, base: str) -> list[str]:
    """Python modules, tests aside, that differ from a revision. Raises `UsageError` when git cannot compare."""
    done = subprocess.run(
        [*SAFE_GIT, "-C", str(root), "diff", "--name-only", "--diff-filter=d", "-z", base, "--", "*.py"],
        capture_output=True, check=False, timeout=60, env=git_environment(),
    )  # fmt: skip
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines() or ["no reason given"]
        raise UsageError(f"git cannot compare with '{base}': {said[0]}.")
    return [str(root / name) for name in done.stdout.decode("utf-8", "replace").split("\0") if name and _is_target(name)]


def uncovered_modules(
    root: Path, file: Path | None, python: str | None, on_step: Callable[[str], None]
) -> dict[str, frozenset[int]]:
    """Modules with the lines that no test runs, those that lack most first, by absolute path.

    Read from `file`, else from a coverage file that lies in the repository, else from a run of its tests in a sandbox.
    Raises `UsageError` when the file is none, or the tests cannot be run.
    """
    found = file or next((root / name for name in KNOWN_FILES if (root / name).is_file()), None)
    if found is not None and not found.is_file():
        raise UsageError(f"There is no coverage file {found}.")
    interpreter = find_interpreter(root, python)
    if found is None or found.name == ".coverage":
        if not interpreter.coverage:
            raise UsageError(f"{interpreter.path} lacks coverage; install it there, or name a coverage file with --coverage.")
        missing = _measured(root, python, on_step) if found is None else _converted(found, interpreter.path)
    else:
        missing = _read(found)
    chosen: dict[str, frozenset[int]] = {}
    for path, lines in sorted(missing.items(), key=lambda pair: -len(pair[1])):
        absolute = (root / path).resolve()
        inside = absolute.is_file() and root in absolute.parents
        if lines and inside and _is_target(absolute.relative_to(root).as_posix()):
            chosen[str(absolute)] = lines
    return chosen


def _is_target(path: str) -> bool:
    return path.endswith(".py") and not is_test_path(path) and Path(path).name not in NOT_TARGETS


def _measured(root: Path, python: str | None, on_step: Callable[[str], None]) -> dict[str, frozenset[int]]:
    """Run the repository's tests in a sandbox with coverage."""
    on_step("running the repository's tests to see what they reach")
    anything = Target(root / "x.py", "x", root, root)
    with open_sandbox(anything, find_interpreter(root, python)) as box:
        data, out = box.folder / "coverage.data", box.folder / "coverage.json"
        extra = {"CODEASSIST_OUTCOMES": str(box.folder / "outcomes.json"), "COVERAGE_FILE": str(data)}
        command = ["-m", "coverage", "run", "--source", ".", "-m", "pytest", "-q", "-p", PLUGIN, "-p", "no:cacheprovider"]
        box.run(command, seconds=WHOLE_RUN_SECONDS, extra=extra)
        if not data.exists():
            raise UsageError(f"The repository's tests cannot be run: {(box.tail().strip().splitlines() or ['?'])[-1]}")
        box.run(["-m", "coverage", "json", "-q", "-o", str(out)], seconds=60, extra=extra)
        if not out.exists():
            return {}
        return _json(out)


def _converted(file: Path, python: str) -> dict[str, frozenset[int]]:
    """A `.coverage` database, read by the project's own coverage."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "coverage.json"
        done = subprocess.run(
            [python, "-m", "coverage", "json", "-q", "--data-file", str(file), "-o", str(out)],
            cwd=file.parent, capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
        if done.returncode or not out.exists():
            said = (done.stdout + done.stderr).strip().splitlines() or ["no reason given"]
            raise UsageError(f"{file} cannot be read: {said[-1]}.")
        return _json(out)


def _read(file: Path) -> dict[str, frozenset[int]]:
    try:
        if file.suffix == ".json":
            return _json(file)
        if file.suffix == ".xml":
            return _cobertura(file)
        return _lcov(file)
    except (OSError, ValueError, KeyError, TypeError, ET.ParseError) as error:
        raise UsageError(f"{file} is no coverage file that can be read: {error}.") from error


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
