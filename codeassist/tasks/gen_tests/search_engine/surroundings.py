"""What code reads besides its arguments: the command line, environment variables, standard input, the working folder.

A test sets these with pytest's `monkeypatch`; `Patch` does the same while candidates run.
"""

from __future__ import annotations

import ast
import importlib
import os
import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

_MISSING = object()
MOST_VARIABLES = 6
_ARGV = re.compile(r"\bsys\.argv\b|\.parse_(?:known_)?args\(\)")
_INPUT = re.compile(r"\bsys\.stdin\b|(?<![\w.])input\(")
_VARIABLE = re.compile(
    r"""(?:os\.)?(?:environ(?:\.get\(|\[|\.pop\(|\.setdefault\()|getenv\()\s*['"](\w+)['"]|['"](\w+)['"] in (?:os\.)?environ"""
)
TYPED = ("'yes\\n'", "'n\\n'", "'1\\n2\\n'", "''", "'abc\\n'")
SETTINGS = ("'1'", "'abc'", "''", "'0'", "'true'")


class Surroundings:
    """The statements that prepare what one function reads."""

    def __init__(self, tree: ast.AST | None, chance: random.Random) -> None:
        """`tree` is the function's definition."""
        text = ast.unparse(tree) if tree is not None else ""
        self.argv = _ARGV.search(text) is not None
        self.input = _INPUT.search(text) is not None
        self.variables = list(dict.fromkeys(a or b for a, b in _VARIABLE.findall(text)))[:MOST_VARIABLES]
        self.chance = chance

    def steps(self, command_line: Callable[[], str], words: list[str]) -> tuple[str, ...]:
        """Statements with `monkeypatch`; `command_line` makes a list of words, `words` are texts of the module."""
        chance = self.chance
        found = []
        if self.argv:
            listed = command_line().strip("[]")
            found.append(f"monkeypatch.setattr('sys.argv', ['prog'{', ' + listed if listed else ''}])")
        if self.input:
            found.append(f"monkeypatch.setattr('sys.stdin', io.StringIO({chance.choice(TYPED)}))")
        for name in self.variables:
            roll = chance.random()
            if roll < 0.4:
                short = [repr(w) for w in words if 0 < len(w) < 16]
                value = chance.choice(short) if short and chance.random() < 0.4 else chance.choice(SETTINGS)
                found.append(f"monkeypatch.setenv({name!r}, {value})")
            elif roll < 0.6:
                found.append(f"monkeypatch.delenv({name!r}, raising=False)")
        return tuple(found)


class Patch:
    """Like pytest's `monkeypatch` for what `Surroundings` and the recipes use; `undo` restores everything."""

    def __init__(self) -> None:
        """Nothing is changed yet."""
        self._undo: list[Callable[[], None]] = []

    def setattr(self, target: Any, name: Any, value: Any = _MISSING) -> None:
        """Set an attribute, given as `"module.attribute", value` or `object, "attribute", value`."""
        if value is _MISSING:
            home, _, attribute = str(target).rpartition(".")
            target, name, value = importlib.import_module(home), attribute, name
        before = getattr(target, name)
        self._undo.append(lambda: setattr(target, name, before))
        setattr(target, name, value)

    def setenv(self, name: str, value: str) -> None:
        """Set an environment variable."""
        self._remember(name)
        os.environ[name] = value

    def delenv(self, name: str, raising: bool = True) -> None:
        """Remove an environment variable."""
        if raising and name not in os.environ:
            raise KeyError(name)
        self._remember(name)
        os.environ.pop(name, None)

    def chdir(self, path: str | Path) -> None:
        """Change the working folder."""
        before = os.getcwd()
        self._undo.append(lambda: os.chdir(before))
        os.chdir(path)

    def undo(self) -> None:
        """Restore everything, the latest change first."""
        while self._undo:
            self._undo.pop()()

    def _remember(self, name: str) -> None:
        before = os.environ.get(name)

        def restore() -> None:
            if before is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = before

        self._undo.append(restore)
