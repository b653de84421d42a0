"""The bench on which existing tests are audited: one scratch copy of the project for all runs, and the kept contexts."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from codeassist.sandbox.context_cache import ContextCache
from codeassist.sandbox.contexts import CONTEXTS_PLUGIN, PLUGIN_FILE, FileContexts, record_contexts
from codeassist.sandbox.interpreter import NO_ENVIRONMENT, find_interpreter, project_pythons
from codeassist.sandbox.scratch import Sandbox, open_sandbox
from codeassist.sandbox.target import find_target
from codeassist.sandbox.test_runs import run_target
from codeassist.tasks.gen_tests.checking.audit import ModuleRecord, audit_module
from codeassist.tasks.gen_tests.search_process import TOOLS


class TestBench:
    """Runs existing tests of one repository; paths are relative to its root."""

    __test__ = False

    def __init__(self, box: Sandbox, cache: ContextCache) -> None:
        """`box` holds a copy of the whole repository."""
        self._box = box
        self._cache = cache

    def contexts(self, files: Sequence[str], seconds: float, *, stale: bool) -> tuple[dict[str, FileContexts], str]:
        """The contexts of test files, recorded where they are not known, and why some are missing ("" if none is).

        With `stale` those also count as known whose tests called sources that have changed since.
        """
        known = self._cache.known if stale else self._current
        missing = [file for file in files if known(file) is None]
        trouble, broken = "", {}
        recorded: dict[str, FileContexts] = {}
        if missing:
            recorded, trouble = record_contexts(self._box, missing, seconds)
            for file, contexts in recorded.items():
                if contexts.broken:  # not kept: the environment may be repaired
                    note = f" ({NO_ENVIRONMENT})" if self._box.interpreter.fallback else ""
                    broken[file] = FileContexts(contexts.tests, contexts.broken + note)
                else:
                    self._cache.put(file, contexts, self._box.copy)
            self._cache.save()
        found = {file: broken.get(file) or self._cache.known(file) or recorded.get(file) for file in files}
        return {file: contexts for file, contexts in found.items() if contexts is not None}, trouble

    def unknown(self, files: Sequence[str]) -> list[str]:
        """The test files that have to be run before anything is known about them."""
        return [file for file in files if self._cache.known(file) is None]

    def measure(self, module: str, tests: Sequence[str], first: frozenset[int], seconds: float) -> ModuleRecord | str:
        """What test functions notice of faults in a module; see `audit_module`."""
        root = self._box.target.root
        target = find_target(str(root / module), root)
        if target.root != root:
            return f"{module} is in another project"
        return audit_module(replace(self._box, target=target), tests, first, seconds)

    def _current(self, file: str) -> FileContexts | None:
        return self._cache.known(file) if self._cache.is_current(file) else None


@contextmanager
def open_bench(root: Path, python: str | None, cache_file: Path) -> Iterator[TestBench]:
    """A bench for the tests of the repository at `root`. Raises `UsageError` if its tests cannot be run here."""
    cache = ContextCache(cache_file, root)
    candidates = [python] if python else project_pythons(root)
    known = cache.interpreter(candidates[0] if candidates else sys.executable)
    interpreter = replace(known, fallback=not candidates) if known is not None else find_interpreter(root, python)
    cache.use(interpreter)
    with open_sandbox(run_target(root, root / "tests.py"), interpreter, {**TOOLS, CONTEXTS_PLUGIN: PLUGIN_FILE}) as box:
        yield TestBench(box, cache)
