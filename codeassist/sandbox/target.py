"""Locate a target in its project: its module name and source root."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path

from codeassist.errors import UsageError
from codeassist.plugins import RUNNERS
from codeassist.plugins import names as names_of_plugins
from indexers.files.decoding import source_text


@dataclass(frozen=True, slots=True)
class Target:
    """A module to generate tests for: its file, module name, the folder that imports start from, and the selected names."""

    path: Path
    module: str
    source_root: Path
    root: Path
    names: tuple[str, ...] = ()


OTHER_LANGUAGES = {
    "package.json": (".js", ".mjs", ".cjs", ".jsx", ".ts", ".tsx", ".mts", ".cts"),
    "go.mod": (".go",),
    "Cargo.toml": (".rs",),
    "pom.xml": (".java",),
    "build.gradle": (".java",),
    "build.gradle.kts": (".java",),
}
"""The file that marks the root of a project in another language -> the suffixes of its source files."""


def find_target(spelled: str, root: Path) -> Target:
    """The target that `PATH` or `PATH::name::name` names. Raises `UsageError` if no tests can be generated for it."""
    text, *names = spelled.split("::")
    path = Path(text).resolve()
    if not path.exists():
        raise UsageError(f"There is no file {text}.")
    if path.is_dir():
        raise UsageError(f"{text} is a folder; name a module in it.")
    if path.suffix == ".ipynb":
        raise UsageError(f"{text} is a notebook; tests are generated for modules only.")
    if path.suffix in (".so", ".pyd", ".c", ".pyx"):
        raise UsageError(f"{text} is an extension in another language; tests are generated from Python source only.")
    if any(path.suffix in suffixes for suffixes in OTHER_LANGUAGES.values()):
        return _elsewhere(path, text, root, tuple(names))
    if path.suffix != ".py" and names_of_plugins(RUNNERS):
        return Target(path, path.name, path.parent, root, tuple(names))
    if path.suffix != ".py":
        raise UsageError(f"{text} is not a Python module: its name must end in .py, so that tests can import it.")
    return _python(path, text, root, tuple(names))


def _elsewhere(path: Path, text: str, root: Path, names: tuple[str, ...]) -> Target:
    """The target for a file of another language, in the nearest parent folder that is a project of that language."""
    markers = [marker for marker, suffixes in OTHER_LANGUAGES.items() if path.suffix in suffixes]
    for folder in path.parents:
        if any((folder / marker).exists() for marker in markers):
            return Target(path, path.relative_to(folder).as_posix(), folder, folder, names)
        if folder == root:
            break
    raise UsageError(f"{text} is not part of a project: no parent folder contains {' or '.join(markers)}.")


def _python(path: Path, text: str, root: Path, names: tuple[str, ...]) -> Target:
    try:
        source = source_text(path)
        tree = ast.parse(source)
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", 1)
        raise UsageError(f"{text}:{line}: the module cannot be parsed: {getattr(error, 'msg', error)}.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"Cannot read {text}: {error}.") from error
    if not any(isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) for n in ast.walk(tree)):
        raise UsageError(f"{text} defines no functions or classes; there is nothing to test.")
    source_root = path.parent
    parts = [] if path.stem == "__init__" else [path.stem]
    outermost = _outermost_package(source_root, root)
    while outermost is not None and source_root != outermost.parent:
        parts.insert(0, source_root.name)
        source_root = source_root.parent
    if not all(part.isidentifier() for part in parts):
        raise UsageError(f"{text} cannot be imported: '{'.'.join(parts)}' is not a module name.")
    inside = root if root == source_root or root in source_root.parents else source_root
    return Target(path, ".".join(parts), source_root, inside, (".".join(names),) if names else ())


def _outermost_package(folder: Path, root: Path) -> Path | None:
    """The outermost package that contains a folder; None outside packages.

    Below `root` a folder without an `__init__.py` inside a package is part of it, as a namespace package.
    """
    package, gap = None, False
    while folder.parent != folder:
        inside = root in folder.parents
        if (folder / "__init__.py").exists() and (inside or not gap):
            package = folder
        elif inside and folder.name.isidentifier():
            gap = True
        else:
            break
        folder = folder.parent
    return package
