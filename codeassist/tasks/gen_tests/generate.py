"""Generate the tests of one Python module: search, ask a model, write, drop unstable tests, merge, measure."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from codeassist.deadline import Deadline
from codeassist.sandbox.interpreter import NO_ENVIRONMENT, Interpreter
from codeassist.sandbox.pytest_runs import UNSETTLED, generated_path, last_error, measure_coverage, run_test_file
from codeassist.sandbox.runners.python import Pytest
from codeassist.sandbox.scratch import LEAST_SECONDS, Sandbox, open_sandbox
from codeassist.sandbox.target import Target
from codeassist.tasks.gen_tests.checking.importing import missing_setting
from codeassist.tasks.gen_tests.checking.mutation import MutantResults, measure_mutants, run_with_mutants
from codeassist.tasks.gen_tests.checking.project_tests import is_python, project_tests
from codeassist.tasks.gen_tests.checking.stability import check_stability
from codeassist.tasks.gen_tests.django_project import VARIABLE, django_settings, setup_lines
from codeassist.tasks.gen_tests.example_calls import example_calls
from codeassist.tasks.gen_tests.model_engine.propose_tests import prepare, proposals_of
from codeassist.tasks.gen_tests.request import Engine, ModuleOptions
from codeassist.tasks.gen_tests.result import ModuleResult
from codeassist.tasks.gen_tests.search_engine.protocol import EngineResult
from codeassist.tasks.gen_tests.search_process import (
    TOOLS,
    find_observations,
    longest_extension,
    reached,
    reproducible,
    seconds_for_checks,
    survey,
)
from codeassist.tasks.gen_tests.writing import property_tests
from codeassist.tasks.gen_tests.writing.formatting import formatted
from codeassist.tasks.gen_tests.writing.import_lines import needed_imports
from codeassist.tasks.gen_tests.writing.merging import destination, difference, existing_tests
from codeassist.tasks.gen_tests.writing.test_file import Test, write_file, write_tests
from codeassist.tasks.gen_tests.writing.unittest_style import as_test_case
from codeassist.tasks.gen_tests.writing.width import line_length
from indexers import Index

PROJECT_TESTS_SHARE = 0.15
PROJECT_TESTS_SECONDS = 15.0
"""Time for measuring the project's own tests, if the budget allows it: not more than a quarter of what is left."""

COVERAGE_SHARE = 0.6
"""Share of the time that is left for measuring the coverage, when the tests must then be run in the merged file."""

PROPERTIES_SHARE = 0.4
"""Share of the time that is left for running property tests with many examples."""

NOT_AGAIN = "checking: the tests that are left were not run once more without the dropped ones"

CHECKING_SHARE = 0.15
"""Share of the budget reserved for checking after the model's proposals."""


def generate(
    target: Target, interpreter: Interpreter, index: Index | None, options: ModuleOptions, deadline: Deadline | None = None
) -> ModuleResult:
    """Generate tests for one Python module by the `deadline` (default: the options' seconds from now).

    No step runs longer. Tests for which a check was not finished by then are left out. Nothing is written outside a scratch
    folder.

    Raises `UsageError` for an invalid target, `GenerationError` when the module cannot be imported, and `ModelError` when
    the model fails and is the only engine.
    """
    deadline = deadline or Deadline(options.seconds)
    with open_sandbox(target, interpreter, TOOLS, deadline) as box:
        result = ModuleResult(target.module, options.out or box.layout.file_of(target), options.engine.value)
        if settings := django_settings(target):
            box.extra[VARIABLE] = settings
        _Generation(box, index, options, result, deadline).run()
    result.seconds = deadline.elapsed
    return result


class _Generation:
    """The steps for one module; they share the sandbox, the options, the result and the deadline."""

    def __init__(
        self, box: Sandbox, index: Index | None, options: ModuleOptions, result: ModuleResult, deadline: Deadline
    ) -> None:
        self.box, self.index, self.options, self.result, self.deadline = box, index, options, result, deadline
        self.search_result = EngineResult()
        self.error_modules: dict[str, str] = {}
        self.own_tests: list[Path] = []
        self.own_results: MutantResults | None = None
        self.grace = longest_extension(options.seconds)

    def run(self) -> None:
        """Run all steps in order."""
        box, result = self.box, self.result
        self.own_tests = project_tests(box, result.path)
        self.own_results = self._measure_own()
        calls = example_calls(self.index, box.target) if self.options.engine is not Engine.MODEL else []
        self.search_result = find_observations(box, calls, self.own_results, self.options, self.deadline)
        result.take(self.search_result)
        self.options.events.step("checking")
        self._give_time_to_check()
        box.tidy()
        existing = existing_tests(result.path)
        kept = self._stable(self._write(existing.names))
        result.tests = [t.name for t in kept]
        result.by_model = [t.name for t in kept if t.engine == "model"]
        result.properties = [t.name for t in kept if t.engine == "property"]
        killed = {m for t in kept for m in t.kills} | (self.own_results.killed if self.own_results else set())
        result.mutants = (len(killed), self.search_result.mutants)
        result.after = result.before
        result.incomplete += [UNSETTLED] if box.without_settings else []
        if kept:
            self._finish(kept)

    def _give_time_to_check(self) -> None:
        """Extend the deadline where a busy machine would not let the checks of found tests end: these would be lost."""
        found = self.search_result
        needed = seconds_for_checks(found.import_seconds, self.box.interpreter, self.options.repeats) if found.tests else 0.0
        lacking = min(needed - self.deadline.left, self.grace)
        if lacking > 1:
            self.options.events.note(
                f"The tests are checked for {lacking:.0f} s longer: starting them takes long here and now."
            )
            self.deadline = self.box.deadline = self.deadline.extended(self.deadline.left + lacking)
            self.grace -= lacking

    def _measure_own(self) -> MutantResults | None:
        """Measure coverage and killed mutants of the project's own tests of the module."""
        if not self.own_tests:
            return None
        self.options.events.step("measuring the existing tests")
        most = max(PROJECT_TESTS_SECONDS, self.options.seconds * PROJECT_TESTS_SHARE)
        self.result.before = measure_coverage(self.box, self.own_tests, min(most, self.deadline.left / 4))
        limit = self.deadline.left / 4
        have = measure_mutants(self.box, self.own_tests, min(most, limit / 2), limit=limit)
        unknown = ["their coverage"] if self.result.before.lines is None and self.box.interpreter.coverage else []
        unknown += ["the mutants that they kill"] if have is None and hasattr(os, "fork") else []
        if unknown:
            self.result.unmeasured_before = True
            said = last_error(self.box.tail())
            why = f"pytest says: {said}" if said else "there was no time"
            why += f". {NO_ENVIRONMENT}" if said and self.box.interpreter.fallback else ""
            self.result.trouble = f"{' and '.join(unknown)} could not be measured: {why}"
            self.result.incomplete.append(f"existing tests: {self.result.trouble}")
        if have is not None:
            self.result.mutants_before, self.result.mutants_complete = (len(have.killed), have.total), have.complete
        return have

    def _write(self, taken: set[str]) -> list[Test]:
        """Tests of all engines; `taken` are the names in the existing test file."""
        box, options = self.box, self.options
        entries = reproducible(box, self.search_result.tests, self.result)
        self.error_modules = {e.raised.name: e.raised.module for e in entries if e.raised}
        written = [t for t in write_tests(entries, self.search_result.parameters, set()) if is_python(t.text)]
        tests = [t for t in written if t.name not in taken]
        self.result.nothing_new = bool(written) and not tests
        if options.engine is not Engine.MODEL:
            names = {*taken, *(t.name for t in tests)}
            doubtful = {*self.search_result.contradicted}
            found = property_tests.find(box.target, box.interpreter, entries, names)
            tests += self._true_properties([t for t in found if not doubtful & set(property_tests.functions(t))])
        return tests + self._by_model(tests, taken)

    def _true_properties(self, candidates: list[Test]) -> list[Test]:
        """Property tests that pass with many more examples than a normal test run; the others become suspicions."""
        if not candidates:
            return []
        text = property_tests.harder(write_file(self.box.target.module, candidates, [], {}))
        needed = seconds_for_checks(self.search_result.import_seconds, self.box.interpreter, self.options.repeats)
        deadline = self.deadline.earlier(max((1 - PROPERTIES_SHARE) * max(0.0, self.deadline.left), needed))
        stability = check_stability(self.box, text, 1, deadline)
        if not stability.runs:  # nothing was shown about the properties
            self.result.drop("the test run did not finish", len(candidates))
            self.result.incomplete.append("property tests: their test run did not finish")
            return []
        for test in candidates:
            if test.name in stability.dropped:
                self.result.suspicions += property_tests.broken(test, stability.reports.get(test.name, ""))
                self.result.drop("property does not hold")
        return [t for t in candidates if t.name in stability.kept]

    def _by_model(self, tests: Sequence[Test], taken: set[str]) -> list[Test]:
        """Tests from a model that add to those of the search and, with `uncovered`, to the project's own tests."""
        options, box = self.options, self.box
        if options.model is None or options.engine is Engine.SEARCH:
            return []
        runner = Pytest(box.target, run_with_mutants)
        deadline = self.deadline.earlier(CHECKING_SHARE * options.seconds)
        if deadline.passed:
            self.result.incomplete.append("model: no time was left to ask it")
            return []
        work = prepare(box, runner, options.model, self.index, deadline, options.events)
        work.have = [*sorted(taken), *(t.name for t in tests)]
        work.reached = {n for t in tests for e in t.entries for n in (*e.lines, *e.branches)}
        work.killed = {m for t in tests for m in t.kills}
        lines = survey(box)
        work.lines, work.conditions = frozenset(lines.lines), lines.conditions
        work.reached |= set(lines.imported)
        if options.uncovered and self.own_results is not None:
            known = reached(self.own_results, options)
            work.reached |= {*known.lines, *known.branches}
            work.killed |= set(known.killed)
        proposed = proposals_of(work, box, options.model, self.result)
        return [
            Test(p.name, p.code, [], needed_imports(p.code, p.imports), "model", frozenset(run.kills or ()))
            for p, run in proposed.kept
        ]

    def _stable(self, tests: Sequence[Test]) -> list[Test]:
        """The tests that pass alone, in any order, every time."""
        kept, result, repeats = list(tests), self.result, self.options.repeats
        while kept:
            self.options.cancel.check()
            before = self.deadline.elapsed
            stability = check_stability(self.box, self._file(kept), repeats, self.deadline, self.grace)
            if stability.late and stability.runs == 0 and result.runs:
                result.incomplete.append(NOT_AGAIN)
                break
            self.grace -= stability.extended
            if stability.extended:
                self.deadline = self.box.deadline
                self.options.events.note(
                    f"Checking takes up to {stability.extended:.0f} s longer: tests run slowly here and now."
                )
            took = self.deadline.elapsed - before
            result.runs = stability.runs
            if stability.said:
                result.trouble = f"pytest says: {stability.said}"
                result.trouble += f". {NO_ENVIRONMENT}" if self.box.interpreter.fallback else ""
                result.incomplete.append(f"checking: {result.trouble}")
            elif stability.runs < repeats:
                result.trouble = (
                    f"only {stability.runs} of {repeats} test runs finished in time, so the tests were left out; "
                    "give more with --budget"
                )
                result.incomplete.append(f"checking: {result.trouble}")
            for reason in stability.dropped.values():
                result.drop(reason)
            if not stability.dropped:
                return kept
            kept = [t for t in kept if t.name in stability.kept]
            if self.deadline.left < took:
                if kept:
                    result.incomplete.append(NOT_AGAIN)
                break
        return kept

    def _file(self, tests: Sequence[Test], provenance: str = "from observed behaviour") -> str:
        target = self.box.target
        return write_file(target.module, tests, self.search_result.names, self.error_modules, provenance, setup_lines(target))

    def _finish(self, kept: Sequence[Test]) -> None:
        """Format the tests, measure them, and merge them into the existing file if they also pass there."""
        box, result = self.box, self.result
        path = generated_path(box)
        text = self._file(kept, self._provenance())
        result.generated = self._in_style(text, path)
        box.put(path, result.generated)
        result.path, result.text = destination(result.path, result.generated, line_length(box.target.root))
        share = 1.0 if result.text == result.generated else COVERAGE_SHARE
        result.after = measure_coverage(box, [*self.own_tests, path], share * self.deadline.left)
        if result.after.lines is None:
            result.unmeasured = _why_unmeasured(box)
            result.incomplete.append(f"coverage: not measured, {result.unmeasured}")
        if note := missing_setting(box, result.path):
            self.options.events.note(note)
        if result.text != result.generated and not self._passes(path, result.text):
            result.path, result.text = result.path.with_name(f"{result.path.stem}_generated.py"), result.generated
        result.diff = difference(result.path, result.text, box.target.root)

    def _in_style(self, text: str, path: Path) -> str:
        """The file in the project's style: its formatting, and methods of a `TestCase` where all its tests are such."""
        box, name = self.box, path.relative_to(self.box.copy).as_posix()
        if box.layout.only_unittest:
            converted = as_test_case(text, box.target.module, existing_tests(self.result.path).names)
            if converted != text and self._passes(path, converted := formatted(converted, name, box)):
                return converted
        return formatted(text, name, box)

    def _passes(self, path: Path, text: str) -> bool:
        """Whether the new tests also pass in another file."""
        self.box.put(path, text)
        outcomes = run_test_file(self.box, path, order="", seed="0", isolated=False, seconds=self.deadline.left)
        return outcomes is not None and all(outcomes.get(name) == "passed" for name in self.result.tests)

    def _provenance(self) -> str:
        """How the file was generated, for its docstring."""
        model = self.options.model
        if not self.result.by_model or model is None:
            return "from observed behaviour"
        engine = f"{model.session.model.name} and {model.library.find(model.prompt or 'gen-tests').id}"
        return f"with {engine}" if self.options.engine is Engine.MODEL else f"from observed behaviour and with {engine}"


def _why_unmeasured(box: Sandbox) -> str:
    """Why the coverage of the kept tests is not known."""
    if not box.interpreter.coverage:
        return f"{box.interpreter.path} has no coverage module"
    return "no time was left" if box.deadline.left < LEAST_SECONDS else "the run with coverage failed"
