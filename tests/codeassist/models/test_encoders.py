"""A remote encoder over real HTTP: a loopback server with OpenAI's embeddings protocol and the real client library."""

from __future__ import annotations

import json
import shutil
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
        status = self.server.status
        texts = [body["input"]] if isinstance(body["input"], str) else body["input"]
        if max(map(len, texts)) > self.server.limit:
            status, message = self.server.refusal
            answer = {"error": {"message": message, "type": "invalid_request_error", "code": None}}
        elif status != 200:
            answer = {"error": {"message": "no such key", "type": "auth", "code": "invalid_api_key"}}
        else:
            rows = [[1.0 + text.lower().count(word) for word in WORDS] for text in texts]
            data = [{"object": "embedding", "index": n, "embedding": row} for n, row in enumerate(rows)]
            answer = {"object": "list", "data": data, "model": body["model"], "usage": {"prompt_tokens": 1, "total_tokens": 1}}
        payload = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)

    def log_message(self, *_):
        pass


@pytest.fixture
def server(monkeypatch):
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        running.seen, running.status, running.limit, running.refusal = [], 200, 10**9, (400, "")
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


@pytest.mark.parametrize(
    ("status", "message"),
    [(400, "This model's maximum context length is 60 tokens"), (413, "refused"), (500, "input is too large")],
)
def test_a_text_that_is_too_long_is_split_and_its_file_named(server, shop, status, message):
    server.limit, server.refusal = 400, (status, message)
    options = IndexOptions(encoder="openai:text-embedding-3-small", load_encoder=load)
    with Index.build(shop, options=options) as index:
        assert index.last_report.shortened
        assert set(index.last_report.shortened) < set(index.files())
        assert index.chunk_count == index.health().vectors
        assert index.search("charge charge charge")[0].path == "shop/payments.py"
    sizes = [
        len(text) for body in server.seen for text in ([body["input"]] if isinstance(body["input"], str) else body["input"])
    ]
    assert max(sizes) > 400


def test_a_text_that_is_refused_however_short_is_an_error(server, shop):
    options = IndexOptions(encoder="openai:text-embedding-3-small", load_encoder=load)
    encoder = load("openai:text-embedding-3-small")
    server.limit, server.refusal = 0, (400, "bad request")
    with pytest.raises(EncoderError, match="bad request"):
        Index.build(shop, encoder=encoder, options=options)
    assert len(server.seen) < 40
    with Index.build(shop) as index:  # the failed first build bound nobody to its encoder
        assert index.search("authenticate")


def test_later_commands_use_the_encoder_of_the_index(server, shop, run):
    name = "openai:text-embedding-3-small"
    server.limit, server.refusal = 400, (413, "refused")
    outcome = run("index", "--encoder", name, ".", cwd=shop)
    assert (outcome.code, "shop/payments.py" in outcome.err, "too long" in outcome.err) == (0, True, True), outcome
    for command in (
        ("search", "charge charge charge"),
        ("ask", "-q", "charge charge charge"),
        ("index", "."),
        ("index", "--rebuild", "."),
    ):
        outcome = run(*command, cwd=shop)
        assert outcome.code == 0, outcome
    assert '"openai:text-embedding-3-small' in run("status", "--json", cwd=shop).out
    refused = run("index", "--encoder", "static", ".", cwd=shop)
    assert (refused.code, "--rebuild" in refused.err) == (4, True)
    assert run("index", "--rebuild", "--encoder", "static", ".", cwd=shop).code == 0
    server.limit = 0
    assert run("search", "charge", cwd=shop).code == 0
    assert run("clean", cwd=shop).code == 0


def test_the_encoder_of_a_removed_index_is_not_used(server, shop, run):
    assert run("index", "-q", "--encoder", "openai:text-embedding-3-small", ".", cwd=shop).code == 0
    shutil.rmtree(shop / ".codeassist")
    sent = len(server.seen)
    assert run("index", "-q", ".", cwd=shop).code == 0
    assert run("search", "charge", cwd=shop).code == 0
    assert len(server.seen) == sent
