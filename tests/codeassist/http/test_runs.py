"""Recorded runs over HTTP: replayed, and the cases of prompts."""

from __future__ import annotations

from tests.conftest import write


def test_a_run_is_replayed(server, indexed):
    number = server.post("/v1/ask", {"question": "where is a payment charged"}).json()["run"]
    again = server.post(f"/v1/runs/{number}/replay", {}).json()
    assert (again["schema"], again["same_answer"], again["same_places"], again["diff"]) == (
        "codeassist.replay/1",
        True,
        True,
        [],
    )
    assert again["again"] > number
    assert server.post("/v1/runs/99999/replay", {}).status_code == 404


def test_the_cases_of_a_prompt_are_run_on_recordings(server):
    found = server.get("/v1/prompts/ask/cases").json()
    results = found["variants"][0]["results"]
    assert results
    assert {result["source"] for result in results} <= {"recorded", "hand"}  # never a model
    assert found["variants"][0]["name"].startswith("recorded")
    assert server.get("/v1/prompts/nothing/cases").status_code == 404


def test_an_unknown_field_is_answered_with_the_known_ones(server):
    refused = server.post("/v1/search", {"qury": "charge"})
    assert refused.status_code == 422
    message = refused.json()["error"]["message"]
    assert "query, results, paths" in message
    missing = server.post("/v1/ask", {"query": "charge"}).json()["error"]["message"]
    assert "The fields are question, history" in missing
    wrong = server.post("/v1/search", {"query": "charge", "results": "many"}).json()["error"]["message"]
    assert "The fields are" not in wrong
    inner = server.post("/v1/ask", {"question": "x", "history": [{"question": "a", "reply": "b"}]}).json()["error"]["message"]
    assert "The fields are" not in inner


def test_a_replay_of_another_state_shows_the_lines_that_differ(server, indexed, monkeypatch):
    monkeypatch.setattr("codeassist.repositories.FRESH_SECONDS", 0.0)
    number = server.post("/v1/ask", {"question": "where is a payment charged"}).json()["run"]
    payments = (indexed / "shop/payments.py").read_text()
    write(indexed, {"shop/payments.py": payments.replace("Charge an account", "Charge a customer's account")})
    again = server.post(f"/v1/runs/{number}/replay", {}).json()
    assert not again["same_answer"]
    assert any("customer's" in line for line in again["diff"])
