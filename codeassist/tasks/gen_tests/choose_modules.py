"""Which modules need tests: those that a change touched, and those with lines that no test runs."""

from __future__ import annotations

import ast
import subprocess
from pathlib import Path

from codeassist.deadline import Events
from codeassist.errors import UsageError
from codeassist.evidence.coverage_files import known_file, missing_lines
from codeassist.sandbox.interpreter import find_interpreter
from codeassist.sandbox.scratch import PLUGIN, open_sandbox
from codeassist.sandbox.target import Target
from indexers.files.git import SAFE_GIT, git_environment
from indexers.syntax.languages import is_test_path

NOT_TARGETS = ("setup.py", "conftest.py", "__main__.py")
WHOLE_RUN_SECONDS = 600.0


def changed_modules(root: Path, base: str) -> list[str]:
    """Python modules, tests aside, that differ from a revision. Raises `UsageError` when git cannot compare."""
    if base.startswith("-"):
        raise UsageError(f"'{base}' is no revision.")
    done = subprocess.run(
        [*SAFE_GIT, "-C", str(root), "diff", "--name-only", "--diff-filter=d", "-z", base, "--", "*.py"],
        capture_output=True,
        check=False,
        timeout=60,
        env=git_environment(),
    )
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines() or ["no reason given"]
        raise UsageError(f"git cannot compare with '{base}': {said[0]}.")
    untracked = subprocess.run(
        [*SAFE_GIT, "-C", str(root), "ls-files", "--others", "--exclude-standard", "-z", "--", "*.py"],
        capture_output=True,
        check=False,
        timeout=60,
        env=git_environment(),
    ).stdout
    names = (done.stdout + untracked).decode("utf-8", "replace").split("\0")
    return [str(root / name) for name in names if name and _is_target(name) and _defines_something(root / name)]


def _defines_something(path: Path) -> bool:
    """Whether a module has anything to test; one that cannot be parsed is kept, so that it is told."""
    try:
        tree = ast.parse(path.read_text(encoding="utf-8-sig"))
    except (OSError, SyntaxError, ValueError):
        return True
    return any(isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) for n in ast.walk(tree))


def uncovered_modules(root: Path, file: Path | None, python: str | None, events: Events) -> dict[str, frozenset[int]]:
    """Modules with the lines that no test runs, those that lack most first, by absolute path.

    Read from `file`, else from a coverage file that lies in the repository, else from a run of its tests in a sandbox.
    Raises `UsageError` when the file is none, or the tests cannot be run.
    """
    found = file or known_file(root)
    missing = missing_lines(root, found) if found is not None else _measured(root, python, events)
    chosen: dict[str, frozenset[int]] = {}
    for path, lines in sorted(missing.items(), key=lambda pair: -len(pair[1])):
        absolute = (root / path).resolve()
        inside = absolute.is_file() and root in absolute.parents
        if lines and inside and _is_target(absolute.relative_to(root).as_posix()):
            chosen[str(absolute)] = lines
    return chosen


def _is_target(path: str) -> bool:
    return path.endswith(".py") and not is_test_path(path) and Path(path).name not in NOT_TARGETS


def _measured(root: Path, python: str | None, events: Events) -> dict[str, frozenset[int]]:
    """Run the repository's tests in a sandbox with coverage."""
    events.step("running the repository's tests to see what they reach")
    interpreter = find_interpreter(root, python)
    if not interpreter.coverage:
        raise UsageError(f"{interpreter.path} lacks coverage; install it there, or name a coverage file with --coverage.")
    anything = Target(root / "x.py", "x", root, root)
    with open_sandbox(anything, interpreter) as box:
        data, out = box.out / "coverage.data", box.out / "coverage.json"
        extra = {"CODEASSIST_OUTCOMES": str(box.out / "outcomes.json"), "COVERAGE_FILE": str(data)}
        command = ["-m", "coverage", "run", "--source", ".", "-m", "pytest", "-q", "-p", PLUGIN, "-p", "no:cacheprovider"]
        box.run(command, seconds=WHOLE_RUN_SECONDS, extra=extra)
        if not data.exists():
            raise UsageError(f"The repository's tests cannot be run: {(box.tail().strip().splitlines() or ['?'])[-1]}")
        box.run(["-m", "coverage", "json", "-q", "-o", str(out)], seconds=60, extra=extra)
        if not out.exists():
            return {}
        return missing_lines(root, out)
