"""Rules that exclude files by name and status."""

from __future__ import annotations

import os

import pytest

from indexers import Index, QueryError
from indexers.files.exclusions import is_pruned, skip_by_name, skip_by_status
from indexers.files.globs import is_glob, make_spec
from tests.conftest import write


def test_invalid_ignore_patterns_are_ignored_and_invalid_filters_rejected(tmp_path):
    root = write(tmp_path, {".gitignore": "!\n\\\n*.log\n", "a.py": "def f():\n    pass\n", "b.log": "x\n"})
    with Index.build(root) as index:
        assert sorted(index.files()) == [".gitignore", "a.py"]
        with pytest.raises(QueryError, match="not a valid path pattern"):
            index.search("f", paths=["!"])


@pytest.mark.skipif(os.name == "nt", reason="needs sparse files")
def test_a_file_of_two_gigabytes_is_skipped_without_reading(shop):
    with (shop / "huge.py").open("wb") as handle:
        handle.truncate(2 * 1024**3)
    with Index.build(shop) as index:
        assert index.last_report.skipped["too large"] == 1
        assert "huge.py" not in index.files()


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("src/a.py", ""),
        ("logo.PNG", "binary"),
        ("table.csv", "data"),
        ("sub/Cargo.lock", "lock file"),
        ("vendor/a.go", "vendored"),
        ("vendor.py", ""),
        ("static/app.min.js", "generated"),
        ("api_pb2.py", "generated"),
        ("api_pb2_test.py", ""),
        ("png", ""),
        ("a\udcff.py", "name is not UTF-8"),
        ("größe.py", ""),
    ],
)
def test_skip_by_name(path, reason):
    assert skip_by_name(path, None, None) == reason


def test_include_wins_over_exclude_and_the_other_rules_except_binary():
    include, exclude = make_spec(["*.csv", "vendor/", "*.png"]), make_spec(["*"])
    assert [skip_by_name(path, include, exclude) for path in ("a.csv", "vendor/a.go", "a.png", "a.py")] == [
        "",
        "",
        "binary",
        "excluded",
    ]


@pytest.mark.skipif(os.name == "nt", reason="links and pipes are POSIX")
def test_skip_by_status(tmp_path):
    write(tmp_path, {"big.py": "x"})
    (tmp_path / "link").symlink_to(tmp_path / "big.py")
    os.mkfifo(tmp_path / "pipe")
    reasons = {name: skip_by_status((tmp_path / name).lstat()) for name in ("big.py", "link", "pipe", ".")}
    assert reasons == {
        "big.py": "too large",
        "link": "symbolic link",
        "pipe": "not a regular file",
        ".": "submodule or nested repository",
    }


def test_only_folders_of_tools_are_pruned():
    assert is_pruned("a/__pycache__/b.pyc")
    assert is_pruned(".git/HEAD")
    assert not is_pruned("a/.git")
    assert not is_pruned("venvs/a.py")


def test_invalid_globs_are_left_out_of_a_matcher():
    assert [glob for glob in ("*.py", "!", "a/**", "\\") if is_glob(glob)] == ["*.py", "a/**"]
    spec = make_spec(["*.py", "!", "!keep.py"])
    assert spec is not None
    assert [path for path in ("a.py", "keep.py", "a.go") if spec.match_file(path)] == ["a.py"]
    assert make_spec([]) is None
