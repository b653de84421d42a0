"""A client of the shared process: it carries lines between an agent and that process.

While there is no connection yet, it answers what it can (`early`). When anything about the shared process fails, also later,
the client serves by itself: it repeats to its own server what the agent said at the beginning and what has not been answered.
"""

from __future__ import annotations

import json
import os
import queue
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

from codeassist.mcp.early import Early, message_of

_CHUNK = 1 << 16

GRACE_SECONDS = 0.2
"""How long a connection may take before the client answers: one to a process that runs already is made in less."""

_PAUSE = 0.02

Connect = Callable[[], socket.socket]


class Relay:
    """Carries lines from descriptor `source` to a connection and back to descriptor `sink`."""

    def __init__(self, connect: Connect, by_itself: Connect, early: Early, source: int = 0, sink: int = 1) -> None:
        """`connect` makes the connection, `by_itself` the one that is used when the first one fails."""
        self._connect = connect
        self._by_itself = by_itself
        self._early = early
        self._source = source
        self._sink = sink
        self._lock = threading.Lock()
        self._greetings: list[tuple[Any, bytes]] = []
        self._asked: dict[str, bytes] = {}
        self._had: set[str] = set()  # the numbers of answers that the agent has and a server may give again
        self._lines: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._ended = threading.Event()

    def run(self) -> None:
        """Carry lines until the agent ends its input or does not read any more, or the agent's own server ends.

        Raises what `connect` and `by_itself` raise.
        """
        threading.Thread(target=self._read, daemon=True).start()
        connection, first = self._connected()
        self._carry(connection, first)
        with suppress(OSError):
            connection.close()
        if not self._ended.is_set():
            with self._lock:
                again = [line for _, line in self._greetings] + [
                    line for key, line in self._asked.items() if all(key != _key(number) for number, _ in self._greetings)
                ]
            self._carry(self._by_itself(), again)

    def _connected(self) -> tuple[socket.socket, list[bytes]]:
        """A connection, and the lines that came before there was one. Meanwhile what can be is answered."""
        made: queue.SimpleQueue[socket.socket | BaseException] = queue.SimpleQueue()
        done = threading.Event()
        threading.Thread(target=_make, args=(self._connect, made, done), daemon=True).start()
        first: list[bytes] = []
        done.wait(GRACE_SECONDS)
        with self._early as early:
            while not done.is_set():
                try:
                    line = self._lines.get(timeout=_PAUSE)
                except queue.Empty:
                    continue
                if line is None:  # the sender ends the connection after the first lines
                    self._lines.put(None)
                    break
                first.append(line)
                self._note_question(line)
                answer = early.answer(line)
                if answer is not None and self._note_answer(answer):
                    with self._lock:
                        self._had.add(_key(message_of(answer)["id"]))
                    _write(self._sink, answer)
        connection = made.get()
        if isinstance(connection, BaseException):
            raise connection
        return connection, first

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
        message = message_of(line)
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
        message = message_of(line)
        if "method" in message or message.get("id") is None:
            return True
        key = _key(message["id"])
        with self._lock:
            self._asked.pop(key, None)
            new = key not in self._had
            if any(key == _key(number) for number, _ in self._greetings):
                self._had.add(key)
            else:
                self._had.discard(key)
            return new


def _make(connect: Connect, made: queue.SimpleQueue[socket.socket | BaseException], done: threading.Event) -> None:
    """Put a connection, or the error of making it, into `made`."""
    try:
        made.put(connect())
    except BaseException as error:  # noqa: BLE001 - raised again by who waits
        made.put(error)
    done.set()


def _key(number: Any) -> str:
    return json.dumps(number)


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
