"""The server as a process: addresses, signals, clients that misbehave, indexes that change under it."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.codeassist.chat_server import Hangs
from tests.codeassist.chat_server import serving as model_serving
from tests.codeassist.http.running import parsed, serving
from tests.conftest import started, write

ENDLESS = "def spin(n: int) -> int:\n    while n > -1:\n        n = n + 1\n    return n\n"


@contextmanager
def process(root, *options, **variables):
    """(process, address) of `codeassist serve` for a repository."""
    arguments = ("-m", "codeassist", "serve", "--repo", str(root), "--port", "0", *options)
    with started(*arguments, stderr=subprocess.PIPE, env=os.environ | variables) as server:
        line = server.stderr.readline()
        while line and not line.startswith("Serving at"):
            line = server.stderr.readline()
        found = re.search(r"http://[^/]+", line)
        assert found, line
        yield server, found[0]


def ended(server):
    """(exit code, the rest of what it logged)."""
    _, logged = server.communicate(timeout=60)
    return server.returncode, logged


def test_a_taken_port_is_named(indexed, run):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        outcome = run("serve", "--port", str(port), cwd=indexed)
    assert outcome.code == 2
    assert f"Port {port} of 127.0.0.1 is taken" in outcome.err


def test_other_addresses_need_a_token_and_a_warning(indexed, run, tmp_path, monkeypatch):
    assert "--token-file" in run("serve", "--host", "0.0.0.0", cwd=indexed).err
    tokens = write(tmp_path, {"tokens": "t" * 20}) / "tokens"
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        outcome = run("serve", "--host", "0.0.0.0", "--port", port, "--token-file", str(tokens), cwd=indexed)
    assert "Warning: others can reach 0.0.0.0." in outcome.err
    assert "t" * 20 not in outcome.err
    monkeypatch.setenv("CODEASSIST_SERVER_TOKEN", "short")
    assert "CODEASSIST_SERVER_TOKEN:1" in run("serve", cwd=indexed).err
    assert run("serve", "--token-file", str(tmp_path / "none"), cwd=indexed).code == 2


def test_without_its_packages_the_install_line_is_printed(indexed, run, monkeypatch):
    monkeypatch.setitem(sys.modules, "codeassist.http.serving", None)
    outcome = run("serve", cwd=indexed)
    assert (outcome.code, "codeassist-repo[server]" in outcome.err) == (2, True)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM for other processes")
def test_sigterm_ends_open_answers_with_a_sentence(indexed):
    until = threading.Event()
    with model_serving(Hangs(until)) as (url, _):
        model = {"OPENAI_API_KEY": "k", "CODEASSIST_MODEL_NAME": "openai:x", "CODEASSIST_MODEL_BASE_URL": url}
        with process(indexed, **model) as (server, address), httpx.Client(timeout=60, trust_env=False) as client:
            question = {"question": "where is a payment charged", "stream": True}
            with client.stream("POST", f"{address}/v1/ask", json=question) as response:
                server.send_signal(signal.SIGTERM)
                events = list(parsed(response.iter_lines()))
            until.set()
            assert events[-1][0] == "error"
            assert "stopped before" in json.loads(events[-1][1])["message"] or "server stop" in events[-1][1]
            code, logged = ended(server)
    assert code == 0
    assert "Traceback" not in logged
    assert all(json.loads(line) for line in logged.splitlines())


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM for other processes")
def test_sigterm_in_a_job_marks_it(indexed):
    write(indexed, {"shop/spin.py": ENDLESS})
    with process(indexed) as (server, address), httpx.Client(timeout=60, trust_env=False) as client:
        job = client.post(f"{address}/v1/tests", json={"paths": ["shop/spin.py"], "seconds": 120}).json()
        with client.stream("GET", f"{address}/v1/jobs/{job['id']}/events") as response:
            events = parsed(response.iter_lines())
            assert any(json.loads(data)["state"] == "running" for _, data in events)
            server.send_signal(signal.SIGTERM)
        code, _ = ended(server)
    assert code == 0
    with process(indexed) as (server, address):
        assert httpx.get(f"{address}/v1/jobs/{job['id']}", trust_env=False).json()["state"] == "interrupted"
        server.send_signal(signal.SIGINT)
        assert ended(server)[0] == 0


def _raw(server, data, *, read=True):
    host, port = server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=30) as raw:
        raw.sendall(data)
        return raw.recv(64) if read else b""


@pytest.mark.parametrize(
    "frame",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET /health HTTP/9.9\r\n\r\n",
        b"POST /v1/search HTTP/1.1\r\nHost: localhost\r\nContent-Length: -5\r\n\r\n",
        b"POST /v1/search HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\n\r\n",
        b"GET /health HTTP/1.1\r\n\r\n",
        b"\0" * 1000 + b"\r\n\r\n",
    ],
)
def test_malformed_frames_are_refused(server, frame):
    answer = _raw(server, frame)
    assert answer == b"" or answer.split()[1] in (b"400", b"403", b"404", b"413", b"414", b"431")
    assert server.get("/health").status_code == 200


def test_a_body_of_100_megabytes_is_refused_at_its_head(server):
    head = b"POST /v1/check HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000000\r\n\r\n"
    assert _raw(server, head + b"x" * 1000).startswith(b"HTTP/1.1 413")
    assert server.get("/health").status_code == 200


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="counts the handles in /proc")
def test_clients_that_vanish_leave_nothing(server):
    search = b'POST /v1/ask HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 40\r\n\r\n{"question":"charge", "stream":true     }'

    def handles():
        return len(list(Path("/proc/self/fd").iterdir()))

    def ended():
        samples = (sample for family in server.state.metrics.registry.collect() for sample in family.samples)
        return sum(s.value for s in samples if s.name == "codeassist_requests_total" and s.labels["method"] == "POST")

    def vanish():
        all_ended = ended() + 40
        for _ in range(20):
            _raw(server, search, read=False)
            _raw(server, b"POST /v1/search HTTP/1.1\r\nHost: localhost\r\nContent-Length: 40\r\n\r\n{", read=False)
        end = time.monotonic() + 300
        while (ended() < all_ended or server.state.work) and time.monotonic() < end:
            time.sleep(0.1)  # the server runs in this process
        assert ended() == all_ended

    vanish()
    before = handles()  # every thread has its connection to the index
    vanish()
    server.get("/health")
    assert server.state.running == 0
    assert not server.state.work
    assert handles() <= before + 12
    assert server.post("/v1/search", {"query": "charge"}).status_code == 200


def test_an_index_rebuilt_by_another_process_goes_on(server, indexed):
    answers = []
    stop = threading.Event()

    def ask():
        while not stop.is_set():
            answers.append(server.post("/v1/search", {"query": "charge an account"}))

    asking = threading.Thread(target=ask)
    asking.start()
    done = subprocess.run(
        [sys.executable, "-m", "codeassist", "index", "-q", "--rebuild", str(indexed)], timeout=120, check=False
    )
    write(indexed, {"shop/later.py": "def much_later():\n    return 1\n"})
    job = server.post("/v1/index", {"rebuild": True}).json()
    with server.client.stream("GET", f"/v1/jobs/{job['id']}/events") as response:
        last = [json.loads(data) for _, data in parsed(response.iter_lines())][-1]
    stop.set()
    asking.join()
    assert done.returncode == 0
    assert last["state"] == "done", last
    failed = [a.text for a in answers if a.status_code != 200]
    assert failed == []
    found = [a.json() for a in answers]
    complete = [f for f in found if f["index"] == "up to date"]
    assert complete
    assert all(f["results"][0]["path"] == "shop/payments.py" for f in complete)  # an incomplete index says that it is
    assert server.post("/v1/search", {"query": "much_later"}).json()["results"][0]["path"] == "shop/later.py"


def test_a_removed_repository_is_a_clear_answer(server, indexed, monkeypatch):
    monkeypatch.setattr("codeassist.repositories.FRESH_SECONDS", 0.0)
    assert server.post("/v1/search", {"query": "charge"}).status_code == 200
    shutil.rmtree(indexed)
    for path, body in (
        ("/v1/search", {"query": "charge"}),
        ("/v1/ask", {"question": "where is a payment charged"}),
        ("/v1/review", {}),
    ):
        answer = server.post(path, body)
        assert answer.status_code in (200, 400, 503), answer.text
        if answer.status_code != 200:
            assert "Traceback" not in answer.text
    assert server.get("/v1/file", params={"path": "shop/payments.py"}).status_code in (404, 503)
    assert server.get("/health").status_code == 200


def test_two_servers_of_one_repository(indexed):
    with serving(indexed) as one, serving(indexed) as two:
        first = one.post("/v1/ask", {"question": "where is a payment charged"}).json()
        second = two.post("/v1/ask", {"question": "where is a payment charged"}).json()
        assert first["answer"] == second["answer"]
        assert first["run"] != second["run"]
