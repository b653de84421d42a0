"""Which files are listed, which are skipped, and why."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from indexers import SourceError, WalkRules
from indexers.files.walker import compare, discover
from tests.conftest import git, write

needs_posix = pytest.mark.skipif(os.name == "nt", reason="POSIX file names and links")


def paths(root, **rules):
    return [file.path for file in discover(root, WalkRules(**rules)).files]


IGNORED_TREE = {
    ".gitignore": "*.log\nbuild/\n!keep.log\n/secret.py\ndeep/*\n!deep/kept/\n",
    "a.py": "1",
    "x.log": "1",
    "keep.log.py": "1",
    "secret.py": "1",
    "sub/secret.py": "1",
    "build/out.py": "1",
    "deep/gone.py": "1",
    "deep/kept/here.py": "1",
    "sub/.gitignore": "*.py\n!secret.py\n",
    "sub/other.py": "1",
    "sub/deeper/third.py": "1",
}


def test_gitignore_rules_match_those_of_git(tmp_path):
    """The same tree with and without git: negations, nested files, anchors."""
    plain = write(tmp_path / "plain", IGNORED_TREE)
    tracked = write(tmp_path / "tracked", IGNORED_TREE)
    git(tracked, "init", "-q")
    expected = ["a.py", "deep/kept/here.py", "keep.log.py", "sub/secret.py"]
    assert [p for p in paths(plain) if p.endswith(".py")] == expected
    assert [p for p in paths(tracked) if p.endswith(".py")] == expected


def test_tracked_files_are_listed_even_when_ignored(tmp_path):
    root = write(tmp_path, {".gitignore": "*.py\n", "a.py": "1", "b.py": "1"})
    git(root, "init", "-q")
    git(root, "add", "-f", "a.py")
    assert "a.py" in paths(root)
    assert "b.py" not in paths(root)


def test_a_subfolder_of_a_working_tree(tmp_path):
    root = write(tmp_path, {"a.py": "1", "sub/b.py": "1", ".gitignore": "c.py\n", "sub/c.py": "1"})
    git(root, "init", "-q")
    assert paths(root / "sub") == ["b.py"]


def test_codeassistignore_include_and_exclude(tmp_path):
    root = write(
        tmp_path,
        {
            ".codeassistignore": "*.sql\n!keep.sql\n",
            "a.sql": "1",
            "keep.sql": "1",
            "b.py": "1",
            "c.py": "1",
            "data.csv": "1,2",
            "vendor/v.py": "1",
        },
    )
    assert paths(root) == [".codeassistignore", "b.py", "c.py", "keep.sql"]
    assert "c.py" not in paths(root, exclude=("c.*",))
    assert {"data.csv", "vendor/v.py"} <= set(paths(root, include=("*.csv", "vendor/")))


def test_include_reaches_files_that_git_ignores(tmp_path):
    root = write(tmp_path, {".gitignore": "gen/\n", "gen/api.py": "1", "gen/other.py": "1", "a.py": "1"})
    git(root, "init", "-q")
    assert [p for p in paths(root, include=("gen/api.py",)) if p.endswith(".py")] == ["a.py", "gen/api.py"]


def test_skipped_files_are_counted_by_reason(tmp_path):
    root = write(
        tmp_path,
        {
            "a.png": b"\x89PNG",
            "yarn.lock": "x",
            "de.po": "x",
            "node_modules/x.js": "1",
            "vendor/x.go": "1",
            "x.min.js": "1",
            "m_pb2.py": "1",
            "big.py": "x" * 2000,
            "ok.py": "1",
        },
    )
    listing = discover(root, WalkRules(max_file_size=1000))
    assert [file.path for file in listing.files] == ["ok.py"]
    assert listing.skipped == {"binary": 1, "lock file": 1, "data": 1, "vendored": 2, "generated": 2, "too large": 1}


@needs_posix
def test_symbolic_links_are_skipped(tmp_path):
    outside = write(tmp_path / "outside", {"secret.py": "1"})
    root = write(tmp_path / "root", {"a.py": "1", "sub/b.py": "1"})
    (root / "loop").symlink_to(root)
    (root / "away").symlink_to(outside)
    (root / "file.py").symlink_to(outside / "secret.py")
    (root / "broken.py").symlink_to(root / "nowhere")
    listing = discover(root)
    assert [file.path for file in listing.files] == ["a.py", "sub/b.py"]
    assert listing.skipped["symbolic link"] == 4


def test_submodules_and_nested_repositories_are_skipped(tmp_path):
    other = write(tmp_path / "other", {"x.py": "1"})
    git(other, "init", "-q")
    git(other, "add", ".")
    git(other, "commit", "-qm", "x")
    root = write(tmp_path / "root", {"a.py": "1"})
    git(root, "init", "-q")
    git(root, "-c", "protocol.file.allow=always", "submodule", "add", "-q", str(other), "module")
    write(root, {"nested/y.py": "1"})
    git(root / "nested", "init", "-q")
    listing = discover(root)
    assert [f.path for f in listing.files if f.path.endswith(".py")] == ["a.py"]
    assert listing.skipped["submodule or nested repository"] == 2


@needs_posix
@pytest.mark.parametrize("name", ["with space.py", "new\nline.py", "emoji 🎉.py", "quote'\".py", "é" * 125 + ".py", "-dash.py"])
@pytest.mark.parametrize("in_git", [True, False])
def test_unusual_file_names(tmp_path, name, in_git):
    root = write(tmp_path / "r", {name: "x = 1\n", "dir with\ttab/" + name: "y = 1\n"})
    if in_git:
        git(root, "init", "-q")
    assert sorted(paths(root)) == sorted([name, "dir with\ttab/" + name])


@pytest.mark.skipif(sys.platform != "linux", reason="needs file names that are not UTF-8")
def test_names_that_are_not_utf8_are_counted(tmp_path):
    (tmp_path / "a.py").write_text("1")
    with open(os.fsencode(tmp_path) + b"/\xff\xfe.py", "w") as handle:
        handle.write("1")
    listing = discover(tmp_path)
    assert [file.path for file in listing.files] == ["a.py"]
    assert listing.skipped["name is not UTF-8"] == 1


def test_a_missing_root_and_a_file_as_root_are_errors(tmp_path):
    with pytest.raises(SourceError, match="There is no folder"):
        discover(tmp_path / "nowhere")
    (tmp_path / "a.py").write_text("1")
    with pytest.raises(SourceError, match="is a file"):
        discover(tmp_path / "a.py")


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="permissions are not enforced for this user")
def test_a_folder_without_permission_is_counted(tmp_path):
    root = write(tmp_path / "r", {"a.py": "1", "closed/b.py": "1"})
    (root / "closed").chmod(0)
    try:
        listing = discover(root)
        assert [file.path for file in listing.files] == ["a.py"]
        assert listing.skipped["unreadable"] == 1
    finally:
        (root / "closed").chmod(0o700)


@pytest.mark.skipif(os.name == "nt", reason="paths are short there")
@pytest.mark.parametrize("in_git", [True, False])
def test_a_file_below_a_thousand_folders_is_listed(tmp_path, monkeypatch, in_git):
    if in_git:
        git(tmp_path, "init", "-q")
    monkeypatch.chdir(tmp_path)
    for _ in range(1_100):
        Path("a").mkdir()
        os.chdir("a")
    Path("deep.py").write_text("x = 1\n")
    try:
        assert [file.path for file in discover(tmp_path).files] == ["a/" * 1_100 + "deep.py"]
    finally:  # the library of Python removes such a tree by recursion
        Path("deep.py").unlink()
        for _ in range(1_100):
            os.chdir("..")
            Path("a").rmdir()


def test_compare_with_an_empty_catalog_reports_all_files_as_added(tmp_path):
    root = write(tmp_path, {"a.py": "1", "b.py": "1"})
    changes = compare(discover(root), {})
    assert [file.path for file in changes.added] == ["a.py", "b.py"]
    assert len(changes) == 2


def test_each_skipped_file_is_named_with_its_reason(tmp_path):
    root = write(
        tmp_path,
        {
            ".gitignore": "*.log\nbuilt/\n",
            "a.py": "1",
            "x.log": "1",
            "built/b.py": "1",
            "logo.png": "1",
            "lib/.git/HEAD": "",
            "lib/c.py": "1",
            ".venv/d.py": "1",
        },
    )
    expected = {
        ("x.log", "ignored"),
        ("built/", "ignored"),
        ("logo.png", "binary"),
        ("lib/", "submodule or nested repository"),
        (".venv/", "folder of a tool"),
    }
    listing = discover(root, explain=True)
    assert set(listing.skipped_paths) == expected
    assert listing.repositories == ["lib"]
    (root / "lib/.git/HEAD").unlink()
    (root / "lib/.git").rmdir()
    git(root / "lib", "init", "-q")
    git(root, "init", "-q")
    listing = discover(root, explain=True)
    assert expected - {(".venv/", "folder of a tool")} <= set(listing.skipped_paths)
    assert paths(root) == [".gitignore", "a.py"]


def test_nested_worktrees_stay_out(tmp_path):
    root = write(tmp_path / "r", {"a.py": "def f():\n    pass\n"})
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "x")
    git(root, "worktree", "add", "-q", "wt")
    git(root, "worktree", "add", "-q", "deep/er/other")
    assert paths(root) == ["a.py"]
    assert paths(root / "wt") == ["a.py"]
    assert discover(root).repositories == ["deep/er/other", "wt"]


@needs_posix
@pytest.mark.parametrize("in_git", [False, True])
def test_other_file_systems_are_not_entered_unless_asked(tmp_path, monkeypatch, in_git):
    root = write(tmp_path / "r", {"a.py": "1", "mounted/b.py": "1", "mounted/deep/c.py": "1"})
    if in_git:
        git(root, "init", "-q")
    original = os.lstat

    def elsewhere(path, **options):
        status = original(path, **options)
        if not os.fspath(path).endswith(("/mounted", "/mounted/deep")):
            return status
        return os.stat_result((*status[:2], status.st_dev + 1, *status[3:10]))

    monkeypatch.setattr(os, "lstat", elsewhere)
    assert paths(root) == ["a.py"]
    assert discover(root).skipped["other file system"] >= 1
    assert paths(root, other_file_systems=True) == ["a.py", "mounted/b.py", "mounted/deep/c.py"]


def test_what_include_brings_back_is_not_counted_as_skipped(tmp_path):
    root = write(tmp_path / "r", {"x.py": "1", "y.py": "1", ".gitignore": "*.py\n"})
    listing = discover(root, WalkRules(include=("x.py",)))
    assert "x.py" in [file.path for file in listing.files]
    assert (listing.skipped["ignored"], [p for p, _ in listing.skipped_paths if p.endswith(".py")]) == (1, ["y.py"])
