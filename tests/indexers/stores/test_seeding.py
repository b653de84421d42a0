"""A first index in a linked git worktree begins with the index of the main one."""

from __future__ import annotations

import json
import shutil

import pytest

from indexers import Index, IndexOptions
from indexers.files.worktrees import main_worktree
from indexers.testing import HashEncoder
from tests.conftest import git, write
from tests.indexers.conftest import assert_consistent

NOTE = "Begun with a copy"


@pytest.fixture
def trees(shop, run):
    """A repository with an index, and a linked worktree without one."""
    git(shop, "init", "-q")
    git(shop, "add", ".")
    git(shop, "commit", "-qm", "First")
    run("index", "-q", cwd=shop)
    linked = shop.parent / "linked"
    git(shop, "worktree", "add", "-q", str(linked))
    return shop, linked


def dump(root):
    with Index.open(root) as index:
        hits = [(hit.path, hit.start_line, round(hit.score, 6)) for hit in index.search("charge a payment", 10)]
        return index.files(), hits, index.statistics().as_json()["languages"], [d.path for d in index.definitions("checkout")]


def test_only_what_differs_is_made(trees, run):
    main, linked = trees
    write(linked, {"shop/extra.py": "def refund():\n    return 1\n", "shop/auth.py": "AUTH = 1\n"})
    (linked / "stock" / "inventory.go").unlink()
    done = run("index", "--json", cwd=linked)
    report = json.loads(done.out)
    assert (report["added"], report["changed"], report["deleted"]) == (1, 1, 1)
    assert any(NOTE in note for note in report["notes"])
    with Index.open(linked) as index:
        assert_consistent(index)
        assert index.definitions("refund")[0].path == "shop/extra.py"
        assert not index.definitions("authenticate")
    with Index.open(main) as index:
        assert_consistent(index)
        assert index.definitions("authenticate")
    seeded = dump(linked)
    run("index", "-q", "--rebuild", cwd=linked)
    assert dump(linked) == seeded


def test_the_first_question_in_a_worktree_uses_it(trees, run):
    assert run("search", "charge a payment", cwd=trees[1]).out
    assert run("index", "--json", cwd=trees[1]).out  # nothing is left to do
    assert json.loads(run("index", "--json", cwd=trees[1]).out)["added"] == 0


def test_another_encoder_begins_anew(trees):
    with Index.build(trees[1], encoder=HashEncoder(), options=IndexOptions(seed_from=trees[0] / ".codeassist")) as index:
        assert not any(NOTE in note for note in index.last_report.notes)
        assert_consistent(index)


@pytest.mark.parametrize("damage", ["foreign", "damaged", "incomplete", "busy"])
def test_an_index_that_cannot_be_used_is_not_copied(trees, run, damage):
    from indexers.stores.locking import writer_lock

    folder = trees[0] / ".codeassist"
    if damage == "foreign":
        (folder / "origin").unlink()
    elif damage == "damaged":
        (folder / "index.db").write_bytes(b"x" * 5000)
    elif damage == "incomplete":
        (folder / "index.seal").unlink()
    if damage == "busy":
        with writer_lock(folder):
            report = json.loads(run("index", "--json", cwd=trees[1]).out)
    else:
        report = json.loads(run("index", "--json", cwd=trees[1]).out)
    assert not any(NOTE in note for note in report["notes"])
    assert report["added"] > 5
    with Index.open(trees[1]) as index:
        assert_consistent(index)


def test_a_git_file_that_leads_to_a_foreign_repository_does_not_count(trees, tmp_path):
    main, linked = trees
    assert main_worktree(linked) == main.resolve()
    assert main_worktree(main) is None
    assert main_worktree(tmp_path) is None
    forged = write(tmp_path / "forged", {".git": (linked / ".git").read_text()})
    assert main_worktree(forged) is None
    moved = tmp_path / "moved"
    shutil.copytree(linked, moved)
    assert main_worktree(moved) is None
