"""Worker processes: order, limits, files that end a process, stops, modules in the current folder."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time

import pytest

from indexers import Index, IndexOptions
from indexers.build import limits, worker, workers
from indexers.build.messages import Item, Settings
from indexers.build.workers import Workers
from indexers.types import SourceFile
from tests.conftest import started, write
from tests.indexers.conftest import assert_consistent

posix = pytest.mark.skipif(os.name == "nt", reason="the limits and signals of POSIX")

FAULTS = """
import os, signal, indexers.build.limits as limits, indexers.build.parsing as parsing, indexers.build.prepare as prepare
limits.BASE_SECONDS = 0.3
original, skip_reason = parsing.parse, prepare.skip_reason
def parse(language, source):
    if b"CRASH" in source: os.abort()
    if b"KILLED" in source: os.kill(os.getpid(), signal.SIGKILL)
    if b"GROW" in source: bytearray(2_000_000_000)
    if b"DEEP" in source: raise RecursionError
    while b"HANG" in source: pass
    return original(language, source)
def always(data, language):
    if b"FATAL" in data: os.abort()
    return skip_reason(data, language)
parsing.parse, prepare.skip_reason = parse, always
from indexers.build.serving import serve;"""


@pytest.fixture
def faulty(monkeypatch):
    """Worker processes whose parser fails on texts that contain the name of a fault."""
    monkeypatch.setattr(worker, "_idle", [])
    monkeypatch.setattr(worker, "_BOOT", worker._BOOT.replace("from indexers.build.serving import serve;", FAULTS))
    yield
    worker._end_idle()


def items(root, names):
    return [Item(SourceFile(name, str(root / name), 1, 1), None) for name in names]


def test_one_process_prepares_every_batch(tmp_path, monkeypatch):
    names = [f"m{n}.py" for n in range(6)]
    root = write(tmp_path, {name: f"x = {name!r}\n" for name in names})
    started = []
    popen = subprocess.Popen
    monkeypatch.setattr(worker, "_idle", [])
    monkeypatch.setattr(worker.subprocess, "Popen", lambda *a, **k: started.append(popen(*a, **k)) or started[-1])
    with Workers(1) as pool:
        batches = [items(root, names[n : n + 2]) for n in range(0, 6, 2)]
        assert [outcome.path for batch in pool.outcomes(batches, Settings(encode=True)) for outcome in batch] == names
    worker._end_idle()
    assert len(started) == 1


def test_outcomes_come_in_order(tmp_path):
    names = [f"m{n}.py" for n in range(12)]
    root = write(tmp_path, {name: f"x = {name!r}\n" for name in names})
    with Workers(2) as pool:
        outcomes = pool.outcomes([items(root, [name]) for name in names], Settings(encode=True))
        assert [outcome.path for (outcome,) in outcomes] == names


CAUSES = {
    "CRASH": limits.CRASHED,
    "HANG": limits.TIMED_OUT,
    "GROW": limits.NO_MEMORY,
    "KILLED": limits.KILLED,
    "DEEP": "its parser failed (RecursionError)",
}


@posix
@pytest.mark.parametrize("jobs", [1, 2])
def test_files_that_a_parser_fails_on_are_found_as_lines_and_named(tmp_path, faulty, monkeypatch, jobs):
    monkeypatch.setattr(workers, "PARALLEL_BYTES", 1)
    files = {f"{fault.lower()}.py": f"def before():\n    return '{fault} needle{fault}'\n" for fault in CAUSES}
    root = write(tmp_path / "r", {"a.py": "def first(): ...\n", **files, "z.py": "def last(): ...\n"})
    expected = sorted((f"{fault.lower()}.py", cause) for fault, cause in CAUSES.items())
    with Index.build(root, options=IndexOptions(jobs=jobs)) as index:
        assert sorted(index.last_report.unparsed) == expected
        assert index.statistics().unparsed == expected
        assert [bool(index.definitions(name)) for name in ("first", "last", "before")] == [True, True, False]
        assert [hit.path for hit in index.search("needleHANG", 1)] == ["hang.py"]
        assert_consistent(index)


@posix
def test_a_content_that_failed_is_not_parsed_again(tmp_path, faulty, monkeypatch):
    root = write(tmp_path / "r", {"hang.py": "x = 'HANG'\n"})
    Index.build(root).close()
    monkeypatch.setattr(worker, "_BOOT", worker._BOOT.replace("HANG", "NEVER"))
    worker._end_idle()
    (root / "hang.py").rename(root / "renamed.py")
    with Index.build(root) as index:
        assert index.statistics().unparsed == [("renamed.py", limits.TIMED_OUT)]
    write(root, {"renamed.py": "x = 'HANG' + ''\n"})
    with Index.build(root) as index:
        assert index.statistics().unparsed == []


@posix
def test_a_file_that_ends_a_process_even_unparsed_is_skipped(tmp_path, faulty):
    root = write(tmp_path / "r", {"a.py": "x = 1\n", "fatal.py": "x = 'FATAL'\n"})
    with Index.build(root) as index:
        assert index.statistics().skipped == {limits.CRASHED: 1}
        assert index.files() == ["a.py"]


@posix
def test_a_language_that_takes_too_long_again_and_again_is_not_parsed_any_more(tmp_path, faulty, monkeypatch):
    monkeypatch.setattr(workers, "MOST_TIMEOUTS", 2)
    root = write(tmp_path, {f"m{n}.py": f"x = 'HANG{n}'\n" for n in range(5)} | {"a.go": "package a\nfunc F() {}\n"})
    batches = [items(root, [f"m{n}.py"]) for n in range(5)] + [items(root, ["a.go"])]
    with Workers(1) as pool:
        outcomes = [outcome for (outcome,) in pool.outcomes(batches, Settings())]
    assert [o.problem for o in outcomes] == [limits.TIMED_OUT] * 5 + [""]
    assert pool._timeouts["python"] == 2


@posix
def test_a_stop_does_not_wait_for_a_parser_that_hangs(tmp_path, faulty, monkeypatch):
    monkeypatch.setattr(worker, "_BOOT", worker._BOOT.replace("BASE_SECONDS = 0.3", "BASE_SECONDS = 600"))
    root = write(tmp_path / "r", {"a.py": "x = 'HANG'\n"})
    begun = time.monotonic()
    with Index.build(root, stop=lambda: True) as index:
        assert index.remaining == 1
    assert time.monotonic() - begun < 60  # not the 600 s of the limit


@posix
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_signals_end_the_program_and_its_workers(tmp_path, number):
    """SIGKILL cannot be handled: then a worker ends when it has read the file at hand."""
    root = write(tmp_path / "r", {"a.py": "x = 'HANG'\n"})
    script = "import sys, indexers.build.worker as w\n"
    script += f"w._BOOT = w._BOOT.replace('from indexers.build.serving import serve;', {FAULTS!r})\n"
    script += "sys.argv = ['codeassist', 'index', sys.argv[1]]\nfrom codeassist.__main__ import entry\nentry()"
    script = script.replace("BASE_SECONDS = 0.3", f"BASE_SECONDS = {3 if number == signal.SIGKILL else 600}")
    with started("-c", script, str(root), stderr=subprocess.PIPE) as child:
        deadline = time.monotonic() + 60
        while not (workers_of := children(child.pid)) and time.monotonic() < deadline:
            time.sleep(0.05)
        time.sleep(0.5)
        child.send_signal(number)
        if number != signal.SIGKILL:
            time.sleep(0.1)
            child.send_signal(number)
        assert child.wait(30) in (128 + number, -number)
        while any(map(alive, workers_of)) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert workers_of
        assert not any(map(alive, workers_of))


def children(pid):
    listed = subprocess.run(["ps", "--ppid", str(pid), "-o", "pid="], capture_output=True, text=True, check=False)
    return [int(word) for word in listed.stdout.split()]


def alive(pid):
    state = subprocess.run(["ps", "-p", str(pid), "-o", "stat="], capture_output=True, text=True, check=False).stdout
    return bool(state.strip()) and not state.startswith("Z")


def test_a_repository_with_modules_named_like_the_standard_library(tmp_path):
    """Neither the program nor its workers import modules from the current folder."""
    files = {
        f"{name}.py": "raise SystemExit('imported from the repository')\n" for name in ("types", "random", "logging", "json")
    }
    root = write(tmp_path, files | {f"m{n}.py": "def f():\n    return 1\n" * 300 for n in range(40)})
    script = (
        "import indexers.build.workers as b; b.PARALLEL_BYTES = 100_000\n"
        "from indexers import Index, IndexOptions; i = Index.build('.', options=IndexOptions(jobs=2)); print(i.chunk_count)"
    )
    result = subprocess.run([sys.executable, "-P", "-c", script], cwd=root, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert int(result.stdout) > 40


@posix
def test_stopping_an_update_ends_its_workers(tmp_path):
    body = "\n\n".join(f"def f{n}(value):\n    return compute_{n}(value)" for n in range(400))
    root = write(tmp_path / "r", {f"m{n}.py": body for n in range(80)})
    script = textwrap.dedent(f"""
        import subprocess, os
        from indexers import Index, IndexOptions
        done = []
        Index.build(
            {str(root)!r}, options=IndexOptions(jobs=3), on_progress=lambda p: done.append(1), stop=lambda: len(done) > 3
        ).close()
        print(subprocess.run(["ps", "--ppid", str(os.getpid()), "-o", "comm="], capture_output=True, text=True).stdout.split())
    """)
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert result.stdout.strip() == "['ps']"
