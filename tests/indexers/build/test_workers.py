"""Worker processes: order, crashes, modules in the current folder."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap

import pytest

from indexers.build import workers
from indexers.build.prepare import Vanished
from indexers.build.workers import Worker, prepare_parallel
from indexers.types import FileRecord
from tests.conftest import write


def items(root, names):
    return [(name, str(root / name), 1, 1, None) for name in names]


def test_outcomes_come_in_order(tmp_path):
    names = [f"m{n}.py" for n in range(12)]
    root = write(tmp_path, {name: f"x = {name!r}\n" for name in names})
    batches = [items(root, [name]) for name in names]
    outcomes = [outcome.path for (outcome,) in prepare_parallel(batches, None, True, 2)]
    assert outcomes == names


@pytest.fixture
def crashing(monkeypatch):
    """Worker processes that exit on a file called crash.py, as if its grammar had crashed."""
    boot = workers._BOOT.replace(
        "from indexers.build.workers import serve;",
        "import os, indexers.build.prepare as p; original = p.prepare;"
        "p.prepare = lambda f, k, e: os._exit(9) if f.path == 'crash.py' else original(f, k, e);"
        "from indexers.build.workers import serve;",
    )
    monkeypatch.setattr(workers, "_BOOT", boot)


def test_a_file_that_crashes_the_parser_is_reported_and_the_others_are_kept(tmp_path, crashing):
    root = write(tmp_path, {"a.py": "x = 1\n", "crash.py": "x = 2\n", "b.py": "x = 3\n"})
    worker = Worker(None, True)
    try:
        first, second, third = worker.run(items(root, ["a.py", "crash.py", "b.py"]))
    finally:
        worker.stop()
    assert isinstance(first, FileRecord)
    assert second == Vanished("crash.py", "the parser crashed")
    assert isinstance(third, FileRecord)


def test_a_repository_with_modules_named_like_the_standard_library(tmp_path):
    """Neither the program nor its workers import modules from the current folder."""
    files = {
        f"{name}.py": "raise SystemExit('imported from the repository')\n" for name in ("types", "random", "logging", "json")
    }
    root = write(tmp_path, files | {f"m{n}.py": "def f():\n    return 1\n" * 300 for n in range(40)})
    script = (
        "import indexers.build.update as b; b.PARALLEL_BYTES = 100_000\n"
        "from indexers import Index, IndexOptions; i = Index.build('.', options=IndexOptions(jobs=2)); print(i.chunk_count)"
    )
    result = subprocess.run([sys.executable, "-P", "-c", script], cwd=root, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert int(result.stdout) > 40


@pytest.mark.skipif(os.name == "nt", reason="process groups are POSIX")
def test_stopping_an_update_ends_its_workers(tmp_path):
    body = "\n\n".join(f"def f{n}(value):\n    return compute_{n}(value)" for n in range(400))
    root = write(tmp_path / "r", {f"m{n}.py": body for n in range(80)})
    script = textwrap.dedent(f"""
        import subprocess, os
        from indexers import Index, IndexOptions
        calls = []
        def stop():
            calls.append(1)
            return len(calls) > 3
        Index.build({str(root)!r}, options=IndexOptions(jobs=3), stop=stop).close()
        print(subprocess.run(["ps", "--ppid", str(os.getpid()), "-o", "comm="], capture_output=True, text=True).stdout.split())
    """)
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert result.stdout.strip() == "['ps']"
