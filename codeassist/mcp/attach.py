"""Attach to the shared process, which is started when there is none."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from filelock import FileLock, Timeout

from codeassist.mcp.run_folder import Place, is_own_peer, is_own_socket, place

START_SECONDS = 20.0
"""How long a client waits for a process that starts."""

GREETING_SECONDS = 10.0


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
