"""The analysis of a query: terms, names, paths and intent."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexers.search.query import MAX_QUERY_CHARS, MAX_TERMS, name_terms, understand


@pytest.mark.parametrize(
    ("text", "symbols", "qualified", "paths"),
    [
        ("where is auth handled", (), (), ()),
        ("how does FromRequest work", ("FromRequest",), (), ()),
        ("uv_loop_close", ("uv_loop_close",), (), ()),
        ("std::Session::get()", ("get", "Session"), ("std.Session.get",), ()),
        ("app/models/user.py", ("py",), ("app.models.user.py",), ("app/models/user.py",)),
        ("fetch", ("fetch",), (), ()),
    ],
)
def test_understand(text, symbols, qualified, paths):
    query = understand(text)
    assert (query.symbols, query.qualified, query.paths) == (symbols, qualified, paths)


@pytest.mark.parametrize(
    ("text", "single"),
    [("max_size", True), ("TLSConfig", True), ("Session", True), ("fetch", False), ("max_size of", False), ("a.b()", True)],
)
def test_a_query_is_a_symbol_when_it_is_one_name_written_as_code(text, single):
    assert understand(text).is_symbol is single


@pytest.mark.parametrize(
    ("text", "intents"),
    [
        ("where is the login", (False, False, False)),
        ("unit tests of the login", (True, False, False)),
        ("latest contest", (False, False, False)),
        ("README of the project", (False, True, False)),
        ("how to install", (False, True, False)),
        ("example of a benchmark", (False, False, True)),
    ],
)
def test_what_a_query_asks_for(text, intents):
    query = understand(text)
    assert (query.wants_tests, query.wants_docs, query.wants_examples) == intents


def test_capitalised_words_inside_a_sentence_may_be_names():
    query = understand("Where does Gateway use the HttpClient, and The rest")
    assert query.proper == ("Gateway",)
    assert query.symbols == ("HttpClient",)
    assert understand("Gateway handles payments").proper == ()


def test_a_name_of_several_parts_is_also_one_term():
    assert "hash_password" in understand("hash_password").terms
    assert "httpclient" in understand("HttpClient").terms


@given(st.text(max_size=300))
def test_any_text_is_analysed_with_bounded_results(text):
    query = understand(text)
    assert len(query.terms) == len(set(query.terms))
    assert len(query.symbols) <= 16
    assert all(len(found) <= 8 for found in (query.proper, query.qualified, query.paths))
    assert not set(query.proper) & set(query.symbols)


def test_a_long_query_is_cut():
    query = understand(" ".join(f"word{n}x" for n in range(5000)))
    assert len(query.text) <= MAX_QUERY_CHARS
    assert len(query.terms) == MAX_TERMS


def test_composed_and_decomposed_letters_are_one_query():
    assert understand("Gro\u0308ße_x") == understand("Größe_x")


@pytest.mark.parametrize(
    ("name", "terms"), [("parseDates", ("pars", "date")), ("get_get_HTTP", ("get", "http")), ("", ()), ("…", ())]
)
def test_name_terms_are_distinct_stems_in_order(name, terms):
    assert name_terms(name) == terms


@pytest.mark.parametrize("text", ["a" * 200_000, "a.b" * 60_000, "x-" * 80_000, "/".join("a" * 100_000)])
def test_long_runs_of_characters_take_linear_time(text):
    started = time.process_time()
    understand(text)
    assert time.process_time() - started < 10.0  # in quadratic time it takes minutes


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("open src/a/b.py now", {"src/a/b.py"}),
        ("in foo.toolong.py", {"toolong.py"}),
        ("./x/y or ../z.md", {"./x/y", "../z.md"}),
    ],
)
def test_words_that_look_like_paths(text, paths):
    assert set(understand(text).paths) == paths
