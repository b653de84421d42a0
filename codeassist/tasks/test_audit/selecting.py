"""Which test files are audited, and which modules of the repository they test."""

from __future__ import annotations

import ast
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from codeassist.errors import UsageError
from codeassist.sandbox.python_tests import SKIPPED, PythonTests, without_tests
from codeassist.tasks.test_audit.languages import EXTENSIONS, LANGUAGES
from indexers.files.reading import read_text
from indexers.syntax.languages import CODE, detect, is_test_path

MOST_TEST_FILES = 400
MOST_OTHER_FILES = 2000
MOST_HELPERS = 60
MOST_LANGUAGES = 3


def test_files(root: Path, paths: Sequence[str]) -> list[Path]:
    """The test files that paths name: files, and those in folders. Raises `UsageError` for a path that does not exist."""
    found: dict[Path, None] = {}
    tests = PythonTests.below(root)
    for spelled in paths or [str(root)]:
        path = Path(spelled).resolve()
        if not path.exists():
            raise UsageError(f"There is no {spelled}.")
        candidates = sorted(_below(path)) if path.is_dir() else [path]
        if path.is_file() and path.suffix in EXTENSIONS:
            continue
        if path.is_file() and not _is_test(tests, path, root) and not (path.suffix == ".py" and is_test_path(path.as_posix())):
            raise UsageError(f"{spelled} is not a test file: name files such as test_x.py, or a folder.")
        found |= {
            p: None
            for p in candidates
            if not _skipped(p, root) and not _leaves(p, path, root) and (p == path or _is_test(tests, p, root))
        }
    return list(found)[:MOST_TEST_FILES]


def looked_at(root: Path, paths: Sequence[str]) -> str:
    """Which files in places for tests paths name though they hold no tests, or in which languages; "" if there are none."""
    folders = [path for spelled in paths or [str(root)] if (path := Path(spelled).resolve()).is_dir()]
    below = {p.relative_to(root).as_posix() for folder in folders for p in _below(folder, ("",)) if p.is_relative_to(root)}
    found = [name for name in below if not _skipped(root / name, root)]
    return without_tests(found) or _other_languages(found)


def _other_languages(names: Iterable[str]) -> str:
    """The languages of the files in places for tests that are not read here, in words; "" if there are none."""
    tests = Counter(detect(name).name for name in names if is_test_path(name) and detect(name).role == CODE)
    for language in ("python", *LANGUAGES):
        del tests[language]
    if not tests:
        return ""
    named = ", ".join(f"{language} ({number})" for language, number in tests.most_common(MOST_LANGUAGES))
    return (
        f"tests in Python are run, in JavaScript, TypeScript, Go, Java and Rust read; in places for tests are files in {named}"
    )


def other_test_files(root: Path, paths: Sequence[str]) -> list[str]:
    """The test files in other languages that paths name, relative to the root; in Rust every file may hold tests."""
    found: dict[str, None] = {}
    for spelled in paths or [str(root)]:
        path = Path(spelled).resolve()
        for candidate in sorted(_below(path, EXTENSIONS)) if path.is_dir() else [path]:
            if candidate.suffix not in EXTENSIONS or not candidate.resolve().is_relative_to(root):
                continue
            name = candidate.relative_to(root).as_posix() if candidate.is_relative_to(root) else ""
            if name and (candidate == path or holds_tests(name)) and not _skipped(candidate, root):
                found[name] = None
    return list(found)[:MOST_OTHER_FILES]


def holds_tests(path: str) -> bool:
    """Whether a file in another language than Python may hold tests."""
    return path.endswith(EXTENSIONS) and (path.endswith(".rs") or is_test_path(path))


def is_audited(path: str) -> bool:
    """Whether a changed file concerns an audit: code in Python, or a file that may hold tests in another language."""
    return path.endswith(".py") or holds_tests(path)


def _is_test(tests: PythonTests, path: Path, root: Path) -> bool:
    return tests.has(path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name)


def _below(folder: Path, endings: tuple[str, ...] = (".py",)) -> Iterator[Path]:
    """The files below a folder with these endings, without hidden folders, environments and built files."""
    for here, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not _is_skipped(name)]
        yield from (Path(here, name) for name in names if name.endswith(endings))


def _is_skipped(name: str) -> bool:
    return name.startswith(".") or name in SKIPPED


def _leaves(path: Path, named: Path, root: Path) -> bool:
    """Whether a file of a folder is a link to a place outside the repository."""
    return path != named and path.is_symlink() and not path.resolve().is_relative_to(root)


def _skipped(path: Path, root: Path) -> bool:
    parts = path.relative_to(root).parts if path.is_relative_to(root) else path.parts
    return any(map(_is_skipped, parts))


def tested_modules(path: Path, tree: ast.Module, root: Path) -> list[Path]:
    """The modules of the repository that a test file imports, without tests and helpers of tests."""
    found: dict[Path, None] = {}
    for dotted in _imported(tree):
        module = _find(dotted, path, root)
        if module is not None and not is_test_path(module.relative_to(root).as_posix()) and module.name != "conftest.py":
            found[module] = None
    return list(found)


def _imported(tree: ast.Module) -> Iterable[str]:
    """Dotted names that may be modules, the longest first."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
            yield node.module


def _find(dotted: str, path: Path, root: Path) -> Path | None:
    relative = Path(*dotted.split("."))
    for base in (root, root / "src", path.parent, root / "lib"):
        for candidate in (base / relative.with_suffix(".py"), base / relative / "__init__.py"):
            if candidate.is_file() and candidate.resolve().is_relative_to(root):
                return candidate.resolve()
    return None


def defined_names(path: Path) -> set[str]:
    """The functions and classes that a module defines at its top level."""
    try:
        tree = ast.parse(read_text(path, errors="replace"))
    except (OSError, SyntaxError, ValueError):
        return set()
    return {n.name for n in tree.body if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)}


def helper_files(path: Path, tree: ast.Module, root: Path) -> list[Path]:
    """The Python files of a test file's folder that hold no tests, or that it imports: what it calls may assert there."""
    tests = PythonTests.below(root)
    imported = {dotted.rpartition(".")[2] for dotted in _imported(tree)}
    imported |= {a.name for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) for a in n.names}
    imported |= {n.module for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and n.module}
    candidates = [p for p in sorted(path.parent.glob("*.py")) if not _is_test(tests, p, root) or p.stem in imported]
    return [p for p in candidates[:MOST_HELPERS] if p != path]
