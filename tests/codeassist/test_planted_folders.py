"""A `.codeassist` folder that came with a clone: no command writes through it or believes what is in it."""

from __future__ import annotations

import os

import pytest

from tests.conftest import git, write
from tests.indexers.stores.test_ownership import KINDS, NAMES, plant

pytestmark = pytest.mark.skipif(os.name == "nt", reason="links need rights there")

REFUSING = [
    ("index", "."),
    ("index", "--rebuild", "."),
    ("search", "charge an account"),
    ("ask", "where is charge"),
    ("clean",),
    ("status",),
    ("log",),
    ("map",),
    ("duplicates",),
    ("symbols", "charge"),
    ("rate", "1", "up"),
    ("review",),
    ("commit-msg",),
    ("gen-tests", "shop/auth.py"),
]
OTHERS = [("doctor",), ("prompts", "list")]


def state(folder):
    """Names and contents of everything below a folder."""
    return {path: path.read_bytes() if path.is_file() else b"" for path in sorted(folder.rglob("*"))}


@pytest.mark.parametrize("command", [*REFUSING, *OTHERS], ids=" ".join)
def test_no_command_writes_through_a_planted_folder(shop, run, tmp_path, command):
    git(shop, "init", "-q")
    git(shop, "add", ".")
    git(shop, "commit", "-qm", "first")
    write(shop, {"shop/auth.py": "def changed():\n    return 1\n"})
    outside = write(tmp_path / "outside", {"victim": "keep me", "other": ""})
    before = state(outside)
    folder = shop / ".codeassist"
    for number, name in enumerate(NAMES if command in REFUSING else NAMES[::5]):
        folder.mkdir()
        kind = KINDS[number % 4]  # of links
        plant(folder / name, kind, outside / "victim")
        outcome = run(*command, cwd=shop)
        assert state(outside) == before, (name, kind)
        assert os.listdir(folder) == [name]
        if command in REFUSING:
            assert outcome.code == 4, (name, kind, outcome)
            assert "is not used; delete the folder" in outcome.err
        (folder / name).unlink()
        folder.rmdir()


@pytest.mark.parametrize("command", [*REFUSING, *OTHERS], ids=" ".join)
def test_no_command_writes_into_a_folder_that_is_a_link(shop, run, tmp_path, command):
    outside = tmp_path / "outside"
    outside.mkdir()
    (shop / ".codeassist").symlink_to(outside)
    outcome = run(*command, cwd=shop)
    assert list(outside.iterdir()) == []
    if command in REFUSING:
        assert (outcome.code, "is a symbolic link" in outcome.err) == (4, True)


def test_tracked_indexes_and_runs_are_not_believed(indexed, run):
    run("ask", "where is charge", cwd=indexed)
    (indexed / ".codeassist" / ".gitignore").unlink()
    git(indexed, "init", "-q")
    git(indexed, "add", "-f", ".")
    before = state(indexed / ".codeassist")
    for command in REFUSING:
        outcome = run(*command, cwd=indexed)
        assert (outcome.code, outcome.out) == (4, ""), command
        assert "git rm -r --cached" in outcome.err
    for command in OTHERS:
        run(*command, cwd=indexed)
    assert state(indexed / ".codeassist") == before
