"""Run tests of an audit in child processes: all of them once, or one on a mutant.

Used by the plugin `audit_plugin` inside the sandbox; the standard library and pytest only.
"""

from __future__ import annotations

import os
import pickle
import select
import signal
import struct
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from _codeassist_audit_subject import STEPS, Subject  # type: ignore[import-not-found]

SLOWEST = 3
"""Seconds that a test may run with a mutant, or four times what it takes without, before it counts as noticed."""


@dataclass
class Row:
    """One parameter set of a test function: its item, outcome, lines of the module, seconds."""

    item: Any
    passed: bool = False
    skipped: bool = False
    lines: frozenset[int] = frozenset()
    seconds: float = 0.0
    alone: bool | None = None
    """Whether it also passes in a process of its own, None if that was not tried."""


class Raised:
    """What a test raised, in the child process that runs it."""

    assertion = False


def run_plainly(subject: Subject, rows: Sequence[Row], until: float) -> int:
    """Run tests in one child process; returns how many have a result. The one that ends the process has failed."""
    from _pytest.runner import runtestprotocol

    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.close(reader)
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            probe = subject.probe
            probe.active, probe.limit = 0, STEPS
            for row, following in zip(rows, [*rows[1:], None], strict=True):
                probe.clear()
                started = time.perf_counter()
                reports = runtestprotocol(row.item, nextitem=following.item if following else None, log=False)
                result = {
                    "passed": all(r.passed for r in reports),
                    "skipped": any(r.skipped for r in reports),
                    "lines": frozenset(probe.lines.union(*lines_of_fixtures(row.item))),
                    "seconds": time.perf_counter() - started,
                }
                _send(writer, result)
        finally:
            os._exit(0)
    os.close(writer)
    count = 0
    while count < len(rows) and (result := _received(reader, until)) is not None:
        for name, value in result.items():
            setattr(rows[count], name, value)
        count += 1
    os.close(reader)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return count if count == len(rows) or time.monotonic() >= until else count + 1


made: dict[int, set[int]] = {}
"""The lines of the module that each fixture runs, by the identity of its definition: it may be made once for several tests."""


def lines_of_fixtures(item: Any) -> list[set[int]]:
    """The lines that the fixtures of a test run."""
    definitions = getattr(getattr(item, "_fixtureinfo", None), "name2fixturedefs", {})
    return [made[id(fixture)] for some in definitions.values() for fixture in some if id(fixture) in made]


def _send(writer: int, record: Any) -> None:
    data = pickle.dumps(record)
    data = struct.pack("!I", len(data)) + data
    while data:
        data = data[os.write(writer, data) :]


def _received(reader: int, until: float) -> Any:
    """The next record from a child process; None when it ended, or when there is no time left."""
    head = _exactly(reader, 4, until)
    data = _exactly(reader, struct.unpack("!I", head)[0], until) if head else b""
    return pickle.loads(data) if data else None


def _exactly(reader: int, size: int, until: float) -> bytes:
    """So many bytes of a pipe; b"" if fewer come in time."""
    data = b""
    while len(data) < size:
        if not select.select([reader], [], [], max(0.0, until - time.monotonic()))[0]:
            return b""
        piece = os.read(reader, size - len(data))
        if not piece:
            return b""
        data += piece
    return data


def outcome(subject: Subject, row: Row, mutant: int, prepare: Callable[[], None] | None = None) -> str:
    """Run one row in a fork with a mutant (0: none): "passed", "asserted" if an assertion failed, else "crashed"."""
    from _pytest.runner import runtestprotocol

    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        result = b"crashed"
        try:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            if prepare is not None:
                prepare()
            signal.setitimer(signal.ITIMER_REAL, max(SLOWEST, 4 * row.seconds))
            probe = subject.probe
            probe.clear()
            probe.active, probe.limit = mutant, STEPS
            reports = runtestprotocol(row.item, nextitem=None, log=False)
            passed = all(r.passed for r in reports)
            result = b"passed" if passed else b"asserted" if Raised.assertion else b"crashed"
        finally:
            os.write(writer, result)
            os._exit(0)
    os.close(writer)
    os.waitpid(pid, 0)
    os.set_blocking(reader, False)  # a process that the test leaves behind keeps the other end open
    with os.fdopen(reader, "rb") as pipe:
        said = pipe.read(16) or b""
    return said.decode() or "crashed"
