"""What manifests say of a project and of the packages in it: commands, libraries and descriptions."""

from __future__ import annotations

import configparser
import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from indexers.files.reading import SMALL_BYTES, read_bytes

DEEPEST_PACKAGE = 2
"""A manifest below more folders is one of an example or a fixture."""

_CABAL_MAIN = re.compile(r"^executable\s+(\S+)\n(?:[ \t].*\n|\s*\n)*?[ \t]+main-is:\s*(\S+)", re.MULTILINE | re.IGNORECASE)
_PAGE_SCRIPT = re.compile(r"<script\b[^>]*\bsrc=[\"']\.?/?([\w./-]+\.(?:[jt]sx?|mjs))[\"']", re.IGNORECASE)
_SOURCES = (
    (r"^(?:dist|lib|build|out)/", "src/"),
    (r"^(?:dist|lib|build|out)/", ""),
    (r"^(?:dist|build|out)/.*/", "src/"),
    (r"^(?:dist|build|out)/.*/", ""),
)
"""Where the sources of built files are."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A place where the project is started or imported: a command or library of a manifest, a page's script, a main file.

    `function` is what a command calls, if the manifest names it.
    """

    path: str
    reason: str
    function: str = ""


@dataclass(frozen=True)
class Package:
    """A folder with a manifest; `folder` is empty for the root."""

    root: Path
    folder: str

    def read(self, name: str) -> str:
        """The text of a file in the folder; empty when it cannot be read."""
        return text_of(self.root, self.path(name))

    def path(self, name: str) -> str:
        """The path of a file in the folder, from the root."""
        return f"{self.folder}/{name.removeprefix('./')}" if self.folder else name.removeprefix("./")

    @cached_property
    def python(self) -> Mapping[str, Any]:
        """The table `project` of pyproject.toml."""
        return _table(_toml(self.read("pyproject.toml")).get("project"))

    @cached_property
    def node(self) -> Mapping[str, Any]:
        """package.json."""
        try:
            return _table(json.loads(self.read("package.json") or "{}"))
        except ValueError:
            return {}

    @cached_property
    def rust(self) -> Mapping[str, Any]:
        """Cargo.toml."""
        return _toml(self.read("Cargo.toml"))

    @property
    def description(self) -> str:
        """What the manifest says that the package is; empty when it does not."""
        stated = (
            self.python.get("description"),
            self.node.get("description"),
            _table(self.rust.get("package")).get("description"),
        )
        return next((" ".join(text.split()) for text in stated if isinstance(text, str) and text.strip()), "")

    @property
    def names(self) -> set[str]:
        """The names by which other packages need this one."""
        stated = (self.python.get("name"), self.node.get("name"), _table(self.rust.get("package")).get("name"))
        return {name for name in stated if isinstance(name, str)}

    @property
    def needs(self) -> set[str]:
        """The names of the packages that the manifest says this one needs to run."""
        python = self.python.get("dependencies")
        stated = [re.match(r"[\w.-]*", str(line)) for line in (python if isinstance(python, list) else [])]
        return {match[0] for match in stated if match} | {
            *_table(self.node.get("dependencies")),
            *_table(self.rust.get("dependencies")),
        }

    def commands(self, known: set[str]) -> Iterator[Entry]:
        """The commands of the package that are files of `known`."""
        for name, target in (dict(_table(self.python.get("scripts"))) | _setup_scripts(self.read("setup.cfg"))).items():
            for entry in self._entries(f"command {name}", _modules(str(target)), known):
                yield replace(entry, function=str(target).partition(":")[2].partition("[")[0].strip())
        commands = self.node.get("bin") or {}
        named = {str(self.node.get("name", "")): commands} if isinstance(commands, str) else _table(commands)
        for name, target in named.items():
            yield from self._entries(f"command {name}", _built(str(target)), known)
        programs = self.rust.get("bin")
        for program in programs if isinstance(programs, list) else []:
            name = str(_table(program).get("name", ""))
            stated = _table(program).get("path")
            yield from self._entries(
                f"command {name}", [str(stated)] if stated else [f"src/bin/{name}.rs", "src/main.rs"], known
            )
        for manifest in sorted((self.root / self.folder).glob("*.cabal")):
            for name, target in _CABAL_MAIN.findall(self.read(manifest.name)):
                yield from self._entries(f"command {name}", [target, f"app/{target}", f"src/{target}"], known)

    def pages(self, known: set[str]) -> Iterator[Entry]:
        """The scripts of the package's page."""
        for script in _PAGE_SCRIPT.findall(self.read("index.html")):
            yield from self._entries(f"script of {self.path('index.html')}", [script, f"public/{script}"], known)

    def libraries(self, known: set[str]) -> Iterator[Entry]:
        """The file that a program imports, if it is one of `known`."""
        of = f" of {self.node.get('name') or self.folder}" if self.folder else ""
        main = self.node.get("main") or self.node.get("module")
        if isinstance(main, str):
            yield from self._entries(f"main module{of}", _built(main), known)
        package = _table(self.rust.get("package"))
        if package:
            stated = _table(self.rust.get("lib")).get("path")
            yield from self._entries(f"library {package.get('name', '')}", [str(stated or "src/lib.rs")], known)

    def _entries(self, reason: str, candidates: Sequence[str], known: set[str]) -> Iterator[Entry]:
        found = next((path for path in map(self.path, candidates) if path in known), None)
        if found is not None:
            yield Entry(found, reason)


def packages(root: Path, files: Sequence[str]) -> list[Package]:
    """The root and the folders of these files that have a manifest, outer ones first."""
    folders = {""}
    for path in files:
        parts = path.split("/")[:-1]
        folders.update("/".join(parts[:depth]) for depth in range(1, min(len(parts), DEEPEST_PACKAGE) + 1))
    manifests = ("pyproject.toml", "package.json", "Cargo.toml")
    nested = [f for f in folders if f and any((root / f / name).is_file() for name in manifests)]
    return [Package(root, folder) for folder in ["", *sorted(nested, key=lambda f: (f.count("/"), f))]]


def declared(root: Path, files: Sequence[str]) -> list[Entry]:
    """The commands that manifests declare, then scripts of pages, then libraries; each file once."""
    known = set(files)
    found = packages(root, files)
    kinds = (Package.commands, Package.pages, Package.libraries)
    every = [entry for kind in kinds for package in found for entry in kind(package, known)]
    return list({entry.path: entry for entry in reversed(every)}.values())[::-1]


def package_needs(root: Path, files: Sequence[str]) -> dict[str, list[str]]:
    """The folders of the packages that each package of the repository needs, by its folder."""
    found = packages(root, files)
    at = {name: package.folder for package in found for name in package.names if package.folder}
    return {package.folder: [at[name] for name in sorted(package.needs) if name in at] for package in found}


def text_of(root: Path, path: str) -> str:
    """The text of a small file of a repository; empty when it cannot be read."""
    try:
        return read_bytes(root / path, limit=SMALL_BYTES, follow=False).decode("utf-8", "replace")
    except OSError:
        return ""


def _toml(text: str) -> Mapping[str, Any]:
    try:
        return tomllib.loads(text)
    except ValueError:
        return {}


def _table(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _setup_scripts(text: str) -> dict[str, str]:
    """The commands of a setup.cfg, by name."""
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read_string(text)
    except configparser.Error:
        return {}
    lines = parser.get("options.entry_points", "console_scripts", fallback="").splitlines()
    pairs = (line.partition("=") for line in lines if "=" in line)
    return {name.strip(): target.strip() for name, _, target in pairs}


def _modules(target: str) -> list[str]:
    """The files that `package.module:function` may be in."""
    base = target.partition(":")[0].replace(".", "/")
    return [f"{prefix}{base}{ending}" for prefix in ("", "src/", "lib/") for ending in (".py", "/__init__.py")]


def _built(target: str) -> list[str]:
    """A file that package.json names, and the sources that it may be built from."""
    path = target.removeprefix("./")
    bases = [path, *(re.sub(pattern, source, path) for pattern, source in _SOURCES)]
    stems = [re.sub(r"\.(?:[cm]?js)$", "", base) for base in bases]
    endings = (".js", ".ts", ".mjs", ".cjs", ".tsx", ".jsx", "/index.js", "/index.ts")
    return [path, *(f"{stem}{ending}" for stem in stems for ending in endings)]
