"""Questions over HTTP: whole, streamed, in the plain form, with a model that answers, fails or hangs."""

from __future__ import annotations

import json
import threading
import time

import pytest

from tests.codeassist.chat_server import Breaks, Fails, Hangs
from tests.codeassist.chat_server import serving as model_serving
from tests.codeassist.http.running import serving

ANSWER = "`checkout` charges the basket [1].\nIt authenticates first [1]."


@pytest.fixture
def with_model(indexed, monkeypatch):
    """A server whose repository has a model; yields (server, script of the model)."""
    with model_serving(ANSWER) as (url, script):
        monkeypatch.setenv("OPENAI_API_KEY", "k")
        monkeypatch.setenv("CODEASSIST_MODEL_NAME", "openai:double")
        monkeypatch.setenv("CODEASSIST_MODEL_BASE_URL", url)
        monkeypatch.setenv("CODEASSIST_MODEL_RETRIES", "0")
        with serving(indexed, seconds=20) as running:
            yield running, script


def test_an_answer_without_a_model_has_citations(server, indexed):
    found = server.post("/v1/ask", {"question": "where is a payment charged"}).json()
    assert found["found"]
    assert found["model"] is None
    place = found["citations"][0]
    lines = (indexed / place["path"]).read_text().split("\n")
    assert len(lines) >= place["end_line"] >= place["start_line"]
    assert server.get("/v1/runs").json()["runs"][0]["id"] == found["run"]


def test_a_stream_ends_with_the_whole_result(server):
    events = server.events("/v1/ask", {"question": "where is a payment charged", "stream": True})
    kind, data = events[-1]
    assert kind == "result"
    assert json.loads(data)["citations"]
    accepted = server.client.post("/v1/ask", json={"question": "charge"}, headers={"Accept": "text/event-stream"})
    assert accepted.headers["content-type"].startswith("text/event-stream")


def test_a_models_answer_is_streamed_and_checked(with_model):
    server, _ = with_model
    events = server.events("/v1/ask", {"question": "where is a payment charged", "stream": True})
    pieces = "".join(json.loads(data)["text"] for kind, data in events if kind == "text")
    assert "charges the basket" in pieces
    result = json.loads(events[-1][1])
    assert result["model"] == "openai:double"
    assert result["checks"]
    without = server.post("/v1/ask", {"question": "where is a payment charged", "model": False}).json()
    assert without["model"] is None
    assert "codeassist_model_tokens_total" in server.get("/metrics").text


def test_earlier_exchanges_reach_the_model(with_model):
    server, script = with_model
    server.post(
        "/v1/ask", {"question": "and who calls it?", "history": [{"question": "where is checkout", "answer": "In payments."}]}
    )
    sent = json.dumps(script.seen[-1])
    assert "In payments." in sent


def test_a_failing_model_leaves_the_answer_of_the_index(with_model):
    server, script = with_model
    script.replies.clear()
    script.then(Fails(500, "it broke"))
    result = server.post("/v1/ask", {"question": "where is a payment charged"}).json()
    assert result["error"]
    assert result["found"]
    assert "Traceback" not in json.dumps(result)
    script.replies.clear()
    script.then(Breaks("`checkout` ch"))
    events = server.events("/v1/ask", {"question": "where is a refund made", "stream": True})
    assert events[-1][0] == "result"


def test_a_model_that_hangs_ends_with_the_time(indexed, monkeypatch):
    until = threading.Event()
    with model_serving(Hangs(until)) as (url, _):
        monkeypatch.setenv("OPENAI_API_KEY", "k")
        monkeypatch.setenv("CODEASSIST_MODEL_NAME", "openai:double")
        monkeypatch.setenv("CODEASSIST_MODEL_BASE_URL", url)
        monkeypatch.setenv("CODEASSIST_MODEL_RETRIES", "0")
        with serving(indexed, seconds=1.0) as running:
            late = running.post("/v1/ask", {"question": "where is a payment charged"})
            assert late.status_code == 504
            assert "longer than 1 s" in late.json()["error"]["message"]
            events = running.events("/v1/ask", {"question": "where is a payment charged", "stream": True})
            assert events[-1][0] == "error"
            assert running.get("/health").status_code == 200
            until.set()


def test_a_model_that_talks_without_end_ends_with_the_time(indexed, monkeypatch):
    def endless(*_, events, cancel, **__):
        while not cancel.requested:
            events.text("and ")
            time.sleep(0.01)
        cancel.check()

    monkeypatch.setattr("codeassist.http.routes.ask.answer", lambda *a, **k: endless(*a, cancel=a[3], **k))
    with serving(indexed, seconds=1.0) as running:
        events = running.events("/v1/ask", {"question": "where is a payment charged", "stream": True})
        assert events[-1][0] == "error"
        assert "longer than 1 s" in events[-1][1]


def test_the_plain_form_of_simple_scripts(server):
    first = server.post("/", {"prompt": "where is a payment charged", "history": []}).json()
    assert first["status"] == 200
    assert "shop/payments.py" in first["response"]
    assert first["history"] == [["where is a payment charged", first["response"]]]
    second = server.post("/", {"prompt": "who calls it", "history": first["history"]}).json()
    assert len(second["history"]) == 2
