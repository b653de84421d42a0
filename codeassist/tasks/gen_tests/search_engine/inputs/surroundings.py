"""What code reads besides its arguments: the command line, environment variables, standard input, switches of the module.

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

from ..subjects.proxies import is_a

_MISSING = object()
MOST_VARIABLES = 6
_ARGV = re.compile(r"\bsys\.argv\b|\.parse_(?:known_)?args\(\)")
_INPUT = re.compile(r"\bstdin\b|(?<![\w.])input\(")
_BINARY = re.compile(r"\bstdin\.buffer\b")
_VARIABLE = re.compile(
    r"""(?:os\.)?(?:environ(?:\.get\(|\[|\.pop\(|\.setdefault\()|getenv\()\s*['"](\w+)['"]|['"](\w+)['"] in (?:os\.)?environ"""
)
FLIPPED = 0.3
"""How often a switch of the module has its other value."""

TYPED = (
    "'yes\\n'",
    "'n\\n'",
    "'1\\n2\\n'",
    "''",
    "'abc\\n'",
    "'first line\\nSecond line. Third?\\n'",
    "'1\\ta b\\n2\\tc\\n'",
    "'a,b;c\\n'",
)
SETTINGS = ("'1'", "'abc'", "''", "'0'", "'true'")


class Surroundings:
    """The statements that prepare what one function reads."""

    def __init__(self, tree: ast.AST | None, chance: random.Random, module: Any = None) -> None:
        """`tree` is the function's definition, `module` the module that it belongs to."""
        text = ast.unparse(tree) if tree is not None else ""
        self.argv = _ARGV.search(text) is not None
        self.input = _INPUT.search(text) is not None
        self.binary = _BINARY.search(text) is not None
        self.flags = flags(tree, module) if module is not None else []
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
            typed = chance.choice(TYPED)
            stream = f"io.TextIOWrapper(io.BytesIO(b{typed}))" if self.binary else f"io.StringIO({typed})"
            found.append(f"monkeypatch.setattr('sys.stdin', {stream})")
        found += [f"monkeypatch.setattr({place!r}, {not value})" for place, value in self.flags if chance.random() < FLIPPED]
        for name in self.variables:
            roll = chance.random()
            if roll < 0.4:
                short = [repr(w) for w in words if 0 < len(w) < 16]
                value = chance.choice(short) if short and chance.random() < 0.4 else chance.choice(SETTINGS)
                found.append(f"monkeypatch.setenv({name!r}, {value})")
            elif roll < 0.6:
                found.append(f"monkeypatch.delenv({name!r}, raising=False)")
        return tuple(found)


def flags(tree: ast.AST | None, module: Any) -> list[tuple[str, bool]]:
    """The switches of a module that the conditions of a function ask about: where they are, `module.NAME`, and their values."""
    found: dict[str, bool] = {}
    for node in ast.walk(tree) if tree is not None else ():
        if isinstance(node, (ast.If, ast.IfExp, ast.While)):
            names = {n.id for n in ast.walk(node.test) if isinstance(n, ast.Name)} - {"TYPE_CHECKING"}
            switches = {n: v for n in names if is_a(v := vars(module).get(n), bool)}
            found |= {f"{module.__name__}.{name}": value for name, value in sorted(switches.items())}
    return list(found.items())[:MOST_VARIABLES]


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
