"""The process that all agents share: attaching, ending, failing, and what vanished clients leave behind."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

pytest.importorskip("mcp")

from codeassist.mcp import attach as attaching
from codeassist.mcp.attach import attach
from codeassist.mcp.run_folder import Place, is_own_peer, is_own_socket, place
from tests.conftest import write

pytestmark = pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="there are no Unix sockets")

INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}},
}
READY = {"jsonrpc": "2.0", "method": "notifications/initialized"}


def call(number, query):
    params = {"name": "search", "arguments": {"query": query}}
    return {"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": params}


def until(holds, seconds=60.0):
    """Whether something holds before the time is over."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.05)
    return False


class Agent:
    """An agent that runs `codeassist mcp` and speaks to it."""

    def __init__(self, folder, *arguments):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "codeassist", "mcp", *arguments],
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def send(self, *messages):
        for message in messages:
            self.process.stdin.write(json.dumps(message) + "\n")
        self.process.stdin.flush()

    def receive(self):
        return json.loads(self.process.stdout.readline())

    def ask(self, number, query):
        self.send(call(number, query))
        return self.receive()["result"]["structuredContent"]["results"][0]["path"]

    def close(self):
        self.process.stdin.close()
        code = self.process.wait(60)
        self.process.stdout.close()
        return code


@pytest.fixture
def run_folder(tmp_path_factory, monkeypatch):
    """A run folder of our own; every process that was started in it is ended."""
    folder = tmp_path_factory.mktemp("r", numbered=True)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
    folder.chmod(0o700)
    yield folder
    for process in processes(folder):
        os.kill(process, signal.SIGKILL)


def processes(folder):
    """The shared processes whose socket is in a folder."""
    found = []
    for status in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = status.read_bytes().split(b"\0")
        except OSError:
            continue
        if b"codeassist.mcp" in words and any(word.startswith(os.fsencode(folder)) for word in words):
            found.append(int(status.parent.name))
    return found


@pytest.fixture
def shared(run_folder):
    """A shared process that ends after two seconds without a client."""
    where = place()
    process = subprocess.Popen([sys.executable, "-m", "codeassist.mcp", str(where.socket), "2"])
    assert until(lambda: is_own_socket(where.socket))
    yield process
    process.kill()
    process.wait()


def handles(process):
    return len(list(Path(f"/proc/{process.pid}/fd").iterdir()))


def sockets(process):
    """How many sockets a process has open."""
    names = []
    for handle in Path(f"/proc/{process.pid}/fd").iterdir():
        with suppress(OSError):  # closed meanwhile
            names.append(os.readlink(handle))
    return sum(name.startswith("socket:") for name in names)


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="processes are counted in /proc")
def test_two_agents_share_one_process(indexed, run_folder):
    first, second = Agent(indexed), Agent(indexed)
    for agent in (first, second):
        agent.send(INITIALIZE, READY)
        assert agent.receive()["result"]["serverInfo"]["name"] == "codeassist"
        assert agent.ask(2, "where is a payment charged") == "shop/payments.py"
    assert len(processes(run_folder)) == 1
    assert (first.close(), second.close()) == (0, 0)


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="handles are counted in /proc")
def test_fifty_clients_that_vanish_leave_nothing(indexed, shared):
    def vanish():
        clients = [attach([indexed], together=False) for _ in range(50)]
        assert None not in clients
        assert sockets(shared) >= before + 50
        for number, client in enumerate(clients):
            half = json.dumps(call(number, "charge")).encode()[:20]
            asked = b"".join(json.dumps(message).encode() + b"\n" for message in (INITIALIZE, READY, call(2, "charge")))
            client.sendall(asked if number % 2 else half)
            client.close()
        assert until(lambda: sockets(shared) <= before), (before, sockets(shared))
        return handles(shared)

    before = sockets(shared)
    first = vanish()  # every thread that answers gets its connection to the index
    assert vanish() <= first + 12
    assert shared.wait(60) == 0  # by itself
    where = place()
    assert not where.socket.exists()


def test_a_client_serves_by_itself_when_the_process_dies(indexed, shared):
    agent = Agent(indexed)
    agent.send(INITIALIZE, READY)
    assert agent.receive()["id"] == 1
    assert agent.ask(2, "where is a payment charged") == "shop/payments.py"
    shared.kill()
    shared.wait()
    assert agent.ask(3, "authenticate a user") == "shop/auth.py"
    assert agent.close() == 0


def test_what_was_not_answered_is_asked_again(indexed, run_folder, monkeypatch):
    where = place()
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(where.socket))
    listener.listen()
    agent = Agent(indexed)
    agent.send(INITIALIZE, READY, call(7, "where is a payment charged"))
    connection, _ = listener.accept()
    stream = connection.makefile("rwb")
    stream.readline()
    stream.write(b'{"ok": true}\n')
    stream.flush()
    for _ in range(3):
        stream.readline()
    stream.close()
    connection.close()  # without an answer to anything
    listener.close()
    first, second = agent.receive(), agent.receive()
    assert first["result"]["serverInfo"]["name"] == "codeassist"
    assert second["id"] == 7
    assert second["result"]["structuredContent"]["results"][0]["path"] == "shop/payments.py"
    assert agent.close() == 0


def test_a_socket_that_nobody_answers_is_replaced(indexed, run_folder):
    where = place()
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(where.socket))
    connection = attach([indexed], together=False)
    assert connection is not None
    connection.close()


def test_settings_that_change_are_seen_by_the_next_client(indexed, shared):
    for text, served in (("", True), ("[nonsense]\n", False), ("", True)):
        write(indexed, {".codeassist.toml": text})
        connection = attach([indexed], together=False)
        assert (connection is not None) == served  # a client that is not served serves by itself, and shows the error
        if connection is not None:
            connection.close()


def test_a_folder_that_others_can_reach_is_not_used(run_folder):
    folder = place().socket.parent
    assert oct(folder.stat().st_mode & 0o777) == "0o700"
    folder.chmod(0o770)
    assert place() is None
    folder.chmod(0o700)
    folder.rename(run_folder / "elsewhere")
    folder.symlink_to(run_folder / "elsewhere")
    assert place() is None


def test_a_folder_inside_one_that_others_can_change_is_not_used(run_folder, monkeypatch):
    monkeypatch.setattr("platformdirs.user_runtime_path", lambda *_, **__: run_folder / "codeassist")
    run_folder.chmod(0o777)
    assert place() is None
    run_folder.chmod(0o1777)
    assert place() is not None


def test_another_environment_has_another_process(run_folder):
    with_another = place(dict(os.environ) | {"CODEASSIST_ASK_PLACES": "3"})
    assert with_another.socket != place().socket
    assert place(dict(os.environ) | {"TERM": "x"}) == place()


def test_a_process_of_another_user_is_not_spoken_to(monkeypatch, run_folder):
    ours, theirs = socket.socketpair()
    assert is_own_peer(ours)
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    assert not is_own_peer(ours)
    assert not is_own_socket(Place(run_folder / "x").socket)
    ours.close()
    theirs.close()


def test_without_a_process_the_client_serves_by_itself(indexed, run_folder, monkeypatch):
    def refused(*_, **__):
        raise OSError("no more processes")

    with monkeypatch.context() as patch:
        patch.setattr(attaching.subprocess, "Popen", refused)
        assert attach([indexed], together=False) is None
    place().socket.parent.chmod(0o755)
    agent = Agent(indexed)
    agent.send(INITIALIZE, READY)
    agent.receive()
    assert agent.ask(2, "where is a payment charged") == "shop/payments.py"
    assert agent.close() == 0
    assert not list(run_folder.rglob("*.sock"))


def test_a_client_does_not_load_the_protocol(run_folder):
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "import codeassist.mcp.attach, sys; print([m for m in sys.modules if m.split('.')[0] == 'mcp'])",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "[]\n"


def test_the_process_imports_nothing_of_the_repository(tmp_path, run_folder, monkeypatch):
    mark = tmp_path / "mark"
    plant = f"open({str(mark)!r}, 'w').close()\n"
    root = write(
        tmp_path / "repo", {"anyio.py": plant, "filelock.py": plant, "codeassist/__init__.py": plant, "a.py": "x = 1\n"}
    )
    monkeypatch.chdir(root)
    connection = attach([root], together=False)
    if connection is not None:
        connection.close()
    assert not mark.exists()
    assert processes(run_folder)
