"""Finding and running linters. They get the new text on standard input if they can, as the working tree may differ."""

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
from indexers.files.reading import SMALL_BYTES, read_text

SECONDS = 10.0


def program(root: Path, name: str) -> list[str] | None:
    """The command of a linter that is installed beside codeassist or on the PATH; never one inside the repository."""
    installed = Path(sys.executable).with_name(name + (".exe" if sys.platform == "win32" else ""))
    if installed.exists():
        return [str(installed)]
    path = shutil.which(name)
    return [path] if path and not Path(path).resolve().is_relative_to(root.resolve()) else None


def settings(root: Path) -> dict[str, Any]:
    """The `[tool]` table of the repository's pyproject.toml; empty when there is none."""
    try:
        if not (root / "pyproject.toml").is_file():
            return {}
        return dict(tomllib.loads(read_text(root / "pyproject.toml", limit=SMALL_BYTES)).get("tool", {}))
    except (OSError, ValueError):
        return {}


def output(
    command: Sequence[str], folder: Path, text: str = "", environment: Mapping[str, str] | None = None, seconds: float = SECONDS
) -> str:
    """What a program prints for a text on standard input; "" when it cannot be run or times out after `seconds`."""
    try:
        completed = subprocess.run(
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
    return completed.stdout


def loaded(text: str) -> Any:
    """The JSON value at the start of a text; None without one."""
    try:
        return json.JSONDecoder().raw_decode(text.lstrip())[0]
    except ValueError:
        return None


def is_wanted(file: ChangedFile, line: int) -> bool:
    """Whether a line is under review."""
    return file.whole or line in file.touched


def projects(facts: Facts, marker: str, suffix: str) -> dict[Path, list[ChangedFile]]:
    """Changed files with a suffix by project folder: the nearest parent folder that contains `marker`."""
    folders: dict[Path, list[ChangedFile]] = {}
    for file in facts.change.texts():
        if file.suffix == suffix:
            above = [facts.root / parent for parent in Path(file.path).parents]
            home = next((folder for folder in above if (folder / marker).exists()), None)
            if home is not None:
                folders.setdefault(home, []).append(file)
    return folders
