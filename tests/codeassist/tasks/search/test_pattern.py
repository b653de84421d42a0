"""Lines that match a regular expression, in bounded time, and the search of files without an index."""

from __future__ import annotations

import pytest

from codeassist.tasks.search import scan, search_pattern
from indexers import Index, QueryError
from indexers.files.walker import WalkRules
from tests.conftest import write


def test_definitions_come_before_other_code_and_tests(shop_index):
    found = search_pattern(shop_index, r"\bcheckout\b")
    assert (found.matches[0].path, found.matches[0].defines, found.matches[0].by) == ("shop/payments.py", True, "checkout")
    paths = [match.path for match in found.matches]
    assert paths.index("tests/test_payments.py") > paths.index("shop/payments.py")
    assert found.unread == 0
    assert found.as_json()["matches"][0]["line"] == found.matches[0].line


def test_paths_limit_and_no_match(shop_index):
    assert {m.path for m in search_pattern(shop_index, "func|def", paths=["stock/**"]).matches} == {"stock/inventory.go"}
    assert len(search_pattern(shop_index, ".", 3).matches) == 3
    assert search_pattern(shop_index, "qqzz").matches == []


def test_a_wrong_expression_is_named(shop_index):
    with pytest.raises(QueryError, match="not a regular expression"):
        search_pattern(shop_index, "(")


def test_an_expression_that_never_ends_is_stopped(tmp_path):
    write(tmp_path, {"a.py": "x = '" + "a" * 5000 + "!'\n"})
    with Index.build(tmp_path) as index:
        found = search_pattern(index, r"(a+)+(b+)+$|(a|aa)+(c|b)$", seconds=0.2)
    assert found.matches == []
    assert found.unread <= 1


def test_files_are_searched_by_words_without_an_index(shop):
    found = scan(shop, WalkRules(), "where is an account charged")
    assert found.hits[0].path == "shop/payments.py"
    assert found.read == found.files
    lines = (shop / "shop/payments.py").read_text().split("\n")
    assert found.hits[0].text.split("\n")[0] == lines[found.hits[0].start_line - 1]
    assert scan(shop, WalkRules(), "reserve goods", paths=["stock/**"]).hits[0].path == "stock/inventory.go"
    assert scan(shop, WalkRules(), "the of a").hits == []
    assert scan(shop, WalkRules(), "account", seconds=-1.0).read == 0
