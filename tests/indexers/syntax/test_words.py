"""Identifiers, stems and terms."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexers.syntax.words import STOP_WORDS, identifiers, query_terms, split_identifier, stem, terms, words


@pytest.mark.parametrize(
    ("identifier", "parts"),
    [
        ("getHTTPResponse2", ("get", "http", "response", "2")),
        ("snake_case_name", ("snake", "case", "name")),
        ("__init__", ("init",)),
        ("XMLParser", ("xml", "parser")),
        ("simple", ("simple",)),
        ("ALL_CAPS", ("all", "caps")),
        ("v4Core", ("v", "4", "core")),
        ("größe", ("grosse",)),
        ("认证处理", ("认证", "证处", "处理")),
        ("x" * 41, ()),
    ],
)
def test_split_identifier(identifier, parts):
    assert split_identifier(identifier) == parts


@given(st.text(st.characters(max_codepoint=127)))
def test_identifiers_of_ascii_are_runs_of_word_characters(text):
    assert identifiers(text) == re.findall(r"\w+", text)


@pytest.mark.parametrize(
    "family",
    [
        ("handle", "handles", "handled", "handling", "handler", "handlers"),
        ("query", "queries"),
        ("class", "classes"),
        ("cache", "caches", "cached", "caching"),
        ("authenticate", "authentication", "authenticated", "authenticator"),
        ("connect", "connection", "connections", "connecting"),
        ("index", "indexes", "indexed", "indexing"),
        ("token", "tokens"),
    ],
)
def test_forms_of_a_word_share_a_stem(family):
    assert len({stem(word) for word in family}) == 1


@pytest.mark.parametrize(
    "pair", [("process", "proceed"), ("status", "state"), ("user", "use"), ("string", "str"), ("press", "pre")]
)
def test_different_words_keep_different_stems(pair):
    assert stem(pair[0]) != stem(pair[1])


@given(st.text())
def test_terms_are_not_empty_and_contain_no_separators(text):
    for term in terms(text):
        assert term
        assert " " not in term
        assert '"' not in term
    assert len(words(text)) == len([p for i in identifiers(text) for p in split_identifier(i)])


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=30))
def test_stems_have_at_least_three_letters_unless_the_word_is_shorter(word):
    assert len(stem(word)) >= min(3, len(word))


def test_query_terms_exclude_stop_words_except_inside_names():
    assert query_terms("where is the FromRequest handled") == ["from", "request", stem("handled")]
    assert query_terms("what is this") == [stem(w) for w in ("what", "is", "this")]
    assert "where" in STOP_WORDS
