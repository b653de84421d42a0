"""Finding linters and running them; the new text is given on standard input where they read it: the work tree may differ."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from codeassist.changes.change import ChangedFile
from codeassist.tasks.review.analysers.base import Facts

SECONDS = 10.0


def program(root: Path, name: str) -> list[str] | None:
    """A linter installed beside codeassist, or on the path; never one that lies in the repository."""
    beside = Path(sys.executable).with_name(name + (".exe" if sys.platform == "win32" else ""))
    if beside.exists():
        return [str(beside)]
    found = shutil.which(name)
    return [found] if found and not Path(found).resolve().is_relative_to(root.resolve()) else None


def settings(root: Path) -> dict[str, Any]:
    """The `[tool]` table of the repository's pyproject.toml; empty when there is none."""
    try:
        return dict(tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8")).get("tool", {}))
    except (OSError, ValueError):
        return {}


def output(
    command: Sequence[str], folder: Path, text: str = "", environment: Mapping[str, str] | None = None, seconds: float = SECONDS
) -> str:
    """What a program prints when it is given a text; empty when it cannot be run or takes too long."""
    try:
        done = subprocess.run(
            command,
            input=text,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            check=False,
            cwd=folder,
            timeout=seconds,
            env=os.environ | dict(environment or {}),
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout


def loaded(text: str) -> Any:
    """The JSON value that a text begins with; None when it begins with none."""
    try:
        return json.JSONDecoder().raw_decode(text.lstrip())[0]
    except ValueError:
        return None


def is_wanted(file: ChangedFile, line: int) -> bool:
    """Whether a line is under review."""
    return file.whole or line in file.touched


def projects(facts: Facts, marker: str, suffix: str) -> dict[Path, list[ChangedFile]]:
    """Changed files of one language by the folder of the project they belong to: the nearest above that holds a marker."""
    found: dict[Path, list[ChangedFile]] = {}
    for file in facts.change.texts():
        if file.suffix == suffix:
            above = [facts.root / parent for parent in Path(file.path).parents]
            home = next((folder for folder in above if (folder / marker).exists()), None)
            if home is not None:
                found.setdefault(home, []).append(file)
    return found
