"""Parsers and compiled queries of the languages."""

from __future__ import annotations

from pathlib import Path

import pytest
from tree_sitter import Query, QueryCursor
from tree_sitter_language_pack import get_language

from indexers.syntax.grammars import parse, queries, query_text
from indexers.syntax.languages import LANGUAGES, PLAIN, by_name, detect

CASES = Path(__file__).parents[2] / "cases" / "languages"


WITH_QUERIES = [language for language in LANGUAGES if language.queries]


REQUIRED = (
    "python javascript typescript tsx go rust java kotlin scala c cpp csharp ruby php swift elixir haskell lua bash zig sql "
    "markdown rst toml yaml json html css"
).split()


def test_every_required_language_has_a_grammar_queries_and_a_case():
    with_queries = {language.name for language in WITH_QUERIES if queries(language.name) is not None}
    assert set(REQUIRED) <= with_queries
    with_cases = {detect(path.name).name for path in CASES.iterdir() if path.suffix != ".expected"}
    assert set(REQUIRED) <= with_cases


def test_source_is_parsed_with_the_grammar_of_its_language():
    tree = parse(by_name("python"), b"def f(): ...\n")
    assert tree is not None
    assert [node.type for node in tree.root_node.children] == ["function_definition"]
    other = parse(by_name("go"), b"def f(): ...\n")
    assert other is not None
    assert other.root_node.has_error


def test_a_language_without_a_grammar_has_no_tree_and_no_queries():
    assert parse(PLAIN, b"text") is None
    assert queries("other") is None
    assert queries("make") is None
    with pytest.raises(KeyError):
        queries("klingon")


@pytest.mark.parametrize("name", ["python", "rust", "markdown"])
def test_definitions_and_uses_are_in_separate_queries(name):
    (sample,) = [path for path in CASES.iterdir() if path.suffix != ".expected" and detect(path.name).name == name][:1]
    tree = parse(by_name(name), sample.read_bytes())
    found = queries(name)
    assert tree is not None
    assert found is not None
    definitions, uses = (
        {name for _, captures in QueryCursor(query).matches(tree.root_node) for name in captures} for query in found
    )
    assert any(name.startswith("definition.") for name in definitions)
    assert not any(name.startswith("reference.") for name in definitions)
    assert not any(name.startswith("definition.") for name in uses)


@pytest.mark.parametrize("language", WITH_QUERIES, ids=lambda language: language.name)
def test_every_pattern_is_in_one_of_the_two_queries(language):
    text = query_text(language.name)
    whole = Query(get_language(language.grammar), text)
    patterns = [text[whole.start_byte_for_pattern(n) : whole.end_byte_for_pattern(n)] for n in range(whole.pattern_count)]
    defining = sum("@definition." in pattern for pattern in patterns)
    definitions, uses = queries(language.name)
    assert (definitions.pattern_count, uses.pattern_count) == (defining, len(patterns) - defining)
