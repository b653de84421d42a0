"""Run a project's tests in the sandbox; files are changed in the scratch copy only, not on disk."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from codeassist.errors import UsageError
from codeassist.sandbox.interpreter import find_interpreter
from codeassist.sandbox.pytest_runs import failure_reports, generated_path, run_test_file
from codeassist.sandbox.scratch import PLUGIN, Sandbox, open_sandbox
from codeassist.sandbox.target import Target

SECONDS = 120.0
_OWN = re.compile(r"ImportError|ModuleNotFoundError|NameError|SyntaxError|fixture '")


@dataclass(frozen=True, slots=True)
class RunOutcome:
    """The result of a test; `own_fault` is set if an error in the test itself made it fail (such as an import error)."""

    passed: bool
    own_fault: bool
    last_line: str


@dataclass(frozen=True, slots=True)
class Suite:
    """The result of a test suite: the names of failed tests and how many ran. `trouble` is the reason why none could be run."""

    failed: frozenset[str] = frozenset()
    ran: int = 0
    trouble: str = ""


def run_python_test(root: Path, module: Path, text: str, changed: Mapping[str, str | None] | None = None) -> RunOutcome:
    """Run one test file beside the project's tests, each test alone. Raises `UsageError` if tests cannot be run.

    `changed` maps the paths of files that differ from those on disk to their text; None removes a file.
    """
    try:
        ast.parse(text)
    except SyntaxError as error:
        return RunOutcome(False, True, str(error))
    target = run_target(root, module)
    with open_sandbox(target, find_interpreter(root, None)) as box:
        for name, content in (changed or {}).items():
            if content is None:
                box.drop(box.copy / name)
            else:
                box.put(box.copy / name, content)
        path = generated_path(box)
        box.put(path, text)
        outcomes = run_test_file(box, path, order="", seed="0", isolated=True, seconds=SECONDS)
        reports = "\n".join(failure_reports(box).values())
    if outcomes is None or not outcomes:
        return RunOutcome(False, True, "no test was collected")
    failing = [line for line in reports.split("\n") if line.startswith("E ")]
    passed = all(o == "passed" for o in outcomes.values())
    return RunOutcome(
        passed, not passed and (not failing or bool(_OWN.search(failing[0]))), failing[0][1:].strip() if failing else ""
    )


def run_suite(root: Path, tests: Sequence[str], changed: Mapping[str, str] | None = None) -> Suite:
    """Run test files (paths relative to `root`) on a scratch copy; `changed` maps the paths of changed files to their text."""
    if not tests:
        return Suite(trouble="no tests cover it")
    try:
        interpreter = find_interpreter(root, None)
    except UsageError as error:
        return Suite(trouble=str(error))
    with open_sandbox(run_target(root, root / tests[0]), interpreter) as box:
        for path, text in (changed or {}).items():
            box.put(box.copy / path, text)
        return _suite(box, [str(box.copy / t) for t in tests])


def _suite(box: Sandbox, tests: Sequence[str]) -> Suite:
    out = box.out / "outcomes.json"
    box.forget(out.name)
    extra = {"CODEASSIST_OUTCOMES": str(out)}
    box.run(["-m", "pytest", "-q", "-p", PLUGIN, "-p", "no:cacheprovider", *tests], seconds=SECONDS, extra=extra)
    outcomes = box.result(out.name)
    if not isinstance(outcomes, dict) or not outcomes:
        return Suite(trouble=(box.tail().strip().splitlines() or ["no test was collected"])[-1])
    return Suite(frozenset(name for name, outcome in outcomes.items() if outcome != "passed"), len(outcomes))


def run_target(root: Path, module: Path) -> Target:
    """The target with which the tests of a whole project are run; imports start from the folder of `module` and from `src`."""
    source = module.parent
    while (source / "__init__.py").exists() and source not in (root, source.parent):
        source = source.parent
    own = source if source == root or root in source.parents else root
    src = root / "src"
    return Target(module, module.stem, src if src.is_dir() and src not in (own, *own.parents) else own, root)
