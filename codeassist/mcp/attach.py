"""A client of the shared process: it carries lines between an agent and that process, which it starts when there is none.

When anything about the shared process fails, also later, the client serves by itself: it repeats to its own server what the
agent said at the beginning and what has not been answered.
"""

from __future__ import annotations

import json
import os
import queue
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from codeassist.mcp.run_folder import Place, is_own_peer, is_own_socket, place

START_SECONDS = 20.0
"""How long a client waits for a process that starts."""

GREETING_SECONDS = 10.0
_CHUNK = 1 << 16

Connect = Callable[[], socket.socket]


def attach(folders: Sequence[Path], *, together: bool, where: Place | None = None) -> socket.socket | None:
    """A connection to the shared process that serves these folders; None when the client has to serve by itself."""
    found = where or place()
    if found is None:
        return None
    greeting = json.dumps({"folders": [str(folder.resolve()) for folder in folders], "together": together}).encode() + b"\n"
    for _ in range(2):  # a process that is ending may take the first connection along
        connection = _connected(found) or _started(found)
        if connection is None:
            return None
        try:
            connection.settimeout(GREETING_SECONDS)
            connection.sendall(greeting)
            answer = json.loads(_first_line(connection))
        except (OSError, ValueError):
            connection.close()
            continue
        if answer.get("ok") is True:
            connection.settimeout(None)
            return connection
        connection.close()
        return None
    return None


def _connected(where: Place) -> socket.socket | None:
    if not is_own_socket(where.socket):
        return None
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.settimeout(GREETING_SECONDS)
        connection.connect(str(where.socket))
        if is_own_peer(connection):
            return connection
    except OSError:
        pass
    connection.close()
    return None


def _started(where: Place) -> socket.socket | None:
    """A connection to a process that this client starts, or another one meanwhile."""
    end = time.monotonic() + START_SECONDS
    try:
        with FileLock(where.starting, timeout=START_SECONDS):
            if (connection := _connected(where)) is not None:
                return connection
            process = subprocess.Popen(  # this program
                [sys.executable, "-P", "-m", "codeassist.mcp", str(where.socket)],
                cwd=where.socket.parent,  # with `-P`: nothing of the repository is imported
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            threading.Thread(target=process.wait, daemon=True).start()  # so that it leaves nothing when it ends first
            while time.monotonic() < end:
                if (connection := _connected(where)) is not None:
                    return connection
                if process.returncode is not None:
                    return None
                time.sleep(0.02)
    except (OSError, Timeout):
        return None
    return None


def _first_line(connection: socket.socket) -> bytes:
    """The line that the process answers a greeting with; it sends nothing more before it is asked."""
    data = b""
    while not data.endswith(b"\n"):
        piece = connection.recv(4096)
        if not piece:
            raise ConnectionError("The shared process has closed the connection.")
        data += piece
    return data


class Relay:
    """Carries lines from descriptor `source` to a connection and back to descriptor `sink`."""

    def __init__(self, connection: socket.socket, by_itself: Connect, source: int = 0, sink: int = 1) -> None:
        """`by_itself` makes the connection that is used when the first one fails."""
        self._connection = connection
        self._by_itself = by_itself
        self._source = source
        self._sink = sink
        self._lock = threading.Lock()
        self._greetings: list[tuple[Any, bytes]] = []
        self._asked: dict[str, bytes] = {}
        self._answered: set[str] = set()
        self._lines: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._ended = threading.Event()

    def run(self) -> None:
        """Carry lines until the agent ends its input or does not read any more, or the agent's own server ends."""
        threading.Thread(target=self._read, daemon=True).start()
        self._carry(self._connection, [])
        if not self._ended.is_set():
            with suppress(OSError):
                self._connection.close()
            with self._lock:
                again = [line for _, line in self._greetings] + [
                    line for key, line in self._asked.items() if all(key != _key(number) for number, _ in self._greetings)
                ]
            self._carry(self._by_itself(), again)

    def _read(self) -> None:
        for line in _lines(lambda: os.read(self._source, _CHUNK)):
            self._lines.put(line)
        self._lines.put(None)

    def _carry(self, connection: socket.socket, first: list[bytes]) -> None:
        stop = threading.Event()
        sender = threading.Thread(target=self._send, args=(connection, first, stop), daemon=True)
        sender.start()
        with suppress(OSError):
            for line in _lines(lambda: connection.recv(_CHUNK)):
                if self._note_answer(line):
                    try:
                        _write(self._sink, line)
                    except OSError:  # the agent does not read any more
                        self._ended.set()
                        break
        stop.set()
        self._lines.put(b"")  # wakes the sender
        sender.join(1.0)

    def _send(self, connection: socket.socket, first: list[bytes], stop: threading.Event) -> None:
        with suppress(OSError):
            for again in first:
                connection.sendall(again)
        while True:
            line = self._lines.get()
            if line is None:
                self._ended.set()
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_WR)
                return
            if stop.is_set():
                if line:
                    self._lines.put(line)
                return
            if not line:
                continue
            asks = self._note_question(line)
            try:
                connection.sendall(line)
            except OSError:
                if not asks:
                    self._lines.put(line)
                return

    def _note_question(self, line: bytes) -> bool:
        """Remember a line that has to be repeated to another server; returns whether it is one."""
        message = _message(line)
        method, number = message.get("method"), message.get("id")
        with self._lock:
            if method in ("initialize", "notifications/initialized"):
                self._greetings.append((number, line))
            if method is not None and number is not None:
                self._asked[_key(number)] = line
                return True
        return method == "notifications/initialized"

    def _note_answer(self, line: bytes) -> bool:
        """Forget a question that is answered; returns whether the agent has not had this answer."""
        message = _message(line)
        if "method" in message or message.get("id") is None:
            return True
        key = _key(message["id"])
        with self._lock:
            self._asked.pop(key, None)
            if any(key == _key(number) for number, _ in self._greetings):
                new = key not in self._answered
                self._answered.add(key)
                return new
        return True


def _key(number: Any) -> str:
    return json.dumps(number)


def _message(line: bytes) -> dict[str, Any]:
    try:
        message = json.loads(line)
    except ValueError:
        return {}
    return message if isinstance(message, dict) else {}


def _lines(read: Callable[[], bytes]) -> Iterator[bytes]:
    """Whole lines; what comes after the last one is a line too."""
    rest = b""
    while piece := read():
        *whole, rest = (rest + piece).split(b"\n")
        for line in whole:
            yield line + b"\n"
    if rest:
        yield rest + b"\n"


def _write(sink: int, data: bytes) -> None:
    while data:
        data = data[os.write(sink, data) :]
