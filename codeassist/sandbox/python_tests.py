"""Which Python files hold tests that pytest can run: by their names, or by what they define in a folder of tests."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path, PurePosixPath

from indexers.files.reading import read_text
from indexers.syntax.languages import is_test_path

NEVER = ("conftest.py", "__init__.py", "__main__.py")
"""Files in folders of tests that hold fixtures or start something."""

SKIPPED = ("node_modules", "target", "vendor", "site-packages", "__pycache__", "build", "dist", "venv", "env")
SHOWN = 3
"""Files that `without_tests` names."""

_FUNCTION = re.compile(r"^(?:async[ ]+)?def[ ]+test(?![a-z])\w*\(", re.MULTILINE)
_CLASS = re.compile(r"^class[ ]+(?:Test\w*\b|\w+\([^)]*(?:TestCase|Tests?|TestBase)\b[^)]*\))", re.MULTILINE)
_METHOD = re.compile(r"^[ \t]+(?:async[ ]+)?def[ ]+test\w*\(", re.MULTILINE)
_MEASURES = re.compile(r"(?:^|_)(?:perf|bench|benchmarks?|performance)(?:_|$)")


def is_named_as_test(path: str) -> bool:
    """Whether pytest collects a file by its name: `test_*.py`, `*_test.py`."""
    name = PurePosixPath(path).name
    return name.endswith(".py") and (name.startswith("test_") or name.endswith("_test.py"))


class PythonTests:
    """Tells files of tests from helpers.

    A file counts by its name, or if it is in a place for tests where none has such a name, and defines tests: pytest runs it
    when the command line names it. Beside files with such names others hold what these share.
    """

    def __init__(self, read: Callable[[str], str | None], names: Callable[[str], Iterable[str]]) -> None:
        """`read` gives the text of a path, None if there is none; `names` the paths of the Python files in a folder."""
        self._read, self._names = read, names
        self._named: dict[str, bool] = {}

    @classmethod
    def below(cls, root: Path) -> PythonTests:
        """Those of the files below a folder."""
        return cls(lambda path: text_of(root / path), lambda folder: (p.name for p in (root / folder).glob("*.py")))

    def has(self, path: str) -> bool:
        """Whether a path is a file of tests; files that measure speed by their names are none."""
        if is_named_as_test(path):
            return True
        pure = PurePosixPath(path)
        if pure.suffix != ".py" or pure.name in NEVER or not is_test_path(path) or _MEASURES.search(pure.stem):
            return False
        text = self._read(path) or ""
        if not (_FUNCTION.search(text) or (_CLASS.search(text) and _METHOD.search(text))):
            return False
        return pure.name.startswith("test") or not self._has_named(str(pure.parent))

    def _has_named(self, folder: str) -> bool:
        if folder not in self._named:
            self._named[folder] = any(map(is_named_as_test, self._names(folder)))
        return self._named[folder]


def python_tests_below(root: Path) -> Iterator[tuple[str, str]]:
    """The (path relative to the root, text) of the Python tests of a project, without hidden folders and environments.

    They are in the order of their paths, those beside the project's folders last. Links are not followed.
    """
    tests = PythonTests.below(root)
    paths = []
    for here, folders, names in os.walk(root):
        folders[:] = [f for f in folders if not f.startswith(".") and f not in SKIPPED]
        paths += [Path(here, name).relative_to(root).as_posix() for name in names if name.endswith(".py")]
    for path in sorted(paths, key=lambda p: ("/" not in p, p)):
        if not (root / path).is_symlink() and tests.has(path):
            yield path, text_of(root / path) or ""


def text_of(path: Path) -> str | None:
    """The text of a file; None if it cannot be read."""
    try:
        return read_text(path, errors="replace")
    except (OSError, ValueError):
        return None


def without_tests(paths: Iterable[str]) -> str:
    """Which files in places for tests were looked at and hold none, in words; "" if there are none."""
    looked = sorted(p for p in paths if p.endswith(".py") and is_test_path(p) and PurePosixPath(p).name != "__init__.py")
    if not looked:
        return ""
    named = ", ".join(looked[:SHOWN]) + (f" and {len(looked) - SHOWN} more" if len(looked) > SHOWN else "")
    return f"looked at {len(looked)} Python file{'s' * (len(looked) > 1)} in places for tests ({named})"
