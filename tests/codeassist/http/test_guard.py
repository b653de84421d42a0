"""Who is answered, and within which limits."""

from __future__ import annotations

import contextlib
import io
import json
import logging
import socket
import threading
import time

import httpx
import pytest

from codeassist.errors import UsageError
from codeassist.http.logs import LOGGER, JsonLines
from codeassist.http.serving import serve
from codeassist.http.settings import ServerSettings
from codeassist.http.tokens import Access, Tokens, parse_tokens, read_tokens
from codeassist.repositories import Repositories
from tests.codeassist.http.running import serving
from tests.conftest import write

TOKEN, SHOP_TOKEN = "t" * 20, "s" * 20


def test_other_hosts_and_origins_are_refused(server):
    assert server.get("/v1/repositories", headers={"Host": "evil.example"}).status_code == 403
    assert server.get("/v1/repositories", headers={"Host": "localhost:1"}).status_code == 200
    assert server.get("/v1/repositories", headers={"Origin": "http://evil.example"}).status_code == 403
    assert server.get("/v1/repositories", headers={"Origin": "null"}).status_code == 403
    assert server.get("/v1/repositories", headers={"Origin": "http://[::1"}).status_code == 403
    assert server.get("/v1/repositories", headers={"Origin": server.url}).status_code == 200


def test_another_host_name_can_be_allowed(indexed):
    with serving(indexed, names=frozenset({"box.example"})) as running:
        assert running.get("/v1/repositories", headers={"Host": "box.example"}).status_code == 200


@pytest.mark.parametrize(
    ("settings", "host", "served"),
    [
        ({"host": "0.0.0.0"}, "192.0.2.7:8765", True),
        ({"host": "::"}, "[2001:db8::7]:8765", True),
        ({"host": "0.0.0.0"}, "evil.example", False),
        ({"host": "192.0.2.7"}, "192.0.2.7:8765", True),
        ({"host": "192.0.2.7"}, "192.0.2.8", False),
        ({"host": "MyHost.Local"}, "myhost.local:8765", True),
        ({"names": frozenset({"Proxy.example:8443"})}, "proxy.example", True),
        ({}, "192.0.2.7", False),
    ],
)
def test_hosts_that_are_served(settings, host, served):
    assert ServerSettings(**settings).serves(host) is served


def test_an_address_that_others_reach_needs_a_token():
    with pytest.raises(UsageError, match="--token-file"):
        ServerSettings(host="0.0.0.0").check()
    ServerSettings(host="0.0.0.0", tokens=Tokens({TOKEN: Access()})).check()
    for name in ("127.0.0.1", "::1", "localhost"):
        ServerSettings(host=name).check()


def test_tokens_permit_repositories(indexed, tmp_path, run):
    other = write(tmp_path / "other", {"a.py": "def secret_sauce():\n    pass\n"})
    assert run("index", "-q", str(other)).code == 0
    tokens = parse_tokens([f"{TOKEN}\n", "# a comment", "", f"{SHOP_TOKEN} shop"], "file")
    with serving(indexed, other, tokens=tokens) as running:
        assert running.get("/health").status_code == 200
        assert running.get("/").status_code == 200
        refused = running.get("/v1/repositories")
        assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer")
        assert running.get("/metrics").status_code == 401
        assert running.post("/", {"prompt": "x"}).status_code == 401
        assert running.get("/v1/repositories", headers={"Authorization": f"Bearer {TOKEN[:-1]}"}).status_code == 401
        every = running.get("/v1/repositories", headers={"Authorization": f"Bearer {TOKEN}"}).json()["repositories"]
        assert [r["name"] for r in every] == ["shop", "other"]
        mine = {"Authorization": f"Bearer {SHOP_TOKEN}"}
        assert [r["name"] for r in running.get("/v1/repositories", headers=mine).json()["repositories"]] == ["shop"]
        assert running.post("/v1/search", {"query": "charge"}, headers=mine).json()["repository"] == "shop"
        assert running.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 200
        limited = running.get("/metrics", headers=mine)
        assert limited.status_code == 403
        assert "other" not in limited.text
        hidden = running.client.post("/v1/search?repo=other", json={"query": "secret_sauce"}, headers=mine)
        assert hidden.status_code == 404
        assert "secret_sauce" not in hidden.text


def test_a_file_of_tokens_that_is_no_text_is_named(tmp_path):
    (tmp_path / "tokens").write_bytes(b"\xe4" * 20)
    with pytest.raises(UsageError, match="not a text file in UTF-8"):
        read_tokens(tmp_path / "tokens")


@pytest.mark.parametrize("line", ["short", "ünïcödé-ünïcödé-ünïcödé"])
def test_bad_tokens_are_named_by_their_line(line):
    with pytest.raises(UsageError, match="file:2: a token has"):
        parse_tokens(["# tokens", line], "file")
    with pytest.raises(UsageError, match="no token"):
        parse_tokens(["# tokens"], "file")


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([f"{TOKEN} shop", f"{TOKEN} stock"], "file:2: this token is there already"),
        ([f"{TOKEN} shop # for CI"], "file:1: '#' is no repository"),
    ],
)
def test_tokens_that_would_permit_something_else_are_refused(lines, words):
    with pytest.raises(UsageError, match=words):
        parse_tokens(lines, "file")


def test_a_token_for_a_repository_that_is_not_served_is_refused(indexed):
    tokens = Tokens({TOKEN: Access(frozenset({"shpo"}))})
    with pytest.raises(UsageError, match="names 'shpo'"):
        serve(Repositories([indexed]), ServerSettings(port=0, tokens=tokens))


def test_large_bodies_are_refused_before_they_are_read(server):
    host, port = server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as raw:  # the body is announced and never sent
        raw.sendall(b"POST /v1/check HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1100000\r\n\r\n")
        assert raw.recv(100).startswith(b"HTTP/1.1 413 ")

    def pieces():
        for _ in range(300):
            yield b"x" * 10_000

    with contextlib.suppress(httpx.TransportError):  # the server closes the connection before the rest is sent
        assert server.client.post("/v1/check", content=pieces()).status_code == 413
    assert server.get("/health").status_code == 200


def test_a_slow_request_ends_with_408(indexed):
    with serving(indexed, body_seconds=0.3) as running:
        host, port = running.url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), timeout=20) as raw:
            raw.sendall(b"POST /v1/search HTTP/1.1\r\nHost: localhost\r\nContent-Length: 50\r\n\r\n{")
            assert raw.recv(20).startswith(b"HTTP/1.1 408")


def test_too_many_at_once_get_429(indexed, monkeypatch):
    entered, release = threading.Event(), threading.Event()

    def slow(*_):
        entered.set()
        assert release.wait(30)
        raise UsageError("done")

    monkeypatch.setattr("codeassist.tasks.search.search", slow)
    with serving(indexed, concurrency=1) as running:
        first = threading.Thread(target=running.post, args=("/v1/search", {"query": "x"}))
        first.start()
        assert entered.wait(30)
        refused = running.get("/v1/repositories")
        assert refused.status_code == 429
        assert refused.headers["retry-after"]
        assert running.get("/health").status_code == 200
        assert "codeassist_refused_total" in running.get("/metrics").text
        release.set()
        first.join()
        assert running.get("/v1/repositories").status_code == 200


def test_a_bug_shows_no_traceback_but_is_logged(server, monkeypatch):
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    monkeypatch.setattr(LOGGER, "handlers", [handler])
    monkeypatch.setattr(LOGGER, "propagate", False)
    LOGGER.setLevel(logging.INFO)

    def broken(*_):
        raise RuntimeError('password="hunter2hunter2X9" token: "hunter2hunter2X8"\n')

    monkeypatch.setattr("codeassist.tasks.search.search", broken)
    failed = server.post("/v1/search", {"query": "a secret question"}, headers={"X-Request-Id": "abc.1"})
    assert failed.status_code == 500
    assert "Traceback" not in failed.text
    assert "hunter2" not in failed.text
    assert failed.headers["x-request-id"] == "abc.1" == failed.json()["error"]["request_id"]
    server.get("/health", headers={"X-Request-Id": "no spaces allowed"})
    entries = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert any("RuntimeError" in entry.get("traceback", "") and entry["id"] == "abc.1" for entry in entries)
    assert "hunter2" not in stream.getvalue()
    assert "a secret question" not in stream.getvalue()
    request = next(e for e in entries if e["event"] == "request" and e["id"] == "abc.1")
    assert (request["route"], request["status"]) == ("/v1/search", 500)
    assert not any(e["id"] == "no spaces allowed" for e in entries)


def test_every_answer_has_the_headers_that_protect_the_page(server):
    for path in ("/", "/health", "/nothing", "/page/app.js"):
        headers = server.get(path).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert "server" not in headers
    assert "access-control-allow-origin" not in server.client.options("/v1/ask", headers={"Origin": server.url}).headers


def test_unknown_paths_and_methods(server):
    assert server.get("/v1/nothing").json()["error"]["type"] == "not_found_error"
    assert server.get("/v1/search").status_code == 405
    assert server.get("/page/..%2f..%2fapp.py").status_code == 404


def test_a_client_that_sends_its_headers_slowly_is_answered_408(indexed):
    with serving(indexed, header_seconds=0.6) as running:
        host, port = running.url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), timeout=30) as client:
            client.sendall(b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ")
            answer = b""
            for _ in range(600):
                client.settimeout(0.05)
                try:
                    answer = client.recv(1000)
                    break
                except TimeoutError:
                    client.sendall(b"a")
            assert answer.startswith(b"HTTP/1.1 408 ")
        with socket.create_connection((host, int(port)), timeout=30) as silent:
            assert silent.recv(1000) == b""


def test_a_kept_connection_has_time_for_each_request(indexed):
    with serving(indexed, header_seconds=1.0) as running:
        address = ("127.0.0.1", int(running.url.rpartition(":")[2]))
        with socket.create_connection(address, timeout=30) as client:
            for _ in range(2):
                client.sendall(b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
                answer = b""
                while b'"status"' not in answer:
                    piece = client.recv(10_000)
                    assert piece, answer
                    answer += piece
                assert answer.startswith(b"HTTP/1.1 200 ")
                time.sleep(1.2)  # longer than headers may take, shorter than an idle connection is kept
