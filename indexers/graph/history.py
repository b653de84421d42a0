"""Index the commit history as evidence of why code changed: messages, and the files each commit touched."""

from __future__ import annotations

import re
from pathlib import Path

from indexers.files.run_git import run_git
from indexers.stores.catalog import Catalog
from indexers.stores.commits import commits_about, count_commits, replace_commits
from indexers.syntax.words import query_terms
from indexers.types import Commit

_RECORD, _FIELD = "\x1e", "\x1f"
_MAX_BODY = 4_000
_MAX_TERMS = 32


def head(root: Path) -> str:
    """The hash of the commit checked out at `root`, or the empty string outside a repository."""
    return run_git(root, "rev-parse", "HEAD").text.strip()


def update(catalog: Catalog, root: Path, limit: int) -> int:
    """Store the last `limit` commits (0: none) and return their number; does nothing when HEAD has not moved."""
    stored = catalog.meta("history", "")
    if not limit and not stored:
        return 0
    current = f"{head(root)}:{limit}" if limit else ""
    if stored == current:
        return count_commits(catalog)
    commits = read_log(root, limit) if limit else []
    if limit and not commits and current != f":{limit}":  # git failed: keep the stored commits
        return 0
    with catalog.transaction():
        replace_commits(catalog, commits)
        catalog.set_meta(history=current)
    return len(commits)


def find(catalog: Catalog, question: str, paths: tuple[str, ...] = (), limit: int = 3) -> list[Commit]:
    """The commits whose messages match a question best; those that touched `paths` rank higher. Empty without history."""
    terms = query_terms(question)
    return commits_about(catalog, terms[:_MAX_TERMS], paths, limit) if terms else []


def read_log(root: Path, limit: int) -> list[tuple[Commit, list[str]]]:
    """The last `limit` commits, newest first, each with the paths below `root` it touched; empty outside a repository."""
    format_ = _RECORD + _FIELD.join(("%H", "%cI", "%s", "%b")) + _FIELD
    text = run_git(root, "log", f"-n{limit}", "--no-merges", "--name-only", "--relative", f"--format={format_}").text
    commits = []
    for record in text.split(_RECORD)[1:]:
        sha, date, subject, body, paths = (record.split(_FIELD, 4) + [""] * 5)[:5]
        if not re.fullmatch(r"[0-9a-f]{40,64}", sha):  # part of a message that contains the separators
            continue
        names = [line for line in paths.strip().split("\n") if line]
        commits.append((Commit(sha, date, subject, body.strip()[:_MAX_BODY]), names))
    return commits
