"""One version in its own process: started, asked, and started again when a call ends it."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from .protocol import Call, Job, Seen, Version

START_SECONDS = 20.0
"""Seconds for importing the project."""

SILENT_SECONDS = 4.0
"""A process that sends nothing for so long during a call is ended."""

RESTARTS = 4
BATCH = 100
"""Calls that are sent at once: the time is checked between batches."""


class Gone(Exception):
    """The process ended, or was ended because it did not answer."""


class CannotStart(Exception):
    """The module cannot be imported; the message says why."""


class Peer:
    """A process that has imported one version."""

    def __init__(self, job: Job, version: Version, hash_seed: str = "0", *, explores: bool = True) -> None:
        """Nothing is started before `start`. With `explores` false it only runs calls, and starts in less time."""
        self.job, self.version, self.hash_seed, self.explores = job, version, hash_seed, explores
        self.targets: list[str] = []
        self.restarts = 0
        self._process: subprocess.Popen[str] | None = None
        self._lines: queue.Queue[str | None] = queue.Queue()

    def start(self) -> None:
        """Start the process and import the module. Raises `CannotStart`."""
        version = self.version
        tools = os.environ["PYTHONPATH"].split(os.pathsep)[0]
        environment = os.environ | {
            "PYTHONPATH": os.pathsep.join([tools, version.source_root, version.tree]),
            "PYTHONHASHSEED": self.hash_seed,
            "PYTHONDONTWRITEBYTECODE": "",  # the next start of this version reads what is compiled now
        }
        self._process = subprocess.Popen(
            [sys.executable, "-m", "_codeassist_behaviour.version"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env=environment,
            cwd=version.tree,
        )
        self._lines = queue.Queue()
        threading.Thread(target=_read, args=(self._process, self._lines), daemon=True).start()
        job = self.job
        settings = {"scratch": job.scratch, "seconds": job.seconds, "seed": job.seed, "constants": job.constants}
        self._write(settings | {"version": asdict(version), "explores": self.explores})
        try:
            first = self._next(START_SECONDS)
        except Gone as error:
            raise CannotStart("importing it ends the process or takes too long") from error
        if "error" in first:
            raise CannotStart(first["error"])
        self.targets = self.ask({"do": "targets"}, SILENT_SECONDS)

    def stop(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def ask(self, request: dict[str, Any], seconds: float, each: Callable[[dict[str, Any]], None] = lambda _: None) -> Any:
        """Send a request; `each` gets what is sent before the final answer. Raises `Gone` after `seconds` without a word."""
        self._write(request)
        while True:
            message = self._next(seconds)
            if "done" in message:
                return message["done"]
            each(message)

    def run(self, calls: Sequence[Call], until: float) -> list[Seen | None]:
        """What each call did; None for those that ended the process or were not run in time."""
        seen: list[Seen | None] = []

        def keep(message: dict[str, Any]) -> None:
            seen.append(Seen(**message["seen"]))

        while len(seen) < len(calls) and time.monotonic() < until:
            batch = calls[len(seen) : len(seen) + BATCH]
            try:
                self.ask({"do": "run", "calls": [asdict(c) for c in batch]}, SILENT_SECONDS, keep)
            except Gone:
                seen.append(None)
                if not self.restart():
                    break
        return [*seen, *[None] * (len(calls) - len(seen))][: len(calls)]

    def run_replaced(self, call: Call, name: str, source: str) -> Seen | None:
        """What a call does with one function as `source` defines it; None if that cannot be tried."""
        request = {"do": "run_replaced", "call": asdict(call), "name": name, "source": source}
        try:
            seen = self.ask(request, SILENT_SECONDS)
        except Gone:
            self.restart()
            return None
        return Seen(**seen) if seen is not None else None

    def restart(self) -> bool:
        """Start again after the process ended; False when that was tried too often."""
        self.stop()
        self.restarts += 1
        if self.restarts > RESTARTS:
            return False
        try:
            self.start()
        except CannotStart:
            return False
        return True

    def _write(self, value: dict[str, Any]) -> None:
        process = self._process
        if process is None or process.stdin is None:
            raise Gone
        try:
            process.stdin.write(json.dumps(value) + "\n")
            process.stdin.flush()
        except OSError as error:
            raise Gone from error

    def _next(self, seconds: float) -> dict[str, Any]:
        try:
            line = self._lines.get(timeout=seconds)
        except queue.Empty:
            line = None
        if line is None:
            raise Gone
        try:
            value = json.loads(line)
        except ValueError as error:
            raise Gone from error
        if not isinstance(value, dict):
            raise Gone
        return value


def _read(process: subprocess.Popen[str], lines: queue.Queue[str | None]) -> None:
    """Pass on the lines that a process prints, and None at its end."""
    if process.stdout is not None:
        for line in process.stdout:
            lines.put(line)
    lines.put(None)


def both(first: Callable[[], Any], second: Callable[[], Any]) -> tuple[Any, Any]:
    """The results of two functions that run at the same time; raises what one of them raises."""
    outcome: list[Any] = [None, None]
    failures: list[BaseException] = []

    def work() -> None:
        try:
            outcome[1] = second()
        except BaseException as error:  # raised again below
            failures.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        outcome[0] = first()
    finally:
        thread.join()
    if failures:
        raise failures[0]
    return outcome[0], outcome[1]


def error_of(start: Callable[[], None]) -> str:
    """Why a process cannot start; "" if it starts."""
    try:
        start()
    except CannotStart as error:
        return str(error) or "it cannot be imported"
    return ""
