"""Whether an index folder may be used: it is the user's own, not part of the repository's content, and holds no links."""

from __future__ import annotations

import os
import stat
import sys
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from indexers.errors import UntrustedFolderError
from indexers.files.reading import SMALL_BYTES, read_bytes, read_text
from indexers.files.run_git import run_git
from indexers.stores.names import ORIGIN, holds_content, is_own
from indexers.stores.origin import is_marked, mark
from indexers.stores.private_files import create_private

_GIT_SECONDS = 30


def check_folder(folder: Path, *, made_elsewhere: bool = False) -> None:
    """Raise `UntrustedFolderError` for an index folder that must not be read or written; a missing folder is fine.

    Refused are a link, a folder of another user, one with files that git tracks, one that has a link or anything else
    than a regular file under a name that this program uses, and, unless `made_elsewhere`, one with content that this user
    did not make (`origin`). The cost is one listing of the folder and one read of git's index, about 0.4 ms.
    """
    try:
        status = os.lstat(folder)
    except (FileNotFoundError, NotADirectoryError):
        return
    if stat.S_ISLNK(status.st_mode):
        _refuse(folder, "is a symbolic link", "remove it")
    if _is_junction(status):
        _refuse(folder, "is a junction", "remove it")
    if not stat.S_ISDIR(status.st_mode):
        _refuse(folder, "is not a folder", "remove it")
    if hasattr(os, "geteuid") and status.st_uid != os.geteuid():
        _refuse(folder, f"belongs to another user (number {status.st_uid})", "choose another folder with --index-dir")
    has_content = _check_files(folder)
    if _is_tracked(folder):
        _refuse(
            folder, "came with the repository (git tracks it)", "remove it from git with 'git rm -r --cached' and delete it"
        )
    if has_content and not made_elsewhere and not is_marked(folder):
        raise UntrustedFolderError(
            f"The index folder {folder} was not made by you on this machine and is not used; run 'codeassist index' to make it "
            "anew, or 'codeassist trust --index' to use it as it is."
        )


def create_own_file(path: Path) -> None:
    """Create an empty file of this program in its folder, unless it exists; the first one marks the folder as this user's.

    Raises `UntrustedFolderError` or `OSError`.
    """
    check_folder(path.parent)
    if not (path.parent / ORIGIN).exists():
        with suppress(OSError):  # a read-only folder that was accepted
            mark(path.parent)
    create_private(path)


def _check_files(folder: Path) -> bool:
    """Refuse links and special files under the names of this program; returns whether there is content of an index."""
    has_content = False
    for path in folder.iterdir():
        name = path.name.casefold()  # some file systems find `INDEX.DB` under the name `index.db`
        if not is_own(name):
            continue
        try:
            status = path.lstat()
        except FileNotFoundError:  # removed by another process of this program
            continue
        if stat.S_ISLNK(status.st_mode):
            _refuse(folder, f"holds a symbolic link ({path.name})", "delete the folder")
        if not stat.S_ISREG(status.st_mode):
            _refuse(folder, f"holds something else than a file ({path.name})", "delete the folder")
        if status.st_nlink > 1:
            _refuse(folder, f"holds a file with a second name, a hard link ({path.name}),", "delete the folder")
        has_content = has_content or holds_content(name)
    return has_content


def _refuse(folder: Path, reason: str, remedy: str) -> None:
    raise UntrustedFolderError(f"The index folder {folder} {reason} and is not used; {remedy}, then run 'codeassist index'.")


def _is_junction(status: os.stat_result) -> bool:
    """Whether a path is a junction of Windows, which is a link although `S_ISLNK` is false."""
    return getattr(status, "st_reparse_tag", 0) == getattr(stat, "IO_REPARSE_TAG_MOUNT_POINT", -1)


def _is_tracked(folder: Path) -> bool:
    """Whether git tracks a file in the folder, or the folder as a submodule."""
    absolute = folder.absolute()
    for top in absolute.parents:
        index = _git_index(top / ".git")
        if index is not None:
            try:
                status = index.stat()
            except OSError:  # nothing is tracked yet
                return False
            return _tracked_below(top, absolute.relative_to(top).as_posix(), index, status.st_mtime_ns, status.st_size)
    return False


_MOST_INDEX_BYTES = 2_000_000_000
"""The largest index of git that is searched; git itself looks at a larger one."""


def _git_index(dot_git: Path) -> Path | None:
    """The index file of a working tree, from its `.git` folder or file; None when there is neither."""
    if dot_git.is_dir():
        return dot_git / "index"
    try:
        line = read_text(dot_git, errors="surrogateescape", limit=SMALL_BYTES)
    except OSError:
        return None
    if not line.startswith("gitdir:"):
        return None
    return dot_git.parent / line.partition(":")[2].strip() / "index"


@lru_cache(maxsize=64)
def _tracked_below(top: Path, path: str, index: Path, mtime: int, size: int) -> bool:
    """Whether git tracks `path` or a file below it. `mtime` and `size` are of git's index and part of the cache's key.

    git is started only when the bytes of its index leave room for it: they hold every path in full in versions 2 and 3.
    """
    del mtime, size
    any_case = sys.platform in ("darwin", "win32")  # a tracked `.CodeAssist` is the same folder there
    try:
        data = read_bytes(index, limit=_MOST_INDEX_BYTES)
    except OSError:
        data = b""
    wanted = os.fsencode(path)
    if any_case:
        data, wanted = data.lower(), wanted.lower()
    is_plain = data[:4].lower() == b"dirc" and data[4:8] in (b"\0\0\0\2", b"\0\0\0\3") and b"link\0" not in data
    if is_plain and wanted + b"/" not in data and wanted + b"\0" not in data:
        return False
    spec = f":(top,literal{',icase' if any_case else ''}){path}"
    listed = run_git(top, "ls-files", "-z", "--", spec, timeout=_GIT_SECONDS)
    return not listed.ok or bool(listed.out)
