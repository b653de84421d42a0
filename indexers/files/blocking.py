"""Find what keeps git waiting: a named pipe or device under a name that git reads, which it opens like any file."""

from __future__ import annotations

import os
import re
import stat
from itertools import chain
from pathlib import Path

from indexers.files.reading import SMALL_BYTES, read_text

READ_BY_GIT = frozenset({".gitignore", ".gitattributes", ".gitmodules", ".mailmap"})
"""Names that git reads in every folder, or at the top, of a working tree."""

OWN_FILES = (
    "config",
    "config.worktree",
    "info/exclude",
    "info/attributes",
    "info/grafts",
    "info/sparse-checkout",
    "index",
    "HEAD",
)
"""Files in `.git` that git reads."""

MOST_ENTRIES = 200_000
"""The most files and folders that are looked at: a second or less."""

_NAMED = re.compile(
    r"^[ \t]*(?:path|excludesfile|attributesfile|file|orderfile)[ \t]*=[ \t]*\"?([^\"\n#;]+)", re.IGNORECASE | re.MULTILINE
)


def blocking_file(folder: Path) -> Path | None:
    """A file that git would read in the repository around `folder` and that is not a regular file, or None."""
    top = next((place for place in (folder, *folder.parents) if (place / ".git").exists()), folder)
    own = top / ".git"
    named = chain((own / name for name in OWN_FILES), _configured(own), _in_tree(top))
    return next((path for path in named if _is_special(path)), None)


def _is_special(path: Path) -> bool:
    try:
        mode = path.stat().st_mode  # git follows links too
    except OSError:
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def _configured(own: Path) -> list[Path]:
    """The files that the repository's configuration names."""
    try:
        text = read_text(own / "config", errors="surrogateescape", limit=SMALL_BYTES)
    except OSError:
        return []
    return [own / os.path.expanduser(name.strip()) for name in _NAMED.findall(text)]  # noqa: PTH111 - keeps an unknown ~user


def _in_tree(top: Path) -> list[Path]:
    found: list[Path] = []
    seen = 0
    for folder, folders, files in os.walk(top):
        folders[:] = [name for name in folders if name != ".git"]
        seen += len(folders) + len(files)
        found += [Path(folder) / name for name in READ_BY_GIT.intersection(files)]
        if seen > MOST_ENTRIES:
            break
    return found
