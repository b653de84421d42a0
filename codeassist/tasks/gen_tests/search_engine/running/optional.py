"""Packages that the tested one can do without and that are missing here: a test of what it says then fails where they are."""

from __future__ import annotations

import ast
import importlib.util
import re
import sys
from collections.abc import Iterator, Sequence

MOST_FILES = 200
MISSING = ("ImportError", "ModuleNotFoundError", "Exception")


def missing_packages(module: str) -> tuple[str, ...]:
    """The packages whose absence the loaded modules of `module`'s package handle at their top, and which are absent."""
    top = module.partition(".")[0]
    loaded = [m for n, m in list(sys.modules.items()) if n == top or n.startswith(f"{top}.")][:MOST_FILES]
    asked: dict[str, None] = {}
    for one in loaded:
        try:
            with open(str(getattr(one, "__file__", "") or ""), encoding="utf-8") as file:
                source = file.read()
            asked |= dict.fromkeys(_handled(ast.parse(source)) if "except" in source and "import" in source else ())
        except (OSError, ValueError, SyntaxError, RecursionError):
            continue
    return tuple(name for name in asked if name != top and not _is_there(name))


def names_missing(message: str, missing: Sequence[str]) -> bool:
    """Whether a message speaks of one of some packages."""
    return any(re.search(rf"\b{re.escape(name)}\b", message, re.IGNORECASE) for name in missing)


def _handled(tree: ast.Module) -> Iterator[str]:
    """The packages that a module imports at its top where a handler waits for their absence."""
    for node in tree.body:
        if isinstance(node, ast.Try) and any(_waits(handler) for handler in node.handlers):
            for part in node.body:
                if isinstance(part, ast.Import):
                    yield from (alias.name.partition(".")[0] for alias in part.names)
                elif isinstance(part, ast.ImportFrom) and part.module and not part.level:
                    yield part.module.partition(".")[0]


def _waits(handler: ast.ExceptHandler) -> bool:
    return handler.type is None or any(name in ast.unparse(handler.type) for name in MISSING)


def _is_there(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except (ImportError, ValueError):
        return name in sys.modules
