"""Git hooks: an existing hook is kept and called first, never overwritten, and restored when ours is removed."""

from __future__ import annotations

import os
import re
import shlex
import stat
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from codeassist.errors import UsageError
from indexers.files.reading import read_text
from indexers.files.run_git import run_git

STAGES = ("pre-commit", "pre-push", "prepare-commit-msg", "post-checkout", "post-merge")
MARK = "# codeassist hook, version 1: 'codeassist hook uninstall' takes it out"
KEPT = ".before-codeassist"
"""The suffix of the file name of an existing hook that ours calls."""

COMMANDS = {
    "pre-commit": "hook run pre-commit --timeout {timeout}",
    "pre-push": "hook run pre-push --timeout {timeout}",
    "prepare-commit-msg": 'hook run prepare-commit-msg "$1" "$2"',
    "post-checkout": 'hook run index "$3"',
    "post-merge": "hook run index",
}
STANDARD_INPUT = frozenset({"pre-push"})


@dataclass(frozen=True, slots=True)
class InstalledHook:
    """One stage: whether our hook is installed, whether it calls an earlier one, and whether only another hook is there."""

    stage: str
    ours: bool
    chained: bool
    other: bool
    path: Path


@dataclass(frozen=True, slots=True)
class HookStatus:
    """The hooks of all stages."""

    hooks: list[InstalledHook]

    def as_json(self) -> dict[str, Any]:
        """The documented JSON form, schema `codeassist.hook-status/1`."""
        stages = [
            {"stage": h.stage, "installed": h.ours, "chained": h.chained, "other": h.other, "path": h.path.as_posix()}
            for h in self.hooks
        ]
        return {"schema": "codeassist.hook-status/1", "stages": stages}


def hooks_folder(root: Path) -> Path:
    """Git's hooks folder: `core.hooksPath`, or that common to all worktrees. Raises `UsageError` outside a git repository."""
    done = run_git(root, "rev-parse", "--git-path", "hooks", timeout=30)
    if not done.ok:
        raise UsageError(f"{root} is not a git repository; hooks cannot be installed.")
    return (root / os.fsdecode(done.out).rstrip("\n")).absolute()


def hook_status(root: Path) -> list[InstalledHook]:
    """The installed hooks, one entry per stage."""
    folder = hooks_folder(root)
    hooks = []
    for stage in STAGES:
        path = folder / stage
        ours = _is_ours(path)
        hooks.append(InstalledHook(stage, ours, (folder / f"{stage}{KEPT}").exists(), path.exists() and not ours, path))
    return hooks


def install_hooks(root: Path, stages: tuple[str, ...], timeout: float) -> list[InstalledHook]:
    """Install our hooks; an existing hook is renamed and called first. `timeout` is in seconds. Raises `UsageError`."""
    folder = hooks_folder(root)
    _check(stages)
    if root.resolve() not in folder.resolve().parents and not _belongs(root, folder):
        raise UsageError(
            f"core.hooksPath is {folder}, outside this repository: hooks there would also run in other repositories."
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for stage in stages:
            path, earlier = folder / stage, folder / f"{stage}{KEPT}"
            _refuse_edited(path, stage)
            if (path.exists() or path.is_symlink()) and not _is_ours(path):
                if earlier.exists():
                    raise UsageError(f"{earlier} already exists; move it first.")
                path.rename(earlier)
            temporary = folder / f".{stage}.{os.getpid()}"
            temporary.write_text(script(stage, timeout), encoding="utf-8", newline="\n")
            temporary.chmod(temporary.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
            temporary.replace(path)
    except OSError as error:
        raise UsageError(f"Cannot write to {folder}: {error.strerror or error}.") from error
    return [s for s in hook_status(root) if s.stage in stages]


def uninstall_hooks(root: Path, stages: tuple[str, ...]) -> list[str]:
    """Remove our hooks and restore the earlier ones; returns the stages from which a hook was removed. Raises `UsageError`."""
    folder = hooks_folder(root)
    _check(stages)
    removed = []
    for stage in stages:
        path, earlier = folder / stage, folder / f"{stage}{KEPT}"
        _refuse_edited(path, stage)
        if _is_ours(path):
            path.unlink()
            removed.append(stage)
            if earlier.exists():
                earlier.rename(path)
    return removed


def script(stage: str, timeout: float) -> str:
    """A POSIX shell script (git on Windows includes a shell) that calls the earlier hook, then codeassist.

    If this interpreter no longer exists, the script prints a warning and succeeds: a removed tool must not stop a commit.
    """
    python = Path(sys.executable).as_posix()
    command = COMMANDS[stage].format(timeout=f"{timeout:g}")
    chained = 'before="$(dirname "$0")/' + stage + KEPT + '"'
    read_input = 'input="$(cat)"\n' if stage in STANDARD_INPUT else ""
    piped = 'printf "%s\\n" "$input" | ' if stage in STANDARD_INPUT else ""
    return (
        f"#!/bin/sh\n{MARK}\n{chained}\n{read_input}"
        f'if [ -x "$before" ]; then {piped}"$before" "$@" || exit $?; fi\n'
        f"python={shlex.quote(python)}\n"
        'if ! [ -x "$python" ]; then\n'
        '  echo "codeassist: $python is gone; the hook was skipped (codeassist hook uninstall)" >&2; exit 0\nfi\n'
        f'{piped}"$python" -P -m codeassist {command}\ncode=$?\n'
        'if [ "$code" -gt 1 ]; then echo "codeassist: the hook could not run (exit $code); git goes on" >&2; exit 0; fi\n'
        'exit "$code"\n'
    )


def _refuse_edited(path: Path, stage: str) -> None:
    """Raise `UsageError` if our hook was edited, so that the edits are not lost."""
    if not _is_ours(path):
        return
    text = read_text(path, errors="replace")
    timeout = re.search(r"--timeout ([\d.]+)", text)
    original = script(stage, float(timeout[1]) if timeout else 20.0)
    comparable = [re.sub(r"^python=.*", "python=", t, flags=re.MULTILINE) for t in (text, original)]
    if comparable[0] != comparable[1]:
        raise UsageError(f"{path} was edited; save your changes elsewhere and delete the file first.")


def _is_ours(path: Path) -> bool:
    if path.is_symlink():
        return False
    try:
        return MARK in read_text(path, errors="replace")[:400]
    except OSError:
        return False


def _belongs(root: Path, folder: Path) -> bool:
    """Whether a hooks folder is in the common git folder of a worktree's repository."""
    done = run_git(root, "rev-parse", "--git-common-dir", timeout=30)
    common = (root / os.fsdecode(done.out).rstrip("\n")).resolve()
    return done.ok and (common == folder.resolve().parent or common in folder.resolve().parents)


def _check(stages: tuple[str, ...]) -> None:
    unknown = [s for s in stages if s not in STAGES]
    if unknown:
        raise UsageError(f"'{unknown[0]}' is not a stage; the stages are {', '.join(STAGES)}.")
