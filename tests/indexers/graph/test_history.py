"""Indexing and searching the commit history."""

from __future__ import annotations

from indexers import Index, IndexOptions
from tests.conftest import git, write


def commit(root, message):
    git(root, "add", "-A")
    git(root, "commit", "-qm", message)


def test_commits_are_found_by_message_and_path(shop):
    git(shop, "init", "-q")
    commit(shop, "Start")
    write(shop, {"shop/auth.py": (shop / "shop/auth.py").read_text() + "\n# salted\n"})
    commit(shop, "Salt passwords before hashing\n\nRainbow tables made the old hashes worthless.")
    options = IndexOptions(history=100)
    with Index.build(shop, options=options) as index:
        (first, *_) = index.commits("why are passwords salted")
        assert first.subject == "Salt passwords before hashing"
        assert "Rainbow" in first.body
        assert first.date[:2] == "20"
        assert index.commits("why are passwords salted", ["shop/auth.py"])[0].score == first.score
        assert index.commits("start salt passwords", ["shop/auth.py"])[0].subject == first.subject
    write(shop, {"new.py": "def fresh():\n    return 1\n"})
    commit(shop, "Add the fresh function")
    with Index.build(shop, options=options) as index:
        assert index.commits("fresh function")[0].subject == "Add the fresh function"


def test_no_commits_without_history_or_repository(shop):
    with Index.build(shop) as index:
        assert index.commits("anything") == []
    with Index.build(shop, options=IndexOptions(history=10)) as index:
        assert index.commits("anything at all") == []
        assert index.commits("") == []


def test_a_repository_without_commits_gives_no_results(shop):
    git(shop, "init", "-q")
    with Index.build(shop, options=IndexOptions(history=10)) as index:
        assert index.commits("start") == []


def test_messages_with_control_characters_do_not_break_the_history(shop):
    git(shop, "init", "-q")
    for number in range(3):
        write(shop, {"n.py": f"x = {number}\n"})
        git(shop, "add", "-A")
        git(shop, "commit", "-qm", f"Odd \x1e\x1f message {number}\n\nbody \x1e abc \x1f def")
    with Index.build(shop, options=IndexOptions(history=10)) as index:
        assert index.commits("odd message")
    with Index.build(shop) as index:
        assert index.commits("odd message") == []
