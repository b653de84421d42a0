"""Ollama: its own protocol, its window, and what old versions refuse."""

from __future__ import annotations

from typing import Any

import pytest

from codeassist.config import ModelConfig
from codeassist.errors import ModelError
from codeassist.models.answers import ask_for_json
from codeassist.models.load_model import load
from codeassist.models.messages import Message
from codeassist.models.providers import ollama_url
from codeassist.models.session import Session
from tests.codeassist import wire
from tests.codeassist.models.conftest import HELLO
from tests.codeassist.models.self_hosted import SCHEMA, session

pytest.importorskip("langchain_openai")
pytestmark = pytest.mark.usefixtures("provider_keys", "nothing_learned")


class TestOllama:
    pytestmark = pytest.mark.usefixtures("ollama")

    @pytest.fixture
    def ollama(self):
        pytest.importorskip("langchain_ollama", reason="the client for Ollama is not installed")

    def test_the_context_size_holds_what_is_sent_and_the_answer(self):
        with wire.answering(wire.ollama("ok")) as (url, seen):
            talk = session(url, name="ollama:qwen3", context_window=20_000, max_output_tokens=500)
            talk.ask(HELLO)
            talk.ask([Message("user", "word " * 6_000)])
            talk.ask([Message("user", "word " * 17_000)])
        options = [body["options"] for body in seen.bodies]
        assert options[0] == {"num_predict": 500, "num_ctx": 2_048}
        assert [o["num_ctx"] for o in options] == [2_048, 8_192, 20_000]
        assert {path for _, path, _ in seen.calls} == {"/api/chat"}

    def test_without_streaming(self):
        with wire.answering(lambda body: wire.NO_ANSWER if body["stream"] else wire.ollama("ok")(body)) as (url, seen):
            reply = session(url, name="ollama:qwen3").ask(HELLO)
        assert (reply.text, reply.input_tokens, reply.output_tokens) == ("ok", 21, 9)
        assert [body["stream"] for body in seen.bodies] == [True, False]

    def test_the_window_is_the_models(self):
        shown = {"/api/show": wire.whole({"model_info": {"general.architecture": "qwen3", "qwen3.context_length": 40_960}})}
        with wire.answering(wire.ollama("ok"), by_path=shown) as (url, seen):
            assert session(url, name="ollama:qwen3", context_window=0).model.context_window == 40_960
        assert seen.bodies == [{"model": "qwen3"}]

    def test_an_error_inside_the_stream(self):
        with wire.answering(wire.lines({"error": "an error was encountered while running the model"})) as (url, _):
            with pytest.raises(ModelError, match="an error was encountered while running the model"):
                session(url, name="ollama:qwen3").ask(HELLO)

    def test_a_server_on_this_machine_is_reached_without_a_proxy(self, monkeypatch):
        with wire.answering(wire.ollama("proxied")) as (proxy, seen), wire.answering(wire.ollama("direct")) as (url, _):
            monkeypatch.setenv("HTTP_PROXY", proxy)
            monkeypatch.delenv("NO_PROXY")
            monkeypatch.setenv("OLLAMA_HOST", url)
            settings = ModelConfig(name="ollama:qwen3")
            assert Session(load(settings), settings).ask(HELLO).text == "direct"
        assert not seen.calls

    def test_a_format_that_is_refused(self):
        def old(body: dict[str, Any]) -> Any:
            kind = body.get("format")
            if isinstance(kind, dict):
                return wire.error(
                    400, {"error": "json: cannot unmarshal object into Go struct field ChatRequest.format of type string"}
                )
            return wire.ollama('{"path": "a.py"}')(body)

        with wire.answering(old) as (url, seen):
            assert ask_for_json(session(url, name="ollama:qwen3"), HELLO, SCHEMA) == {"path": "a.py"}
        assert [body.get("format") for body in seen.bodies] == [SCHEMA, "json"]


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("", "http://127.0.0.1:11434"),
        ("127.0.0.1", "http://127.0.0.1:11434"),
        ("gpu.example", "http://gpu.example:11434"),
        ("gpu.example:8080", "http://gpu.example:8080"),
        (":8080", "http://127.0.0.1:8080"),
        ("[::1]", "http://[::1]:11434"),
        ("https://gpu.example", "https://gpu.example"),
        ("gpu.example:port", "http://gpu.example:port"),
    ],
)
def test_the_address_is_read_as_ollama_reads_it(host, url):
    assert ollama_url(host) == url
