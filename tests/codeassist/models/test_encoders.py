"""A remote encoder over real HTTP: a loopback server with OpenAI's embeddings protocol and the real client library."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from codeassist.models.encoders import load
from indexers import EncoderError, Index, IndexOptions

pytest.importorskip("langchain_openai")
WORDS = ("charge", "password", "reserve", "route", "template", "user")


class Handler(BaseHTTPRequestHandler):
    status = 200

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.seen.append(body)
        if self.server.status != 200:
            answer = {"error": {"message": "no such key", "type": "auth", "code": "invalid_api_key"}}
        else:
            texts = [body["input"]] if isinstance(body["input"], str) else body["input"]
            rows = [[1.0 + text.lower().count(word) for word in WORDS] for text in texts]
            data = [{"object": "embedding", "index": n, "embedding": row} for n, row in enumerate(rows)]
            answer = {"object": "list", "data": data, "model": body["model"], "usage": {"prompt_tokens": 1, "total_tokens": 1}}
        payload = json.dumps(answer).encode()
        self.send_response(self.server.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)

    def log_message(self, *_):
        pass


@pytest.fixture
def server(monkeypatch):
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        running.seen, running.status = [], 200
        thread = threading.Thread(target=running.serve_forever, args=(0.01,))
        thread.start()
        monkeypatch.setenv("OPENAI_BASE_URL", f"http://127.0.0.1:{running.server_port}/v1")
        monkeypatch.setenv("OPENAI_API_KEY", "test")
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        yield running
        running.shutdown()
        thread.join()


def test_a_repository_indexed_and_searched_through_a_server(server, shop):
    options = IndexOptions(encoder="openai:text-embedding-3-small", load_encoder=load)
    with Index.build(shop, options=options) as index:
        assert index.statistics().dimension == len(WORDS)
        assert index.search("charge charge charge")[0].path == "shop/payments.py"
    sent = len(server.seen)
    with Index.build(shop, options=options) as index:
        assert index.last_report.changed == 0
    assert len(server.seen) == sent + 1  # only the probe: no text is sent twice
    assert all(body["model"] == "text-embedding-3-small" for body in server.seen)


def test_a_refused_key_gives_a_one_line_error(server):
    server.status = 401
    with pytest.raises(EncoderError, match="'openai:text-embedding-3-small' failed: .*no such key"):
        load("openai:text-embedding-3-small")


def test_a_missing_key_gives_a_one_line_error(monkeypatch):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(EncoderError, match="cannot be set up"):
        load("openai:text-embedding-3-small")
