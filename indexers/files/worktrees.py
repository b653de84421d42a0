"""The other working trees of a repository, as git's own files name them; git is not run."""

from __future__ import annotations

from pathlib import Path

from indexers.files.reading import SMALL_BYTES, read_text


def main_worktree(root: Path) -> Path | None:
    """The main working tree of the repository of which `root` is a linked one; None when it is not, or there is none.

    Git's files have to name each other: a `.git` file that leads to a foreign repository does not count.
    """
    try:
        line = read_text(root / ".git", errors="surrogateescape", limit=SMALL_BYTES)
        if not line.startswith("gitdir:"):
            return None
        own = (root / line.partition(":")[2].strip()).resolve()
        back = Path(read_text(own / "gitdir", errors="surrogateescape", limit=SMALL_BYTES).strip())
        if (own / back).resolve() != (root / ".git").resolve():
            return None
        common = (own / read_text(own / "commondir", errors="surrogateescape", limit=SMALL_BYTES).strip()).resolve()
    except OSError:
        return None
    return common.parent if common.name == ".git" and own.parent.parent == common else None
