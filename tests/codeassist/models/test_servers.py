"""Self-hosted servers and special endpoints as they really answer: llama.cpp, llama-cpp-python, vLLM, LM Studio, TGI, Ollama."""

from __future__ import annotations

import json
from typing import Any

import pytest

from codeassist.errors import ModelError
from codeassist.models.answers import ask_for_json
from codeassist.runs.store import AnswerCache
from tests.codeassist import wire
from tests.codeassist.models.conftest import HELLO
from tests.codeassist.models.self_hosted import SCHEMA, session

pytest.importorskip("langchain_openai")
pytestmark = pytest.mark.usefixtures("provider_keys", "nothing_learned")
VALID = wire.chat('{"path": "a.py"}')


def refusing(name: str, message: str, status: int = 400, then: Any = None) -> Any:
    """A server that refuses every request with a parameter."""

    def answer(body: dict[str, Any]) -> wire.Answer:
        return (
            wire.error(status, {"error": {"message": message, "param": name}})
            if name in json.dumps(body)
            else then or wire.chat("ok")
        )

    return answer


@pytest.mark.parametrize(
    ("name", "message", "note"),
    [
        ("stream_options", "Unknown field: stream_options", "refused stream_options, so it is not sent"),
        (
            '"max_tokens"',
            "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens'.",
            "so max_completion_tokens is sent",
        ),
        ('"stream": true', "Your organization must be verified to stream this model.", "refused to stream"),
    ],
)
def test_a_refused_parameter_is_left_out(name, message, note):
    notes: list[str] = []
    then = wire.chat_whole("ok") if 'stream"' in name else None
    with wire.answering(refusing(name, message, then=then)) as (url, seen):
        assert session(url, notes).ask(HELLO).text == "ok"
        assert session(url, notes).ask(HELLO).text == "ok"
    assert len(seen.bodies) == 3
    assert len(notes) == 1
    assert note in notes[0]


def test_a_limit_that_is_too_large_is_not_a_refusal():
    answer = wire.error(400, {"error": {"message": "max_tokens is too large: 1024. This model supports at most 512."}})
    with wire.answering(answer) as (url, seen), pytest.raises(ModelError, match="at most 512"):
        session(url).ask(HELLO)
    assert len(seen.bodies) == 1


def test_a_schema_that_is_refused_with_a_server_error_becomes_json_then_text():
    def llama_cpp_python(body: dict[str, Any]) -> wire.Answer:
        kind = (body.get("response_format") or {}).get("type")
        if kind == "json_schema":
            return wire.error(
                500,
                {
                    "error": {
                        "message": "[{'type': 'literal_error', 'loc': ('body', 'response_format', 'type'), "
                        "'msg': \"Input should be 'text' or 'json_object'\", 'input': 'json_schema'}]"
                    }
                },
            )
        if kind == "json_object":
            return wire.error(500, {"error": {"message": "response_format json_object needs a grammar"}})
        return VALID

    notes: list[str] = []
    with wire.answering(llama_cpp_python) as (url, seen):
        for _ in range(2):
            assert ask_for_json(session(url, notes), HELLO, SCHEMA) == {"path": "a.py"}
    kinds = [(body.get("response_format") or {}).get("type") for body in seen.bodies]
    assert kinds == ["json_schema", "json_object", None, None]
    assert "fits this schema" in seen.bodies[1]["messages"][-1]["content"]
    assert [note.partition(", so ")[2] for note in notes] == [
        "it is asked for JSON without a schema.",
        "it is asked for text, which is checked.",
    ]


def test_text_instead_of_json_is_repaired_once():
    answers = [wire.error(500, {"error": {"message": "json_schema is not supported"}})] * 1
    with wire.answering(*answers, wire.chat("a.py, I think"), VALID) as (url, seen):
        assert ask_for_json(session(url), HELLO, SCHEMA) == {"path": "a.py"}
    assert len(seen.bodies) == 3
    assert "cannot be used" in seen.bodies[2]["messages"][-1]["content"]


def test_an_empty_stream_is_asked_once_without_streaming_to_learn_the_error():
    overflow = wire.error(500, {"error": {"message": "Requested tokens (9000) exceed context window of 4096"}})
    with wire.answering(lambda body: wire.NO_ANSWER if body.get("stream") else overflow) as (url, seen):
        with pytest.raises(ModelError, match="too long for 'openai:m': lower context_tokens"):
            session(url).ask(HELLO)
    assert [body.get("stream", False) for body in seen.bodies] == [True, False]


def test_an_empty_stream_of_a_server_that_answers_without_streaming():
    with wire.answering(lambda body: wire.NO_ANSWER if body.get("stream") else wire.chat_whole("ok")) as (url, _):
        reply = session(url).ask(HELLO)
    assert (reply.text, reply.input_tokens, reply.finish) == ("ok", 21, "stop")


@pytest.mark.parametrize(
    "message",
    [
        "the request exceeds the available context size. try increasing the context size or enable context shift",  # llama.cpp
        "This model's maximum context length is 4096 tokens. However, you requested 9000 tokens",  # vLLM
        "Trying to keep the first 9000 tokens when context the overflows. The model is loaded with only 4096 tokens",  # LM Studio
        "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096. Given: 9000",  # TGI
        "Prompt contains 40000 tokens and 0 draft tokens, too large for model with 32768 maximum context length",  # Mistral
    ],
)
def test_a_window_that_is_too_small(message):
    with wire.answering(wire.error(400, {"error": {"message": message}})) as (url, seen):
        with pytest.raises(ModelError, match="too long for 'openai:m'"):
            session(url).ask(HELLO)
    assert len(seen.bodies) == 1


@pytest.mark.parametrize(
    ("shown", "window"),
    [
        ({"/v1/models": {"data": [{"id": "other", "max_model_len": 9}, {"id": "m", "max_model_len": 16_384}]}}, 16_384),  # vLLM
        ({"/v1/models": {"data": [{"id": "a.gguf", "meta": {"n_ctx_train": 131_072, "n_ctx": 6_144}}]}}, 6_144),  # llama.cpp
        (
            {
                "/v1/models": {"data": [{"id": "a.gguf", "meta": {"n_ctx_train": 131_072}}]},
                "/props": {"default_generation_settings": {"n_ctx": 5_120}},
            },
            5_120,
        ),
        (
            {
                "/v1/models": {"data": [{"id": "m"}]},
                "/api/v0/models": {"data": [{"id": "m", "max_context_length": 32_768, "loaded_context_length": 4_096}]},
            },
            4_096,
        ),  # LM Studio
        ({"/v1/models": {"data": [{"id": "tgi"}]}, "/info": {"max_total_tokens": 2_048}}, 2_048),  # TGI
        ({}, 8_192),
        ({"/v1/models": ["nonsense"], "/props": 3}, 8_192),
    ],
)
def test_a_server_tells_its_window(shown, window):
    with wire.answering(wire.chat("ok"), by_path={path: wire.whole(value) for path, value in shown.items()}) as (url, seen):
        talk = session(url, context_window=0)
        assert not seen.calls, "nothing is sent before the window is needed"
        assert talk.model.context_window == window
        count = len(seen.calls)
        assert talk.model.context_window == window
        assert len(seen.calls) == count


def test_a_configured_window_asks_no_server():
    with wire.answering(wire.chat("ok")) as (url, seen):
        assert session(url, context_window=4_000).model.context_window == 4_000
        assert not seen.calls


def test_a_model_that_only_speaks_the_responses_api():
    def answer(text: Any) -> Any:
        def reply(body: dict[str, Any]) -> wire.Answer:
            if "messages" in body:
                message = "This model is only supported in v1/responses and not in v1/chat/completions."
                return wire.error(404, {"error": {"message": message, "param": "model"}})
            return text

        return reply

    notes: list[str] = []
    with wire.answering(answer(wire.responses("It is there [1]."))) as (url, seen):
        pieces: list[str] = []
        reply = session(url, notes).ask(HELLO, on_text=pieces.append)
        assert session(url, notes).ask(HELLO).text == reply.text
    assert reply.text == "".join(pieces) == "It is there [1]."
    assert (reply.input_tokens, reply.output_tokens, reply.finish) == (21, 9, "stop")
    assert [path for _, path, _ in seen.calls] == ["/v1/chat/completions", "/v1/responses", "/v1/responses"]
    assert seen.bodies[1]["max_output_tokens"] == 1_024
    assert "temperature" not in seen.bodies[1]
    assert notes == ["'openai:m' is reached through the Responses API, because it refused chat completions."]
    with wire.answering(answer(wire.responses('{"path": "a.py"}'))) as (url, seen):
        assert ask_for_json(session(url), HELLO, SCHEMA) == {"path": "a.py"}
    assert seen.bodies[-1]["text"]["format"]["schema"] == SCHEMA
    with wire.answering(answer(wire.responses("", incomplete="max_output_tokens"))) as (url, _):
        with pytest.raises(ModelError, match="raise max_output_tokens"):
            session(url).ask(HELLO)
    with wire.answering(answer(wire.responses("", refusal="I will not."))) as (url, _):
        with pytest.raises(ModelError, match="refused to answer: I will not"):
            session(url).ask(HELLO)


def test_reasoning_is_not_part_of_an_answer(tmp_path):
    pieces: list[str] = []
    with wire.answering(wire.chat("<think>\nWhere could it be?\n</think>\n\nIn `a.py` [1].")) as (url, _):
        talk = session(url, cache=AnswerCache(tmp_path))
        assert talk.ask(HELLO, on_text=pieces.append).text == "".join(pieces) == "In `a.py` [1]."
        assert talk.ask(HELLO).text == "In `a.py` [1]."


def test_an_answer_cut_inside_its_reasoning():
    with wire.answering(wire.chat("<think>\nWhere could it", "length")) as (url, _):
        with pytest.raises(
            ModelError, match="cut off inside its reasoning, before its answer: raise max_output_tokens"
        ) as caught:
            session(url).ask(HELLO)
    assert "Where could it" in caught.value.partial


def test_a_loop_without_spaces_is_stopped_while_it_runs():
    shown: list[str] = []
    with (
        wire.answering(wire.chat("x=f(x);" * 5_000)) as (url, _),
        pytest.raises(ModelError, match="repeated itself over and over"),
    ):
        session(url).ask(HELLO, on_text=shown.append)
    assert 1_000 < len("".join(shown)) < 4_000


def test_text_that_only_resembles_a_loop_is_kept():
    rows = "".join(f"| `name_{n}` | {n * 7} |\n" for n in range(300))
    with wire.answering(wire.chat(rows)) as (url, _):
        assert session(url).ask(HELLO).text == rows
