"""Which file is which module of which crate, by the layout that Cargo and `mod` give a repository of Rust."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

from indexers.files.reading import SMALL_BYTES, read_bytes

ROOTS = ("lib.rs", "main.rs")
_OWN_ROOTS = frozenset({"bin", "tests", "examples", "benches"})
"""Folders in which each file, or each folder with a `main.rs`, is a crate."""

_OF_ALL = ("tests.rs", *ROOTS)
"""Names of a root file to which the other files of a folder of tests belong."""

_MOST_MANIFESTS = 200
_SECTION = re.compile(r"^\s*\[+([^\]]*)\]+", re.MULTILINE)
_NAME = re.compile(r"^\s*name\s*=\s*[\"']([\w-]+)[\"']", re.MULTILINE)
_PATH = re.compile(r"^\s*path\s*=\s*[\"']([^\"']+\.rs)[\"']", re.MULTILINE)


class Crates:
    """The files of Rust among the paths of an index."""

    def __init__(self, paths: Iterable[str], root: Path | None = None) -> None:
        """`root` is the folder of the paths, whose manifests are read."""
        listed = sorted(paths)
        self._files = frozenset(path for path in listed if path.endswith(".rs"))
        self._manifests = [path for path in listed if path.rpartition("/")[2] == "Cargo.toml"]
        if root is not None and "Cargo.toml" not in self._manifests:
            self._manifests.insert(0, "Cargo.toml")
        self._root = root

    @cached_property
    def _read(self) -> tuple[dict[str, str], frozenset[str]]:
        """(the root file of each library by its name, the root files that manifests state)."""
        libraries: dict[str, str] = {}
        stated: set[str] = set()
        for path in self._manifests[:_MOST_MANIFESTS]:
            folder = path.rpartition("/")[0]
            name, library, files = _targets(self._text(path))
            stated.update(_join(folder, file) for file in files)
            file = _join(folder, library or "src/lib.rs")
            if name and file in self._files:
                libraries.setdefault(name.replace("-", "_"), file)
        return libraries, frozenset(stated & self._files)

    def _text(self, path: str) -> str:
        try:
            return (
                read_bytes(self._root / path, limit=SMALL_BYTES, follow=False).decode("utf-8", "replace") if self._root else ""
            )
        except (OSError, ValueError):
            return ""

    def library(self, name: str) -> str:
        """The root file of a library of the repository, or the empty string."""
        return self._read[0].get(name, "")

    def roots(self, path: str) -> tuple[str, ...]:
        """The root files of the crate that a file belongs to, its own kind first."""
        if self._is_root(path):
            folder = path.rpartition("/")[0]
            others = (_join(folder, name) for name in ROOTS) if path.endswith(ROOTS) else ()
            return (path, *(other for other in others if other != path and other in self._files))
        folder = path.rpartition("/")[0]
        while True:
            found = tuple(file for name in _OF_ALL if (file := _join(folder, name)) in self._files)
            if found:
                return found
            stated = tuple(sorted(file for file in self._read[1] if file.rpartition("/")[0] == folder))
            if stated or not folder:
                return stated
            folder = folder.rpartition("/")[0]

    def _is_root(self, path: str) -> bool:
        folder, _, name = path.rpartition("/")
        if name in ROOTS or name == "build.rs" or path in self._read[1]:
            return True
        if folder.rpartition("/")[2] not in _OWN_ROOTS or name == "mod.rs" or _join(folder, "mod.rs") in self._files:
            return False
        return folder.endswith("bin") or not any(_join(folder, root) in self._files for root in _OF_ALL if root != name)

    def _folder(self, path: str) -> str:
        """The folder of the child modules of a file."""
        folder, _, name = path.rpartition("/")
        return folder if name == "mod.rs" or self._is_root(path) else _join(folder, name.removesuffix(".rs"))

    def child(self, path: str, name: str) -> str:
        """The file of the module `name` below the module of a file, or the empty string."""
        base = _join(self._folder(path), name)
        return next((file for file in (f"{base}.rs", f"{base}/mod.rs") if file in self._files and file != path), "")

    def parent(self, path: str) -> tuple[str, ...]:
        """The files of the module above that of a file; empty above the root of a crate."""
        if self._is_root(path):
            return ()
        folder, _, name = path.rpartition("/")
        if name == "mod.rs":
            folder = folder.rpartition("/")[0]
        if (above := _join(folder, "mod.rs")) in self._files:
            return (above,)
        if folder and f"{folder}.rs" in self._files:
            return (f"{folder}.rs",)
        return self.roots(f"{folder}/?" if folder else "?")

    def find(self, module: str, importer: str) -> tuple[str, ...] | None:
        """The files of the longest beginning of a module path that is a file; empty when it is outside of the repository."""
        parts = [part for part in module.split(".") if part]
        if not parts:
            return None
        first = parts.pop(0)
        files = self._first(first, importer)
        for part in parts if files else ():
            if part == "super":
                files = tuple(above for file in files[:1] for above in self.parent(file))
                continue
            child = next((child for file in files if (child := self.child(file, part))), "")
            if not child:
                break
            files = (child,)
        return files

    def _first(self, name: str, importer: str) -> tuple[str, ...]:
        if name in ("crate", "self", "super"):
            return (importer,) if name == "self" else self.roots(importer) if name == "crate" else self.parent(importer)
        for file in (importer, *self.roots(importer)):
            if child := self.child(file, name):
                return (child,)
        return tuple(filter(None, (self.library(name),)))


def _targets(manifest: str) -> tuple[str, str, list[str]]:
    """(name of the library, its root file where one is stated, the stated root files of other targets)."""
    name = library = ""
    files: list[str] = []
    pieces = _SECTION.split(manifest)
    for section, text in zip(pieces[1::2], pieces[2::2], strict=True):
        stated, path = _NAME.search(text), _PATH.search(text)
        if section.strip() == "package" and stated and not name:
            name = stated[1]
        elif section.strip() == "lib":
            name, library = (stated[1] if stated else name), (path[1] if path else "")
            files += [library] if library else []
        elif section.strip() in ("bin", "test", "bench", "example") and path:
            files.append(path[1])
    return name, library, files


def _join(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name
