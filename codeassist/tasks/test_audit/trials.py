"""Try tests on faults, module by module, until each has noticed one or has been tried on all it reaches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from codeassist.deadline import Cancel, Deadline, Events
from codeassist.errors import CodeassistError
from codeassist.sandbox.contexts import MODULE, FileContexts, TestContext
from codeassist.tasks.test_audit.bench import Bench, ModuleRecord, TestRecord
from indexers.syntax.languages import is_test_path

LEAST_SECONDS = 3.0
"""Seconds for a module in a run by hand, whatever is left."""

MOST_NAMED = 5


@dataclass
class Trials:
    """What is known of the tests of a repository: their contexts by identifier, and their records by module."""

    contexts: dict[str, TestContext] = field(default_factory=dict)
    broken: dict[str, str] = field(default_factory=dict)
    """Test files that cannot be collected, with pytest's words."""

    recorded: set[str] = field(default_factory=set)
    """Test files whose contexts are known."""

    records: dict[str, dict[str, TestRecord]] = field(default_factory=dict)
    modules: dict[str, ModuleRecord] = field(default_factory=dict)
    partial: bool = False
    """Whether only some of the tests that reach a module were tried."""

    untried: dict[str, str] = field(default_factory=dict)
    """Modules in which something could not be tried, with the reason; "" if there was no time for all tests."""

    def add_contexts(self, files: Mapping[str, FileContexts]) -> None:
        """Add the contexts of test files."""
        for file, contexts in files.items():
            self.recorded.add(file)
            self.contexts |= contexts.tests
            if contexts.broken:
                self.broken[file] = contexts.broken

    def reached(self, test: str) -> list[str]:
        """The modules of the repository, other than tests, whose functions a test calls; those with most functions first."""
        context = self.contexts.get(test)
        if context is None:
            return []
        called = [path for path, names in context.functions.items() if names != [MODULE]]  # else it was only imported
        found = [p for p in called if p.endswith(".py") and not is_test_path(p) and not p.endswith("conftest.py")]
        return sorted(found, key=lambda p: (-len(context.functions[p]), p))

    def noticed(self, test: str) -> bool:
        """Whether an assertion of a test noticed a fault."""
        return any(record.asserted for record in self.records.get(test, {}).values())

    def left(self, tests: Sequence[str]) -> dict[str, list[str]]:
        """For each module the tests that should still be tried on its faults."""
        pending: dict[str, list[str]] = {}
        for test in tests:
            context = self.contexts.get(test)
            if context is None or context.outcome != "passed" or self.noticed(test):
                continue
            for module in self.reached(test):
                if module not in self.records.get(test, {}) and module not in self.untried:
                    pending.setdefault(module, []).append(test)
        return pending


def try_on_faults(
    trials: Trials,
    bench: Bench,
    tests: Sequence[str],
    touched: Mapping[str, frozenset[int]],
    deadline: Deadline,
    events: Events,
    cancel: Cancel,
    least: float = LEAST_SECONDS,
) -> str:
    """Try tests on faults until the deadline, those on `touched` lines first; returns what was left out, "" if nothing.

    The next module is the one that most of the remaining tests reach.
    """
    while pending := trials.left(tests):
        cancel.check()
        changed = [m for m in pending if m in touched and m not in trials.modules]
        named = {m: sum(_is_named_for(t, m) for t in some) for m, some in pending.items()}
        module = max(changed or pending, key=lambda m: (named[m] > 0, len(pending[m]), m))
        if trials.modules and deadline.left < least:
            rest = ", ".join(sorted(pending)[:MOST_NAMED])
            return f"no time for the tests of {len(pending)} modules ({rest}); give more with --budget"
        events.step(f"running tests on faults in {module}")
        share = len(pending[module]) / sum(map(len, pending.values()))
        seconds = max(least, deadline.left * max(share, 0.5 if module in changed else 0.1))
        record = _measured(bench, module, pending[module], touched.get(module, frozenset()), seconds)
        if isinstance(record, str):
            trials.untried[module] = record
            continue
        trials.modules.setdefault(module, record)
        for test in pending[module]:
            known = record.tests.get(test)
            if known is not None:
                trials.records.setdefault(test, {})[module] = known
        if any(test not in record.tests for test in pending[module]):
            trials.untried.setdefault(module, "")
    return ""


def _measured(bench: Bench, module: str, tests: Sequence[str], first: frozenset[int], seconds: float) -> ModuleRecord | str:
    try:
        return bench.measure(module, tests, first, seconds)
    except CodeassistError as error:
        return str(error)


def _is_named_for(test: str, module: str) -> bool:
    """Whether a test file has the name of a module."""
    file, name = test.partition("::")[0].rpartition("/")[2].removesuffix(".py"), module.rpartition("/")[2].removesuffix(".py")
    return file in (f"test_{name}", f"{name}_test")
