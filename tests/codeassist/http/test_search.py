"""Search and checks over HTTP: the results of the command line, with filters and the state of the index."""

from __future__ import annotations

import json

from tests.conftest import write


def test_search_answers_as_the_command_line_does(server, indexed, run):
    found = server.post("/v1/search", {"query": "where is a payment charged", "results": 3}).json()
    printed = json.loads(run("search", "where is a payment charged", "-k", "3", "--json", cwd=indexed).out)
    assert found["results"] == printed["results"]
    assert (found["repository"], found["index"]) == ("shop", "up to date")


def test_filters_budgets_and_reasons(server):
    scoped = server.post("/v1/search", {"query": "reserve", "paths": ["stock/**"], "explain": True}).json()
    assert {r["path"] for r in scoped["results"]} == {"stock/inventory.go"}
    assert scoped["results"][0]["reasons"]
    assert all(
        r["language"] == "javascript"
        for r in server.post("/v1/search", {"query": "render", "languages": ["javascript"]}).json()["results"]
    )
    assert server.post("/v1/search", {"query": "charge", "tests": True}).json()["results"][0]["path"].startswith("tests/")
    small = server.post("/v1/search", {"query": "charge an account", "tokens": 40}).json()["results"]
    large = server.post("/v1/search", {"query": "charge an account", "tokens": 4000}).json()["results"]
    assert sum(len(r["text"]) for r in small) < sum(len(r["text"]) for r in large)


def test_the_lines_that_match_best_are_given_on_request(server):
    plain, with_lines = (
        server.post("/v1/search", {"query": "where are passwords hashed", "results": 1, "lines": lines}).json()["results"][0]
        for lines in (0, 2)
    )
    decisive = with_lines.pop("decisive")
    assert with_lines == plain
    text = plain["text"].split("\n")
    start = decisive["first"] - plain["start_line"]
    assert decisive["lines"] == text[start : start + 2]
    assert any("hash" in line for line in decisive["lines"])


def test_nothing_found_and_bad_requests_say_so(server):
    assert server.post("/v1/search", {"query": "qqzz xxyy"}).json()["match"] == "none"
    assert server.post("/v1/search", {"query": "   "}).status_code == 400
    unknown = server.post("/v1/search", {"query": "x", "kinds": ["nonsense"]})
    assert unknown.status_code == 400
    wrong = server.post("/v1/search", {"quest": "x"})
    assert wrong.status_code == 422
    assert "query: Field required" in wrong.json()["error"]["message"]
    assert server.client.post("/v1/search", content=b"{not json").status_code == 422


def test_a_check_names_what_is_not_there(server):
    items = server.post("/v1/check", {"text": "`checkout` is in shop/payments.py, `checkin` too."}).json()["items"]
    assert {i["claim"]: i["verdict"] for i in items} == {
        "checkout": "found",
        "checkin": "not found",
        "shop/payments.py": "found",
        "`checkout` is in shop/payments.py": "found",
    }


def test_changes_are_seen_and_secrets_are_masked(server, indexed, monkeypatch):
    monkeypatch.setattr("codeassist.repositories.FRESH_SECONDS", 0.0)
    secret = "AKIA" + "ABCDEFGH12345678"
    write(indexed, {"shop/cloud.py": f'def upload_backup():\n    return "{secret}"\n'})
    found = server.post("/v1/search", {"query": "upload_backup"})
    assert found.json()["results"][0]["path"] == "shop/cloud.py"
    assert secret not in found.text
    assert secret not in server.get("/v1/file", params={"path": "shop/cloud.py"}).text


def test_the_first_question_makes_the_index(shop, run):
    from tests.codeassist.http.running import serving

    write(shop, {".codeassist.toml": ""})
    with serving(shop) as running:
        first = running.post("/v1/search", {"query": "checkout"})
        assert first.status_code in (200, 503)
        if first.status_code == 503:
            assert "Retry-After" in first.headers
        for _ in range(600):
            if (found := running.post("/v1/search", {"query": "checkout"})).status_code == 200 and found.json()["results"]:
                break
        assert found.json()["results"][0]["path"] == "shop/payments.py"


def test_a_body_that_is_not_json_is_named_with_its_place(server):
    answer = server.client.post("/v1/search", content=b'{"query": "x"', headers={"content-type": "application/json"})
    assert answer.status_code == 422
    assert answer.json()["error"]["message"] == "The body is not JSON: Expecting ',' delimiter (at character 13)."
