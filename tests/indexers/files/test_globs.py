"""Patterns in `.gitignore` syntax: the meaning of pathspec and of git, in linear time."""

from __future__ import annotations

import os
import subprocess
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pathspec import GitIgnoreSpec

from indexers import Index
from indexers.files.globs import MOST_PATTERNS, GlobSpec, ignore_lines, is_glob, make_spec
from tests.conftest import git, write

PIECES = ["a", "b", "*", "**", "/", "?", "[ab]", "!", "\\*", ".", " ", "[a-b]"]
PATTERNS = st.lists(st.lists(st.sampled_from(PIECES), min_size=1, max_size=7).map("".join), min_size=1, max_size=3)
NAMES = st.text("ab.", min_size=1, max_size=3).filter(lambda name: name not in (".", ".."))
PATHS = st.lists(NAMES, min_size=1, max_size=4).map("/".join)


@settings(deadline=None)
@given(PATTERNS, PATHS)
@example(["*a*b*", "!a/b"], "a/b")
@example(["**/foo"], "foo/foo")
def test_patterns_mean_what_pathspec_means(patterns, path):
    try:
        reference = GitIgnoreSpec.from_lines(patterns, backend="simple")
    except ValueError:
        assert not all(map(is_glob, patterns))
        return
    assert GlobSpec(patterns).decision(path) == reference.check_file(path).include


BRACKETS = "a b * ** / ? [ab] [!a] [^b] \\* c - [a-c] [[:alpha:]] []a] [\\]b] [c-a] [a-] ]".split()


def test_patterns_mean_what_git_means(tmp_path):
    """Brackets and classes, which pathspec reads differently."""
    git(tmp_path, "init", "-q")
    paths = sorted(
        {"/".join(parts) for parts in (("a",), ("b", "a"), ("-",), ("]", "c"), ("ab", "ca"), ("c",), ("a-", "]b", "a"))}
    )
    patterns = [f"{first}{second}" for first in BRACKETS for second in ("", *BRACKETS[::3])]
    for start in range(0, len(patterns), 1):
        pattern = patterns[start]
        if start % 4:  # git is started for a quarter of them, which keeps the test short
            continue
        (tmp_path / ".gitignore").write_text(pattern + "\n")
        command = ["git", "check-ignore", "--no-index", "-z", "--stdin"]
        done = subprocess.run(command, cwd=tmp_path, input="\0".join(paths), capture_output=True, text=True, check=False)
        ignored = [path for path in done.stdout.split("\0") if path]
        assert [path for path in paths if GlobSpec([pattern]).match_file(path)] == ignored, pattern


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("*a*a*a*a*a*a*a*b", "a" * 250),
        ("**/a/**/a/**/a/**/a/**/a/**/b", "a/" * 2_000 + "a"),
        ("*a*a*/*a*a*/*a*a*/*a*a*/b", ("a" * 250 + "/") * 5 + "c"),
        ("**/*a*a*a*/**/*a*a*a*b", ("a" * 200 + "/") * 15 + "a"),
        ("?*" * 100 + "b", "a" * 255),
        ("[ab]*" * 200 + "c", "ab" * 120),
    ],
)
def test_patterns_of_strangers_cost_bounded_time(pattern, path):
    started = time.process_time()
    assert not GlobSpec([pattern]).match_file(path)
    assert time.process_time() - started < 5.0  # a backtracking matcher takes minutes to ages


@pytest.mark.skipif(os.name == "nt", reason="long names")
def test_a_stranger_s_ignore_file_and_long_name_do_not_stop_the_index(tmp_path):
    root = write(tmp_path, {".codeassistignore": "*a*a*a*a*a*a*a*b\n", "a" * 240 + ".py": "def f():\n    pass\n"})
    with Index.build(root) as index:
        assert index.definitions("f")
        assert index.search("f", paths=["*a*a*a*a*a*a*a*b"]) == []


def test_too_many_patterns_are_refused():
    assert len(GlobSpec(["*.a", "# comment", "", "*.a"])) == 1
    with pytest.raises(ValueError, match="at most"):
        GlobSpec(f"a{n}" for n in range(MOST_PATTERNS + 1))


def test_lines_are_separated_as_git_does():
    assert ignore_lines("\ufeffa\x0cb\r\n c\u2028\n") == ["a\x0cb", " c\u2028", ""]


def test_invalid_globs_are_left_out_of_a_matcher():
    assert [glob for glob in ("*.py", "!", "a/**", "\\", "[a", "[[:none:]]", "[z-a]") if is_glob(glob)] == [
        "*.py",
        "a/**",
        "[z-a]",
    ]
    spec = make_spec(["*.py", "!", "!keep.py"])
    assert spec is not None
    assert [path for path in ("a.py", "keep.py", "a.go") if spec.match_file(path)] == ["a.py"]
    assert make_spec([]) is None


def test_trailing_spaces_count_only_after_a_backslash():
    assert GlobSpec(["a  "]).match_file("a")
    assert GlobSpec(["a\\ "]).match_file("a ")
    assert not GlobSpec(["a\\ "]).match_file("a")
