"""How places in a repository are printed: valid from the current folder, and as hyperlinks on a terminal."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Self

from codeassist.cli.output import is_terminal, safe_path
from codeassist.cli.show_code import link, relative_prefix


@dataclass(frozen=True, slots=True)
class Places:
    """Prints paths that are relative to `root`; `prefix` makes them valid from the current folder."""

    root: Path
    prefix: str
    links: bool

    @classmethod
    def of(cls, root: Path, start: Path) -> Self:
        """The places of a repository as seen from the current folder; `start` is what `--repo` says."""
        return cls(root, relative_prefix(root, start), is_terminal())

    def path(self, path: str) -> str:
        """A file or folder."""
        return self._linked(f"{self.prefix}{safe_path(path)}", path)

    def line(self, path: str, line: int, end: int = 0) -> str:
        """A line of a file, or its lines `line` to `end`."""
        return self._linked(f"{self.prefix}{safe_path(path)}:{line}{f'-{end}' if end else ''}", path, line)

    def width(self, path: str, line: int = 0) -> int:
        """The number of columns of a path, or of a line of a file."""
        return len(f"{self.prefix}{safe_path(path)}") + (len(f":{line}") if line else 0)

    def _linked(self, text: str, path: str, line: int = 0) -> str:
        return link(text, self.root / path, line) if self.links else text
