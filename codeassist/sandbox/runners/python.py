"""Python: pytest in the project's interpreter, each test in its own process, against the module and its mutants."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from codeassist.sandbox.pytest_runs import failure_reports, generated_path, measure_coverage, run_test_file
from codeassist.sandbox.results import Coverage, Proposal, TestRun, merged_lines
from codeassist.sandbox.scratch import Sandbox
from codeassist.sandbox.target import Target
from codeassist.sandbox.test_layout import test_file

_OWN_FAULT = re.compile(
    r"^E\s+(?:\w+\.)*(?:NameError|ImportError|ModuleNotFoundError|SyntaxError|fixture '|TypeError)", re.MULTILINE
)

MeasuredRun = Callable[[Sandbox, Path, Sequence[Proposal], frozenset[int], float], dict[str, TestRun] | None]
"""(sandbox, file, tests, mutants already killed, seconds) -> test runs by name, or None if no test was collected."""


class Pytest:
    """Run tests of a Python module."""

    language = "python"
    framework = "pytest"

    def __init__(self, target: Target, measured: MeasuredRun | None = None) -> None:
        """`measured` runs the tests against mutants; None runs them on the module only."""
        self.target = target
        self._measured = measured

    @property
    def form(self) -> str:
        """An example of imports and of one test, for the prompt."""
        return (
            f'imports: ["import pytest", "from {self.target.module} import NAME"]; '
            'code: one function, "def test_...():\\n    assert ..." (pytest.mark.parametrize and pytest.raises are welcome)'
        )

    def place(self) -> Path:
        """The module's test file in the project."""
        return test_file(self.target)

    def assemble(self, proposals: Sequence[Proposal]) -> str:
        """The imports without repetitions, then the tests. Raises `ValueError` if the result cannot be parsed."""
        lines = merged_lines([p.imports for p in proposals])
        if any("pytest." in p.code for p in proposals) and "import pytest" not in lines:
            lines.insert(0, "import pytest")
        future = [line for line in lines if line.startswith("from __future__")]
        text = "\n".join([*future, *(line for line in lines if line not in future)])
        text += "\n\n\n" + "\n\n\n".join(p.code.strip("\n") for p in proposals) + "\n"
        try:
            ast.parse(text)
        except (SyntaxError, ValueError) as error:
            raise ValueError(f"it cannot be parsed: {error}") from error
        return text

    def objection(self, proposal: Proposal) -> str:
        """Why the code is not one test function with an assertion and without private attributes; "" if it is."""
        try:
            tree = ast.parse("\n".join([*proposal.imports, proposal.code]))
        except (SyntaxError, ValueError):
            return "cannot be parsed"
        functions = [n for n in tree.body if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
        tests = [f.name for f in functions if f.name.startswith("test")]
        if tests != [proposal.name]:
            return "is not one test function"
        if (
            len(tree.body) != len(functions) + sum(isinstance(n, ast.Import | ast.ImportFrom) for n in tree.body)
            or len(functions) > 1
        ):
            return "does something besides one test"
        body = next(f for f in functions if f.name == proposal.name)
        if not any(_asserts(n) for n in ast.walk(body)):
            return "asserts nothing"
        if any(isinstance(n, ast.Attribute) and re.match(r"_(?!_)", n.attr) for n in ast.walk(body)):
            return "touches private state"
        return ""

    def check(self, box: Sandbox, proposals: Sequence[Proposal], known: frozenset[int], seconds: float) -> dict[str, TestRun]:
        """Run each test in a fork; if a file cannot be collected, run its halves, to isolate the test that breaks it."""
        path = generated_path(box)
        try:
            box.put(path, self.assemble(proposals))
        except ValueError as error:
            return self._one_by_one(box, proposals, known, seconds, str(error))
        runs = (
            _plain_runs(box, path, proposals, seconds)
            if self._measured is None
            else self._measured(box, path, proposals, known, seconds)
        )
        if runs is None:
            return self._one_by_one(box, proposals, known, seconds, box.tail())
        return {n: replace(r, own_fault=r.own_fault or bool(_OWN_FAULT.search(r.output))) for n, r in runs.items()}

    def _one_by_one(
        self, box: Sandbox, proposals: Sequence[Proposal], known: frozenset[int], seconds: float, reason: str
    ) -> dict[str, TestRun]:
        if len(proposals) == 1:
            return {proposals[0].name: TestRun(False, reason[-1_500:], own_fault=True)}
        runs: dict[str, TestRun] = {}
        middle = len(proposals) // 2
        for part in (proposals[:middle], proposals[middle:]):
            runs |= self.check(box, part, known, seconds / 2)
        return runs

    def measure(self, box: Sandbox, text: str, seconds: float) -> Coverage:
        """Line and branch coverage by coverage.py."""
        path = generated_path(box)
        box.put(path, text)
        return measure_coverage(box, [path], seconds)


def _plain_runs(box: Sandbox, path: Path, proposals: Sequence[Proposal], seconds: float) -> dict[str, TestRun] | None:
    """Test runs without mutants; None if no test was collected."""
    outcomes = run_test_file(box, path, order="", seed="0", isolated=True, seconds=seconds)
    if not outcomes:
        return None
    reports = failure_reports(box)
    return {p.name: TestRun(outcomes.get(p.name) == "passed", reports.get(p.name, "")) for p in proposals}


def _asserts(node: ast.AST) -> bool:
    if isinstance(node, ast.Assert):
        meaningful = any(isinstance(n, ast.Name | ast.Call | ast.Attribute) for n in ast.walk(node.test))
        constant = isinstance(node.test, ast.BoolOp) and any(isinstance(v, ast.Constant) for v in node.test.values)
        return meaningful and not constant
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.attr in ("raises", "warns", "fail") or node.func.attr.startswith("assert")
    return False
