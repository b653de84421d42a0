"""Search requests: filters, the window of a hit, and the JSON form."""

from __future__ import annotations

import pytest

from codeassist.tasks.search import SearchRequest, search
from indexers import QueryError


def test_hits_are_those_of_the_index_in_its_order(shop_index):
    request = SearchRequest("hash a password", results=3)
    found = search(shop_index, request).hits
    assert found[0].path == "shop/auth.py"
    assert [(h.path, h.start_line) for h in found] == [(h.path, h.start_line) for h in shop_index.search("hash a password", 3)]


@pytest.mark.parametrize(
    ("request_", "paths"),
    [
        (SearchRequest("goods", languages=["go"]), {"stock/inventory.go"}),
        (SearchRequest("checkout basket", paths=["shop/web/**"]), {"shop/web/routes.js", "shop/web/templates.js"}),
        (SearchRequest("checkout basket", tests=True), {"tests/test_payments.py"}),
        (SearchRequest("gateway", kinds=["class"]), {"shop/payments.py", "shop/auth.py"}),
    ],
)
def test_filters_are_passed_on(shop_index, request_, paths):
    found = {hit.path for hit in search(shop_index, request_).hits}
    assert found
    assert found <= paths


def test_tests_can_be_left_out(shop_index):
    request = SearchRequest("checkout charges the basket", tests=False)
    assert "tests/test_payments.py" not in {hit.path for hit in search(shop_index, request).hits}


@pytest.mark.parametrize("request_", [SearchRequest(" "), SearchRequest("x", languages=["klingon"])])
def test_an_invalid_request_is_an_error(shop_index, request_):
    with pytest.raises(QueryError):
        search(shop_index, request_)


def test_the_window_contains_the_lines_that_answer(shop_index):
    result = search(shop_index, SearchRequest("credentials AuthError unknown user", all_chunks=True))
    hit = next(hit for hit in result.hits if hit.name == "authenticate")
    window = result.window(hit, 2)
    assert len(window.lines) == 2
    assert "AuthError" in "\n".join(window.lines)
    assert hit.start_line <= window.first <= hit.end_line


def test_reasons_are_in_the_json_form_only_on_request(shop_index):
    plain = search(shop_index, SearchRequest("password", results=1)).as_json()
    assert (plain["schema"], plain["query"], len(plain["results"])) == ("codeassist.search/1", "password", 1)
    assert "reasons" not in plain["results"][0]
    explained = search(shop_index, SearchRequest("password", results=1, explain=True)).as_json()
    assert explained["results"][0]["reasons"]


@pytest.mark.parametrize("query", ["hash a password", "weather forecast of tomorrow", "chrge acount"])
def test_how_good_the_hits_are_does_not_depend_on_how_many_are_shown(shop_index, query):
    assert len({search(shop_index, SearchRequest(query, results=count)).quality for count in (1, 2, 5, 10)}) == 1


@pytest.mark.parametrize(
    ("query", "quality"),
    [("what is this", "none"), ("how does it work", "none"), ("hash a password", "good"), ("charge", "good")],
)
def test_a_query_that_says_nothing_has_no_good_match(shop_index, query, quality):
    assert search(shop_index, SearchRequest(query)).quality == quality
