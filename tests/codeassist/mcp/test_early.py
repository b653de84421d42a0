"""What a client answers while the process that serves it starts."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading

import pytest

pytest.importorskip("mcp")

from codeassist.mcp.early import REVISIONS, Early
from codeassist.mcp.relay import Relay
from tests.codeassist.mcp.test_shared import INITIALIZE, READY, call
from tests.conftest import git, write


def line(message):
    return json.dumps(message).encode() + b"\n"


def greeting(revision):
    return {**INITIALIZE, "params": {**INITIALIZE["params"], "protocolVersion": revision}}


@pytest.fixture
def served(indexed):
    """What a server answers to lines, by number."""

    def answers(*messages):
        with subprocess.Popen(
            [sys.executable, "-m", "codeassist", "mcp", "--alone"],
            cwd=indexed,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as child:
            for message in messages:
                child.stdin.write(json.dumps(message) + "\n")
            child.stdin.flush()
            wanted = [message["id"] for message in messages if "id" in message]
            found = [json.loads(child.stdout.readline()) for _ in wanted]
            child.terminate()
        return {answer["id"]: answer for answer in found}

    return answers


@pytest.mark.parametrize("revision", REVISIONS)
def test_an_early_answer_is_that_of_the_server(indexed, served, revision):
    asked = call(2, "where is a payment charged")
    expected = served(greeting(revision), READY, asked)
    with Early([indexed], together=False) as early:
        assert json.loads(early.answer(line(greeting(revision)))) == expected[1]
        assert json.loads(early.answer(line(asked))) == expected[2]


def test_without_an_index_the_files_are_searched_and_none_is_begun(shop):
    git(shop, "init", "-q")
    with Early([shop], together=False) as early:
        early.answer(line(INITIALIZE))
        found = json.loads(early.answer(line(call(2, "where is a payment charged"))))["result"]["structuredContent"]
    assert found["results"][0]["path"] == "shop/payments.py"
    assert "words found in" in found["index"]
    assert not (shop / ".codeassist").exists()


@pytest.mark.parametrize(
    "message",
    [
        READY,
        {"jsonrpc": "2.0", "id": 2, "method": "tools/list", "params": {}},
        {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {"name": "symbol", "arguments": {"name": "charge"}}},
        {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {"name": "search", "arguments": {"pattern": "charge"}}},
        {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {"name": "search", "arguments": {"query": 7}}},
        {
            "jsonrpc": "2.0",
            "id": 2,
            "method": "tools/call",
            "params": {"name": "search", "arguments": {"query": "x", "repo": "y"}},
        },
        {
            "jsonrpc": "2.0",
            "id": 2,
            "method": "tools/call",
            "params": {"name": "search", "arguments": {"query": "x", "scope": [1]}},
        },
        {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": []},
        greeting("2026-07-28"),
        [],
    ],
)
def test_what_only_the_server_can_answer_is_left_to_it(indexed, message):
    with Early([indexed], together=False) as early:
        early.answer(line(INITIALIZE))
        assert early.answer(line(message)) is None
        assert early.answer(b"{") is None


def test_a_search_before_the_greeting_and_one_that_fails_are_left_to_the_server(tmp_path):
    root = write(tmp_path / "r", {"a.py": "x = 1\n", ".codeassist.toml": "[nonsense]\n"})
    with Early([root], together=False) as early:
        assert early.answer(line(call(2, "x"))) is None
        assert early.answer(line(INITIALIZE))
        assert early.answer(line(call(2, "x"))) is None


class Slow:
    """A server that is connected when it is let go, and keeps what it receives."""

    def __init__(self):
        self.go = threading.Event()
        self.ours, self.theirs = socket.socketpair()
        self.stream = self.theirs.makefile("rwb")

    def connect(self):
        self.go.wait(60)
        return self.ours

    def receive(self):
        return json.loads(self.stream.readline())

    def send(self, *messages):
        for message in messages:
            self.stream.write(line(message))
        self.stream.flush()


def test_a_relay_answers_while_it_connects_and_drops_the_second_answers(indexed):
    server = Slow()
    source, agent_writes = os.pipe()
    agent_reads, sink = os.pipe()
    relay = Relay(server.connect, server.connect, Early([indexed], together=False), source, sink)
    running = threading.Thread(target=relay.run)
    running.start()
    listing = {"jsonrpc": "2.0", "id": 3, "method": "tools/list"}
    with open(agent_reads, "rb") as answers:
        for message in (INITIALIZE, READY, call(2, "where is a payment charged"), listing):
            os.write(agent_writes, line(message))
        assert json.loads(answers.readline())["result"]["serverInfo"]["name"] == "codeassist"
        assert json.loads(answers.readline())["id"] == 2
        server.go.set()
        assert [server.receive().get("id") for _ in range(4)] == [1, None, 2, 3]
        server.send(*({"jsonrpc": "2.0", "id": number, "result": {"of": "the server"}} for number in (1, 2, 3)))
        assert json.loads(answers.readline()) == {"jsonrpc": "2.0", "id": 3, "result": {"of": "the server"}}
        os.write(agent_writes, line(call(4, "charge")))
        assert server.receive()["id"] == 4
        server.send({"jsonrpc": "2.0", "id": 4, "result": {}})
        assert json.loads(answers.readline())["id"] == 4
        os.close(agent_writes)
        assert server.stream.readline() == b""
        server.stream.close()
        server.theirs.close()
        running.join(60)
    assert not running.is_alive()


def test_a_connection_that_cannot_be_made_is_the_error_of_the_relay(indexed):
    def fails():
        raise ConnectionError("no server")

    source, writes = os.pipe()
    with pytest.raises(ConnectionError, match="no server"):
        Relay(fails, fails, Early([indexed], together=False), source, 1).run()
    os.close(writes)


def test_answering_early_does_not_load_the_protocol():
    script = "import codeassist.mcp.early, codeassist.mcp.tools, sys; print([m for m in sys.modules if m.startswith('mcp')])"
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout == "[]\n"
