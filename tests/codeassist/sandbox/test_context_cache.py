"""Kept contexts hold while the test file, its conftest.py files, the settings and the interpreter are what they were."""

from __future__ import annotations

import os
import sys
import threading
from dataclasses import replace

import pytest

from codeassist.sandbox import context_cache
from codeassist.sandbox.context_cache import ContextCache
from codeassist.sandbox.contexts import FileContexts, TestContext, function_at, function_spans
from codeassist.sandbox.interpreter import Interpreter
from tests.conftest import write

PYTHON = Interpreter(sys.executable, coverage=True)
FILES = {"shop.py": "def price():\n    return 1\n", "tests/test_shop.py": "", "tests/conftest.py": "", "conftest.py": ""}
CALLS = FileContexts({"tests/test_shop.py::test_price": TestContext("passed", 0.1, {"shop.py": ["price"]})})


@pytest.fixture
def root(tmp_path):
    root = write(tmp_path / "p", {name: text or "x = 1\n" for name, text in FILES.items()})
    cache = opened(root)
    cache.put("tests/test_shop.py", CALLS)
    cache.save()
    return root


def opened(root, interpreter=PYTHON):
    cache = ContextCache(root.parent / "cache" / "contexts.json", root)
    cache.use(interpreter)
    return cache


def test_contexts_are_kept_for_the_user_alone(root):
    cache = opened(root)
    assert cache.known("tests/test_shop.py") == CALLS
    assert cache.is_current("tests/test_shop.py")
    assert list(cache.tests_of("shop.py", ["price"])) == ["tests/test_shop.py::test_price"]
    assert list(cache.tests_of("shop.py", ["rate"])) == []
    assert os.name == "nt" or (cache.file.stat().st_mode & 0o777, cache.file.parent.stat().st_mode & 0o077) == (0o600, 0)


@pytest.mark.parametrize("changed", ["tests/test_shop.py", "tests/conftest.py", "conftest.py", "pytest.ini"])
def test_a_change_of_the_tests_or_of_what_configures_them_makes_them_unknown(root, changed):
    write(root, {changed: "x = 2\n"})
    assert opened(root).known("tests/test_shop.py") is None


def test_a_change_of_the_source_leaves_them_known_but_not_current(root):
    write(root, {"shop.py": "def price():\n    return 2\n"})
    cache = opened(root)
    assert (cache.known("tests/test_shop.py"), cache.is_current("tests/test_shop.py")) == (CALLS, False)


def test_failed_tests_are_not_current(root):
    cache = opened(root)
    failed = FileContexts({"tests/test_shop.py::test_price": TestContext("failed", 0.1, {})})
    cache.put("tests/test_shop.py", failed)
    assert not cache.is_current("tests/test_shop.py")


def test_another_interpreter_starts_anew(root, tmp_path):
    other = tmp_path / "python"
    other.write_text("", encoding="utf-8")
    assert opened(root, replace(PYTHON, path=str(other))).known("tests/test_shop.py") is None
    assert ContextCache(tmp_path / "cache" / "contexts.json", root).interpreter(str(other)) is None
    assert ContextCache(tmp_path / "cache" / "contexts.json", root).interpreter(sys.executable) == PYTHON


@pytest.mark.parametrize("damaged", [b"", b"{", b"[]", b'{"version": 99}', b"\xff\xfe"])
def test_a_damaged_file_counts_as_empty(root, damaged):
    opened(root).file.write_bytes(damaged)
    cache = opened(root)
    assert cache.known("tests/test_shop.py") is None
    cache.put("tests/test_shop.py", CALLS)
    cache.save()
    assert opened(root).known("tests/test_shop.py") == CALLS


def test_names_that_cannot_be_written_are_left_out(root):
    cache = opened(root)
    functions = {"shop.py": ["price"], "a\ud800.py": ["f"], "b\0.py": ["f"]}
    forged = TestContext("passed", float("nan"), functions)
    tests = {"tests/test_shop.py::test_price": forged, "tests/test_shop.py::test_\udcff": forged}
    cache.put("tests/test_shop.py", FileContexts(tests))
    cache.put("test_\udcff.py", FileContexts({"test_\udcff.py::test_x": forged}))
    cache.save()
    kept = TestContext("passed", 0.0, {"shop.py": ["price"]})
    assert opened(root).known("tests/test_shop.py") == FileContexts({"tests/test_shop.py::test_price": kept})
    assert opened(root).known("test_\udcff.py") is None
    assert opened(root).known("tests/test_\0.py") is None


@pytest.mark.parametrize(
    ("changed", "known", "current"), [("x.py", CALLS, True), ("shop.py", CALLS, False), ("conftest.py", None, False)]
)
def test_what_changed_while_the_tests_ran_on_a_copy_is_not_taken_for_what_they_ran_on(root, tmp_path, changed, known, current):
    copy = write(tmp_path / "copy", {name: text or "x = 1\n" for name, text in FILES.items()})
    write(root, {changed: "x = 2\n"})
    cache = opened(root)
    cache.put("tests/test_shop.py", CALLS, copy)
    cache.save()
    assert (opened(root).known("tests/test_shop.py"), opened(root).is_current("tests/test_shop.py")) == (known, current)


def test_threads_that_save_at_once_do_not_share_a_temporary_file(root, monkeypatch):
    fill, made = os.fdopen, []
    together = threading.Barrier(2, timeout=20)

    def opened_together(handle, mode):
        made.append(handle)
        together.wait()
        return fill(handle, mode)

    monkeypatch.setattr(os, "fdopen", opened_together)
    threads = [threading.Thread(target=opened(root).save) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 2
    assert os.listdir(root.parent / "cache") == ["contexts.json"]


def test_the_file_stays_small_and_forgets_deleted_tests(root, monkeypatch):
    write(root, {f"tests/test_{n}.py": "x = 1\n" for n in range(20)})
    monkeypatch.setattr(context_cache, "MOST_BYTES", 2_000)
    cache = opened(root)
    for n in range(20):
        cache.put(f"tests/test_{n}.py", CALLS)
    (root / "tests/test_19.py").unlink()
    cache.save()
    assert cache.file.stat().st_size <= 2_000
    kept = [n for n in range(20) if opened(root).known(f"tests/test_{n}.py") is not None]
    assert kept
    assert kept == list(range(kept[0], 19))


def test_functions_are_named_by_their_lines():
    spans = function_spans(
        "x = 1\n\nclass A:\n    @property\n    def b(self):\n        def c():\n            return 1\n        return c\n"
    )
    assert [function_at(spans, line) for line in (1, 3, 4, 5, 7, 8)] == ["", "", "A.b", "A.b", "A.b.c", "A.b"]
