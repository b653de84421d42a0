"""What a server tells of its context window; an answer of another shape tells nothing."""

from __future__ import annotations

import pytest

from codeassist.models.providers import Endpoint
from codeassist.models.windows import ask_window

httpx = pytest.importorskip("httpx")

TOLD = [
    ({"data": [{"id": "m", "max_model_len": 4096}]}, 4096),
    ({"data": 5}, 0),
    ({"data": {"id": "m", "max_model_len": 4096}}, 0),
    ({"data": [3, None]}, 0),
    ([], 0),
]


@pytest.mark.parametrize(("body", "window"), TOLD)
def test_the_window_is_read_from_a_list_of_models(monkeypatch, body, window):
    answers = httpx.MockTransport(lambda request: httpx.Response(200, json=body))
    client = httpx.Client
    monkeypatch.setattr(httpx, "Client", lambda **_: client(transport=answers))
    assert ask_window(Endpoint("openai", "m", "http://127.0.0.1:1/v1")) == window
