"""A repository, read with git: revisions, contents, searches, and what is not read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from codeassist.changes.repository import EMPTY_TREE, MOST_BYTES, Repository, decoded
from codeassist.errors import UsageError
from tests.conftest import git, write

Make = Callable[..., Path]


def test_revisions(repository: Make) -> None:
    root = repository({"a.py": "x = 1\n"})
    one = Repository(root)
    head = git(root, "rev-parse", "HEAD").strip()
    assert one.head() == one.revision("main") == head
    assert one.knows("main")
    assert not one.knows("nowhere")
    with pytest.raises(UsageError, match="does not know the revision 'nowhere'; it knows main"):
        one.revision("nowhere")
    with pytest.raises(UsageError, match="'--all' is not a revision"):
        one.revision("--all")


def test_of_many_branches_only_those_with_a_similar_name_are_named(repository: Make) -> None:
    root = repository({"a.py": "x = 1\n"})
    for name in ("feature-one", "feature-two", "release", "stable", "docs"):
        git(root, "branch", name)
    one = Repository(root)
    with pytest.raises(UsageError, match=r"'feature-on'; the nearest it knows: feature-one(, feature-two)?\."):
        one.revision("feature-on")
    with pytest.raises(UsageError, match="'zzz'; 'git branch --all' and 'git tag' list those it knows"):
        one.revision("zzz")


def test_before_the_first_commit_the_head_is_the_empty_tree(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    one = Repository(tmp_path)
    one.check()
    assert one.head() == EMPTY_TREE
    assert one.messages("HEAD") == []
    with pytest.raises(UsageError, match="there are no commits yet"):
        one.revision("main")


def test_a_folder_without_git_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is not a git repository"):
        Repository(tmp_path).check()
    assert Repository(tmp_path).untracked() == []


def test_the_merge_base_of_unrelated_commits_is_the_first(repository: Make) -> None:
    root = repository({"a.py": "x = 1\n"})
    base = git(root, "rev-parse", "HEAD").strip()
    git(root, "checkout", "-qb", "topic")
    git(root, "commit", "-qm", "Topic", "--allow-empty")
    git(root, "checkout", "-q", "--orphan", "island")
    git(root, "commit", "-qm", "Island")
    assert Repository(root).merge_base("main", "topic") == base
    assert Repository(root).merge_base("island", "topic") == "island"


def test_messages_are_whole_and_newest_first(repository: Make) -> None:
    root = repository({"a.py": "x = 1\n"})
    git(root, "commit", "-qm", "Second\n\nWith a body.", "--allow-empty")
    assert Repository(root).messages("HEAD") == ["Second\n\nWith a body.", "First"]


def test_contents_of_many_files_are_read_at_once(repository: Make) -> None:
    files: dict[str, str | bytes] = {
        "a.py": "x = 1\n",
        "empty": "",
        "no newline": "end",
        "odd\nname": "odd\n",
        "d/b.bin": b"\0\n\xff",
        "é.py": "é\n",
    }
    root = repository(files)
    write(root, {"a.py": "x = 2\n"})
    git(root, "add", "a.py")
    specs = ["HEAD:missing", "HEAD:d", *(f"HEAD:{name}" for name in files), ":a.py", "nowhere:a.py"]
    shown = Repository(root).show(specs)
    expected = {f"HEAD:{name}": text.encode() if isinstance(text, str) else text for name, text in files.items()}
    assert shown == expected | {"HEAD:missing": None, "HEAD:d": None, ":a.py": b"x = 2\n", "nowhere:a.py": None}
    assert Repository(root).show([]) == {}


def test_links_folders_and_files_outside_the_root_are_not_read(tmp_path: Path) -> None:
    write(tmp_path, {"secret": "s", "r/a.py": "x = 1\n"})
    (tmp_path / "r/link").symlink_to(tmp_path / "secret")
    (tmp_path / "r/inner").symlink_to("a.py")
    (tmp_path / "r/folder").symlink_to(tmp_path)
    one = Repository(tmp_path / "r")
    assert one.on_disk("a.py") == b"x = 1\n"
    assert [one.on_disk(path) for path in ("link", "inner", "folder/secret", "../secret", "folder", "missing")] == [None] * 6


def test_of_a_large_file_no_more_is_read_than_shows_that_it_is_too_large(tmp_path: Path) -> None:
    write(tmp_path, {"big": b"x" * (MOST_BYTES + 100)})
    raw = Repository(tmp_path).on_disk("big")
    assert raw is not None
    assert len(raw) == MOST_BYTES + 1
    assert decoded(raw) == (None, False)


def test_words_are_found_in_the_working_tree_the_index_and_a_commit(repository: Make) -> None:
    root = repository({"a.py": "total = 1\n", "a.md": "total\n", ".gitignore": "ignored.py\n"})
    write(root, {"a.py": "x = 0\ntotal = 2\n"})
    git(root, "add", "a.py")
    write(root, {"a.py": "total = 3\nsubtotal = 4\n", "b.py": "print(total)\n", "ignored.py": "total\n"})
    one = Repository(root)
    assert sorted(one.grep(["total"], ["*.py"], "")) == [("a.py", 1, "total = 3"), ("b.py", 1, "print(total)")]
    assert one.grep(["total"], ["*.py"], ":") == [("a.py", 2, "total = 2")]
    assert one.grep(["total"], ["*.py"], "HEAD:") == [("a.py", 1, "total = 1")]
    assert one.grep(["x", "nowhere"], ["*.py"], ":") == [("a.py", 1, "x = 0")]
    assert one.grep(["total"], ["*.py"], "nowhere:") == []


def test_only_words_are_searched(repository: Make) -> None:
    root = repository({"a.py": "--all (x)\n"})
    assert Repository(root).grep(["--all", "(x)", ""], ["*.py"], "") == []


def test_a_hook_s_index_file_is_used(repository: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    root = repository({"a.py": "x = 1\n"})
    write(root, {"a.py": "x = 2\n"})
    monkeypatch.setenv("GIT_INDEX_FILE", str(root / ".git" / "other-index"))
    git(root, "add", "a.py")
    assert Repository(root).show([":a.py"]) == {":a.py": b"x = 2\n"}
    monkeypatch.delenv("GIT_INDEX_FILE")
    assert Repository(root).show([":a.py"]) == {":a.py": b"x = 1\n"}


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (None, (None, False)),
        (b"", ("", False)),
        ("é\n".encode(), ("é\n", False)),
        (b"\xef\xbb\xbfx", ("x", False)),
        (b"caf\xe9", ("café", True)),
        ("é".encode("utf-16"), ("é", True)),
        (b"a\0b", (None, False)),
    ],
)
def test_bytes_are_decoded(raw: bytes | None, expected: tuple[str | None, bool]) -> None:
    assert decoded(raw) == expected


def test_the_repository_named_by_the_environment_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree = write(tmp_path / "home", {"a.py": "x = 1\n"})
    separate = ["--git-dir", str(tmp_path / "dotfiles.git"), "--work-tree", str(tree)]
    git(tree, *separate, "init", "-q")
    git(tree, *separate, "add", "a.py")
    git(tree, *separate, "commit", "-qm", "First")
    with pytest.raises(UsageError, match="not a git repository"):
        Repository(tree).check()
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "dotfiles.git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(tree))
    Repository(tree).check()
    assert Repository(tree).head() != EMPTY_TREE


def test_another_repository_is_not_read_in_a_hook(repository: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = repository({"a.py": "x = 1\n"})
    other = tmp_path / "other"
    other.mkdir()
    git(other, "init", "-q")
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    assert Repository(root).head() != EMPTY_TREE


def test_dubious_ownership_is_named_with_its_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "bin" / "git"
    program.parent.mkdir()
    program.write_text(
        '#!/bin/sh\necho "fatal: detected dubious ownership in repository; git config --global --add safe.directory /x" >&2\nexit 128\n'
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent))
    (tmp_path / "r").mkdir()
    with pytest.raises(UsageError, match="git config --global --add safe.directory"):
        Repository(tmp_path / "r").check()


def test_attributes(repository: Make) -> None:
    marks = "*.gen.py linguist-generated\n*.ok.py -linguist-generated\nodd.py linguist-generated=false\n"
    root = repository({".gitattributes": marks})
    names = ["a.gen.py", "a.ok.py", "odd.py", "new\nline.gen.py"]
    found = Repository(root).attributes(names, ("linguist-generated", "linguist-vendored"))
    assert found == {"a.gen.py": {"linguist-generated"}, "new\nline.gen.py": {"linguist-generated"}}
    assert Repository(root).attributes([], ("linguist-generated",)) == {}


def test_thousands_of_words_are_searched_at_once(repository: Make) -> None:
    root = repository({"a.py": "word_7 = 1\n"})
    words = [f"word_{n}" + "x" * 40 for n in range(60_000)] + ["word_7"]
    assert Repository(root).grep(words, ["*.py"], "") == [("a.py", 1, "word_7 = 1")]


def test_an_unknown_revision_of_a_shallow_clone_may_be_missing(repository: Make, tmp_path: Path) -> None:
    root = repository({"a.py": "x = 1\n"})
    write(root, {"a.py": "x = 2\n"})
    git(root, "commit", "-qam", "two")
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{root}", "shallow")
    with pytest.raises(UsageError, match="this shallow clone may lack it"):
        Repository(tmp_path / "shallow").revision("HEAD~1")
