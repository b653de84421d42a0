"""The folders that `[workspace] repositories` names."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from pathlib import Path

MOST = 50
"""The most folders of one entry."""

_MARKERS = (".codeassist", ".codeassist.toml", ".git", ".hg")


def members(root: Path, entries: Sequence[str]) -> list[Path]:
    """The folders that the entries name from `root`, resolved; of a glob only those that are repositories or indexed."""
    from glob import glob

    found: dict[Path, None] = {}
    for entry in entries:
        spelled = str(root / Path(entry).expanduser())
        plain = Path(spelled)
        if plain.is_dir():
            found[plain.resolve()] = None
            continue
        matches = (Path(match) for match in islice(glob(spelled), MOST))  # noqa: PTH207 - absolute patterns too
        found |= {m.resolve(): None for m in matches if any((m / marker).exists() for marker in _MARKERS)}
    return [folder for folder in found if folder != root.resolve()]


def missing(root: Path, entries: Sequence[str]) -> list[str]:
    """The entries that name no folder."""
    return [entry for entry in entries if not members(root, [entry]) and (root / entry).resolve() != root.resolve()]


def leave(root: Path, entries: Sequence[str]) -> bool:
    """Whether an entry names a folder outside `root`, also through a link."""
    inside = root.resolve()
    return any(not folder.is_relative_to(inside) for folder in members(root, entries))
