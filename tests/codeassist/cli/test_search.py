"""`codeassist search`: places, JSON, filters and context."""

from __future__ import annotations

import json

import pytest

from tests.codeassist.cli.conftest import lines
from tests.conftest import git


def test_search_prints_clickable_places(indexed, run):
    outcome = run("search", "where are passwords hashed", cwd=indexed)
    assert outcome.code == 0
    place = lines(outcome.out)[0].split("  ")[0]
    path, line = place.split(":")
    assert path == "shop/auth.py"
    assert "hash" in (indexed / path).read_text().splitlines()[int(line) - 1]


def test_paths_are_relative_to_the_current_folder(indexed, run):
    git(indexed, "init", "-q")
    assert lines(run("search", "Reserve", "-n", "0", cwd=indexed / "shop").out)[0].startswith("../stock/inventory.go:")
    assert lines(run("search", "Reserve", "-n", "0", "-C", str(indexed), cwd=indexed.parent).out)[0].startswith(
        "shop/stock/inventory.go:"
    )


def test_search_json_is_the_documented_object(indexed, run):
    result = json.loads(run("search", "charge an account", "--json", "-k", "2", cwd=indexed).out)
    assert result["schema"] == "codeassist.search/1"
    assert result["query"] == "charge an account"
    assert len(result["results"]) == 2
    assert set(result["results"][0]) == {"path", "start_line", "end_line", "score", "name", "kind", "language", "text"}
    explained = json.loads(run("search", "charge", "--json", "--explain", cwd=indexed).out)
    assert "lexical" in explained["results"][0]["reasons"]


def test_search_filters_and_context(indexed, run):
    assert "inventory.go" in run("search", "charge", "--lang", "go", "-n", "0", cwd=indexed).out
    assert lines(run("search", "charge", "--path", "shop/", "-n", "0", cwd=indexed).out)[0].startswith("shop/payments.py")
    assert len(lines(run("search", "charge", "-k", "1", "-n", "4", cwd=indexed).out)) <= 5
    assert "= " in run("search", "charge", "--explain", cwd=indexed).out
    assert run("search", "charge", "--in-tests", "--path", "stock/", cwd=indexed).code == 1


def test_a_result_shows_the_components_of_its_score(indexed, run):
    shown = lines(run("search", "charge an account", "--explain", "-k", "1", "-n", "0", cwd=indexed).out)
    assert len(shown) == 2
    total, _, parts = shown[1].strip().partition(" = ")
    values = [float(part.split()[0]) for part in parts.split(" + ")]
    assert values == sorted(values, reverse=True)
    assert float(total) == pytest.approx(sum(values), abs=0.03)


def test_nothing_found_is_said_once_and_not_in_json(indexed, run):
    nothing = ("search", "charge", "--in-tests", "--path", "stock/")
    assert run(*nothing, cwd=indexed).err == "Nothing found.\n"
    assert run(*nothing, "-q", cwd=indexed).err == ""
    as_json = run(*nothing, "--json", cwd=indexed)
    assert (as_json.code, json.loads(as_json.out)["results"], as_json.err) == (1, [], "")


def test_an_empty_index_is_said_to_be_empty(tmp_path, run):
    git(tmp_path, "init", "-q")
    outcome = run("search", "x", cwd=tmp_path)
    assert outcome.code == 1
    assert "Nothing found: the index has no text." in outcome.err


@pytest.mark.parametrize("query", ["satellite orbit propagation", "kubernetes cluster autoscaling policy"])
def test_a_search_without_a_good_match_says_so_and_exits_with_1(indexed, run, query):
    outcome = run("search", query, cwd=indexed)
    assert outcome.code == 1
    assert outcome.err.startswith("No good match. The closest")
    assert 1 <= outcome.out.count(" - weak match") <= 3
    more = run("search", query, "-k", "5", "-n", "0", cwd=indexed)
    assert len(lines(more.out)) == more.out.count(" - weak match") == 5
    found = run("search", query, "--json", cwd=indexed)
    assert found.code == 1
    assert json.loads(found.out)["match"] == "none"


def test_a_budget_of_tokens_shows_whole_passages(indexed, run):
    outcome = run("search", "how is a password hashed", "--tokens", "150", cwd=indexed)
    assert outcome.code == 0
    assert "return hashlib.sha256" in outcome.out
    results = json.loads(run("search", "how is a password hashed", "--tokens", "150", "--json", cwd=indexed).out)["results"]
    assert sum(len(hit["text"]) // 4 for hit in results) <= 150
