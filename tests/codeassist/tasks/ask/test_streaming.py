"""Reasoning separated from the answer while both are streamed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeassist.tasks.ask.streaming import Splitter


@given(
    st.lists(
        st.sampled_from(["<think>", "</think>", "a", " b\n", "<", "th", "<reasoning>", "</reasoning>", "[1]"]), max_size=14
    ),
    st.integers(1, 5),
)
def test_pieces_of_any_size_give_the_same_answer(parts, size):
    text = "".join(parts)
    pieces = []
    split = Splitter(pieces.append)
    for start in range(0, len(text), size):
        split.feed(text[start : start + size])
    split.close()
    whole = Splitter()
    whole.feed(text)
    whole.close()
    assert split.split() == whole.split()
    streamed = "".join(pieces)
    assert "<think>" not in streamed or streamed.index("<think>") > 0  # after the start it is plain text


@pytest.mark.parametrize(
    ("text", "answer", "reasoning"),
    [
        ("<think>a</think>b", "b", "a"),
        ("all this\n</think>\nb", "b", "all this"),
        ("It is cut at the tag `</reasoning>` in `x`.", "It is cut at the tag `</reasoning>` in `x`.", ""),
        ("Write `<answer>42</answer>` there.", "Write `<answer>42</answer>` there.", ""),
        ("<reasoning>r</reasoning><answer>b</answer>", "b", "r"),
    ],
)
def test_tags_in_plain_text_are_kept(text, answer, reasoning):
    splitter = Splitter()
    splitter.feed(text)
    splitter.close()
    assert splitter.split() == (answer, reasoning)


def test_only_a_possible_tag_is_held_back():
    pieces = []
    splitter = Splitter(pieces.append)
    splitter.feed("  Auth is ")
    assert pieces == ["Auth is "]
    splitter.feed("in `a <")
    assert "".join(pieces) == "Auth is in `a "
    splitter.feed(" b` [1] and nowhere else.")
    assert "".join(pieces) == "Auth is in `a < b` [1] and nowhere else."


def test_reasoning_alone_is_the_answer():
    splitter = Splitter()
    splitter.feed("<THINK>only this")
    splitter.close()
    assert splitter.split() == ("only this", "")


@given(st.text(alphabet=st.characters(exclude_characters="<", exclude_categories=["Cs"])), st.integers(1, 4))
def test_text_without_tags_is_unchanged(text, size):
    pieces = []
    splitter = Splitter(pieces.append)
    for start in range(0, len(text), size):
        splitter.feed(text[start : start + size])
    splitter.close()
    assert splitter.split() == (text.strip(), "")
    assert "".join(pieces) == text.lstrip()
