"""Statistics of an index, as a table on standard error."""

from __future__ import annotations

import pytest

from codeassist.cli.show_index import print_languages, print_skipped
from indexers.types import Counts


def _rows(capsys: pytest.CaptureFixture[str]) -> list[list[str]]:
    printed = capsys.readouterr()
    assert printed.out == ""
    return [line.split() for line in printed.err.splitlines()]


def test_languages_are_ordered_by_chunks_with_a_total(capsys: pytest.CaptureFixture[str]) -> None:
    print_languages({"go": Counts(1, 20, 3, 4), "python": Counts(2, 1_500, 30, 40)})
    assert _rows(capsys) == [
        ["language", "files", "lines", "chunks", "symbols"],
        ["python", "2", "1,500", "30", "40"],
        ["go", "1", "20", "3", "4"],
        ["total", "3", "1,520", "33", "44"],
    ]


def test_one_language_has_no_total(capsys: pytest.CaptureFixture[str]) -> None:
    print_languages({"go": Counts(1, 20, 3, 4)})
    assert [row[0] for row in _rows(capsys)] == ["language", "go"]


def test_rows_for_what_has_no_language_and_for_the_rest_say_what_they_count(capsys: pytest.CaptureFixture[str]) -> None:
    print_languages(
        {"go": Counts(9, 9, 9, 9), "other": Counts(2, 2, 2, 0), "c": Counts(1, 1, 1, 1), "php": Counts(1, 1, 1, 1)}, most=2
    )
    assert [row[:-4] for row in _rows(capsys)][1:] == [
        ["go"],
        ["other", "text", "files"],
        ["2", "more", "languages"],
        ["total"],
    ]


def test_skipped_files_are_counted_by_reason_most_frequent_first(capsys: pytest.CaptureFixture[str]) -> None:
    print_skipped({})
    assert capsys.readouterr().err == ""
    print_skipped({"empty": 1, "binary": 12})
    assert capsys.readouterr() == ("", "Skipped: 12 binary, 1 empty\n")
