"""Which lines of a passage are shown, and which names are added."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codeassist.evidence.excerpts import decisive_names, excerpt, raised
from codeassist.evidence.line_score import line_scores
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


def shown(question, shape, count, lines=LINES):
    return excerpt(lines, 1, line_scores(lines, words(question), shape, "open_store"), count)


def test_the_lines_with_the_questions_words_are_shown():
    found = shown("why is a symbolic link rejected", "why", 2)
    assert any("symbolic link" in text for _, text in found.lines)
    assert all(LINES[number - 1] == text for number, text in found.lines)


def test_a_number_decides_a_question_about_a_default():
    assert any("wait_seconds=30" in text for _, text in shown("how long does it wait by default", "default", 3).lines)


def test_a_cut_between_lines_is_marked():
    scores = np.array([1.0, 0.0, 0.9])
    assert excerpt(["first()", "second()", "third()"], 5, scores, 2).marked() == ["first() …", "third()"]


def test_a_statement_of_few_lines_stays_together():
    lines = ["start()", "send(", "    body,", ")", "stop()", "rest()"]
    found = excerpt(lines, 1, np.array([0.0, 0.1, 0.9, 0.0, 0.2, 0.1]), 3)
    assert [number for number, _ in found.lines] == [2, 3, 4]


def test_the_decisive_line_is_kept_when_its_statement_is_longer_than_the_excerpt():
    assert any("wait_seconds" in text for _, text in shown("wait seconds", "default", 1).lines)


def test_brackets_and_imports_are_no_excerpt():
    lines = ["import os", "}", "x = os.getpid()", ")", "y = 2", "z = 3"]
    found = excerpt(lines, 1, line_scores(lines, words("os process"), "where"), 2)
    assert "}" not in [text for _, text in found.lines]


@pytest.mark.parametrize("count", [1, 3, 100])
def test_a_short_passage_is_shown_whole(count):
    assert excerpt(["x = 1"], 7, np.zeros(1), count).lines == ((7, "x = 1"),)


@settings(deadline=None)
@given(st.lists(st.text(max_size=20), min_size=1, max_size=12), st.integers(1, 8), st.text(max_size=20))
def test_an_excerpt_is_some_of_the_lines_in_order(lines, count, question):
    found = excerpt(lines, 5, line_scores(lines, words(question), "where"), count)
    numbers = [number for number, _ in found.lines]
    assert numbers == sorted(set(numbers))
    assert all(lines[number - 5] == text for number, text in found.lines)
    assert 1 <= len(numbers) <= max(count, 1)


def test_names_are_options_keys_and_compound_names_that_are_not_shown_yet():
    lines = ["if no_color or args.has('--plain'):", "    set_theme('dark')", "    return other_name"]
    assert decisive_names(lines, np.array([2.0, 1.0, 0.0]), "no_color", 40) == ["--plain", "args.has", "dark", "set_theme"]


def test_names_keep_to_their_length():
    assert decisive_names(["first_name second_name"], np.array([1.0]), "", 12) == ["first_name"]


def test_what_is_no_name_is_left_out():
    assert decisive_names(["split('\\\\n', '}}', 'key_a', 'see https://other_host.test/x_y')"], np.array([1.0]), "", 40) == [
        "key_a"
    ]


def test_a_line_is_shown_once():
    lines = ["retry_later()", "wait()", "retry_later()", "stop()", "start()"]
    found = excerpt(lines, 1, np.array([3.0, 1.0, 2.9, 0.5, 0.1]), 2)
    assert [text for _, text in found.lines] == ["retry_later()", "wait()"]


def test_a_notice_of_copyright_is_no_excerpt():
    lines = ["# Copyright 2014 The Authors", "# SPDX-License-Identifier: MIT", "limit = 3", "other = 4", "more = 5", "last = 6"]
    found = excerpt(lines, 1, line_scores(lines, words("copyright of the authors"), "where"), 2)
    assert sum("Copyright" in text or "SPDX" in text for _, text in found.lines) <= 1


RAISING = """\
def open_store(folder):
    prepare(folder)
    if folder.is_symlink() and (
        not allowed
    ):
        log(folder)
        raise StoreError(
            f"a store may not be a link: {folder}"
        )
    return 1
""".splitlines()


def test_what_raises_is_shown_below_its_condition():
    found = raised(RAISING, 10, 7, 4)
    assert [number for number, _ in found.lines] == [12, 15, 16, 17]
    assert found.lines[0][1].strip() == "if folder.is_symlink() and ("
    assert found.marked()[0].endswith("…")


def test_what_raises_without_a_condition_is_shown_with_the_lines_above():
    lines = ["def check(x)", "{", "    look(x);", '    throw new Error("never");', "}"]
    assert [text.strip() for _, text in raised(lines, 1, 3, 4).lines] == ["{", "look(x);", 'throw new Error("never");', "}"]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("print(f'{name:>11} {value}')", []),
        ('echo "x".$path->of("y").join(", ")', []),
        ("raise Broken(f'{self.reason}', \"%s@%d\")", []),
        ("it isn't the user's choice: 'plain' or `store.open()`", ["plain", "store.open()"]),
        ("send('text/html', \"--theme=dark\", '&amp;', '</p>', '.env')", ["text/html", "--theme=dark", ".env"]),
        ("see :class:`~stores.Memory` and ``--wait``", ["stores.Memory", "--wait"]),
        ("strftime('%Y-%m-%d')", ["%Y-%m-%d"]),
    ],
)
def test_only_names_options_and_literals_are_mentioned(line, expected):
    scores = line_scores([line], words("what is said"), "what")
    found = decisive_names([line], scores, "", 200)
    compounds = {"self.reason", "stores.Memory", "store.open", "--theme"}
    assert sorted(set(found) - compounds) == sorted(set(expected) - compounds)


def test_a_sentence_of_a_comment_stays_together():
    lines = [
        "a = 1",
        "b = 2",
        "# More than 64 threads only cost startup time on",
        "# large machines.",
        "# Unrelated.",
        "limit = 64",
        "c = 3",
    ]
    found = excerpt(lines, 1, line_scores(lines, words("why not more threads"), "why"), 3)
    assert [number for number, _ in found.lines][:2] == [3, 4]


def test_a_line_with_a_score_of_minus_infinity_is_left_out():
    scores = np.array([1.0, -np.inf, 0.5, -np.inf, -np.inf], dtype=np.float32)
    assert [number for number, _ in excerpt(["a = 1", "b = 2", "c = 3", "d = 4", "e = 5"], 1, scores, 4).lines] == [1, 3]
