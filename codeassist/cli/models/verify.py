"""`codeassist models verify`: are a model's files whole, and what the hub says they are?"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated

import typer

from codeassist.cli.common import HERE, Repo, load_config, note
from codeassist.errors import UsageError

BLOCK = 1 << 22


def verify(
    name: Annotated[str | None, typer.Argument(help="A model's name or folder (default: the configured one).")] = None,
    repo: Repo = HERE,
) -> None:
    """Check that the files are complete; those the hub stores under their hash are hashed again."""
    from codeassist.models import hub

    _, config = load_config(repo)
    spelled = (name or config.model.name).removeprefix("local:")
    if not name and not config.model.name.startswith("local:"):
        raise UsageError(f"The configured model is '{config.model.name}', which has no files; name one.")
    folder = hub.folder_of(spelled)
    wrong = list(hub.problems(folder))
    hashed = 0
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        expected = path.resolve().name  # the hub's cache keeps large files under their SHA-256
        if path.is_symlink() and len(expected) == 64:
            hashed += 1
            if _sha256(path) != expected:
                wrong.append(f"{path.name} is damaged: its hash is not {expected[:12]}…")
    for said in wrong:
        print(f"BAD  {said}")
    if wrong:
        note(f"Fetch it again with 'codeassist models pull {spelled}'.")
        raise typer.Exit(1)
    print(f"ok   {folder}: every file is whole" + (f", {hashed} hashes match" if hashed else " (no hashes to compare with)"))


def _sha256(path: Path) -> str:
    found = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            found.update(block)
    return found.hexdigest()
