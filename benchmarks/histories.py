"""Commits of a repository's history for benchmarks of `review`: bug fixes and harmless changes, split into two halves."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

MAX_LINES = 40
FIX_MESSAGE = re.compile(r"\bfix(?:e[sd])?\b|\bbug\b", re.IGNORECASE)
TROUBLE_MESSAGE = re.compile(r"fix|bug|error|revert|regress|broke|typo|lint|format", re.IGNORECASE)
CODE_FILES = [f"*.{suffix}" for suffix in "py js jsx ts tsx go rs java cs c h kt php rb".split()]
SINCE = "2016-01-01"


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, text=True, errors="replace", check=True)
    return done.stdout


def clone(mirror: Path, out: Path) -> Path:
    name = mirror.parent.name if mirror.name == "repo" else mirror.name
    folder = out / name
    if not folder.exists():
        subprocess.run(["git", "clone", "-q", "--shared", str(mirror), str(folder)], check=True)
    return folder


def of_half(sha: str, half: str) -> bool:
    return (sha[0] in "01234567") == (half == "tune")


def is_test(path: str) -> bool:
    return bool(re.search(r"(?:^|/)(?:tests?|testing)/|(?:^|/)(?:test_[^/]*|[^/]*_test|conftest)\.py$", path))


def log(folder: Path) -> list[tuple[str, str, list[tuple[str, int, int]]]]:
    """(hash, message, [(path, added, removed)]) of all commits but merges, newest first; only code if files are absent."""
    command = ("log", "origin/HEAD", "--no-merges", f"--since={SINCE}", "--numstat", "--format=%x1e%H%x1f%B%x1f")
    try:
        text = git(folder, *command)
    except subprocess.CalledProcessError:  # a snapshot may lack its largest files
        text = git(folder, *command, "--", *CODE_FILES)
    history = []
    for record in text.split("\x1e")[1:]:
        sha, message, stat = record.split("\x1f")
        files = []
        for line in stat.strip().splitlines():
            parts = line.split("\t")
            if len(parts) == 3 and parts[0].isdigit() and "=>" not in parts[2]:
                files.append((parts[2], int(parts[0]), int(parts[1])))
        history.append((sha, message, files))
    return history


def fixes(history: list, half: str) -> list[tuple[str, list[str]]]:
    chosen = []
    for sha, message, files in history:
        source = [
            f for f in files if f[0].endswith(".py") and not is_test(f[0]) and not re.search(r"setup|docs?/|example", f[0])
        ]
        small = sum(a + r for _, a, r in source) <= MAX_LINES
        if (
            FIX_MESSAGE.search(message)
            and 1 <= len(source) <= 3
            and small
            and any(is_test(f[0]) for f in files)
            and of_half(sha, half)
        ):
            chosen.append((sha, [f[0] for f in source]))
    return chosen


def harmless(history: list, half: str) -> list[str]:
    later: dict[str, list[tuple[int, bool]]] = {}
    for position, (_, message, files) in enumerate(history):
        for path, *_ in files:
            later.setdefault(path, []).append((position, bool(FIX_MESSAGE.search(message))))
    chosen = []
    for position, (sha, message, files) in enumerate(history):
        python = [f[0] for f in files if f[0].endswith(".py")]
        if TROUBLE_MESSAGE.search(message) or not 1 <= len(python) <= 5 or not of_half(sha, half):
            continue
        if sum(a + r for _, a, r in files) > 200 or len(files) > 10:
            continue
        fixed_soon = [is_fix for path in python for other, is_fix in later[path] if position - 30 <= other < position]
        if not any(fixed_soon):
            chosen.append(sha)
    return chosen
