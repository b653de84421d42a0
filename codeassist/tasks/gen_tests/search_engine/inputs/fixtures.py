"""Fixtures of the project's conftest.py as values: a candidate names one, and gets a fresh value in each run.

Only fixtures without asynchronous code and parameters are used, which need no other fixtures than such, `tmp_path` and
`monkeypatch`.
"""

from __future__ import annotations

import ast
import contextlib
import importlib.util
import inspect
from collections.abc import Callable, Iterator, Sequence
from typing import Any

GIVEN = ("tmp_path", "monkeypatch")
"""Fixtures of pytest that the bench provides."""


class Fixtures:
    """The fixtures of some conftest files, those of later files first."""

    def __init__(self, paths: Sequence[str] = (), taken: Sequence[str] = ()) -> None:
        """Import the files; fixtures whose names are in `taken`, and files that cannot be imported, are left out."""
        found: dict[str, Callable[..., Any]] = {}
        for number, path in enumerate(paths):
            found |= _fixtures_of(path, f"_codeassist_conftest_{number}")
        found = {name: function for name, function in found.items() if name not in (*taken, *GIVEN)}
        while unknown := [n for n, f in found.items() if set(_needed(f)) - found.keys() - set(GIVEN)]:
            for name in unknown:
                found.pop(name)
        self.functions = found

    def used(self, text: str) -> list[str]:
        """The names of the fixtures that a program uses."""
        if not any(name in text for name in self.functions):
            return []
        try:
            names = [n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Name)]
        except SyntaxError:
            return []
        bound = {n.id for n in names if isinstance(n.ctx, ast.Store)}
        return [name for name in self.functions if name in {n.id for n in names} - bound]

    @contextlib.contextmanager
    def values(self, names: Sequence[str], given: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """Fresh values of some fixtures; what they yield is finished afterwards."""
        made: dict[str, Any] = dict(given)
        opened: list[Any] = []
        try:
            for name in names:
                self._make(name, made, opened)
            yield {name: made[name] for name in names}
        finally:
            for generator in reversed(opened):
                with contextlib.suppress(Exception):
                    next(generator, None)

    def need(self, names: Sequence[str], wanted: str) -> bool:
        """Whether some fixtures need another one, also through others."""
        needed = [n for name in names for n in _needed(self.functions[name])]
        return wanted in needed or any(self.need([n], wanted) for n in needed if n in self.functions)

    def _make(self, name: str, made: dict[str, Any], opened: list[Any]) -> Any:
        if name not in made:
            function = self.functions[name]
            value = function(**{n: self._make(n, made, opened) for n in _needed(function)})
            if inspect.isgeneratorfunction(function):
                opened.append(value)
                value = next(value)
            made[name] = value
        return made[name]


def _fixtures_of(path: str, name: str) -> dict[str, Callable[..., Any]]:
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        return {}
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception:  # it may need more than the search has
        return {}
    found = {}
    for public, value in vars(module).items():
        function = _wrapped(value)
        if function is not None and not inspect.iscoroutinefunction(function) and not inspect.isasyncgenfunction(function):
            found[public] = function
    return found


def _wrapped(value: Any) -> Callable[..., Any] | None:
    """The function that a fixture was made of; None for other values, and for fixtures with parameters or another name."""
    static = inspect.getattr_static  # a proxy is not asked
    marker = static(value, "_fixture_function_marker", None) or static(value, "_pytestfixturefunction", None)
    if marker is None or getattr(marker, "params", None) or getattr(marker, "name", None):
        return None
    getter = getattr(value, "_get_wrapped_function", None)
    function = getter() if callable(getter) else getattr(getattr(value, "__pytest_wrapped__", None), "obj", None)
    return function if inspect.isfunction(function) else None


def _needed(function: Callable[..., Any]) -> list[str]:
    return list(inspect.signature(function).parameters)
