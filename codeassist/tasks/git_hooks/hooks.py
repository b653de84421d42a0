"""Git hooks: an existing hook is kept under its name and called first, never overwritten, and restored when ours is removed."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from codeassist.changes.repository import Repository
from codeassist.errors import UsageError
from codeassist.tasks.git_hooks.managers import advice
from codeassist.tasks.git_hooks.scripts import KEPT, KEPT_BY_VERSION_1, STAGES, is_edited, options_of, script, version_of
from indexers.files.git import untrusted
from indexers.files.reading import read_text

MOVED = (".legacy", ".old")
"""Suffixes that pre-commit and lefthook give to a hook that they replace and call."""


@dataclass(frozen=True, slots=True)
class InstalledHook:
    """One stage: whether our hook is installed, whether it calls an earlier one, and whether only another hook is there.

    `timeout` is its limit in seconds, if it has one; `audit` says that it also tries the tests of a change.
    """

    stage: str
    ours: bool
    chained: bool
    other: bool
    path: Path
    timeout: float | None = None
    audit: bool = False


@dataclass(frozen=True, slots=True)
class HookStatus:
    """The hooks of all stages."""

    hooks: list[InstalledHook]

    def as_json(self) -> dict[str, Any]:
        """The documented JSON form, schema `codeassist.hook-status/1`."""
        stages = [
            {
                "stage": h.stage,
                "installed": h.ours,
                "chained": h.chained,
                "other": h.other,
                "path": h.path.as_posix(),
                "timeout": h.timeout,
                "audit": h.audit,
            }
            for h in self.hooks
        ]
        return {"schema": "codeassist.hook-status/1", "stages": stages}


def hooks_folder(root: Path) -> Path:
    """Git's hooks folder: `core.hooksPath`, or that common to all worktrees. Raises `UsageError` outside a git repository."""
    done = Repository(root).git("rev-parse", "--git-path", "hooks")
    if done[0] and untrusted(root, done[2]):
        Repository(root).check()
    if done[0]:
        raise UsageError(f"{root} is not a git repository and has no hooks.")
    return (root / os.fsdecode(done[1]).rstrip("\n")).absolute()


def hook_status(root: Path) -> list[InstalledHook]:
    """The installed hooks, one entry per stage; also a hook of ours that pre-commit or lefthook moved aside and calls."""
    folder = hooks_folder(root)
    hooks = []
    for stage in STAGES:
        path = _ours(folder, stage) or folder / stage
        named = _names_us(root, folder, stage)
        ours = version_of(path) > 0 or named is not None
        chained = any(kept.exists() or kept.is_symlink() for kept in _kept(folder, stage))
        options = options_of(named or path) if ours else (None, False)
        hooks.append(InstalledHook(stage, ours, chained, path.exists() and not ours, path, *options))
    return hooks


def install_hooks(root: Path, stages: tuple[str, ...], timeout: float, *, audit: bool = False) -> list[InstalledHook]:
    """Install our hooks; an existing hook is moved aside and called first. `timeout` is in seconds.

    With `audit` the hook before a commit also tries the tests of the change.

    Raises `UsageError`, with the line to add where another program manages the hooks or where they are committed.
    """
    folder = hooks_folder(root)
    _check(stages)
    if root.resolve() not in folder.resolve().parents and not _belongs(root, folder):
        raise UsageError(
            f"core.hooksPath is {folder}, outside this repository: hooks there would also run in other repositories."
        )
    for stage in stages:
        if not version_of(folder / stage) and (instead := advice(root, folder, stage, timeout, audit=audit)):
            raise UsageError(f"No hook was installed: {instead}")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for stage in stages:
            _install(folder, stage, timeout, audit=audit)
    except OSError as error:
        raise UsageError(f"Cannot write to {folder}: {error.strerror or error}.") from error
    return [s for s in hook_status(root) if s.stage in stages]


def uninstall_hooks(root: Path, stages: tuple[str, ...]) -> list[str]:
    """Remove our hooks and restore the earlier ones; returns the stages from which a hook was removed. Raises `UsageError`."""
    folder = hooks_folder(root)
    _check(stages)
    removed = []
    for stage in stages:
        path = _ours(folder, stage)
        if path is None:
            continue
        _refuse_edited(path, stage)
        path.unlink()
        removed.append(stage)
        for kept in _kept(folder, stage):
            if kept.exists() or kept.is_symlink():
                _move(kept, path)
    kept_folder = folder / KEPT
    if kept_folder.is_dir() and not any(kept_folder.iterdir()):
        kept_folder.rmdir()
    return removed


def _install(folder: Path, stage: str, timeout: float, *, audit: bool) -> None:
    path, kept = folder / stage, folder / KEPT / stage
    earlier = folder / f"{stage}{KEPT_BY_VERSION_1}"
    _refuse_edited(path, stage)
    if version_of(path) == 1 and earlier.exists() and not kept.exists():
        _move(earlier, kept)
    elif (path.exists() or path.is_symlink()) and not version_of(path):
        if kept.exists() or kept.is_symlink() or earlier.exists():
            raise UsageError(f"{kept if kept.exists() else earlier} already exists; move it first.")
        _move(path, kept)
    temporary = folder / f".{stage}.{os.getpid()}"
    temporary.write_text(script(stage, timeout, audit=audit), encoding="utf-8", newline="\n")
    temporary.chmod(temporary.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
    temporary.replace(path)


def _move(source: Path, target: Path) -> None:
    """Move a hook; a relative link still points to the same file."""
    target.parent.mkdir(exist_ok=True)
    if source.is_symlink() and not source.readlink().is_absolute():
        target.symlink_to(os.path.relpath(source.parent / source.readlink(), target.parent))
        source.unlink()
    else:
        source.rename(target)


def _ours(folder: Path, stage: str) -> Path | None:
    """Our hook of a stage, also where another program moved it aside."""
    candidates = [folder / stage, *(folder / f"{stage}{suffix}" for suffix in MOVED)]
    return next((path for path in candidates if version_of(path)), None)


def _kept(folder: Path, stage: str) -> tuple[Path, Path]:
    """Where an earlier hook may be kept."""
    return folder / KEPT / stage, folder / f"{stage}{KEPT_BY_VERSION_1}"


def _names_us(root: Path, folder: Path, stage: str) -> Path | None:
    """The hook that is not our script, such as a committed one, and calls codeassist."""
    path = root / ".husky" / stage if ".husky" in folder.parts else folder / stage
    try:
        text = read_text(path, errors="replace")
    except OSError:
        return None
    return path if "codeassist hook run" in text and "# codeassist hook, version" not in text else None


def _refuse_edited(path: Path, stage: str) -> None:
    """Raise `UsageError` if our hook was edited, so that the edits are not lost."""
    if version_of(path) and is_edited(path, stage):
        raise UsageError(f"{path} was edited; save your changes elsewhere and delete the file first.")


def _belongs(root: Path, folder: Path) -> bool:
    """Whether a hooks folder is in the common git folder of a worktree's repository."""
    common = Repository(root).common_folder()
    return common is not None and common in folder.resolve().parents


def _check(stages: tuple[str, ...]) -> None:
    unknown = [s for s in stages if s not in STAGES]
    if unknown:
        raise UsageError(f"'{unknown[0]}' is not a stage; the stages are {', '.join(STAGES)}.")
