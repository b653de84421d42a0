"""Where a project keeps its Python tests: its test files, and the file in which the tests of a module belong."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from itertools import islice
from pathlib import Path

from codeassist.sandbox.python_tests import python_tests_below
from codeassist.sandbox.target import Target
from indexers.files.reading import SMALL_BYTES, read_text

FOLDERS = ("tests", "test", "testing", "unittests", "unit_tests")
"""Usual names of folders with tests."""

INSIDE = ("unit", "unittests", "unit_tests")
"""Folders of a test folder in which unit tests are kept apart from others."""

MOST_FILES = 4000
"""Maximum test files of a project that are looked at."""

MOST_STYLED = 60
"""Maximum test files that are read to see of which kind they are."""

SETTINGS = (
    "pytest.ini",
    ".pytest.ini",
    "pyproject.toml",
    "setup.cfg",
    "tox.ini",
    "*requirements*.txt",
    "conftest.py",
    "makefile",
    "Makefile",
)
"""Files that say how tests are run."""

_OF_PYTEST = re.compile(r"^\s*(?:import|from) pytest\b|^(?:async )?def test", re.MULTILINE)


class TestLayout:
    """The test files of one project: they are looked for once, and the file of each module once."""

    __test__ = False  # pytest collects no class of this name

    def __init__(self, root: Path) -> None:
        """`root`: the project's top folder."""
        self.root = root
        self._found: dict[Path, Path] = {}

    @cached_property
    def files(self) -> list[Path]:
        """The test files, sorted."""
        return sorted(self.root / path for path, _ in islice(python_tests_below(self.root), MOST_FILES))

    @cached_property
    def only_unittest(self) -> bool:
        """Whether all tests of the project are those of `unittest`, and nothing says that pytest runs them."""
        texts = [_text(path) for path in self.files[:MOST_STYLED]]
        settings = [p for name in SETTINGS for p in sorted(self.root.glob(name))]
        said = "".join(_text(path) for path in settings)
        return (
            any("TestCase" in text for text in texts)
            and not any(_OF_PYTEST.search(text) for text in texts)
            and not re.search(r"\bpytest\b", said)
            and not any(path.name.endswith("pytest.ini") for path in settings)
        )

    def file_of(self, target: Target) -> Path:
        """The test file of a module: the one that tests it by its name, else a new one where the project's tests are."""
        if target.path not in self._found:
            self._found[target.path] = self._find(target)
        return self._found[target.path]

    def _find(self, target: Target) -> Path:
        stem = target.path.stem if target.path.stem != "__init__" else target.path.parent.name
        spellings = {f"test_{stem}.py", f"{stem}_test.py", f"{stem}_tests.py"}
        existing = [p for p in self.files if p.name in spellings]
        if own := [p for p in existing if _mentions(p, target)]:
            return min(own, key=lambda p: len(p.parts))
        if existing:  # the tests of another module with the same name
            parent = target.path.parent.name if target.path.stem != "__init__" else target.path.parent.parent.name
            stem = f"{parent}_{stem}"
        return self._folder_of(target) / self._spelled(stem)

    def _spelled(self, stem: str) -> str:
        """The name of a new test file, as most others of the project are named."""
        after = sum(p.stem.endswith("_test") for p in self.files)
        return f"{stem}_test.py" if after > sum(p.name.startswith("test_") for p in self.files) else f"test_{stem}.py"

    def _folder_of(self, target: Target) -> Path:
        """The nearest folder of tests above or beside the module, else that of the project, in both the mirrored subfolder."""
        holding = Counter(p.parent for p in self.files)
        for above in _folders_above(target.path.parent, self.root):
            candidates = [f for name in FOLDERS if self._is_above_tests(f := above / name) and above != self.root]
            candidates += [above] if holding[above] and above not in (target.source_root, self.root) else []
            if found := next(iter(candidates), None):
                return _mirrored(found, target.path.parent.relative_to(above))
        top = self._top(holding)
        if top is None:
            return self.root / "tests"
        if top in target.path.parents:
            return top
        if top.name in FOLDERS and (top.parent / "__init__.py").exists() and top.parent not in target.path.parents:
            return target.path.parent / top.name  # each package has its own folder of tests
        package = target.path.parent.relative_to(target.source_root)
        return max(_mirrored(top, package), _mirrored(top, Path(*package.parts[1:])), key=lambda f: len(f.parts))

    def _top(self, holding: Counter[Path]) -> Path | None:
        """The folder of the project that holds all tests: configured, of a usual name, or the one with the most test files."""
        named = [self.root / name for name in (*_configured(self.root), *FOLDERS)]
        usual = [folder for folder in named if folder.is_dir() and folder != self.root]
        within = [f for f in usual if self._is_above_tests(f)]
        if within or not holding:
            return next(iter(within or usual), None)
        return max(sorted(holding), key=lambda folder: holding[folder])

    def _is_above_tests(self, folder: Path) -> bool:
        return any(folder in path.parents for path in self.files)


def test_file(target: Target) -> Path:
    """The test file of a module in its project."""
    return TestLayout(target.root).file_of(target)


test_file.__test__ = False  # type: ignore[attr-defined]


def _folders_above(folder: Path, root: Path) -> Sequence[Path]:
    """A folder and those above it up to the root."""
    return [f for f in (folder, *folder.parents) if f == root or root in f.parents]


def _mirrored(top: Path, package: Path) -> Path:
    """The folder below `top`, or below its folder of unit tests, that corresponds to a package's path, as far as it exists."""
    starts = [top, *(top / name for name in INSIDE if (top / name).is_dir())]
    return max((f for f in (*(s / package for s in starts), *starts) if f.is_dir()), key=lambda f: len(f.parts), default=top)


def _mentions(path: Path, target: Target) -> bool:
    """Whether a test file mentions the target's module, or is empty."""
    text = _text(path)
    short = target.module.rpartition(".")[2]
    return (
        not text.strip()
        or target.module in text
        or bool(
            re.search(
                rf"^from \.+(?:\w+\.)*{re.escape(short)} import|^from \.+ import .*\b{re.escape(short)}\b", text, re.MULTILINE
            )
        )
        or (
            bool(re.search(rf"\bimport\b.*\b{re.escape(short)}\b", text))
            and ("." not in target.module or target.module.split(".")[0] in text)
        )
    )


def _text(path: Path) -> str:
    try:
        return read_text(path, errors="replace")
    except OSError:
        return ")"


def _configured(root: Path) -> list[str]:
    """The folders of the project in which pytest's settings in pyproject.toml say that tests are: a list, or one text."""
    try:
        data = tomllib.loads(read_text(root / "pyproject.toml", limit=SMALL_BYTES))
        named = data["tool"]["pytest"]["ini_options"]["testpaths"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return []
    names = named.split() if isinstance(named, str) else named if isinstance(named, list) else []
    top = root.resolve()
    return [name for name in names if isinstance(name, str) and "\0" not in name and top in (root / name).resolve().parents]
