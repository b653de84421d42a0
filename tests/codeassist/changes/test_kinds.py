"""Changes of nothing but tests or comments are named as such, and the type of a commit does not claim too much."""

from __future__ import annotations

import pytest

from codeassist.changes.change import Change, ChangedFile, Hunk
from codeassist.changes.summary import Style, plain_message

TYPED = Style(conventional=True, capital=False)


def modified(path: str, removed: list[str], added: list[str]) -> ChangedFile:
    hunk = Hunk(1, len(removed), 1, len(added), dict(enumerate(removed, 1)), dict(enumerate(added, 1)))
    return ChangedFile(path, path, "modified", [hunk], "\n".join(removed), "\n".join(added))


def subject(*files: ChangedFile, style: Style = TYPED) -> str:
    change = Change("a change", list(files), read=lambda _: None, find=lambda _words, _globs: [])
    return plain_message(change, style).partition("\n")[0]


DOC = (["     * Casts every item"], ["     * Casts each item"])


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ([modified("src/Flow.java", *DOC)], "docs: correct the documentation of Flow"),
        (
            [modified("src/Flow.java", *DOC), modified("src/Item.java", *DOC)],
            "docs: correct the documentation of Flow and Item",
        ),
        ([modified("src/Flow.java", ["* A list"], ["* A {@link List}"])], "docs: correct the documentation of Flow"),
        ([modified("src/flow.rs", [], ["/// Casts each item."])], "docs: document flow"),
        ([modified("src/flow.c", ["/* old */"], ["/* new */", " */"])], "docs: change comments in flow"),
        ([modified("src/flow.go", ["// old"], ["// new"])], "docs: change comments in flow"),
        ([modified("tests/lib/no-void.js", [], ["a();", "b();"])], "test: extend the tests of no-void"),
        ([modified("pages_test.go", ["a()", "b()"], ["c()"])], "test: change the tests of pages"),
        ([modified(".github/workflows/ci.yml", ["a: 1"], ["a: 2"])], "ci: change a in ci.yml"),
        ([modified("package.json", ['{"a": 1}'], ['{"a": 2}'])], "chore: change a in package.json"),
        ([modified("src/flow.go", ["x := 1"], ["x := 2"])], "fix: change flow.go"),
    ],
)
def test_the_kind_of_change_is_named(files: list[ChangedFile], expected: str) -> None:
    assert subject(*files) == expected


@pytest.mark.parametrize(
    "file",
    [
        modified("src/flow.go", ["// old"], ["x := 1 // new"]),
        modified("src/flow.c", ["*p = 1;"], ["*p = 2;"]),
        modified("tests/conftest.py", ["a = 1"], ["a = 2"]),
        modified("src/page.css", ["* { margin: 0 }"], ["* { margin: 1px }"]),
        modified("src/flow.c", ["/* rate */ rate = 1;"], ["/* rate */ rate = 2;"]),
        modified("src/flow.c", ["  * rate;"], ["  * rate2;"]),
    ],
)
def test_code_is_neither_comments_nor_the_tests_of_something(file: ChangedFile) -> None:
    assert "comments" not in subject(file)
    assert "documentation" not in subject(file)
    assert "tests of" not in subject(file)


def test_a_subject_that_is_cut_does_not_end_in_a_preposition() -> None:
    name = "a_very_long_function_name_that_hardly_leaves_room_for_any_other_word_in_it"
    path = f"src/{name}.go"
    assert not subject(modified(path, ["x"], ["y"])).rstrip("…").endswith((" in", " and", " of"))


def test_names_come_before_the_file_where_both_do_not_fit() -> None:
    file = modified(
        "src/a-rule-with-a-rather-long-name-that-fills-the-line.js",
        ["function one() { return left; }"],
        ["function one() { return right; }"],
    )
    assert subject(file) == "fix: change one"
