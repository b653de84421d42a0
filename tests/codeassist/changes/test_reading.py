"""Reading changes: every kind of change that git has, diffs from other sources, and invalid selections."""

from __future__ import annotations

import time

import pytest

from codeassist.changes.reading import ChangeSelection, read_change
from codeassist.errors import UsageError
from tests.conftest import git, write


def test_every_kind_of_change(repository):
    root = repository(
        {
            "a.py": "x = 1\n",
            "b.py": "y = 1\nz = 2\nw = 3\n",
            "gone.py": "g = 1\n",
            "run.sh": "echo\n",
            "pic.png": b"\x89PNG\0\1",
            "é ü.py": "n = 1\n",
        }
    )
    git(root, "mv", "b.py", "moved.py")
    write(
        root,
        {
            "a.py": "x = 2\n",
            "moved.py": "y = 1\nz = 2\nw = 4\n",
            "new.py": "n = 1\n",
            "pic.png": b"\x89PNG\0\2",
            "é ü.py": "n = 2\n",
        },
    )
    (root / "gone.py").unlink()
    (root / "run.sh").chmod(0o755)
    git(root, "add", "-A")
    files = {f.path: f for f in read_change(root, ChangeSelection(staged=True)).files}
    assert {p: f.kind for p, f in files.items()} == {
        "a.py": "modified",
        "moved.py": "renamed",
        "new.py": "added",
        "pic.png": "binary",
        "gone.py": "deleted",
        "run.sh": "mode",
        "é ü.py": "modified",
    }
    assert files["moved.py"].old_path == "b.py"
    assert files["moved.py"].added == {3: "w = 4"}
    assert files["moved.py"].old == "y = 1\nz = 2\nw = 3\n"
    assert files["gone.py"].old == "g = 1\n"
    assert files["gone.py"].new is None
    assert files["a.py"].removed == {1: "x = 1"}


def test_a_staged_change_contains_only_what_is_staged(repository):
    root = repository({"a.py": "x = 1\n"})
    write(root, {"a.py": "x = 2\n"})
    git(root, "add", "a.py")
    write(root, {"a.py": "x = 3\n", "untracked.py": "u = 1\n"})
    staged = read_change(root, ChangeSelection(staged=True))
    assert [f.new for f in staged.files] == ["x = 2\n"]
    assert not staged.in_work_tree
    everything = read_change(root, ChangeSelection())
    assert sorted((f.path, f.new) for f in everything.files) == [("a.py", "x = 3\n"), ("untracked.py", "u = 1\n")]


def test_commits_ranges_and_branches(repository):
    root = repository({"a.py": "x = 1\n"})
    git(root, "checkout", "-qb", "topic")
    write(root, {"a.py": "x = 2\n"})
    git(root, "commit", "-qam", "Two")
    write(root, {"b.py": "y = 1\n"})
    git(root, "add", ".")
    git(root, "commit", "-qm", "Three")
    git(root, "checkout", "-q", "main")
    write(root, {"c.py": "c = 1\n"})
    git(root, "add", ".")
    git(root, "commit", "-qm", "Aside")
    git(root, "merge", "-q", "--no-edit", "topic")
    assert [f.path for f in read_change(root, ChangeSelection(commit="topic")).files] == ["b.py"]
    ranged = read_change(root, ChangeSelection(range="main~1..topic"))
    assert sorted(f.path for f in ranged.files) == ["a.py", "b.py", "c.py"]
    assert ranged.messages[0] == "Three"
    assert sorted(f.path for f in read_change(root, ChangeSelection(range="main^1...topic")).files) == ["a.py", "b.py"]
    git(root, "checkout", "-q", "topic")
    write(root, {"a.py": "x = 5\n"})
    assert sorted(f.path for f in read_change(root, ChangeSelection(base="main^1")).files) == ["a.py", "b.py"]
    merge = read_change(root, ChangeSelection(commit="main"))
    assert sorted(f.path for f in merge.files) == ["a.py", "b.py"]  # relative to the first parent
    first = git(root, "rev-list", "--max-parents=0", "HEAD").strip()
    assert [(f.path, f.kind) for f in read_change(root, ChangeSelection(commit=first)).files] == [("a.py", "added")]


def test_a_repository_without_commits_and_submodules(tmp_path, repository):
    inner = repository({"a.py": "x = 1\n"})
    root = write(tmp_path / "outer", {"m.py": "m = 1\n"})
    git(root, "init", "-q")
    assert [(f.path, f.kind) for f in read_change(root, ChangeSelection()).files] == [("m.py", "added")]
    git(root, "add", ".")
    assert [(f.path, f.kind) for f in read_change(root, ChangeSelection(staged=True)).files] == [("m.py", "added")]
    git(root, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner), "inner")
    kinds = {f.path: f.kind for f in read_change(root, ChangeSelection(staged=True)).files}
    assert kinds["inner"] == "submodule"


def test_files_that_are_not_utf8_and_line_endings(repository):
    root = repository({"latin.py": "a = 'é'\n".encode("latin-1"), "dos.py": b"a = 1\r\nb = 2\r\n"})
    write(root, {"latin.py": "a = 'éé'\n".encode("latin-1"), "dos.py": b"a = 1\r\nb = 3\r\n"})
    files = {f.path: f for f in read_change(root, ChangeSelection()).files}
    assert files["latin.py"].lossy
    assert files["dos.py"].added == {2: "b = 3"}
    assert files["dos.py"].new_lines[1] == "b = 3"


@pytest.mark.parametrize(
    ("selection", "message"),
    [
        (ChangeSelection(commit="nowhere"), "git does not know the revision 'nowhere'"),
        (ChangeSelection(commit="--output=x"), "is not a revision"),
        (ChangeSelection(range="main"), "is not a range; write A..B"),
        (ChangeSelection(base="x", staged=True), "Name one thing to review, not staged and base"),
        (ChangeSelection(paths=("/etc/passwd",)), "is outside"),
        (ChangeSelection(paths=("/no/such/file",)), "There is no file"),
        (ChangeSelection(diff="hello"), "That is not a diff"),
        (ChangeSelection(diff="--- a/x\n+++ b/x\n@@ -1,5 +1,2 @@\n+a\n"), "The diff cannot be read"),
        (ChangeSelection(diff="--- /dev/null\n+++ b/../../x\n@@ -0,0 +1 @@\n+a\n"), "which is outside the repository"),
        (ChangeSelection(diff="--- a/../../x\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n"), "which is outside the repository"),
        (ChangeSelection(diff="--- a//etc/x\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n"), "which is outside the repository"),
        (ChangeSelection(diff="--- a//etc/x\n+++ b/a.py\n@@ -1 +1 @@\n-a\n+x = 1\n"), "which is outside the repository"),
        (ChangeSelection(diff='--- "a/\\056./x"\n+++ b/a.py\n@@ -1 +1 @@\n-a\n+x = 1\n'), "which is outside the repository"),
    ],
)
def test_an_invalid_selection_is_reported(repository, selection, message):
    root = repository({"a.py": "x = 1\n"})
    with pytest.raises(UsageError, match=message):
        read_change(root, selection)


def test_outside_a_repository_whole_files_and_diffs_still_work(tmp_path):
    root = write(tmp_path, {"a.py": "x = 1\ny = 2\n"})
    with pytest.raises(UsageError, match="is not a git repository; name files to review"):
        read_change(root, ChangeSelection())
    whole = read_change(root, ChangeSelection(paths=(str(root / "a.py"),)))
    assert whole.files[0].whole
    change = read_change(root, ChangeSelection(diff="--- a/a.py\n+++ b/a.py\n@@ -1,2 +1,2 @@\n x = 1\n-y = 1\n+y = 2\n"))
    assert change.files[0].new == "x = 1\ny = 2\n"
    assert change.files[0].old == "x = 1\ny = 1\n"
    ahead = read_change(root, ChangeSelection(diff="--- a/a.py\n+++ b/a.py\n@@ -1,2 +1,2 @@\n x = 1\n-y = 2\n+y = 3\n"))
    assert ahead.files[0].new == "x = 1\ny = 3\n"
    assert not ahead.in_work_tree
    strange = read_change(root, ChangeSelection(diff="--- a/a.py\n+++ b/a.py\n@@ -1,2 +1,2 @@\n q = 1\n-r = 2\n+r = 3\n"))
    assert "does not match the working tree" in strange.notes[0]


def test_a_diff_of_a_hundred_thousand_lines(repository):
    root = repository({"a.txt": "a\n"})
    diff = "--- a/a.txt\n+++ b/a.txt\n@@ -1 +1,100001 @@\n a\n" + "+b\n" * 100_000
    started = time.perf_counter()
    change = read_change(root, ChangeSelection(diff=diff))
    assert len(change.files[0].added) == 100_000
    assert not change.files[0].is_text
    assert time.perf_counter() - started < 20
