"""Which files of the repository an import names."""

from __future__ import annotations

import posixpath
import sys
from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

from indexers.graph.crates import Crates
from indexers.graph.manifests import named_folders

SCRIPT_ENDINGS = (".ts", ".tsx", ".d.ts", ".js", ".jsx", ".mjs", ".cjs", ".mts", ".cts", ".vue", ".svelte")


class Modules:
    """The paths of an index, arranged to be found by the names that imports use."""

    def __init__(self, paths: Iterable[str], root: Path | None = None) -> None:
        """`paths` are all indexed paths; `root` is their folder, whose manifests are read."""
        self._root = root
        self.paths = frozenset(paths)
        self._by_last: dict[str, list[str]] = defaultdict(list)
        self._folders: dict[str, list[str]] = defaultdict(list)
        for path in sorted(self.paths):
            folder, _, name = path.rpartition("/")
            self._folders[folder].append(path)
            above = folder
            while above and (above := above.rpartition("/")[0]) not in self._folders:
                self._folders[above] = []
            stem = name.partition(".")[0]
            self._by_last[folder.rpartition("/")[2] if stem in ("__init__", "index") else stem].append(path)
        self._deepest = max((path.count("/") + 1 for path in self.paths), default=0)
        """The most parts of a path: a longer name of a module ends like none."""

        self._by_folder_name: dict[str, list[str]] = defaultdict(list)
        for folder in self._folders:
            self._by_folder_name[folder.rpartition("/")[2]].append(folder)

    @cached_property
    def _named(self) -> dict[str, str]:
        return named_folders(self._root, self.paths) if self._root is not None else {}

    @cached_property
    def _longest_name(self) -> int:
        """The most parts of a name in `_named`."""
        return max((name.count("/") + 1 for name in self._named), default=0)

    @cached_property
    def crates(self) -> Crates:
        """The modules of Rust."""
        return Crates(self.paths, self._root)

    def _inside(self, module: str) -> tuple[str, str] | None:
        """(folder, rest) of an import whose beginning is the name of a module or package of the repository."""
        parts = module.split("/")
        for end in range(min(len(parts), self._longest_name), 0, -1):
            name = "/".join(parts[:end])
            if name and name in self._named:
                return self._named[name], "/".join(parts[end:])
        return None

    def find(self, module: str, importer: str, language: str) -> tuple[str, ...] | None:
        """The files of an imported module; empty when it is outside of the repository, None when that is not known."""
        if language == "python":
            return self._python(module, importer)
        if language == "go":
            return self._go(module)
        if language == "java":
            return self._java(module)
        if language == "rust":
            return self.crates.find(module, importer)
        return self._script(module, importer)

    def submodule(self, path: str, name: str) -> str:
        """The module `name` in the package whose `__init__` is `path`, or the empty string."""
        folder = path.rpartition("/")[0] if path.rpartition("/")[2].startswith("__init__.") else path
        return self._python_file(f"{folder}/{name}" if folder else name) or ""

    def _python_file(self, base: str) -> str | None:
        for ending in (".py", "/__init__.py", ".pyi", "/__init__.pyi"):
            if base + ending in self.paths:
                return base + ending
        return base if base in self._folders else None

    def _python(self, module: str, importer: str) -> tuple[str, ...] | None:
        if module.startswith("."):
            rest = module.lstrip(".")
            folder = importer.rpartition("/")[0]
            for _ in range(len(module) - len(rest) - 1):
                folder = folder.rpartition("/")[0]
            found = self._python_file("/".join(part for part in (folder, *rest.split(".")) if part))
            return (found,) if found else None
        parts = module.split(".")
        relative = "/".join(parts)
        roots = self._python_roots(parts[0])
        if parts[0] in sys.stdlib_module_names:
            beside = importer.rpartition("/")[0]
            roots = [root for root in roots if root in ("", "src", beside)]
        roots.sort(key=lambda root: (-len(posixpath.commonprefix([root + "/", importer])), len(root)))
        for root in roots:
            found = self._python_file(f"{root}/{relative}" if root else relative)
            if found:
                return (found,)
        return None if roots else ()

    def _python_roots(self, top: str) -> list[str]:
        """The folders that hold a top-level module: no package themselves."""
        holders = {
            path.rpartition("/")[0] for path in self._by_last.get(top, ()) if path.endswith((f"/{top}.py", f"/{top}.pyi"))
        }
        holders |= {"" for path in (f"{top}.py",) if path in self.paths}
        holders |= {folder.rpartition("/")[0] for folder in self._by_folder_name.get(top, ())}
        return [folder for folder in holders if not self._is_package(folder)]

    def _is_package(self, folder: str) -> bool:
        return bool(folder) and f"{folder}/__init__.py" in self.paths

    def _script(self, module: str, importer: str) -> tuple[str, ...] | None:
        if module.startswith("."):
            base = posixpath.normpath(posixpath.join(importer.rpartition("/")[0], module))
            found = self._script_file("" if base == "." else base)
            return (found,) if found else None
        inside = self._inside(module)
        if inside is not None:
            entries = ("", "index", "src/index", "src/main", "lib/index") if not inside[1] else (inside[1], f"src/{inside[1]}")
            files = (self._script_file(posixpath.join(inside[0], entry)) for entry in entries if entry or inside[0])
            return next(((file,) for file in files if file), None)
        bare = module.removeprefix("@/").removeprefix("~/").removeprefix("#").lstrip("/")
        last = bare.rpartition("/")[2].partition(".")[0]
        is_alias = bare != module
        ends = [f"/{bare}{ending}" for ending in SCRIPT_ENDINGS] + [f"/{bare}/index{ending}" for ending in SCRIPT_ENDINGS]
        if is_alias or "/" in bare:
            matches = [path for path in self._by_last.get(last, ()) if f"/{path}".endswith(tuple(ends))]
            if matches:
                return (max(matches, key=lambda path: (len(posixpath.commonprefix([path, importer])), -len(path))),)
        if is_alias:
            return None
        return ()

    def _script_file(self, base: str) -> str | None:
        if base in self.paths:
            return base
        stem, dot, ending = base.rpartition(".")
        bases = (base, stem) if dot and ending in ("js", "jsx", "mjs", "cjs") else (base,)
        for candidate in bases:
            for ending in SCRIPT_ENDINGS:
                for path in (candidate + ending, posixpath.join(candidate, "index" + ending)):
                    if path in self.paths:
                        return path
        return None

    def _go(self, module: str) -> tuple[str, ...] | None:
        inside = self._inside(module)
        if inside is not None:
            return tuple(path for path in self._folders.get("/".join(filter(None, inside)), ()) if path.endswith(".go"))
        parts = module.split("/")
        is_standard = "." not in parts[0]
        shortest = 2 if is_standard else 1
        for start in range(max(0, len(parts) - self._deepest), len(parts) - shortest + 1):
            folder = "/".join(parts[start:])
            files = [path for path in self._folders.get(folder, ()) if path.endswith(".go")]
            if files and not (is_standard and start > 1):
                return tuple(files)
        return ()

    def _java(self, module: str) -> tuple[str, ...] | None:
        parts = module.split(".")
        for end in range(min(len(parts), self._deepest), 0, -1):
            relative = "/".join(parts[:end])
            ending = f"/{relative}.java"
            matches = [path for path in self._by_last.get(parts[end - 1], ()) if f"/{path}".endswith(ending)]
            if matches and end > 1:
                return (matches[0],)
        folder = "/" + "/".join(parts)
        inside = [f for f in self._by_folder_name.get(parts[-1], ()) if f"/{f}".endswith(folder)]
        return tuple(path for f in inside for path in self._folders[f] if path.endswith(".java"))
