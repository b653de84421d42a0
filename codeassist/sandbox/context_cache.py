"""Contexts of tests that are kept between runs, keyed by content: of the test file, its conftest.py files, the settings.

A file of contexts is current while the sources that its tests called are unchanged. When they have changed, it still says
which tests called a function of that name, which is how tests are chosen for a change.
"""

from __future__ import annotations

import hashlib
import math
import os
import threading
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import msgspec

from codeassist.sandbox.contexts import FileContexts, TestContext
from codeassist.sandbox.interpreter import Interpreter
from codeassist.sandbox.pytest_runs import SETTINGS
from indexers.files.reading import read_bytes

MOST_BYTES = 16_000_000
"""Size of the file; the entries that were written first are dropped."""

MOST_READ = 64_000_000
VERSION = 1


class _Entry(msgspec.Struct):
    """The contexts of a test file, the key under which they hold, and a digest of each source that its tests called."""

    key: str
    contexts: FileContexts
    sources: dict[str, str]


class _Stored(msgspec.Struct):
    version: int = VERSION
    python: str = ""
    interpreter: Interpreter | None = None
    entries: dict[str, _Entry] = {}


class ContextCache:
    """The contexts of one repository's tests, in a file for the user alone."""

    def __init__(self, file: Path, root: Path) -> None:
        """Read what is kept; a file that is missing, damaged or of another version counts as empty."""
        self.file = file
        self.root = root
        self._digests: dict[str, str] = {}
        self._stored = _Stored()
        with suppress(OSError, ValueError, msgspec.MsgspecError):
            stored = msgspec.json.decode(read_bytes(file, follow=False, limit=MOST_READ), type=_Stored)
            if stored.version == VERSION:
                self._stored = stored

    def interpreter(self, python: str) -> Interpreter | None:
        """What is known about an interpreter that has not changed since; None if it must be asked."""
        known = self._stored.python == interpreter_mark(python) != ""
        return self._stored.interpreter if known else None

    def use(self, interpreter: Interpreter) -> None:
        """Set the interpreter that the contexts belong to; those of another one are dropped."""
        mark = interpreter_mark(interpreter.path)
        if mark != self._stored.python:
            self._stored = _Stored(python=mark)
        self._stored.interpreter = interpreter

    def known(self, test: str) -> FileContexts | None:
        """The contexts of a test file (path relative to the repository) whose own content is unchanged, else None."""
        entry = self._stored.entries.get(test)
        return entry.contexts if entry is not None and entry.key == self._key(test) else None

    def is_current(self, test: str) -> bool:
        """Whether the contexts of a test file are known, no test failed, and the sources that they called are unchanged."""
        entry = self._stored.entries.get(test)
        if entry is None or self.known(test) is None or any(t.outcome == "failed" for t in entry.contexts.tests.values()):
            return False
        return all(self._digest(path) == digest for path, digest in entry.sources.items())

    def put(self, test: str, contexts: FileContexts, copy: Path | None = None) -> None:
        """Keep the contexts of a test file, without names that cannot be written, which the code under test can forge.

        A test file whose own name cannot be written is not kept. `copy` is the copy of the repository in which the tests ran:
        where the repository has changed since, the contexts are not kept (tests, settings) or not current (sources).
        """
        self._stored.entries.pop(test, None)
        key = self._key(test)
        if not _is_text(test) or (copy is not None and key != self._key(test, copy)):
            return
        contexts = _writable(contexts)
        paths = {path for t in contexts.tests.values() for path in t.functions}
        sources = {p: self._digest(p) for p in sorted(paths)}
        if copy is not None:
            sources = {p: digest if digest == _digest_of(copy / p) else "" for p, digest in sources.items()}
        self._stored.entries[test] = _Entry(key, contexts, sources)

    def tests_of(self, path: str, names: Collection[str], *, current: bool = False) -> Iterator[str]:
        """The tests of unchanged test files that called one of the functions of a source file.

        With `current` only those of test files whose sources are unchanged as well.
        """
        wanted = set(names)
        for file in self._stored.entries:
            if current and not self.is_current(file):
                continue
            contexts = self.known(file)
            for test, context in contexts.tests.items() if contexts is not None else ():
                if wanted & set(context.functions.get(path, ())):
                    yield test

    def save(self) -> None:
        """Write the file; errors of writing a cache are ignored."""
        try:
            data = self._encoded()
        except (OSError, ValueError):
            return
        temporary = self.file.with_name(f"{self.file.name}.{os.getpid()}.{threading.get_ident()}")
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            temporary.replace(self.file)
        except OSError:
            temporary.unlink(missing_ok=True)

    def _encoded(self) -> bytes:
        """What is kept, without deleted test files, and small enough. Raises `ValueError` for lone surrogates."""
        entries = self._stored.entries
        for test in [t for t in entries if not (self.root / t).is_file()]:
            del entries[test]
        data = msgspec.json.encode(self._stored)
        while len(data) > MOST_BYTES and entries:
            for test in list(entries)[: max(1, len(entries) // 4)]:
                del entries[test]
            data = msgspec.json.encode(self._stored)
        return data

    def _key(self, test: str, copy: Path | None = None) -> str:
        """A digest of what contexts hold under, in the repository or in a copy of it."""
        parts = Path(test).parts[:-1]
        folders = ["/".join(parts[:n]) for n in range(len(parts) + 1)]
        paths = [test, *SETTINGS, *(f"{folder}/conftest.py".lstrip("/") for folder in folders)]
        digests = [self._digest(p) if copy is None else _digest_of(copy / p) for p in paths]
        return _hashed([self._stored.python, *digests])

    def _digest(self, path: str) -> str:
        if path not in self._digests:
            self._digests[path] = _digest_of(self.root / path)
        return self._digests[path]


def _digest_of(path: Path) -> str:
    """A digest of a file's content; "" if it is empty or cannot be read."""
    try:
        data = read_bytes(path)
    except (OSError, ValueError):
        return ""
    return hashlib.sha256(data).hexdigest()[:24] if data else ""


def interpreter_mark(python: str) -> str:
    """Identifies an interpreter and what is installed beside it; "" if it cannot be found."""
    path = Path(python)
    folders = [path, *sorted(path.parent.parent.glob("lib/python*/site-packages"))]
    folders += sorted(path.parent.parent.glob("Lib/site-packages"))
    try:
        return _hashed([python, *(f"{p}:{p.stat().st_mtime_ns}" for p in folders)])
    except OSError:
        return ""


def _is_text(name: str) -> bool:
    """Whether a name can be written as UTF-8 and can be that of a file: without lone surrogates and NUL."""
    return "\0" not in name and not any("\ud800" <= char <= "\udfff" for char in name)


def _writable(contexts: FileContexts) -> FileContexts:
    """The contexts without tests and paths that cannot be written; seconds that are no number count as none."""
    tests = {}
    for name, test in contexts.tests.items():
        if _is_text(name) and _is_text(test.outcome):
            functions = {path: names for path, names in test.functions.items() if all(map(_is_text, (path, *names)))}
            seconds = test.seconds if math.isfinite(test.seconds) else 0.0
            tests[name] = TestContext(test.outcome, seconds, functions)
    return FileContexts(tests, contexts.broken)


def _hashed(parts: Sequence[str]) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()[:24]
