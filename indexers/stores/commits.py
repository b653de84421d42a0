"""Commits in the catalog: replaced as a whole, searched by the words of their messages."""

from __future__ import annotations

from collections.abc import Sequence

from indexers.stores.catalog import Catalog
from indexers.syntax.words import identifiers, join_terms
from indexers.types import Commit

_MAX_PATHS = 200
"""The paths of a commit that touches more files than this (a reformat, an import) are not stored: it explains none."""


def replace_commits(catalog: Catalog, commits: Sequence[tuple[Commit, list[str]]]) -> None:
    """Replace all stored commits; each comes with the paths it touched. Call it inside a transaction."""
    sql = catalog.connection
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


def count_commits(catalog: Catalog) -> int:
    """The number of stored commits."""
    return int(catalog.connection.execute("SELECT count(*) FROM commits").fetchone()[0])


def commits_about(catalog: Catalog, terms: Sequence[str], paths: Sequence[str], limit: int) -> list[Commit]:
    """The commits whose messages match `terms` best, best first; the scores of those that touched `paths` are doubled."""
    match = " OR ".join(f'"{term}"' for term in terms)
    rows = catalog.connection.execute(
        "SELECT c.id, c.sha, c.date, c.subject, c.body, bm25(commit_lexicon, 2.0, 1.0) AS score FROM commit_lexicon "
        "JOIN commits c ON c.id = commit_lexicon.rowid WHERE commit_lexicon MATCH ? ORDER BY score LIMIT 50",
        (match,),
    ).fetchall()
    marks = ",".join("?" * len(paths))
    sql = f"SELECT commit_id FROM commit_paths WHERE path IN ({marks})"
    touching = {row[0] for row in catalog.connection.execute(sql, tuple(paths))}
    best = sorted(rows, key=lambda row: row[5] * (2.0 if row[0] in touching else 1.0))
    return [Commit(sha, date, subject, body, -score) for _, sha, date, subject, body, score in best[:limit]]
