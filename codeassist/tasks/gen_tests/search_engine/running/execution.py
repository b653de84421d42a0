"""Run a candidate from its source text, under limits, and record what it did."""

from __future__ import annotations

import ast
import builtins
import contextlib
import io
import os
import sys
import threading
import time
import types
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from unittest import mock

import _codeassist_guard as guard  # type: ignore[import-not-found]

from ..inputs.files import Folder, changes
from ..inputs.fixtures import Fixtures
from ..inputs.large_numbers import find_large_numbers
from ..inputs.pools import MODULES
from ..inputs.surroundings import Patch
from ..subjects.proxies import is_a
from .after_call import Threads, is_product, note_printed
from .instrument import Instrumenter
from .instrument_expressions import PROBE
from .leftovers import Leftovers, Names
from .limits import LEAST, SECONDS, Late, limited
from .messages import message_of, message_pattern
from .observe import Observer
from .optional import missing_packages, names_missing
from .outcome import Candidate, Outcome, subject
from .probe import Endless, Probe
from .raised import Origins

UNSTOPPED = 1.2 * SECONDS
"""Seconds; a call that takes longer ran in C code, which no signal interrupts."""

TRACED_STEPS = 20_000
"""Maximum steps of an expression that is only traced."""


class Bench:
    """The instrumented module; runs candidates on the original code or on any mutant."""

    def __init__(self, name: str, path: str, source: str, mutated: frozenset[int] | None = None) -> None:
        """Compile the instrumented copy and import it in place of module `name`.

        With `mutated`, only functions with one of these lines get mutants: making them is most of the work in a long module.
        """
        self.name = name
        self.path = path
        self.tree = ast.parse(source)
        self.instrumenter = Instrumenter(mutated)
        self.code = compile(self.instrumenter.run(self.tree), path, "exec")
        self.probe = Probe()
        top = f"{os.sep}{name.partition('.')[0]}{os.sep}"
        self.package = path[: path.rfind(top) + len(top) - 1] if top in path else ""
        """The folder of the module's outermost package; "" for a module outside packages."""

        self.origins = Origins(self.tree, path, self.package)

        self.modules = {m: __import__(m) for m in MODULES}
        self._compiled: dict[str, Any] = {}
        self.at_import = {m.id for m in self.instrumenter.mutants if m.at_import}
        self.original = sys.modules.get(name)
        self.module = self.load(0)
        self.imported = set(self.probe.lines)
        self.missing = missing_packages(name)
        self.at_import |= {m.id for m in self.instrumenter.mutants if m.line in self.probe.lines}
        self.observer = Observer(self.module)
        self._main = self.module
        self._namespace: tuple[Names, dict[str, Any]] = (Names({}), {})
        """The variables of the module whose names were asked for last, and these names."""
        self.keep_state()
        self._loaded: tuple[int, Any, Any] = (0, None, None)
        self._heavy: dict[tuple[str, str], float] = {}
        """By (target, argument): the size from which a number makes calls run too long (digits, a length, a count)."""

        self._patience: dict[str, float] = {}
        """Seconds that calls of a target may take: half as long after each that did not end."""

        self.fixtures = Fixtures()
        self.folder = Folder()
        self._threads = Threads()
        self.doubtful: Callable[[Candidate, Outcome], bool] | None = None
        """Whether the documentation contradicts an observation of the original code, or may."""

    def keep_state(self) -> None:
        """Restore what the module's variables and containers are now after each run of a candidate."""
        self._leftovers = Leftovers(self._main)

    def load(self, active: int) -> Any:
        """Execute the module again with a mutant active and register it in `sys.modules`."""
        module = types.ModuleType(self.name)
        original = self.original
        if original is not None:
            for attribute in ("__file__", "__package__", "__path__", "__spec__", "__loader__"):
                if hasattr(original, attribute):
                    setattr(module, attribute, getattr(original, attribute))
        setattr(module, PROBE, self.probe)
        sys.modules[self.name] = module
        parent, _, short = self.name.rpartition(".")
        if parent and parent in sys.modules:
            setattr(sys.modules[parent], short, module)
        self.probe.active, self.probe.steps = active, 0
        exec(self.code, module.__dict__)
        return module

    def namespace(self, module: Any) -> dict[str, Any]:
        """The names a test can use: the module's public names, its private functions and classes, and modules of values.

        Other modules, also those that the module under test imports, are imported by a step.
        """
        known, names = self._namespace
        if not known.are_those_of(vars(module)):
            names = self._names_of(module)
            self._namespace = (Names(vars(module)), names)
        return dict(names)

    def _names_of(self, module: Any) -> dict[str, Any]:
        public = {n: v for n, v in vars(module).items() if not n.startswith("_") and not is_a(v, types.ModuleType)}
        own = {n: v for n, v in public.items() if getattr(v, "__module__", None) == self.name}
        own |= {n: v for n, v in vars(module).items() if is_a(v, types.FunctionType, type) and v.__module__ == self.name}
        return {**public, **self.modules, **own, "__builtins__": builtins, "__name__": "generated"}

    def run(self, candidate: Candidate, mutant: int = 0, limit: int = 0) -> Outcome:
        """Run a candidate on the module, or on a mutant of it; `limit` is the maximum number of steps (0: the default)."""
        code = self._compile(candidate)
        if isinstance(code, str):
            return Outcome(bad=code)
        if (
            not mutant
            and self._heavy
            and any(n >= self._heavy.get((candidate.target, k), n + 1) for k, n in find_large_numbers(candidate))
        ):
            return Outcome(bad="too large")
        started = time.process_time()
        outcome = self._try(candidate, code, mutant, limit)
        outcome.seconds = time.process_time() - started
        slow = outcome.seconds > UNSTOPPED or outcome.bad == "endless"
        if not mutant and slow and (large_numbers := find_large_numbers(candidate)):
            argument, number = max(large_numbers, key=lambda entry: entry[1])
            self._heavy[candidate.target, argument] = number / 20
        if outcome.bad == "endless" and not mutant:
            self._patience[candidate.target] = max(LEAST, self._patience.get(candidate.target, SECONDS) / 2)
        if self.doubtful is not None and not mutant and not outcome.bad and self.doubtful(candidate, outcome):
            outcome.bad = "in doubt"
        return outcome

    def _try(self, candidate: Candidate, code: Any, mutant: int, limit: int) -> Outcome:
        module, observer = self._main, self.observer
        if mutant in self.at_import:
            if self._loaded[0] != mutant:
                try:
                    with limited(self.probe, limit), contextlib.redirect_stdout(io.StringIO()):
                        mutated = self.load(mutant)
                    self._loaded = (mutant, mutated, Observer(mutated))
                except BaseException as error:  # a mutant that cannot be imported counts as different
                    self._loaded = (mutant, None, type(error).__name__)
                    self.restore()
            module, observer = self._loaded[1], self._loaded[2]
            if module is None:
                return Outcome(raised=("ImportError", "", observer))
        elif self._loaded[0]:
            self.restore()
        return self._execute(candidate, code, module, observer, mutant, limit)

    def trace(self, text: str, module: Any, names: dict[str, Any]) -> BaseException | None:
        """Evaluate an expression on a copy of the module with further names; the exception that it raised, or None."""
        code = self._compile(Candidate("", (), text))
        if isinstance(code, str):
            return None
        names = {"mock": mock, **names}
        return self._execute(Candidate("", (), text), code, module, self.observer, 0, TRACED_STEPS, names).error

    def settle(self, candidate: Candidate) -> tuple[Candidate, Outcome]:
        """Run a candidate; if it raised while its lazy value was iterated, wrap it in `list()` and run it again."""
        outcome = self.run(candidate)
        if outcome.lazy:
            candidate = replace(candidate, final=f"list({candidate.final})")
            outcome = self.run(candidate)
        return candidate, outcome

    def restore(self) -> None:
        """Register the unmutated module in `sys.modules` again."""
        if self._loaded[1] is not None:
            self._loaded = (0, None, None)
        sys.modules[self.name] = self._main
        parent, _, short = self.name.rpartition(".")
        if parent and parent in sys.modules:
            setattr(sys.modules[parent], short, self._main)
        self.probe.active = 0

    def _compile(self, candidate: Candidate) -> Any:
        key = candidate.text
        if key not in self._compiled:
            try:
                setup = compile("\n".join(candidate.steps), "<test>", "exec")
                final, expression = self._compile_final(candidate.final)
                self._compiled[key] = (setup, final, expression)
            except (SyntaxError, ValueError, MemoryError, RecursionError, OverflowError):
                self._compiled[key] = "syntax"
            if len(self._compiled) > 60_000:
                self._compiled.clear()
                return self._compile(candidate)
        return self._compiled[key]

    @staticmethod
    def _compile_final(text: str) -> tuple[Any, bool]:
        """The compiled last part, and whether it is an expression rather than a statement such as an assignment."""
        try:
            return compile(text, "<test>", "eval"), True
        except SyntaxError:
            return compile(text, "<test>", "exec"), False

    def _execute(
        self,
        candidate: Candidate,
        code: Any,
        module: Any,
        observer: Observer,
        mutant: int,
        limit: int,
        further: dict[str, Any] | None = None,
    ) -> Outcome:
        probe, outcome = self.probe, Outcome()
        probe.clear()
        guard.State.tripped = guard.State.read = ""
        fixtures = self.fixtures.used(candidate.text)
        needs_folder = "tmp_path" in candidate.text or self.fixtures.need(fixtures, "tmp_path")
        folder, patch = self.folder.fresh() if needs_folder else None, Patch()
        names = self.namespace(module) | {"tmp_path": folder, "monkeypatch": patch, **(further or {})}
        observer.folder = str(folder or "")
        files: dict[str, str | None] = {}
        printed = io.StringIO()
        threads = threading.enumerate()
        lazy = ready = False
        try:
            with (
                limited(probe, limit, self._patience.get(candidate.target, SECONDS), candidate.final, mutant),
                contextlib.redirect_stdout(printed),
                contextlib.redirect_stderr(io.StringIO()),
                self.fixtures.values(fixtures, {"tmp_path": folder, "monkeypatch": patch}) as given,
            ):
                names |= given
                probe.active = mutant
                exec(code[0], names)
                ready = True
                files = self.folder.content() if folder is not None else {}
                value = eval(code[1], names)
                outcome.kind = type(value).__name__
                outcome.awaitable = hasattr(type(value), "__await__")
                outcome.product = value if not mutant and is_product(value) else None
                lazy = hasattr(value, "__next__")
                same = next((n for n in candidate.watched if n != "result" and n in names and names[n] is value), "")
                checks = [f"{{v}} is {same}"] if same else list(observer.checks(value)) if code[2] else []
                for watched in (name for name in candidate.watched if name in names):
                    checks.extend(c for c in observer.checks(names[watched], watched) if c not in checks)
                checks.extend(changes(folder, files, self.folder.content()) if folder is not None else ())
                checks = [c for c in checks if subject(c) not in candidate.ignored]
                outcome.checks, outcome.bad = tuple(checks), "" if checks else "nothing stable to assert"
                if isinstance(value, types.CoroutineType):
                    value.close()  # nothing awaits it, which would be warned of
        except (Endless, Late, RecursionError, MemoryError):
            outcome.bad = "endless"
        except BaseException as error:  # any exception is an observation
            outcome.lazy, outcome.bad = lazy, "" if ready else "a step before the call fails"
            self._note_error(outcome, error, observer.folder)
        probe.active = 0
        patch.undo()
        if module is self._main:
            outcome.leaves = self._leftovers.undo()
        note_printed(outcome, printed, observer.folder)
        self._note_reports(outcome)
        if guard.State.tripped:
            outcome.bad = f"refused: {guard.State.tripped}"
        elif guard.State.read:
            outcome.bad = "reads a file outside the project"
        elif threading.active_count() > len(threads) and not self._threads.end(candidate.target, threads):
            outcome.bad = "leaves threads behind"
        return outcome

    def _note_reports(self, outcome: Outcome) -> None:
        """Record what the instrumented module reported."""
        probe = self.probe
        outcome.lines, outcome.branches = frozenset(probe.lines), frozenset(probe.branches)
        outcome.parts, outcome.operands = frozenset(probe.parts), probe.operands
        outcome.distances, outcome.steps = probe.distances, probe.steps

    def _note_error(self, outcome: Outcome, error: BaseException, folder: str) -> None:
        """Record an exception; without its message where that is the interpreter's about a value of a wrong type."""
        outcome.error, outcome.where = error, self.origins.line_of(error)
        own = not isinstance(error, (TypeError, AttributeError)) or self.origins.raised_on_purpose(outcome)
        outcome.raised = (type(error).__name__, type(error).__module__, message_pattern(error, folder) if own else "")
        outcome.bad = "says that a package is missing" if names_missing(message_of(error), self.missing) else outcome.bad
