"""Partials: texts that several prompts share, included by a line `{% include "NAME" %}` from `partials/` beside them.

They are inserted before anything else is read. So the text of a prompt, its hash, archived versions and variables contain them:
a changed partial changes every prompt that includes it, and each needs a new version.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from codeassist.errors import PromptError
from indexers.files.reading import SMALL_BYTES, read_text

FOLDER, SUFFIX = "partials", ".jinja"
DEEPEST = 4
"""Partials may include others to this depth; more is a cycle."""

_INCLUDE = re.compile(r"""^(?P<indent>[ \t]*)\{%-?\s*include\s+["'](?P<name>[^"'\n]*)["'][^%\n]*%\}[ \t]*$""")
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")

Origin = tuple[Path, int]
"""Where a line of an expanded text is: its file, and the line there."""

ReadPartial = Callable[[str], str]
"""The text of a partial by its name; raises `OSError` when there is none."""


def from_folder(folder: Path) -> ReadPartial:
    """Reads partials beside the prompts of a folder."""

    def read(name: str) -> str:
        return read_text(folder / FOLDER / f"{name}{SUFFIX}", encoding="utf-8-sig", limit=SMALL_BYTES)

    return read


def expanded(text: str, path: Path, read: ReadPartial) -> tuple[str, tuple[Origin, ...]]:
    """A prompt's text with its partials inserted, and where each line comes from. Raises `PromptError` with file and line."""
    pairs = list(_lines(text, path, read, 0))
    return "\n".join(line for line, _ in pairs), tuple(origin for _, origin in pairs)


def _lines(text: str, path: Path, read: ReadPartial, depth: int) -> list[tuple[str, Origin]]:
    result: list[tuple[str, Origin]] = []
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
        match = _INCLUDE.match(line)
        if match is None:
            result.append((line, (path, number)))
            continue
        name = match["name"].removeprefix(f"{FOLDER}/").removesuffix(SUFFIX)
        where = f"{path}:{number}"
        if not _NAME.fullmatch(name):
            raise PromptError(f"{where}: a partial is named by a-z, 0-9, '-' and '_', not '{match['name']}'.", line=number)
        if depth >= DEEPEST:
            raise PromptError(f"{where}: partials include each other without end.", line=number)
        partial = path.parent / f"{name}{SUFFIX}" if depth else path.parent / FOLDER / f"{name}{SUFFIX}"
        try:
            inner = read(name)
        except (OSError, ValueError) as error:
            raise PromptError(f"{where}: the partial {FOLDER}/{name}{SUFFIX} cannot be read.", line=number) from error
        added = _lines(inner.rstrip("\n"), partial, read, depth + 1)
        result.extend((match["indent"] + t if t else t, origin) for t, origin in added)
    return result
