"""Select the modules that need tests: those that changed, and those with uncovered lines."""

from __future__ import annotations

import ast
from pathlib import Path

from codeassist.deadline import Events
from codeassist.errors import UsageError
from codeassist.evidence.coverage_files import known_file, missing_lines
from codeassist.sandbox.interpreter import find_interpreter
from codeassist.sandbox.scratch import PLUGIN, open_sandbox
from codeassist.sandbox.target import Target
from indexers.files.decoding import source_text
from indexers.files.run_git import run_git
from indexers.syntax.languages import is_test_path

NOT_TARGETS = ("setup.py", "conftest.py", "__main__.py")
WHOLE_RUN_SECONDS = 600.0


def changed_modules(root: Path, base: str) -> list[str]:
    """Python modules, except tests, that differ from a revision. Raises `UsageError` when git cannot compare."""
    if base.startswith("-"):
        raise UsageError(f"'{base}' is not a revision.")
    done = run_git(root, "diff", "--name-only", "--diff-filter=d", "-z", base, "--", "*.py")
    if not done.ok:
        message = done.message.splitlines() or ["no reason given"]
        raise UsageError(f"git cannot compare with '{base}': {message[0]}.")
    untracked = run_git(root, "ls-files", "--others", "--exclude-standard", "-z", "--", "*.py")
    return [str(root / name) for name in done.paths + untracked.paths if _is_target(name) and _defines_something(root / name)]


def _defines_something(path: Path) -> bool:
    """Whether a module defines a function or class; true if it cannot be parsed, so that the error is reported later."""
    try:
        tree = ast.parse(source_text(path))
    except (OSError, SyntaxError, ValueError):
        return True
    return any(isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) for n in ast.walk(tree))


def uncovered_modules(root: Path, file: Path | None, python: str | None, events: Events) -> dict[str, frozenset[int]]:
    """Uncovered lines by absolute path of the module, the modules with the most uncovered lines first.

    They are read from `file`, else from a coverage file in the repository, else measured by running its tests in a sandbox.
    Raises `UsageError` when the coverage file is invalid or the tests cannot be run.
    """
    coverage_file = file or known_file(root)
    missing = missing_lines(root, coverage_file) if coverage_file is not None else _measured(root, python, events)
    modules: dict[str, frozenset[int]] = {}
    for path, lines in sorted(missing.items(), key=lambda pair: -len(pair[1])):
        absolute = (root / path).resolve()
        inside = absolute.is_file() and root in absolute.parents
        if lines and inside and _is_target(absolute.relative_to(root).as_posix()):
            modules[str(absolute)] = lines
    return modules


def _is_target(path: str) -> bool:
    return path.endswith(".py") and not is_test_path(path) and Path(path).name not in NOT_TARGETS


def _measured(root: Path, python: str | None, events: Events) -> dict[str, frozenset[int]]:
    """Uncovered lines by path, measured by running the repository's tests in a sandbox."""
    events.step("running the repository's tests to measure their coverage")
    interpreter = find_interpreter(root, python)
    if not interpreter.coverage:
        raise UsageError(
            f"{interpreter.path} has no coverage module; install it there, or give a coverage file with --coverage."
        )
    placeholder = Target(root / "x.py", "x", root, root)
    with open_sandbox(placeholder, interpreter) as box:
        data, out = box.out / "coverage.data", box.out / "coverage.json"
        extra = {"CODEASSIST_OUTCOMES": str(box.out / "outcomes.json"), "COVERAGE_FILE": str(data)}
        command = ["-m", "coverage", "run", "--source", ".", "-m", "pytest", "-q", "-p", PLUGIN, "-p", "no:cacheprovider"]
        box.run(command, seconds=WHOLE_RUN_SECONDS, extra=extra)
        if not data.exists():
            raise UsageError(f"Cannot run the repository's tests: {(box.tail().strip().splitlines() or ['?'])[-1]}")
        box.run(["-m", "coverage", "json", "-q", "-o", str(out)], seconds=60, extra=extra)
        if not out.exists():
            return {}
        return missing_lines(root, out)
