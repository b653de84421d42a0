"""Stored commits: replaced as a whole, found by the words of their messages."""

from __future__ import annotations

import pytest

from indexers.stores.catalog import Catalog
from indexers.stores.commits import commits_about, count_commits, replace_commits
from indexers.types import Commit


def commit(number: int, subject: str, body: str = "") -> Commit:
    return Commit(f"{number:040}", "2024-01-01T00:00:00+00:00", subject, body)


COMMITS = [
    (commit(1, "Salt passwords"), ["auth.py"]),
    (commit(2, "Print receipts", "The salt of passwords is unrelated."), ["shop.py"]),
    (commit(3, "Salt passwords"), ["other.py"]),
    *((commit(number, f"Tidy number {number}"), []) for number in range(4, 20)),
]


@pytest.fixture
def stored(tmp_path):
    created = Catalog.create(tmp_path / "index.db")
    with created.transaction():
        replace_commits(created, COMMITS)
    yield created
    created.close()


def numbers(commits):
    return [int(commit.sha) for commit in commits]


def test_the_subject_counts_more_than_the_body(stored):
    found = commits_about(stored, ["salt", "password"], [], 5)
    assert numbers(found) == [1, 3, 2]
    assert found[0].score == found[1].score > found[2].score > 0
    assert numbers(commits_about(stored, ["salt", "password"], [], 1)) == [1]
    assert commits_about(stored, ["walrus"], [], 5) == []


def test_commits_that_touched_the_paths_come_first(stored):
    assert numbers(commits_about(stored, ["salt", "password"], ["other.py", "none.py"], 5)) == [3, 1, 2]


def test_a_replacement_leaves_nothing_of_the_old_commits(stored):
    with stored.transaction():
        replace_commits(stored, [(commit(9, "Start"), ["a.py"])])
    assert count_commits(stored) == 1
    assert commits_about(stored, ["salt"], [], 5) == []
    assert numbers(commits_about(stored, ["start"], [], 5)) == [9]
    with stored.transaction():
        replace_commits(stored, [(commit(number, "Start"), []) for number in (1, 2)])
    assert numbers(commits_about(stored, ["start"], ["shop.py"], 5)) == [1, 2]
    with stored.transaction():
        replace_commits(stored, [])
    assert count_commits(stored) == 0


def test_the_paths_of_a_commit_of_the_whole_repository_are_no_evidence(stored):
    many = [f"f{number}.py" for number in range(201)]
    with stored.transaction():
        replace_commits(stored, [(commit(1, "Reformat"), ["a.py"]), (commit(2, "Reformat"), many)])
    assert numbers(commits_about(stored, ["reformat"], ["f7.py"], 5)) == [1, 2]
    with stored.transaction():
        replace_commits(stored, [(commit(1, "Reformat"), ["a.py"]), (commit(2, "Reformat"), many[:200])])
    assert numbers(commits_about(stored, ["reformat"], ["f7.py"], 5)) == [2, 1]
