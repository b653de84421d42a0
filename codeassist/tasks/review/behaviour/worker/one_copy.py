"""Import a module instrumented the first time, so that the whole project uses the one copy whose lines are recorded."""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import os
import sys
from typing import Any

from _codeassist_search.running.execution import Bench  # type: ignore[import-not-found]
from _codeassist_search.running.instrument_expressions import PROBE  # type: ignore[import-not-found]


class OneCopy(Bench):  # type: ignore[misc]
    """A bench whose unmutated module is the one that the project's other modules import."""

    def load(self, active: int) -> Any:
        """Import the module through the hook; a mutant that is active at import time gets a copy of its own."""
        if active:
            return super().load(active)
        hook = _Hook(self)
        sys.meta_path.insert(0, hook)
        try:
            return importlib.import_module(self.name)
        finally:
            sys.meta_path.remove(hook)


class _Hook(importlib.abc.MetaPathFinder):
    """Finds the module of a bench, with a loader that runs its instrumented code."""

    def __init__(self, bench: Any) -> None:
        self.bench = bench

    def find_spec(self, name: str, path: Any, target: Any = None) -> importlib.machinery.ModuleSpec | None:
        if name != self.bench.name:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is None or spec.origin is None or not os.path.samefile(spec.origin, self.bench.path):
            return None
        spec.loader = _Loader(name, spec.origin, self.bench)
        return spec


class _Loader(importlib.machinery.SourceFileLoader):
    """Runs the instrumented code of a bench as the module."""

    def __init__(self, name: str, path: str, bench: Any) -> None:
        super().__init__(name, path)
        self.bench = bench

    def exec_module(self, module: Any) -> None:
        setattr(module, PROBE, self.bench.probe)
        exec(self.bench.code, module.__dict__)
