"""The lines of a changed file, and the files of a change."""

from __future__ import annotations

import pytest

from codeassist.changes.change import MANY_LINES, Change, ChangedFile, Hunk


def change_of(*files: ChangedFile) -> Change:
    return Change("a change", list(files), read=lambda _: None, find=lambda _words, _globs: [])


def test_touched_lines_are_added_lines_and_the_places_of_removed_ones() -> None:
    hunks = [
        Hunk(1, 1, 1, 2, removed={1: "a"}, added={1: "b", 2: "c"}),
        Hunk(9, 1, 10, 0, removed={9: "gone"}),
        Hunk(30, 0, 40, 1, added={40: "new"}),
    ]
    file = ChangedFile("a.py", "a.py", "modified", hunks)
    assert file.touched == {1, 2, 10, 40}
    assert file.added == {1: "b", 2: "c", 40: "new"}
    assert file.removed == {1: "a", 9: "gone"}


def test_lines_removed_at_the_start_of_a_file_touch_its_first_line() -> None:
    assert ChangedFile("a", "a", "modified", [Hunk(1, 1, 0, 0, removed={1: "x"})]).touched == {1}


@pytest.mark.parametrize(
    ("path", "suffix"),
    [("a.py", ".py"), ("src/A.PY", ".py"), ("Makefile", ""), ("v1.2/Makefile", ""), ("a.tar.gz", ".gz"), (".env", ".env")],
)
def test_the_suffix_is_that_of_the_file_name(path: str, suffix: str) -> None:
    assert ChangedFile(path, path, "added").suffix == suffix


def test_new_lines_have_no_line_endings() -> None:
    assert ChangedFile("a", "a", "modified", new="one\r\ntwo\n").new_lines == ["one", "two", ""]


@pytest.mark.parametrize(
    ("kind", "new", "lines", "expected"),
    [
        ("modified", "x", MANY_LINES, True),
        ("modified", "x", MANY_LINES + 1, False),
        ("modified", None, 1, False),
        ("binary", "x", 1, False),
        ("link", "x", 1, False),
        ("submodule", "x", 1, False),
    ],
)
def test_a_file_is_text_unless_it_is_binary_a_link_or_has_too_many_changed_lines(
    kind: str, new: str | None, lines: int, expected: bool
) -> None:
    hunk = Hunk(0, 0, 1, lines, added=dict.fromkeys(range(1, lines + 1), ""))
    assert ChangedFile("a", "a", kind, [hunk], new=new).is_text is expected


def test_texts_are_files_with_changed_lines_or_reviewed_as_a_whole() -> None:
    added = [Hunk(0, 0, 1, 1, added={1: "x"})]
    changed = ChangedFile("changed", "changed", "modified", added, new="x")
    deleted = ChangedFile("deleted", "deleted", "deleted", [Hunk(1, 1, 0, 0, removed={1: "x"})], old="x")
    moved = ChangedFile("moved", "old", "renamed", new="x")
    whole = ChangedFile("whole", "whole", "modified", new="x", whole=True)
    assert [f.path for f in change_of(changed, deleted, moved, whole).texts()] == ["changed", "whole"]


def test_a_file_is_found_by_its_new_path_even_if_it_was_appended_later() -> None:
    change = change_of(ChangedFile("new.py", "old.py", "renamed"))
    assert change.file("new.py") is change.files[0]
    assert change.file("old.py") is None
    change.files.append(ChangedFile("later.py", "later.py", "added"))
    assert change.file("later.py") is change.files[1]
