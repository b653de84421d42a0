"""`python -m ENGINE.version`: one version of a module; reads requests as lines of JSON and answers in lines of JSON."""

from __future__ import annotations

import json
import os
import random
import re
import sys
import time
import tokenize
from collections.abc import Iterator
from typing import Any, TextIO

import _codeassist_guard as guard  # type: ignore[import-not-found]
from _codeassist_search.choosing.shrinking import smaller  # type: ignore[import-not-found]

from .canonical import AROUND, Canonical
from .exploring import Explorer, as_json, candidate_of
from .one_copy import OneCopy
from .running import CannotReplace, Runner
from .seeing import Seeing

MOST_SMALLER = 40
"""Smaller forms of one call that are offered at a time."""

MOST_MUTANTS = 60
MOST_WITNESSES = 12
"""Calls that are tried on one mutant."""


class Ended(BaseException):
    """The code under test would have ended the process."""


class Server:
    """Answers requests about one version."""

    def __init__(self, job: dict[str, Any], answers: TextIO) -> None:
        """Import the module; raises whatever that raises. Reading it for a search is most of the work, and not done without."""
        version = job["version"]
        self.answers = answers
        random.seed(0)
        guard.State.armed = True
        try:
            with tokenize.open(version["path"]) as file:
                source = file.read()
            self.bench = OneCopy(version["module"], version["path"], source, frozenset(version["lines"]))
        finally:
            guard.State.armed = False
        folder = os.path.dirname(job["scratch"][0])
        own = tuple({version["module"].partition(".")[0], *_packages(version["source_root"])})
        self.bench.observer = canonical = Canonical(own, _around(version["tree"], folder))
        self.runner = Runner(self.bench, version["tree"])
        self.seeing = Seeing(self.bench, canonical, version, os.path.basename(folder))
        self.explorer = Explorer(self.runner, self.seeing, version, job, self.send) if job["explores"] else None

    def answer(self, request: dict[str, Any]) -> None:
        """Carry out one request; the last line of an answer has `done`."""
        result = getattr(self, f"do_{request['do']}")(request)
        self.send({"done": result})

    def do_targets(self, _: dict[str, Any]) -> list[str]:
        """The changed functions that can be called."""
        return [t.qualname for t in (*self.explorer.main, *self.explorer.users)] if self.explorer is not None else []

    def do_explore(self, request: dict[str, Any]) -> None:
        """Search for `seconds`; every call of a changed function is sent with what it did."""
        if self.explorer is not None:
            self.explorer.explore(request.get("calls", []), time.monotonic() + request["seconds"])

    def do_run(self, request: dict[str, Any]) -> None:
        """Run calls; what each did is sent."""
        for call in request["calls"]:
            self.send({"seen": self.seeing.seen(self.runner.run(candidate_of(call)))})

    def do_run_replaced(self, request: dict[str, Any]) -> dict[str, Any] | None:
        """What a call does with one function as a text defines it; None if that function cannot be replaced."""
        try:
            with self.runner.replaced(request["name"], request["source"]):
                return self.seeing.seen(self.runner.run(candidate_of(request["call"])))
        except CannotReplace:
            return None

    def do_smaller(self, request: dict[str, Any]) -> list[dict[str, Any]]:
        """Smaller forms of a call."""
        options = []
        for option in smaller(candidate_of(request["call"])):
            options.append(as_json(option))
            if len(options) >= MOST_SMALLER:
                break
        return options

    def do_mutants(self, request: dict[str, Any]) -> list[int]:
        """(noticed, tried): how many mutants of the changed lines the calls would notice, within `seconds`."""
        until = time.monotonic() + request["seconds"]
        witnesses = [(c, o) for c, o in ((c, self.runner.run(c)) for c in map(candidate_of, request["calls"])) if not o.bad]
        mutants = [
            m for m in self.bench.instrumenter.mutants if m.line in self.seeing.lines and m.id not in self.bench.at_import
        ]
        noticed = tried = 0
        for mutant in mutants[:MOST_MUTANTS]:
            if time.monotonic() > until:
                break
            tried += 1
            reach = [(c, o) for c, o in witnesses if mutant.line in o.lines][:MOST_WITNESSES]
            noticed += any(self.runner.run(c, mutant.id, limit=1_000 + 30 * o.steps).signature != o.signature for c, o in reach)
        return [noticed, tried]

    def send(self, value: dict[str, Any]) -> None:
        """Send a line of JSON."""
        self.answers.write(json.dumps(value) + "\n")
        self.answers.flush()


def _packages(folder: str) -> Iterator[str]:
    """The top-level modules and packages of a source root."""
    for name in os.listdir(folder):
        stem = re.sub(r"\.py$", "", name)
        if stem.isidentifier() and (stem != name or os.path.isdir(os.path.join(folder, name))):
            yield stem


def _around(tree: str, folder: str) -> tuple[str, ...]:
    """The tree and the folders around it, up to that of the sandbox."""
    folders = [tree]
    while len(folders[-1]) > len(folder) and len(folders) < len(AROUND):
        folders.append(os.path.dirname(folders[-1]))
    return tuple(folders)


def _keep_running() -> None:
    def end(*_: object) -> None:
        raise Ended

    os._exit = end  # type: ignore[assignment]
    os.abort = end  # type: ignore[assignment]


def main() -> None:
    """Serve until standard input ends. Standard output of the code under test goes nowhere."""
    requests = os.fdopen(os.dup(0), encoding="utf-8")
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(nowhere, 1)
    job = json.loads(requests.readline())
    guard.limit(int(job["seconds"] * 3) + 30)
    guard.install(job["scratch"])
    leave = os._exit
    _keep_running()
    try:
        server = Server(job, answers)
    except BaseException as error:  # a module may raise anything while it is imported
        refused = f" (refused: {guard.State.tripped})" if guard.State.tripped else ""
        answers.write(json.dumps({"error": f"{type(error).__name__}: {error}{refused}"[:400]}) + "\n")
        answers.flush()
        leave(1)
        return
    sys.dont_write_bytecode = True  # what a call imports leaves no file
    server.send({"ready": True})
    for line in requests:
        server.answer(json.loads(line))
    leave(0)


if __name__ == "__main__":
    sys.modules.setdefault("_codeassist_behaviour.version", sys.modules["__main__"])
    main()
