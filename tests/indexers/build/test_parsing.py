"""Parsing bytes into chunks, symbols and references."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexers.build.parsing import parse_file
from indexers.files.decoding import decode, split_lines
from indexers.syntax.languages import PLAIN, by_name


def test_unknown_files_are_split_by_lines():
    parsed = parse_file("x.unknown", PLAIN, b"one\n\ntwo\n")
    assert [(c.start_line, c.end_line, c.kind) for c in parsed.chunks] == [(1, 3, "text")]


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
def test_all_line_endings_give_the_same_lines(end):
    data = end.join(["def a():", "    return 1", "", "", "def b():", "    return 2", ""]).encode()
    symbols = parse_file("x.py", by_name("python"), data).symbols
    assert [(s.name, s.start_line, s.end_line) for s in symbols] == [("a", 1, 2), ("b", 5, 6)]


@pytest.mark.parametrize(
    "data",
    [b"\xff\xfe" + "def a(): pass\n".encode("utf-16-le"), b"\xef\xbb\xbfdef a(): pass\n", b"def a(): pass  # \xe9t\xe9\n"],
    ids=["utf-16", "utf-8 with BOM", "latin-1 comment"],
)
def test_encodings(data):
    assert [s.name for s in parse_file("x.py", by_name("python"), data).symbols] == ["a"]


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["python", "go", "markdown", "json", "text"]), st.binary(max_size=300))
def test_any_bytes_give_chunks_and_symbols_inside_the_file(name, data):
    parsed = parse_file("x", by_name(name), data)
    assert parsed.lines == len(split_lines(decode(data)))
    assert all(1 <= item.start_line <= item.end_line <= parsed.lines for item in (*parsed.chunks, *parsed.symbols))
    assert all(-1 <= reference.symbol < len(parsed.symbols) for reference in parsed.references)


@pytest.mark.parametrize(
    ("language", "data", "broken"),
    [("python", b"def f():\n    pass\n", False), ("python", b"def f(:\n", True), ("text", b"def f(:\n", False)],
)
def test_a_file_with_syntax_errors_is_marked(language, data, broken):
    assert parse_file("x", by_name(language), data).broken is broken


def test_references_belong_to_their_enclosing_symbol():
    parsed = parse_file("x.py", by_name("python"), b"def f():\n    g()\n\n\nh()\n")
    owners = {r.name: parsed.symbols[r.symbol].name if r.symbol >= 0 else "" for r in parsed.references if r.kind == "call"}
    assert owners == {"g": "f", "h": ""}
