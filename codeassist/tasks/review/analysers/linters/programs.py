"""Finding and running linters. They get the new text on standard input if they can, as the working tree may differ."""

from __future__ import annotations

import contextlib
import json
import math
import os
import shutil
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from codeassist.changes.change import ChangedFile
from codeassist.tasks.review.analysers.base import Facts
from indexers.files.reading import SMALL_BYTES, read_text

SECONDS = 10.0
"""The longest run of a linter on one file."""

SHARE = 0.5
"""The share of the time that is left that one linter may take, so that one that hangs leaves time for the others."""

INTERVAL = 0.1
"""Seconds between two checks of whether a linter must end."""


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
    except (OSError, ValueError, TypeError, RecursionError):  # TypeError: "tool" that is not a table
        return {}


@dataclass(frozen=True, slots=True)
class Ended:
    """How a program ended: its output, and in `fault` why the output cannot be used; empty when it ran to its end."""

    out: str = ""
    err: str = ""
    code: int = 0
    fault: str = ""


class Linter:
    """Runs one linter within its share of the review's time. The first failure is noted, and ends its runs."""

    def __init__(self, facts: Facts, name: str) -> None:
        """`name` is for notes."""
        self.name = name
        self._facts = facts
        left = facts.deadline.left
        self._share = facts.deadline if left == math.inf else facts.deadline.earlier(left * (1 - SHARE))
        self._failed = False

    def run(
        self,
        command: Sequence[str],
        folder: Path,
        text: str = "",
        environment: Mapping[str, str] | None = None,
        seconds: float = SECONDS,
    ) -> Ended:
        """Run a command with a text on standard input; after a failure of this linter nothing is run."""
        if self._failed:
            return Ended(fault="it failed before")
        limit = min(seconds, self._share.left)
        ended = execute(command, folder, text, environment, limit, lambda: self._facts.stopped or self._share.passed)
        if ended.fault:
            self.failed(ended.fault)
        return ended

    def report(self, command: Sequence[str], folder: Path, text: str = "") -> Any:
        """The JSON that a command prints; None, and a note, when there is none."""
        ended = self.run(command, folder, text)
        report = loaded(ended.out)
        if report is None and not ended.fault:
            self.failed(reason_of(ended))
        return report

    def failed(self, reason: str) -> None:
        """Note why this linter did not check everything, once."""
        if not self._failed:
            self._facts.gaps.append(f"{self.name}: {reason}")
        self._failed = True


def reason_of(ended: Ended) -> str:
    """Why a program printed no report: the first line of its errors."""
    lines = [line.strip() for line in ended.err.splitlines() if line.strip()]
    return f"it failed with exit code {ended.code}{f': {lines[0][:160]}' if lines else ''}"


def execute(
    command: Sequence[str],
    folder: Path,
    text: str = "",
    environment: Mapping[str, str] | None = None,
    seconds: float = SECONDS,
    stopped: Callable[[], bool] = lambda: False,
) -> Ended:
    """Run a program with a text on standard input; it is ended with its children after `seconds`, or when `stopped` says so."""
    if seconds <= 0:
        return Ended(fault="there was no time left to run it")
    try:
        child = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            errors="replace",
            cwd=folder,
            env=os.environ | dict(environment or {}),
            start_new_session=sys.platform != "win32",
        )
    except (OSError, ValueError) as error:
        return Ended(fault=f"it cannot be run: {getattr(error, 'strerror', None) or error}")
    end = time.monotonic() + seconds
    unsent: str | None = text
    while True:
        try:
            out, err = child.communicate(unsent, timeout=max(0.0, min(INTERVAL, end - time.monotonic())))
            return Ended(out, err, child.returncode)
        except subprocess.TimeoutExpired:
            unsent = None  # the rest of the text is sent by the next call
            if time.monotonic() < end and not stopped():
                continue
        except (OSError, ValueError) as error:
            _end(child)
            return Ended(fault=f"it cannot be run: {error}")
        _end(child)
        return Ended(fault="it did not finish in time")


def _end(child: subprocess.Popen[str]) -> None:
    """Kill a program and its children, and do not wait for those that keep its pipes open."""
    with contextlib.suppress(OSError):
        if sys.platform != "win32":
            os.killpg(child.pid, signal.SIGKILL)
        else:
            child.kill()
    for pipe in (child.stdin, child.stdout, child.stderr):
        with contextlib.suppress(OSError, ValueError):
            if pipe is not None:
                pipe.close()
    with contextlib.suppress(subprocess.TimeoutExpired):
        child.wait(1)


def output(
    command: Sequence[str], folder: Path, text: str = "", environment: Mapping[str, str] | None = None, seconds: float = SECONDS
) -> str:
    """What a program prints for a text on standard input; "" when it cannot be run or times out after `seconds`."""
    return execute(command, folder, text, environment, seconds).out


def loaded(text: str) -> Any:
    """The JSON value at the start of a text; None without one."""
    try:
        return json.JSONDecoder().raw_decode(text.lstrip())[0]
    except (ValueError, RecursionError):
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
