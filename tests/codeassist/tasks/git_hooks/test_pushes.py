"""The changes that a push sends: what the hook's input means, and where a branch leaves the remote."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeassist.errors import UsageError
from codeassist.tasks.git_hooks import changes_to_push, pushed_ranges
from tests.conftest import git, write

A, B, NONE = "a" * 40, "b" * 40, "0" * 40


@pytest.mark.parametrize(
    ("text", "ranges"),
    [
        (f"refs/heads/m {B} refs/heads/m {A}\n", [(A, B)]),
        (f"refs/heads/m {B} refs/heads/m {NONE}\n", [("", B)]),
        (f"(delete) {NONE} refs/heads/m {A}\n", []),
        (f"refs/heads/m {B} refs/heads/m {A}\nrefs/heads/n {A} refs/heads/n {NONE}\n", [(A, B), ("", A)]),
        ("", []),
        ("refs/heads/m\n\nnot a line of git at all\n", []),
    ],
)
def test_lines_of_the_hook(text, ranges):
    assert pushed_ranges(text, {}) == ranges


@pytest.mark.parametrize(("old", "expected"), [({"PRE_COMMIT_FROM_REF": A}, A), ({"PRE_COMMIT_FROM_REF": NONE}, ""), ({}, "")])
def test_variables_of_the_pre_commit_framework_come_first(old, expected):
    assert pushed_ranges(f"x {A} y {A}\n", {"PRE_COMMIT_TO_REF": B, **old}) == [(expected, B)]


@given(st.text(max_size=60))
def test_any_input_gives_pairs_without_deleted_branches(text):
    for old, new in pushed_ranges(text, {}):
        assert new
        assert set(new) != {"0"}
        assert not old or set(old) != {"0"}


@pytest.fixture
def cloned(repository, tmp_path, monkeypatch):
    """A clone whose remote has one commit, with two more commits on a branch."""
    monkeypatch.delenv("PRE_COMMIT_TO_REF", raising=False)
    origin = repository({"a.py": "a = 1\n"})
    git(tmp_path, "clone", "-q", str(origin), "clone")
    root = tmp_path / "clone"
    git(root, "checkout", "-qb", "work")
    for name in ("b.py", "c.py"):
        write(root, {name: "x = 1\n"})
        git(root, "add", ".")
        git(root, "commit", "-qm", f"Add {name}")
    return root


def revision(root, name):
    return git(root, "rev-parse", name).strip()


def pushed(root, new, old):
    text = f"refs/heads/work {revision(root, new)} refs/heads/work {old}\n"
    return [[file.path for file in change.files] for change in changes_to_push(root, text)]


def test_a_new_branch_sends_what_the_remote_lacks(cloned):
    assert pushed(cloned, "work", NONE) == [["b.py", "c.py"]]


def test_a_known_branch_sends_the_commits_since(cloned):
    assert pushed(cloned, "work", revision(cloned, "work~1")) == [["c.py"]]


def test_after_a_forced_push_the_change_starts_at_the_common_commit(cloned):
    old = revision(cloned, "work")
    git(cloned, "reset", "-q", "--hard", "work~1")
    write(cloned, {"d.py": "x = 2\n"})
    git(cloned, "add", ".")
    git(cloned, "commit", "-qm", "Add d.py")
    assert pushed(cloned, "work", old) == [["d.py"]]


def test_an_old_revision_that_is_not_here_is_treated_as_a_new_branch(cloned):
    assert pushed(cloned, "work", "1" * 40) == [["b.py", "c.py"]]


def test_without_a_remote_everything_is_sent(repository):
    root = repository({"a.py": "a = 1\n"})
    text = f"refs/heads/main {revision(root, 'HEAD')} refs/heads/main {NONE}\n"
    assert [[f.path for f in change.files] for change in changes_to_push(root, text)] == [["a.py"]]


def test_an_unknown_new_revision_is_an_error(cloned):
    with pytest.raises(UsageError):
        list(changes_to_push(cloned, f"refs/heads/work {B} refs/heads/work {NONE}\n"))
