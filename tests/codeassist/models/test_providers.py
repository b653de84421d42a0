"""Every provider in its own wire format, through its own client library, against a loopback server."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

import pytest

from codeassist.config import ModelConfig
from codeassist.errors import ModelError
from codeassist.models import refusals
from codeassist.models.answers import ask_for_json
from codeassist.models.load_model import load
from codeassist.models.session import Session
from codeassist.runs.store import AnswerCache
from tests.codeassist import wire
from tests.codeassist.models.conftest import HELLO

pytestmark = pytest.mark.usefixtures("provider_keys")
SCHEMA = {"title": "place", "type": "object", "required": ["path"], "properties": {"path": {"type": "string"}}}
TEXT = "It is in `shop/auth.py` [1]."


@dataclass(frozen=True)
class Provider:
    """A provider as the tests know it: its package, its path, and how it streams, calls a tool, refuses and fails."""

    name: str
    package: str
    base: str
    text: Any
    unfinished: Any
    cut: Any
    tool: Any
    refusal: Any
    filtered: str
    structured: Any
    fail: Any
    schema_at: Any


def openai_error(status: int, _: str, message: str) -> wire.Answer:
    return wire.error(status, {"error": {"message": message, "type": "invalid_request_error", "param": None, "code": None}})


def mistral_error(status: int, _: str, message: str) -> wire.Answer:
    return wire.error(status, {"object": "error", "message": message, "type": "invalid_request_error", "code": 3051})


CALL = {"tool_calls": [{"index": 0, "id": "call12345", "type": "function", "function": {"name": "look", "arguments": "{}"}}]}
JSON_TEXT = json.dumps({"path": "a.py"})
PROVIDERS = (
    Provider(
        "openai:m",
        "langchain_openai",
        "/v1",
        wire.chat(TEXT),
        wire.chat("Half of the", None),
        wire.chat("", "length"),
        wire.chat("", "tool_calls", delta=CALL),
        wire.chat("", "stop", delta={"refusal": "I cannot help with that."}),
        "refused to answer: I cannot help with that.",
        wire.chat(JSON_TEXT),
        openai_error,
        lambda body: body["response_format"]["json_schema"]["schema"],
    ),
    Provider(
        "anthropic:claude-m",
        "langchain_anthropic",
        "",
        wire.anthropic(TEXT),
        wire.anthropic("Half of the", None),
        wire.anthropic("", "max_tokens"),
        wire.anthropic("", "tool_use", tool={"name": "look", "input": {}}),
        wire.anthropic("", "refusal"),
        r"refused to answer \(content filter\)",
        wire.anthropic("", "tool_use", tool={"name": "place", "input": {"path": "a.py"}}),
        wire.anthropic_error,
        lambda body: body["tools"][0]["input_schema"],
    ),
    Provider(
        "google:gemini-m",
        "langchain_google_genai",
        "",
        wire.google(TEXT),
        wire.google("Half of the", None),
        wire.google("", "MAX_TOKENS"),
        wire.google("", "STOP", call={"name": "look", "args": {}}),
        wire.google(blocked="PROHIBITED_CONTENT"),
        r"refused to answer \(content filter\)",
        wire.google(JSON_TEXT),
        wire.google_error,
        lambda body: body["generationConfig"].get("responseJsonSchema") or body["generationConfig"]["responseSchema"],
    ),
    Provider(
        "mistral:m",
        "langchain_mistralai",
        "/v1",
        wire.chat(TEXT, mistral=True),
        wire.chat("Half of the", None),
        wire.chat("", "length"),
        wire.chat("", "tool_calls", delta=CALL),
        wire.chat("", "content_filter"),
        r"refused to answer \(content filter\)",
        wire.chat(JSON_TEXT),
        mistral_error,
        lambda body: body["response_format"]["json_schema"]["schema"],
    ),
    Provider(
        "ollama:m",
        "langchain_ollama",
        "",
        wire.ollama(TEXT),
        wire.ollama("Half of the", None),
        wire.ollama("", "length"),
        wire.ollama("", "stop", calls=[{"function": {"name": "look", "arguments": {}}}]),
        None,
        "",
        wire.ollama(JSON_TEXT),
        lambda status, _, message: wire.error(status, {"error": message}),
        lambda body: body["format"],
    ),
)


@pytest.fixture(params=PROVIDERS, ids=lambda p: p.name.partition(":")[0])
def provider(request, monkeypatch):
    pytest.importorskip(request.param.package, reason="the provider's client is not installed")
    for key in ("ANTHROPIC_API_KEY", "GOOGLE_API_KEY", "MISTRAL_API_KEY"):
        monkeypatch.setenv(key, "test-key")
    monkeypatch.setattr(refusals, "LEARNED", {})
    return request.param


def session(provider: Provider, url: str, notes: list[str] | None = None, cache: Any = None, **how: Any) -> Session:
    settings = ModelConfig(
        name=provider.name, base_url=url + provider.base, **{"retries": 1, "timeout": 5.0, "context_window": 8_192} | how
    )
    return Session(load(settings), settings, note=None if notes is None else notes.append, cache=cache)


def fails(provider: Provider, answer: Any, **how: Any) -> tuple[ModelError, Session, Any]:
    with wire.answering(answer) as (url, seen):
        talk = session(provider, url, **how)
        with pytest.raises(ModelError) as caught:
            talk.ask(HELLO)
    assert "\n" not in str(caught.value)
    return caught.value, talk, seen


def test_text_is_streamed_with_the_providers_token_counts(provider):
    pieces: list[str] = []
    with wire.answering(provider.text) as (url, seen):
        reply = session(provider, url, max_output_tokens=77).ask(HELLO, on_text=pieces.append)
    assert reply.text == "".join(pieces) == TEXT
    assert len(pieces) > 2
    assert (reply.input_tokens, reply.output_tokens, reply.counted, reply.finish) == (21, 9, True, "stop")
    assert "77" in json.dumps(seen.bodies)


def test_only_what_was_set_is_sent(provider):
    with wire.answering(provider.text) as (url, seen):
        session(provider, url).ask(HELLO)
        session(provider, url, temperature=0.25).ask(HELLO)
    plain, warm = (json.dumps(body) for body in seen.bodies)
    for name in ("temperature", "top_p", "topP", "top_k", "topK", "safe_prompt", "seed", "presence", "frequency"):
        assert name not in plain, plain
    assert '"temperature": 0.25' in warm


def test_a_structured_answer_fits_its_schema(provider):
    with wire.answering(provider.structured) as (url, seen):
        assert ask_for_json(session(provider, url), HELLO, SCHEMA) == {"path": "a.py"}
    sent = provider.schema_at(seen.bodies[0])
    assert sent["required"] == ["path"]
    assert sent["properties"]["path"]["type"].lower() == "string"


def test_a_tool_call_is_not_an_answer(provider):
    error, _, _ = fails(provider, provider.tool)
    assert "asked to call a tool 'look' instead of answering" in str(error)


def test_a_refusal_is_said_to_be_one(provider):
    if provider.refusal is None:
        pytest.skip("the protocol has no refusals")
    with wire.answering(provider.refusal) as (url, _), pytest.raises(ModelError, match=provider.filtered):
        session(provider, url).ask(HELLO)


def test_an_answer_cut_before_it_began(provider):
    error, _, _ = fails(provider, provider.cut)
    assert "raise max_output_tokens under [model]" in str(error)


def test_a_stream_without_its_end_marker_broke_off_and_is_not_cached(provider, tmp_path):
    error, _, seen = fails(provider, provider.unfinished, cache=AnswerCache(tmp_path))
    assert "broke off in the middle of its answer" in str(error)
    assert error.partial == "Half of the"
    assert len(seen.bodies) == 1
    with wire.answering(provider.text) as (url, _):
        assert not session(provider, url, cache=AnswerCache(tmp_path)).ask(HELLO).cached


@pytest.mark.parametrize(
    ("status", "kind", "message", "said"),
    [
        (400, "INVALID_ARGUMENT", "the frobnicator is off", r"failed: the frobnicator is off"),
        (401, "authentication_error", "invalid key", r"The key for '\S+' was refused at http.*: check \S"),
        (404, "not_found_error", "no such model", r"There is no model '\S+' at http.*base_url"),
        (429, "RESOURCE_EXHAUSTED", "slow down", r"exceeded its rate limit or quota, after 1 retries"),
        (500, "api_error", "oops", r"failed \(500\), after 1 retries"),
    ],
)
def test_an_error_has_its_sentence_and_costs_nothing(provider, monkeypatch, status, kind, message, said):
    monkeypatch.setattr("time.sleep", lambda _: None)
    error, talk, seen = fails(provider, provider.fail(status, kind, message), price_input=1.0, price_output=1.0)
    assert error.exit_code == 3
    assert re.search(said, str(error)), str(error)
    assert len(seen.bodies) == (2 if status in (429, 500) else 1)
    assert (talk.ledger.input_tokens, talk.ledger.output_tokens, talk.ledger.cost) == (0, 0, 0.0)


def test_a_busy_server_is_asked_again(provider, monkeypatch):
    monkeypatch.setattr("time.sleep", lambda _: None)
    with wire.answering(provider.fail(503, "UNAVAILABLE", "busy"), provider.text) as (url, _):
        assert session(provider, url).ask(HELLO).text == TEXT


def test_a_web_page_is_not_the_protocol(provider):
    error, _, _ = fails(provider, wire.HTML)
    assert "not the protocol of" in str(error)
    assert "check base_url" in str(error)


def test_a_refused_temperature_is_dropped_once_and_remembered(provider):
    def answer(body: dict[str, Any]) -> wire.Answer:
        if "temperature" in json.dumps(body):
            return provider.fail(400, "INVALID_ARGUMENT", "Unsupported value: 'temperature' does not support 0.3 here.")
        return provider.text(body) if callable(provider.text) else provider.text

    notes: list[str] = []
    with wire.answering(answer) as (url, seen):
        for _ in range(2):
            talk = session(provider, url, notes, temperature=0.3)
            assert talk.ask(HELLO).text == TEXT
            assert talk.ledger.input_tokens == 21
    assert notes == [f"'{provider.name}' refused temperature, so it is not sent."]
    assert ["temperature" in json.dumps(body) for body in seen.bodies] == [True, False, False]
