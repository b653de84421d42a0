"""`python -m ENGINE.version`: one version of a module; reads requests as lines of JSON and answers in lines of JSON."""

from __future__ import annotations

import json
import os
import random
import re
import sys
import time
import tokenize
import traceback
import warnings
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, TextIO

import _codeassist_guard as guard  # type: ignore[import-not-found]
from _codeassist_search.execution import (  # type: ignore[import-not-found]
    Candidate,
    Outcome,
    named_arguments,
)
from _codeassist_search.protocol import ExampleCall  # type: ignore[import-not-found]
from _codeassist_search.search import JUNK, Search  # type: ignore[import-not-found]
from _codeassist_search.shrinking import smaller  # type: ignore[import-not-found]
from _codeassist_search.targets import Inventory, Target  # type: ignore[import-not-found]

from .canonical import AROUND, Canonical, hash_of
from .hints import hint_attributes, path_texts
from .one_copy import OneCopy
from .protocol import PROGRAM
from .varying import Hints

SHOWN = 6_000
"""Characters of a value that are sent; more than `LONGEST` of one value."""

LONGEST = 6_000
"""Characters of a program that is varied."""

HINTED = 0.5
"""Share of variations that put texts and numbers of the changed lines, or of other tests, into a program."""

TEST = "test"
"""The origin of programs that are taken from tests."""

MOST_SMALLER = 40
"""Smaller forms of one call that are offered at a time."""

CONSTRUCTORS = {"__init__", "__new__", "__post_init__", "__attrs_post_init__"}
MOST_MUTANTS = 60
MOST_WITNESSES = 12
"""Calls that are tried on one mutant."""

STEPS = 200_000


class Ended(BaseException):
    """The code under test would have ended the process."""


class Server:
    """Answers requests about one version."""

    def __init__(self, job: dict[str, Any], answers: TextIO) -> None:
        """Import the module; raises whatever that raises."""
        version = job["version"]
        self.answers = answers
        self.names: list[str] = version["names"]
        self.lines = set(version["lines"])
        random.seed(0)
        guard.State.armed = True
        try:
            with tokenize.open(version["path"]) as file:
                source = file.read()
            self.bench = OneCopy(version["module"], version["path"], source)
        finally:
            guard.State.armed = False
        folder = os.path.dirname(job["scratch"][0])
        own = tuple({version["module"].partition(".")[0], *_packages(version["source_root"])})
        self.bench.observer = self.canonical = Canonical(own, _around(version["tree"], folder))
        self.tree = version["tree"] + os.sep
        self.scratch = os.path.basename(folder)
        self.inventory = Inventory(self.bench, ())
        self._add_private()
        self.search = Search(self.bench, self.inventory, job["seed"])
        self.main = [t for t in self.inventory.targets if self._changed(t)]
        hint_attributes(self.bench.tree, self.inventory.targets)
        for target in self.main:
            if target.qualname in self.search.maker.local:
                pool = self.search.maker.local[target.qualname].by_kind.setdefault("str", [])
                pool.extend(path_texts(self.inventory.trees.get(target.qualname)))
        self.warned: list[str] = []
        warnings.simplefilter("always", ResourceWarning)
        warnings.filterwarnings("always", "coroutine .* was never awaited", RuntimeWarning)
        warnings.showwarning = self._warn  # type: ignore[assignment]
        self.hints = Hints(job["constants"], self.search.chance)
        self.sent: set[str] = set()
        self.imported: set[str] = set()
        self.reaching: list[Candidate] = []
        self.run_on_bench = self.bench.run
        self.original_run = self._run

    def _warn(self, message: Warning | str, category: type[Warning], *_: Any) -> None:
        """Note a file that was left open, or a coroutine that was not awaited."""
        if issubclass(category, ResourceWarning):
            self.warned.append("leaves a file or connection open")
        elif issubclass(category, RuntimeWarning) and "never awaited" in str(message):
            self.warned.append(str(message))

    def _run(self, candidate: Candidate, mutant: int = 0, limit: int = 0) -> Outcome:
        """Run a candidate on the bench; what it leaves open counts as an observation."""
        for step in candidate.steps:
            if step.startswith(("import ", "from ")) and step not in self.imported:
                self._import(step)
        self.warned.clear()
        outcome = self.run_on_bench(candidate, mutant, limit)
        if outcome.error is not None:  # what its frames hold is freed now, not during a later call
            traceback.clear_frames(outcome.error.__traceback__)
        if self.warned and not outcome.bad:
            outcome.checks = (*outcome.checks, *dict.fromkeys(self.warned))
        return outcome

    def _import(self, statement: str) -> None:
        """Import what programs import once without a time limit: an import that is cut off leaves half a module behind."""
        self.imported.add(statement)
        guard.State.armed = True
        try:
            exec(statement, {"__name__": "generated"})
        except BaseException:  # the program that needs it fails by itself
            return
        finally:
            guard.State.armed = False

    def _add_private(self) -> None:
        """Add the changed private functions and methods, which the inventory leaves out."""
        known = {t.qualname for t in self.inventory.targets}
        for name in self.names:
            owner, _, member = name.rpartition(".")
            if name in known or (member.startswith("__") and member.endswith("__")):
                continue
            cls = self.inventory.classes.get(owner)
            function = getattr(self.bench.module, name, None) if not owner else None
            if cls is not None and member in vars(cls):
                self.inventory._member(owner, cls, member, vars(cls)[member])
            elif callable(function) and getattr(function, "__module__", None) == self.bench.name:
                self.inventory._function(name, function)

    def _changed(self, target: Target) -> bool:
        if target.kind == "class":
            return any(
                name.rpartition(".")[0] == target.qualname and name.rpartition(".")[2] in CONSTRUCTORS for name in self.names
            )
        return target.qualname in self.names

    # -- requests

    def answer(self, request: dict[str, Any]) -> None:
        """Carry out one request; the last line of an answer has `done`."""
        result = getattr(self, f"do_{request['do']}")(request)
        self._send({"done": result})

    def do_targets(self, _: dict[str, Any]) -> list[str]:
        """The changed functions that can be called."""
        return [t.qualname for t in self.main]

    def do_explore(self, request: dict[str, Any]) -> None:
        """Search for `seconds`; every call of a changed function is sent with what it did."""
        until = time.monotonic() + request["seconds"]
        self.bench.run = self._recording
        try:
            self.search.evidence([ExampleCall(*call) for call in request.get("calls", []) if call[3] != TEST])
            self._tests([call for call in request.get("calls", []) if call[3] == TEST], until)
            self._explore(until)
        finally:
            self.bench.run = self.run_on_bench

    def do_run(self, request: dict[str, Any]) -> None:
        """Run calls; what each did is sent."""
        for call in request["calls"]:
            candidate = _candidate(call)
            self._send({"seen": self._seen(candidate, self.original_run(candidate))})

    def do_smaller(self, request: dict[str, Any]) -> list[dict[str, Any]]:
        """Smaller forms of a call."""
        options = []
        for option in smaller(_candidate(request["call"])):
            options.append(_call(option))
            if len(options) >= MOST_SMALLER:
                break
        return options

    def do_mutants(self, request: dict[str, Any]) -> list[int]:
        """(noticed, tried): how many mutants of the changed lines the calls would notice, within `seconds`."""
        until = time.monotonic() + request["seconds"]
        witnesses = [(c, o) for c, o in ((c, self.original_run(c)) for c in map(_candidate, request["calls"])) if not o.bad]
        mutants = [m for m in self.bench.instrumenter.mutants if m.line in self.lines and m.id not in self.bench.at_import]
        noticed = tried = 0
        for mutant in mutants[:MOST_MUTANTS]:
            if time.monotonic() > until:
                break
            tried += 1
            reach = [(c, o) for c, o in witnesses if mutant.line in o.lines][:MOST_WITNESSES]
            noticed += any(
                self.original_run(c, mutant.id, limit=1_000 + 30 * o.steps).signature != o.signature for c, o in reach
            )
        return [noticed, tried]

    # -- search

    def _tests(self, calls: list[list[Any]], until: float) -> None:
        """Run programs from tests, at most half of the time; each counts for the changed function that it runs."""
        until = (time.monotonic() + until) / 2
        for _, text, steps, origin in calls:
            if time.monotonic() > until:
                return
            candidate = Candidate(PROGRAM, tuple(steps), text, origin=origin)
            self.hints.learn(candidate)
            self.search.try_out(candidate, None)

    def _reached(self, candidate: Candidate, outcome: Outcome) -> Candidate:
        """A candidate from a test under the name of the changed function that it runs."""
        hit = next((t for t in self.main if t.lines & outcome.lines), None)
        return candidate if hit is None or candidate.target == hit.qualname else replace(candidate, target=hit.qualname)

    def _explore(self, until: float) -> None:
        search = self.search
        support = [t for t in self.inventory.targets if t.kind in ("class", "classmethod")]
        owners = {t.owner for t in self.main} | {t.qualname for t in self.main}
        for _ in range(12):  # constructors first: methods need instances
            for target in support:
                if time.monotonic() > until:
                    return
                search._attempt(target)
        needed = [t for t in support if t.qualname in owners or t.owner in owners]
        while (self.main or self.reaching) and time.monotonic() < until:
            for target in self.main:
                for _ in range(10):
                    if time.monotonic() > until:
                        return
                    search._attempt(target)
            for target in needed[:4]:
                search._attempt(target)
            search._vary_towards_branches(min(until, time.monotonic() + 0.2))
            self._vary_reaching(until)

    def _vary_reaching(self, until: float) -> None:
        """Vary calls that run changed lines."""
        chance = self.search.chance
        for _ in range(12):
            if not self.reaching or time.monotonic() > until:
                return
            chosen = chance.choice(self.reaching)
            candidate = (self.hints.put_into(chosen) if chance.random() < HINTED else None) or self.search.maker.varied(chosen)
            self.search.try_out(candidate, self.search.by_name.get(candidate.target))

    def _recording(self, candidate: Candidate, mutant: int = 0, limit: int = 0) -> Outcome:
        """Run a candidate; if it calls a changed function, also send it, with its mutable arguments watched."""
        outcome = self.original_run(candidate, mutant, limit)
        target = self.search.by_name.get(candidate.target)
        wanted = candidate.target == PROGRAM or (target is not None and self._changed(target))
        if mutant or not wanted or candidate.text in self.sent:
            return outcome
        self.sent.add(candidate.text)
        if outcome.bad:
            return outcome
        candidate = self._reached(candidate, outcome)
        if (outcome.lines & self.lines or not self.names) and len(candidate.text) < LONGEST:
            self.reaching.append(candidate)
            if len(self.reaching) > 200:
                self.reaching.pop(self.search.chance.randrange(200))
        watched = named_arguments(candidate)
        if watched is not None:
            second = self.original_run(watched)
            if not second.bad:
                self._send({"call": _call(watched), "seen": self._seen(watched, second)})
                return outcome
        self._send({"call": _call(candidate), "seen": self._seen(candidate, outcome)})
        return outcome

    def _seen(self, candidate: Candidate, outcome: Outcome) -> dict[str, Any]:
        """What is sent about an outcome."""
        if outcome.bad:
            return {"kind": "unusable", "shown": outcome.bad}
        reaches = bool(outcome.lines & self.lines)
        printed = self.canonical.cleaned(outcome.printed)
        if outcome.raised:
            name, _, message = outcome.raised
            message = self.canonical.cleaned(message)
            deliberate = self._deliberate(outcome)
            shown = f"{name}: {message}" if message else name
            if self.scratch in shown:
                return {"kind": "unusable", "shown": "depends on the scratch folder"}
            return {
                "kind": "raised",
                "shown": shown[:SHOWN],
                "digest": hash_of(shown if deliberate else name),
                "error": name,
                "deliberate": deliberate,
                "at_call": self._at_call(outcome),
                "reaches": reaches,
                "printed": printed[:SHOWN],
            }
        shown = "\n".join(outcome.checks).replace("{v} = ", "", 1)
        if self.scratch in shown or self.scratch in printed:
            return {"kind": "unusable", "shown": "depends on the scratch folder"}
        return {
            "kind": "value",
            "shown": shown if len(shown) <= SHOWN else f"{shown[:SHOWN]}…",
            "digest": hash_of("\0".join([*outcome.checks, printed])),
            "reaches": reaches,
            "printed": printed[:SHOWN],
        }

    def _deliberate(self, outcome: Outcome) -> bool:
        """Whether the project raises an exception by a statement, or a library raises one that does not show a slip."""
        if self.bench.raised_on_purpose(outcome):
            return True
        return not isinstance(outcome.error, (*JUNK, LookupError, ArithmeticError, ValueError, AssertionError, RecursionError))

    def _at_call(self, outcome: Outcome) -> bool:
        """Whether the call itself does not fit: the exception comes from the calling line, or names what does not exist."""
        error = outcome.error
        trace = error.__traceback__ if error is not None else None
        frames = []
        while trace is not None:
            frames.append(trace.tb_frame.f_code.co_filename)
            trace = trace.tb_next
        return isinstance(error, JUNK) and not any(f.startswith(self.tree) for f in frames)

    def _send(self, value: dict[str, Any]) -> None:
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


def _candidate(call: dict[str, Any]) -> Candidate:
    return Candidate(call["target"], tuple(call["steps"]), call["final"], tuple(call["watched"]), call["origin"])


def _call(candidate: Candidate) -> dict[str, Any]:
    return {
        "target": candidate.target,
        "steps": list(candidate.steps),
        "final": candidate.final,
        "watched": list(candidate.watched),
        "origin": candidate.origin,
    }


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
    server._send({"ready": True})
    for line in requests:
        server.answer(json.loads(line))
    leave(0)


if __name__ == "__main__":
    sys.modules.setdefault("_codeassist_behaviour.version", sys.modules["__main__"])
    main()
