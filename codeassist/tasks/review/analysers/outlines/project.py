"""The files of a repository as outlines, and a changed definition in them."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from codeassist.tasks.review.analysers.outlines.languages import GLOBS, SCRIPTS
from codeassist.tasks.review.analysers.outlines.outline import Definition, Outline
from codeassist.tasks.review.analysers.outlines.service import outline_of

SCRIPTED = tuple(glob[1:] for glob in SCRIPTS)
"""The endings of files in JavaScript and TypeScript."""


@dataclass(slots=True)
class Project:
    """The files of the repository after the change, as outlines."""

    read: Callable[[str], str | None]
    find: Callable[[list[str], tuple[str, ...]], list[tuple[str, int, str]]]
    _types: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    _modules: dict[str, str] = field(default_factory=dict)

    def outline(self, path: str) -> Outline | None:
        """The outline of a file; None if it does not exist or cannot be read."""
        text = self.read(path)
        return outline_of(path, text) if text is not None else None

    def files_with(self, name: str, suffix: str) -> Iterator[Outline]:
        """The outlines of the files that contain a word."""
        for path in dict.fromkeys(path for path, _, _ in self.find([name], GLOBS[suffix])):
            if (outline := self.outline(path)) is not None:
                yield outline

    def types_named(self, name: str, suffix: str) -> set[str]:
        """The files that define a class, enum or the like of a name."""
        if (name, suffix) not in self._types:
            pattern = re.compile(rf"\b(?:class|interface|enum|struct|record|trait|union|type)\s+{re.escape(name)}\b")
            self._types[name, suffix] = {p for p, _, text in self.find([name], GLOBS[suffix]) if pattern.search(text)}
        return self._types[name, suffix]

    def go_module(self, folder: str) -> str:
        """The import path of a folder of Go files, by the nearest go.mod; "" without one."""
        if folder not in self._modules:
            self._modules[folder] = ""
            for parent in [PurePosixPath(folder), *PurePosixPath(folder).parents]:
                text = self.read(posixpath.normpath(f"{parent}/go.mod"))
                if text is not None and (match := re.search(r"(?m)^module\s+(\S+)", text)):
                    rest = posixpath.relpath(folder or ".", str(parent))
                    self._modules[folder] = match[1] if rest == "." else f"{match[1]}/{rest}"
                    break
        return self._modules[folder]

    def script(self, importer: str, module: str) -> str | None:
        """The file that a relative module path of JavaScript or TypeScript names."""
        if not module.startswith("."):
            return None
        base = posixpath.normpath(posixpath.join(posixpath.dirname(importer), module))
        stem = re.sub(r"\.[mc]?jsx?$", "", base)
        candidates = [
            base,
            *(stem + s for s in SCRIPTED),
            *(base + s for s in SCRIPTED),
            *(f"{base}/index{s}" for s in SCRIPTED),
        ]
        return next((c for c in candidates if PurePosixPath(c).suffix in SCRIPTED and self.read(c) is not None), None)


@dataclass(frozen=True, slots=True)
class Target:
    """A changed definition: the outline of its file before and after the change."""

    definition: Definition
    old: Outline
    new: Outline

    @property
    def path(self) -> str:
        """The file of the definition."""
        return self.new.path

    @property
    def folder(self) -> str:
        """The folder of the definition."""
        return posixpath.dirname(self.path)

    @property
    def public_names(self) -> set[str]:
        """The names under which a module of JavaScript exported the definition or its class."""
        local = self.definition.owner or self.definition.name
        return {public for public, name in self.old.exports.items() if name == local}
