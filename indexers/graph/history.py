"""Commits as evidence of why: subjects and bodies, joined to the files they touched."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from indexers.files.git import SAFE_GIT, git_environment
from indexers.stores.catalog import Catalog
from indexers.syntax.words import identifiers, join_terms, query_terms

_RECORD, _FIELD = "\x1e", "\x1f"
_MAX_BODY = 4_000
_MAX_PATHS = 200
"""A commit that touches more files than this (a reformat, an import) explains none of them."""


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit that speaks of something: hash, ISO date, subject and body."""

    sha: str
    date: str
    subject: str
    body: str
    score: float = 0.0


def head(root: Path) -> str:
    """The commit checked out at `root`, or the empty string outside a repository."""
    return _git(root, "rev-parse", "HEAD").strip()


def update(catalog: Catalog, root: Path, limit: int) -> int:
    """Keep the last `limit` commits (0: none); returns how many are kept. Does nothing when HEAD did not move."""
    kept = catalog.meta("history", "")
    if not limit and not kept:
        return 0
    current = f"{head(root)}:{limit}" if limit else ""
    if kept == current:
        return int(catalog.connection.execute("SELECT count(*) FROM commits").fetchone()[0])
    commits = read_log(root, limit) if limit else []
    if limit and not commits and current != f":{limit}":  # git failed: better old evidence than none
        return 0
    sql = catalog.connection
    with catalog.transaction():
        sql.execute("DELETE FROM commits")
        sql.execute("DELETE FROM commit_paths")
        sql.execute("INSERT INTO commit_lexicon(commit_lexicon) VALUES('delete-all')")
        for number, (commit, paths) in enumerate(commits, 1):
            sql.execute(
                "INSERT OR IGNORE INTO commits VALUES(?,?,?,?,?)",
                (number, commit.sha, commit.date, commit.subject, commit.body),
            )
            sql.execute(
                "INSERT INTO commit_lexicon(rowid, subject, body) VALUES(?,?,?)",
                (number, join_terms(identifiers(commit.subject)), join_terms(identifiers(commit.body))),
            )
            if len(paths) <= _MAX_PATHS:
                sql.executemany("INSERT OR IGNORE INTO commit_paths VALUES(?,?)", ((path, number) for path in paths))
        catalog.set_meta(history=current)
    return len(commits)


def find(catalog: Catalog, question: str, paths: tuple[str, ...] = (), limit: int = 3) -> list[Commit]:
    """The commits that speak most of a question, those that touched `paths` first; empty without history."""
    terms = query_terms(question)
    if not terms:
        return []
    match = " OR ".join(f'"{term}"' for term in terms[:32])
    rows = catalog.connection.execute(
        "SELECT c.id, c.sha, c.date, c.subject, c.body, bm25(commit_lexicon, 2.0, 1.0) AS score FROM commit_lexicon "
        "JOIN commits c ON c.id = commit_lexicon.rowid WHERE commit_lexicon MATCH ? ORDER BY score LIMIT 50",
        (match,),
    ).fetchall()
    marks = ",".join("?" * len(paths))
    touching = {
        row[0] for row in catalog.connection.execute(f"SELECT commit_id FROM commit_paths WHERE path IN ({marks})", paths)
    }
    best = sorted(rows, key=lambda row: row[5] * (2.0 if row[0] in touching else 1.0))
    return [Commit(sha, date, subject, body, -score) for _, sha, date, subject, body, score in best[:limit]]


def read_log(root: Path, limit: int) -> list[tuple[Commit, list[str]]]:
    """The last `limit` commits with the paths below `root` that each touched, newest first; empty outside a repository."""
    form = _RECORD + _FIELD.join(("%H", "%cI", "%s", "%b")) + _FIELD
    text = _git(root, "log", f"-n{limit}", "--no-merges", "--name-only", "--relative", f"--format={form}")
    found = []
    for record in text.split(_RECORD)[1:]:
        sha, date, subject, body, paths = (record.split(_FIELD, 4) + [""] * 5)[:5]
        if not re.fullmatch(r"[0-9a-f]{40,64}", sha):  # the rest of a message that holds our separators
            continue
        names = [line for line in paths.strip().split("\n") if line]
        found.append((Commit(sha, date, subject, body.strip()[:_MAX_BODY]), names))
    return found


def _git(root: Path, *arguments: str) -> str:
    command = [*SAFE_GIT, "-C", str(root), *arguments]
    try:
        done = subprocess.run(command, capture_output=True, check=False, timeout=60, env=git_environment())
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else ""
