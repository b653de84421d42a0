"""The API of OpenAI, with the real client."""

from __future__ import annotations

import pytest

from tests.codeassist.http.running import serving
from tests.conftest import write

openai = pytest.importorskip("openai")

QUESTION = "where is a payment charged"


@pytest.fixture
def client(server):
    with openai.OpenAI(base_url=f"{server.url}/v1", api_key="none", max_retries=0) as made:
        yield made


def test_models(client):
    assert [model.id for model in client.models.list()] == ["codeassist", "codeassist/shop"]
    assert client.models.retrieve("codeassist/shop").owned_by == "codeassist"
    with pytest.raises(openai.NotFoundError, match="no such model"):
        client.models.retrieve("gpt")


def test_a_completion_has_text_citations_and_the_whole_result(client):
    done = client.chat.completions.create(model="codeassist", messages=[{"role": "user", "content": QUESTION}], temperature=0)
    text = done.choices[0].message.content
    assert "shop/payments.py" in text
    assert "Sources:\n[1] shop/payments.py:" in text
    assert done.choices[0].finish_reason == "stop"
    assert done.model_extra["codeassist"]["citations"][0]["path"] == "shop/payments.py"


def test_a_stream_of_chunks(client):
    parts, last = [], None
    with client.chat.completions.create(
        model="codeassist/shop",
        messages=[
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": [{"type": "text", "text": QUESTION}]},
        ],
        stream=True,
        stream_options={"include_usage": True},
    ) as stream:
        for chunk in stream:
            parts += [choice.delta.content or "" for choice in chunk.choices]
            last = chunk
    assert "Sources:" in "".join(parts)
    assert last.usage.total_tokens == 0


def test_responses_whole_and_streamed(client):
    done = client.responses.create(model="codeassist", input=QUESTION)
    assert "shop/payments.py" in done.output_text
    assert done.status == "completed"
    with client.responses.create(model="codeassist", input=[{"role": "user", "content": QUESTION}], stream=True) as stream:
        events = list(stream)
    assert [events[0].type, events[-1].type] == ["response.created", "response.completed"]
    assert "".join(e.delta for e in events if e.type == "response.output_text.delta") == events[-1].response.output_text


def test_errors_are_those_of_the_client(client):
    with pytest.raises(openai.NotFoundError, match="no model 'gpt-5'"):
        client.chat.completions.create(model="gpt-5", messages=[{"role": "user", "content": "x"}])
    with pytest.raises(openai.BadRequestError, match="role 'user'"):
        client.chat.completions.create(model="codeassist", messages=[{"role": "assistant", "content": "x"}])
    with pytest.raises(openai.UnprocessableEntityError):
        client.chat.completions.create(model="codeassist", messages=[])


def test_several_repositories_are_several_models(indexed, tmp_path, run):
    other = write(tmp_path / "other", {"lib/greet.py": 'def greet(name):\n    """Say hello to somebody."""\n    return name\n'})
    assert run("index", "-q", str(other)).code == 0
    with serving(indexed, other) as running, openai.OpenAI(base_url=f"{running.url}/v1", api_key="x", max_retries=0) as client:
        assert {model.id for model in client.models.list()} == {"codeassist/shop", "codeassist/other"}
        question = [{"role": "user", "content": "where do we say hello"}]
        assert (
            "lib/greet.py"
            in client.chat.completions.create(model="codeassist/other", messages=question).choices[0].message.content
        )
        with pytest.raises(openai.BadRequestError, match="Name one of the repositories"):
            client.chat.completions.create(model="codeassist", messages=question)
