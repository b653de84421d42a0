"""The process that all agents of a user share: it answers on a Unix socket, and ends by itself when nobody is connected.

A connection begins with one line of JSON, `{"folders": [...], "together": false}`, and its answer `{"ok": true}`. After that
it carries the lines of the Model Context Protocol as standard input and output would.
"""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Self, cast

import anyio
from anyio import to_thread
from anyio.abc import SocketAttribute, SocketStream
from anyio.streams.buffered import BufferedByteReceiveStream
from filelock import FileLock, Timeout
from mcp.server.mcpserver import MCPServer
from mcp.server.stdio import stdio_server

from codeassist.errors import CodeassistError
from codeassist.mcp.run_folder import Place, is_own_peer
from codeassist.mcp.server import make_server
from codeassist.repositories import Repositories, Repository
from codeassist.services import Services
from indexers import IndexerError

IDLE_SECONDS = 60.0
"""How long the process stays without a client, so that the next one finds its indexes open."""

TURN_SECONDS = 5.0
"""How long a new process waits until one before it has ended."""

GREETING_SECONDS = 10.0
MOST_BYTES = 64_000_000
"""The longest message."""

MOST_UNUSED = 4
"""How many repositories that no client uses stay open."""


class _Lines:
    """The lines that arrive on a connection, until it ends."""

    def __init__(self, received: BufferedByteReceiveStream) -> None:
        self._received = received

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> str:
        try:
            return (await self._received.receive_until(b"\n", MOST_BYTES)).decode("utf-8", "replace")
        except (anyio.IncompleteRead, anyio.EndOfStream, anyio.BrokenResourceError, anyio.ClosedResourceError):
            raise StopAsyncIteration from None


class _Sink:
    """What is written goes to a connection."""

    def __init__(self, stream: SocketStream) -> None:
        self._stream = stream

    async def write(self, text: str) -> None:
        await self._stream.send(text.encode())

    async def flush(self) -> None:
        """Nothing is held back."""


async def serve_stream(server: MCPServer[Any], stream: SocketStream, received: BufferedByteReceiveStream) -> None:
    """Serve one client until its connection ends."""
    source, sink = cast("Any", _Lines(received)), cast("Any", _Sink(stream))
    lowlevel = server._lowlevel_server  # noqa: SLF001  # the SDK serves other streams than the standard ones only so
    async with stdio_server(source, sink) as (reading, writing):
        await lowlevel.run(reading, writing, lowlevel.create_initialization_options())


async def serve_socket(connection: socket.socket, repositories: Repositories) -> None:
    """Serve one end of a pair of sockets, without a greeting."""
    connection.setblocking(False)
    async with await SocketStream.from_socket(connection) as stream:
        await serve_stream(make_server(repositories), stream, BufferedByteReceiveStream(stream))


class _Pool:
    """The open repositories of all clients; one is closed when no client uses it and others were used since."""

    def __init__(self) -> None:
        self._users: dict[Repository, int] = {}
        self._current: dict[tuple[Path, str], Repository] = {}
        self._lock = threading.Lock()

    def open(self, folders: Sequence[Path], *, together: bool) -> Repositories:
        """The repositories of one client. Raises `CodeassistError`."""
        with self._lock:
            return Repositories(folders, together=together, make=self._borrow)

    def _borrow(self, name: str, services: Services) -> Repository:
        key = (services.root, name)
        known = self._current.get(key)
        if known is None or known.services.config != services.config:  # a client that comes later sees changed settings
            known = self._current[key] = Repository(name, services)
        self._users[known] = self._users.pop(known, 0) + 1
        return known

    def release(self, repositories: Repositories) -> None:
        """A client does not use its repositories any more."""
        with self._lock:
            for repository in repositories:
                self._users[repository] -= 1
            unused = [repository for repository, users in self._users.items() if not users]
            outdated = [repository for repository in unused if repository not in self._current.values()]
            for repository in {*outdated, *unused[:-MOST_UNUSED]}:
                del self._users[repository]
                self._current = {key: value for key, value in self._current.items() if value is not repository}
                repository.close()

    @property
    def building(self) -> bool:
        """Whether a first index is being made."""
        return any(repository.building for repository in tuple(self._users))

    def close(self) -> None:
        """Close every index."""
        for repository in self._users:
            repository.close()


class Shared:
    """The process at one place."""

    def __init__(self, place: Place, idle: float = IDLE_SECONDS) -> None:
        """Nothing runs yet; `idle` is in seconds."""
        self._place = place
        self._idle = idle
        self._pool = _Pool()
        self._clients = 0
        self._last = time.monotonic()

    async def run(self) -> None:
        """Answer until nobody was connected for a while, or the socket was removed."""
        async with (
            await anyio.create_unix_listener(self._place.socket, mode=0o600) as listener,
            anyio.create_task_group() as group,
        ):
            group.start_soon(listener.serve, self._serve)
            inode = self._place.socket.stat().st_ino
            while self._wanted(inode):  # noqa: ASYNC110  # what ends it is that nothing happens
                await anyio.sleep(min(1.0, self._idle / 4))
            with suppress(OSError):
                if self._place.socket.stat().st_ino == inode:
                    self._place.socket.unlink()
            group.cancel_scope.cancel()
        self._pool.close()

    def _wanted(self, inode: int) -> bool:
        if self._clients or self._pool.building:
            return True
        try:
            return time.monotonic() - self._last < self._idle and self._place.socket.stat().st_ino == inode
        except OSError:
            return False

    async def _serve(self, stream: SocketStream) -> None:
        self._clients += 1
        try:
            async with stream:
                if is_own_peer(stream.extra(SocketAttribute.raw_socket)):  # noqa: S610  # of anyio, not Django
                    await self._serve_client(stream)
        except Exception:  # noqa: BLE001, S110  # whatever one client does must not end the process of the others
            pass
        finally:
            self._clients -= 1
            self._last = time.monotonic()

    async def _serve_client(self, stream: SocketStream) -> None:
        received = BufferedByteReceiveStream(stream)
        with anyio.fail_after(GREETING_SECONDS):
            greeting = json.loads(await received.receive_until(b"\n", MOST_BYTES))
        folders = [Path(folder) for folder in greeting["folders"]]
        try:
            repositories = await to_thread.run_sync(lambda: self._pool.open(folders, together=bool(greeting["together"])))
        except (CodeassistError, IndexerError):
            await stream.send(b'{"ok": false}\n')  # the client serves by itself, and shows why that fails
            return
        try:
            await stream.send(b'{"ok": true}\n')
            await serve_stream(make_server(repositories), stream, received)
        finally:
            with anyio.CancelScope(shield=True):
                await to_thread.run_sync(self._pool.release, repositories)


def main(path: str, idle: str = "") -> None:
    """Run the process at the socket `path`, unless one runs there; `idle` is in seconds."""
    place = Place(Path(path))
    try:
        with FileLock(place.lock, timeout=TURN_SECONDS):
            anyio.run(Shared(place, float(idle or IDLE_SECONDS)).run)
    except Timeout:
        return
