"""Reads outlines in a process of its own: grammars are native code, and a text that crashes one costs only its outline."""

from __future__ import annotations

import atexit
import struct
import subprocess
import sys
import threading
from functools import lru_cache

import msgspec

from codeassist.tasks.review.analysers.outlines.languages import MOST_CHARS, READERS
from codeassist.tasks.review.analysers.outlines.outline import Outline

SECONDS = 10.0
"""The time limit for one file."""

_LENGTH = struct.Struct(">I")


class Service:
    """One process that reads files, started at the first one, and again after one that it did not survive."""

    def __init__(self) -> None:
        """Nothing is started yet."""
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def read(self, path: str, text: str) -> Outline | None:
        """The outline of a file; None if it cannot be read."""
        with self._lock:
            process = self._running()
            limit = threading.Timer(SECONDS, process.kill)
            limit.start()
            try:
                answer = _exchanged(process, msgspec.msgpack.encode((path, text.encode("utf-8", "replace"))))
            except (OSError, EOFError):
                self._stop()
                return None
            finally:
                limit.cancel()
        return msgspec.msgpack.decode(answer, type=Outline) if answer else None

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            command = [sys.executable, "-P", "-m", __package__]
            self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
            atexit.register(self._process.kill)
        return self._process

    def _stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            atexit.unregister(self._process.kill)
            self._process = None


def _exchanged(process: subprocess.Popen[bytes], request: bytes) -> bytes:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(_LENGTH.pack(len(request)) + request)
    process.stdin.flush()
    header = process.stdout.read(_LENGTH.size)
    if len(header) < _LENGTH.size:
        raise EOFError
    (length,) = _LENGTH.unpack(header)
    answer = process.stdout.read(length)
    if len(answer) < length:
        raise EOFError
    return answer


_SERVICE = Service()


@lru_cache(maxsize=2_000)
def outline_of(path: str, text: str) -> Outline | None:
    """The outline of a file; None for another language, a file that is too long, or one that cannot be read."""
    if "." + path.rpartition(".")[2].lower() not in READERS or len(text) > MOST_CHARS:
        return None
    return _SERVICE.read(path, text)


def serve() -> None:
    """Answer requests on standard input until it ends; an empty answer for a file without an outline."""
    from codeassist.tasks.review.analysers.outlines.languages import outline_in_process

    source, target = sys.stdin.buffer, sys.stdout.buffer
    while len(header := source.read(_LENGTH.size)) == _LENGTH.size:
        path, text = msgspec.msgpack.decode(source.read(_LENGTH.unpack(header)[0]), type=tuple[str, bytes])
        outline = outline_in_process(path, text)
        answer = msgspec.msgpack.encode(outline) if outline is not None else b""
        target.write(_LENGTH.pack(len(answer)) + answer)
        target.flush()
