"""`codeassist index`: its report, its preview, interruption and watching."""

from __future__ import annotations

import json
import os
import signal
import subprocess

import pytest

from tests.codeassist.cli.conftest import lines, run_process
from tests.conftest import SHOP, started, write


def test_index_reports_a_table_and_then_nothing_changed(shop, run):
    first = run("index", str(shop))
    assert first.code == 0
    assert first.out == ""
    assert "python" in first.err
    assert "Skipped: 1 empty" in first.err
    assert f"{len(SHOP) - 1} files added, 0 changed, 0 deleted" in first.err
    assert "Nothing changed" in run("index", str(shop)).err


def test_index_json(shop, run):
    outcome = run("index", str(shop), "--json")
    report = json.loads(outcome.out)
    assert report["schema"] == "codeassist.index/1"
    assert report["added"] == len(SHOP) - 1
    assert report["languages"]["go"]["symbols"] == 3
    assert outcome.err == ""


def test_dry_run_lists_and_writes_nothing(shop, run):
    outcome = run("index", str(shop), "--dry-run")
    assert lines(outcome.out) == sorted(path for path in SHOP if SHOP[path])
    assert f"{len(SHOP) - 1} files" in outcome.err
    assert "skipped: shop/__init__.py (empty)" in outcome.err
    assert not (shop / ".codeassist").exists()
    assert len(json.loads(run("index", str(shop), "--dry-run", "--json").out)["files"]) == len(SHOP) - 1


@pytest.mark.skipif(os.name == "nt", reason="signals are POSIX")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_reports_the_remaining_files_and_the_next_run_continues(tmp_path, number):
    body = "\n\n".join(f"def f{n}(value):\n    return compute_{n}(value)" for n in range(300))
    root = write(tmp_path / "r", {f"m{n}.py": body for n in range(150)})
    with started("-m", "codeassist", "index", ".", "-j", "1", cwd=root, stderr=subprocess.PIPE) as child:
        while not (root / ".codeassist/index.db").exists():
            assert child.poll() is None
        child.send_signal(number)
        _, err = child.communicate(timeout=60)
    assert child.returncode == 128 + number
    assert "files are left; run 'codeassist index' again to continue" in err
    assert "Traceback" not in err
    assert "the index is incomplete" in run_process("search", "compute", "--no-refresh", cwd=root).stderr
    assert run_process("index", ".", "-q", cwd=root).returncode == 0
    assert json.loads(run_process("status", "--json", cwd=root).stdout)["languages"]["python"]["files"] == 150


def test_watch_indexes_a_change(shop):
    with started("-m", "codeassist", "index", ".", "--watch", cwd=shop, stderr=subprocess.PIPE) as child:
        for line in child.stderr:
            if "Watching" in line:
                break
        for attempt in range(40):  # the watcher may need a moment before it sees changes
            write(shop, {"watched.py": f"def seen_{attempt}():\n    return 1\n"})
            if "watched.py" in run_process("symbols", f"seen_{attempt}", "--no-refresh", cwd=shop).stdout:
                break
        else:
            pytest.fail("the change was never indexed")
        child.send_signal(signal.SIGINT if os.name != "nt" else signal.SIGTERM)
        child.communicate(timeout=60)
    assert child.returncode == 0
