"""The child that is forked where a test calls a changed function: it calls that again, as it is and altered, and records it."""

from __future__ import annotations

import asyncio
import inspect
import io
import json
import linecache
import os
import random
import signal
import sys
import types
from typing import Any

import _codeassist_guard as guard  # type: ignore[import-not-found]

from .altering import Hints, altered
from .canonical import Canonical, hash_of

SECONDS = 0.5
"""The most that one try may take, and describing the arguments."""

PROCESSOR_SECONDS = 1
"""The same for code that changes the timer of the process."""

MOST_TRIES = 28
LONGEST = 60
"""Characters of one argument that are shown."""

SHOWN = 6_000
ACCIDENTS = (TypeError, AttributeError, NameError, LookupError, ArithmeticError, ValueError, AssertionError, RecursionError)
"""Exceptions that are a sign of a slip where the project does not raise them itself."""

UNUSABLE = (guard.Blocked, OSError, MemoryError, KeyboardInterrupt)
"""What a try may raise because files are closed and effects are refused."""

WRITING = os.O_WRONLY | os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_TRUNC

AS_IT_IS = ""
"""The label of a call with the arguments of the test."""


class Child:
    """One call of a changed function, in a process of its own."""

    def __init__(self, job: dict[str, Any], test: str, name: str, position: int, frame: Any, writer: int) -> None:
        """Close what the test has open, but for `writer`, a pipe to the process of the test."""
        self.job, self.test, self.name, self.position, self.writer = job, test, name, position, writer
        self.ran: dict[str, None] = {}
        self.described: dict[str, str] = {}
        sys.settrace(None)
        sys.dont_write_bytecode = True
        self.out = os.open(job["out"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        _close_all_but({self.out, writer})
        sys.addaudithook(_refuse_effects)
        self.canonical = Canonical(tuple(job["own"]), tuple(job["around"]))
        self.code: types.CodeType = frame.f_code
        self.scope: dict[str, Any] = dict(frame.f_locals)
        self.globals = frame.f_globals
        kinds = inspect.CO_VARARGS, inspect.CO_VARKEYWORDS
        count = self.code.co_argcount + self.code.co_kwonlyargcount
        self.plain = self.code.co_varnames[:count]
        extra = [bool(self.code.co_flags & kind) for kind in kinds]
        names = list(self.code.co_varnames[count : count + sum(extra)])
        self.rest = names.pop(0) if extra[0] else ""
        self.keywords = names.pop(0) if extra[1] else ""
        self.arguments = {n: self.scope[n] for n in (*self.plain, self.rest, self.keywords) if n}

    def work(self, seen: set[str]) -> None:
        """Try the call and altered ones, unless these arguments were tried before."""
        self.described = self._described()
        digest = hash_of(json.dumps([self.name, self.described]))
        if digest in seen:
            return
        os.write(self.writer, digest.encode())
        only = self.job["only"]
        wanted = only[self.test][f"{self.job['module']} {self.name}"] if only is not None else None
        tries: list[tuple[str, str, Any]] = [(AS_IT_IS, "", None)]
        if self.name in self.job["altered"]:
            hints = Hints(**self.job["hints"])
            attributes = [n for n in self.code.co_names if n in hints.names]
            for name, value in altered(self.arguments, attributes, hints, random.Random(digest)):
                label = f"{name} = {self.canonical.text(value)}"
                if len(tries) > MOST_TRIES:
                    break
                if label not in [t[0] for t in tries]:
                    tries.append((label, name, value))
        for label, name, value in tries:
            if wanted is None or f"{digest} {label}" in wanted:
                self._fork(digest, label, name, value)

    def _described(self) -> dict[str, str]:
        """The texts of the arguments, from a process of its own: iterators are read for them. Without any: `ValueError`."""
        reader, writer = os.pipe()
        pid = os.fork()
        if pid == 0:
            try:
                _begin()
                texts = {name: self.canonical.text(value) for name, value in self.arguments.items()}
                os.write(writer, json.dumps(texts).encode())
            finally:
                os._exit(0)
        os.close(writer)
        with os.fdopen(reader, encoding="utf-8") as pipe:
            text = pipe.read()
        os.waitpid(pid, 0)
        described: dict[str, str] = json.loads(text)
        return described

    def _fork(self, digest: str, label: str, name: str, value: Any) -> None:
        pid = os.fork()
        if pid:
            os.waitpid(pid, 0)
            return
        try:
            _begin()
            same_kind = name.startswith("self.") or type(value) is type(self.arguments.get(name))
            if name.startswith("self."):
                target = self.arguments["self"]
                attribute = name.removeprefix("self.")
                same_kind = type(value) is type(vars(target)[attribute])
                vars(target)[attribute] = value
            elif name:
                self.arguments[name] = value
            if name in self.described:
                self.described[name] = self.canonical.text(value)
            record = {"module": self.job["module"], "test": self.test, "function": self.name, "position": self.position}
            record |= {"digest": digest, "label": label, "call": self._text(), "same_kind": same_kind or not name}
            line = json.dumps(record | {"seen": self._seen()})
            os.write(self.out, line.encode("utf-8", "replace") + b"\n")
        finally:
            os._exit(0)

    def _text(self) -> str:
        """The call as it is shown."""
        parts = []
        for name, text in self.described.items():
            if name in ("self", "cls") or (text in ("{}", "()") and name in (self.rest, self.keywords)):
                continue
            stars = "*" if name == self.rest else "**" if name == self.keywords else ""
            shown = text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
            parts.append(f"{stars}{shown}" if stars else f"{name}={shown}")
        return f"{self.name}({', '.join(parts)})"

    def _call(self) -> Any:
        cells = tuple(types.CellType(self.scope[name]) for name in self.code.co_freevars)
        function = types.FunctionType(self.code, self.globals, closure=cells)
        count = self.code.co_argcount
        positional = [self.arguments[n] for n in self.plain[:count]] + list(self.arguments.get(self.rest, ()))
        named = {n: self.arguments[n] for n in self.plain[count:]} | self.arguments.get(self.keywords, {})
        value = function(*positional, **named)
        if inspect.isasyncgen(value):
            value = _items(value)
        if not inspect.iscoroutine(value):
            return value
        asyncio.events._set_running_loop(None)  # the loop of an asynchronous test has no use in this process
        return asyncio.run(value)

    def _seen(self) -> dict[str, Any]:
        """Call the function and describe what it does, as `Seen` of the protocol."""
        printed = io.StringIO()
        sys.stdout = sys.stderr = printed
        random.seed(0)
        guard.State.tripped = ""
        try:
            value = self._call()
            checks = [self.canonical.text(value)]
        except BaseException as error:  # the code under test may raise anything
            if _is_of_the_try(error) or guard.State.tripped:
                return {"kind": "unusable"}
            return self._raised(error) | {"ran": list(self.ran)}
        if guard.State.tripped:
            return {"kind": "unusable"}
        checks += [f"{n} = {self.canonical.text(v)}" for n, v in self.arguments.items() if not _is_fixed(v)]
        text = self.canonical.cleaned(printed.getvalue())[:SHOWN]
        shown = "\n".join(checks)
        digest = hash_of("\0".join([*checks, text]))
        return {"kind": "value", "shown": shown[:SHOWN], "digest": digest, "printed": text, "ran": list(self.ran)}

    def _raised(self, error: BaseException) -> dict[str, Any]:
        name = type(error).__name__
        shown = self.canonical.cleaned(f"{name}: {error}")[:SHOWN]
        frame, line = None, 0
        trace = error.__traceback__
        while trace is not None:
            frame, line, trace = trace.tb_frame, trace.tb_lineno, trace.tb_next
        path = frame.f_code.co_filename if frame is not None else ""
        own = path.startswith(self.job["tree"] + os.sep)
        said = linecache.getline(path, line).lstrip().startswith(("raise", "assert "))
        deliberate = said if own else not isinstance(error, ACCIDENTS)
        digest = hash_of(shown if deliberate else name)
        return {"kind": "raised", "shown": shown, "digest": digest, "error": name, "deliberate": deliberate}


async def _items(values: Any) -> list[Any]:
    """What an asynchronous generator gives."""
    return [value async for value in values]


def _is_of_the_try(error: BaseException) -> bool:
    """Whether an exception, or one that led to it, may come from closed files, as those of a database do."""
    while error is not None:
        if isinstance(error, UNUSABLE) or type(error).__module__ == "sqlite3":
            return True
        error = error.__cause__ or error.__context__  # type: ignore[assignment]
    return False


def _begin() -> None:
    """Limit the time of this process, and refuse effects until it ends: values that are dropped may have some too."""
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    guard.limit(PROCESSOR_SECONDS)
    guard.State.armed = True


def _is_fixed(value: Any) -> bool:
    return isinstance(value, (str, bytes, int, float, complex, type(None), type, types.FunctionType))


def _refuse_effects(event: str, arguments: tuple[Any, ...]) -> None:
    """An audit hook against changes to files, which the test would see."""
    if not guard.State.armed:
        return
    mode, flags = arguments[1:3] if event == "open" else ("", 0)
    writes = (isinstance(mode, str) and any(c in mode for c in "wax+")) or (isinstance(flags, int) and flags & WRITING)
    if writes or event in guard.PATHS:
        guard.State.tripped = event
        raise guard.Blocked(1, f"not allowed in a try: {event}")


def _close_all_but(kept: set[int]) -> None:
    """Close all files but some and the first three, which lead nowhere: what a try does must not reach the test."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nowhere, number)
    try:
        numbers = [int(name) for name in os.listdir("/proc/self/fd")]
    except OSError:
        numbers = list(range(3, 1024))
    for number in numbers:
        if number > 2 and number not in kept:
            try:
                os.close(number)
            except OSError:
                continue
