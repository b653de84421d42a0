"""Unified diffs: what they parse to, and the text of each side."""

from __future__ import annotations

import subprocess

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from codeassist.changes.change import ChangedFile
from codeassist.changes.diffs import all_added, applied, compared, fits, joined, parse, reverted, sparse
from codeassist.changes.safe_write import unified
from codeassist.errors import UsageError
from tests.conftest import write

LINES = st.lists(
    st.text(
        st.characters(exclude_characters="\r\n\0\x85\x1c\x1d\x1e\x0b\x0c\u2028\u2029", exclude_categories=("Cs",)), max_size=6
    ),
    max_size=12,
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(LINES, LINES)
def test_a_diff_written_by_git_parses_to_the_same_lines(tmp_path_factory, before, after):
    folder = tmp_path_factory.mktemp("pair")
    old, new = ("".join(f"{line}\n" for line in lines) for lines in (before, after))
    write(folder, {"a.txt": old, "b.txt": new})
    done = subprocess.run(
        ["git", "diff", "--no-index", "--no-color", "a.txt", "b.txt"], cwd=folder, capture_output=True, check=False
    )
    files = list(parse(done.stdout))
    if old == new:
        assert files == []
        return
    [file] = files
    unchanged = {n: text for n, text in enumerate(before, 1) if n not in file.removed}
    result = [file.added.get(n) for n in range(1, len(after) + 1)]
    remaining = iter(unchanged.values())
    assert [text if text is not None else next(remaining) for text in result] == after


TEXTS = LINES.map(lambda lines: "".join(f"{line}\n" for line in lines))


@given(TEXTS, TEXTS)
def test_a_diff_can_be_applied_to_the_old_text_and_reverted_in_the_new_one(old: str, new: str) -> None:
    files = list(parse(unified("a.txt", old, new).encode()))
    if old == new:
        assert files == []
        return
    [file] = files
    assert fits(file, old, new=False)
    assert fits(file, new, new=True)
    assert applied(file, old) == new
    assert reverted(file, new) == old


@given(TEXTS, TEXTS)
def test_two_compared_texts_share_the_lines_that_were_neither_added_nor_removed(old: str, new: str) -> None:
    hunk = compared(old, new)
    before, after = old.split("\n"), new.split("\n")
    assert all(before[n - 1] == text for n, text in hunk.removed.items())
    assert all(after[n - 1] == text for n, text in hunk.added.items())
    kept = [text for n, text in enumerate(before, 1) if n not in hunk.removed]
    assert kept == [text for n, text in enumerate(after, 1) if n not in hunk.added]


def only(diff: str) -> ChangedFile:
    [file] = parse(diff.encode())
    return file


def test_a_text_that_differs_in_a_context_line_does_not_fit() -> None:
    file = only("--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n one\n-two\n+2\n")
    assert fits(file, "one\ntwo\n", new=False)
    assert not fits(file, "uno\ntwo\n", new=False)
    assert not fits(file, "one\ntwo\n", new=True)


@pytest.mark.parametrize(
    ("diff", "path", "old_path", "kind"),
    [
        ("--- /dev/null\n+++ b/x.py\n@@ -0,0 +1 @@\n+x\n", "x.py", "x.py", "added"),
        ("--- a/x.py\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n", "x.py", "x.py", "deleted"),
        ("--- x.py\n+++ x.py\n@@ -1 +1 @@\n-x\n+y\n", "x.py", "x.py", "modified"),
        ("--- i/x.py\n+++ w/x.py\n@@ -1 +1 @@\n-x\n+y\n", "x.py", "x.py", "modified"),
        (
            (
                'diff --git "a/\\303\\251.py" "b/\\303\\251.py"\n'
                '--- "a/\\303\\251.py"\n+++ "b/\\303\\251.py"\n@@ -1 +1 @@\n-x\n+y\n'
            ),
            "é.py",
            "é.py",
            "modified",
        ),
        (
            "diff --git a/old.py b/new.py\nsimilarity index 100%\nrename from old.py\nrename to new.py\n",
            "new.py",
            "old.py",
            "renamed",
        ),
        (
            "diff --git a/old.py b/new.py\nsimilarity index 100%\ncopy from old.py\ncopy to new.py\n",
            "new.py",
            "old.py",
            "modified",
        ),
        ("diff --git a/run.sh b/run.sh\nold mode 100644\nnew mode 100755\n", "run.sh", "run.sh", "mode"),
        (
            (
                "diff --git a/l b/l\nnew file mode 120000\nindex 0000000..1111111\n--- /dev/null\n+++ b/l\n@@ -0,0 +1 @@\n+target\n"
                "\\ No newline at end of file\n"
            ),
            "l",
            "l",
            "link",
        ),
    ],
)
def test_the_kind_and_paths_of_a_file(diff: str, path: str, old_path: str, kind: str) -> None:
    file = only(diff)
    assert (file.path, file.old_path, file.kind) == (path, old_path, kind)


def test_carriage_returns_and_bytes_that_are_not_utf8_do_not_stop_the_parser() -> None:
    [file] = parse(b"--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\r\n+\xff\r\n")
    assert (file.removed, file.added) == ({1: "a"}, {1: "\N{REPLACEMENT CHARACTER}"})


@pytest.mark.parametrize(
    ("diff", "message"),
    [
        ("--- a/x\n+++ b/x\n@@ -1,9 +1 @@\n-a\n", "The diff cannot be read"),
        ('--- "a/\\xzz"\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n', "is not a valid quoted path"),
    ],
)
def test_a_malformed_diff_is_an_error(diff: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        list(parse(diff.encode()))


def test_a_text_as_a_hunk_of_added_lines_and_back() -> None:
    hunk = all_added("one\r\ntwo\n")
    assert (hunk.new_start, hunk.new_count, hunk.added) == (1, 2, {1: "one", 2: "two"})
    assert joined(ChangedFile("x", "x", "added", [hunk])) == "one\ntwo\n"
    assert all_added("").added == {}


def test_the_sparse_text_has_added_lines_at_their_numbers() -> None:
    file = only("--- a/x\n+++ b/x\n@@ -3,2 +3,2 @@\n three\n-four\n+4\n")
    assert sparse(file) == "\n\n\n4\n"


def test_hunks_that_change_the_number_of_lines_do_not_move_each_other() -> None:
    old = "".join(f"{n}\n" for n in range(1, 31))
    new = old.replace("2\n", "2\nx\ny\n", 1).replace("28\n29\n", "29\n")
    file = only(unified("a.txt", old, new))
    assert len(file.hunks) == 2
    assert applied(file, old) == new
    assert reverted(file, new) == old
