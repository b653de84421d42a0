"""Which lines of a passage are shown."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codeassist.evidence.excerpts import excerpt
from indexers.encoders.static import StaticEncoder
from indexers.search.word_match import WordMatch

ENCODER = StaticEncoder.load()
LINES = """\
import os
import shutil


def open_store(folder, options):
    check(folder)
    prepare(
        folder,
        options,
        wait_seconds=30,
    )
    if os.path.islink(folder):
        raise StoreError("a store may not be a symbolic link")
    return Store(folder)
""".splitlines()


def words(question):
    return WordMatch(ENCODER, question, {}, 1.0)


def test_the_lines_with_the_questions_words_are_shown():
    shown = excerpt(LINES, 1, words("why is a symbolic link rejected"), "why", 2)
    assert "symbolic link" in "\n".join(shown.lines)
    assert shown.first == 1 + LINES.index(shown.lines[0])
    assert (shown.cut_before, shown.cut_after) == (True, True)


def test_it_begins_at_a_statement():
    shown = excerpt(LINES, 1, words("wait seconds"), "default", 5)
    assert "        wait_seconds=30," in shown.lines
    assert shown.lines[0].strip() in ("check(folder)", "prepare(")


def test_the_decisive_line_is_kept_when_its_statement_is_longer_than_the_excerpt():
    assert "        wait_seconds=30," in excerpt(LINES, 1, words("wait seconds"), "default", 2).lines


def test_imports_are_no_excerpt():
    shown = excerpt(LINES, 1, words("os shutil open store folder"), "where", 6)
    assert not shown.lines[0].startswith("import")


@pytest.mark.parametrize("count", [1, 3, 100])
def test_a_short_passage_is_shown_whole(count):
    assert excerpt(["x = 1"], 7, words("x"), "what", count).lines == ("x = 1",)


@settings(deadline=None)
@given(st.lists(st.text(max_size=20), min_size=1, max_size=12), st.integers(1, 8), st.text(max_size=20))
def test_an_excerpt_is_a_run_of_the_lines(lines, count, question):
    shown = excerpt(lines, 5, words(question), "where", count)
    start = shown.first - 5
    assert shown.lines == tuple(lines[start : start + len(shown.lines)])
    assert 1 <= len(shown.lines) <= count
