"""Check that a model's files are complete and match the hashes that the hub states."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from codeassist.config import Config
from codeassist.errors import UsageError
from codeassist.models import hub

BLOCK = 1 << 22


@dataclass(frozen=True, slots=True)
class Verification:
    """The problems of a model's folder (none if it is complete), and the number of files whose hash was checked."""

    name: str
    folder: Path
    problems: list[str]
    hashed: int


def verify(config: Config, name: str | None) -> Verification:
    """Check the files of a model (default: the configured one). Raises `UsageError` and `ModelError`."""
    bare = (name or config.model.name).removeprefix("local:")
    if not name and not config.model.name.startswith("local:"):
        raise UsageError(f"The configured model is '{config.model.name}', which has no files; name one.")
    folder = hub.folder_of(bare)
    problems = list(hub.problems(folder))
    hashed = 0
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        expected = path.resolve().name  # the hub's cache names large files by their SHA-256
        if path.is_symlink() and len(expected) == 64:
            hashed += 1
            if _sha256(path) != expected:
                problems.append(f"{path.name} is damaged: its hash is not {expected[:12]}…")
    return Verification(bare, folder, problems, hashed)


def _sha256(path: Path) -> str:
    state = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            state.update(block)
    return state.hexdigest()
