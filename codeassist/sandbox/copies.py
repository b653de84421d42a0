"""The copy of a project in which its code runs: what is copied, and paths that stay inside it."""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path

from codeassist.errors import UsageError
from codeassist.sandbox.target import Target

LINKED = ("node_modules",)
"""Installed dependencies of other languages, which are linked, not copied."""

LEFT_OUT = frozenset(
    {
        ".git",
        ".hg",
        ".svn",
        ".codeassist",
        "node_modules",
        ".venv",
        "venv",
        ".tox",
        ".nox",
        "__pycache__",
        ".mypy_cache",
        ".ruff_cache",
        ".pytest_cache",
        ".hypothesis",
    }
)
BUILT = frozenset({"dist", "build", "target"})
"""Excluded only at the root of a project: deeper they may be packages."""

MOST_BYTES = 500_000_000
"""The largest project that is copied."""


def copy_project(target: Target, destination: Path) -> None:
    """Copy the target's project without links that lead out of it; raises `UsageError` if it is too large."""
    total = 0
    root = target.root.resolve()
    required = {target.path, *target.path.parents}

    def bounded(source: str, copied: str) -> str:
        nonlocal total
        total += Path(source).stat().st_size
        if total > MOST_BYTES:
            raise UsageError(
                f"{target.root} contains more than {MOST_BYTES // 10**6} MB to copy; run this on a smaller folder with -C."
            )
        return str(shutil.copyfile(source, copied))

    def left_out(folder: str, names: list[str]) -> list[str]:
        here = Path(folder)
        ignored = []
        for name in names:
            path = here / name
            if path in required:
                continue
            built = here == target.root and (name in BUILT or name.endswith(".egg-info"))
            if name in LEFT_OUT or built or name.endswith(".pyc") or (path.is_symlink() and _leads_out(path, root)):
                ignored.append(name)
        return ignored

    with contextlib.suppress(shutil.Error):  # sockets and unreadable files are skipped
        shutil.copytree(
            target.root, destination, ignore=left_out, copy_function=bounded, symlinks=True, ignore_dangling_symlinks=True
        )
    for name in LINKED:
        if (target.root / name).is_dir() and not (destination / name).exists():
            with contextlib.suppress(OSError):  # Windows may not allow links
                (destination / name).symlink_to((target.root / name).resolve(), target_is_directory=True)


def _leads_out(link: Path, root: Path) -> bool:
    """Whether a link is absolute or points outside the project: in the copy it would lead to the real files."""
    return link.readlink().is_absolute() or not link.resolve().is_relative_to(root)


def require_inside(folder: Path, path: Path) -> None:
    """Raise `UsageError` unless a path is below a folder, also after its links are followed; the last name may be a link."""
    if path.name in ("", "..") or not path.parent.resolve().is_relative_to(folder):
        raise UsageError(f"{path} is outside the scratch copy.")
