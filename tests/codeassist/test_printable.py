"""Text that is printed has no character that controls a terminal, hides text or changes its order."""

from __future__ import annotations

import json
import re
import sys
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from codeassist.printable import json_text, middle_left_out, one_line, printable

JOINERS = "\u200c\u200d"
REORDERING = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


def test_every_control_and_bidirectional_character_is_replaced_and_nothing_that_is_seen() -> None:
    for code in range(sys.maxunicode + 1):
        character = chr(code)
        category = unicodedata.category(character)
        replaced = printable(character) != character
        if character in "\t\n" or character in JOINERS:
            assert not replaced, hex(code)
        elif category in ("Cc", "Zl", "Zp", "Cs") or unicodedata.bidirectional(character) in REORDERING:
            assert replaced, hex(code)
        elif (
            category != "Cf"
            and not 0xE0000 <= code <= 0xE007F
            and not 0x2060 <= code <= 0x206F
            and code not in (0xFFF9, 0xFFFA, 0xFFFB)
        ):
            assert not replaced, hex(code)


@given(st.text())
def test_printable_text_keeps_its_length_and_everything_else(text: str) -> None:
    clean = printable(text)
    assert len(clean) == len(text)
    assert all(a in (b, "\ufffd") for a, b in zip(clean, text, strict=True))
    assert printable(clean) == clean


@given(st.text())
def test_one_line_has_one_line(text: str) -> None:
    assert len(one_line(text).splitlines()) <= 1
    assert "\t" not in one_line(text)


@given(st.recursive(st.none() | st.text() | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_json_reads_back_and_has_only_printable_text(value: object) -> None:
    text = json_text(value)
    assert json.loads(text) == value
    assert printable(text) == text
    assert "\n" not in json_text(value, indent=None)


def test_json_keeps_letters_and_escapes_the_rest() -> None:
    assert json_text({"é": "\x9b\u202e\x7f\u2028\U000e0041日本"}, indent=None) == (
        '{"é": "\\u009b\\u202e\\u007f\\u2028\\udb40\\udc41日本"}'
    )


def test_the_middle_of_a_long_text_is_left_out_and_counted():
    assert middle_left_out("short", 600) == "short"
    text = middle_left_out("a" * 3_000 + "b" * 1_000, 600)
    assert 590 < len(text) <= 600
    assert text.startswith("aaa")
    assert text.endswith("bbb")
    begin, left, end = re.fullmatch(r"(a+) … \((\d+) more characters\) … (b+)", text).groups()
    assert len(begin) + int(left) + len(end) == 4_000
