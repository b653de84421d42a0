"""The command line as real processes: pipes, locales, signals, watching, completion."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

import pytest

from tests.codeassist.cli.test_app import lines
from tests.conftest import write


def run_process(*arguments, cwd, **kwargs):
    """Run the command line as a real process."""
    return subprocess.run(
        [sys.executable, "-m", "codeassist", *arguments], cwd=cwd, capture_output=True, text=True, check=False, **kwargs
    )


def test_a_closed_pipe_and_an_ascii_locale(indexed):
    done = subprocess.run(
        f'"{sys.executable}" -m codeassist search charge --all-chunks | head -n 1',
        shell=True,
        cwd=indexed,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr
    done = run_process("search", "charge", cwd=indexed, env=os.environ | {"LC_ALL": "C", "PYTHONIOENCODING": "ascii"})
    assert done.returncode == 0


def test_the_default_configuration_imports_no_heavy_packages(indexed):
    script = "import sys; sys.argv = ['codeassist', 'search', 'charge']\nfrom codeassist.cli.app import main\ntry:\n    main()\nfinally:\n    print([m for m in ('torch', 'transformers', 'sentence_transformers', 'langchain', 'langchain_core') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], cwd=indexed, capture_output=True, text=True, check=False)
    assert lines(done.stdout)[-1] == "[]"


@pytest.mark.skipif(os.name == "nt", reason="signals are POSIX")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_reports_the_remaining_files_and_the_next_run_continues(tmp_path, number):
    body = "\n\n".join(f"def f{n}(value):\n    return compute_{n}(value)" for n in range(300))
    root = write(tmp_path / "r", {f"m{n}.py": body for n in range(150)})
    child = subprocess.Popen(
        [sys.executable, "-m", "codeassist", "index", ".", "-j", "1"], cwd=root, stderr=subprocess.PIPE, text=True
    )
    while not (root / ".codeassist/index.db").exists():
        assert child.poll() is None
    child.send_signal(number)
    _, err = child.communicate(timeout=60)
    assert child.returncode == 130
    assert "files are left; run 'codeassist index' again to continue" in err
    assert "Traceback" not in err
    assert "is incomplete" in run_process("search", "compute", "--no-refresh", cwd=root).stderr
    assert run_process("index", ".", "-q", cwd=root).returncode == 0
    assert json.loads(run_process("status", "--json", cwd=root).stdout)["languages"]["python"]["files"] == 150


def test_watch_indexes_a_change(shop):
    child = subprocess.Popen(
        [sys.executable, "-m", "codeassist", "index", ".", "--watch"], cwd=shop, stderr=subprocess.PIPE, text=True
    )
    try:
        for line in child.stderr:
            if "Watching" in line:
                break
        for attempt in range(40):  # the watcher may need a moment before it sees changes
            write(shop, {"watched.py": f"def seen_{attempt}():\n    return 1\n"})
            if "watched.py" in run_process("symbols", f"seen_{attempt}", "--no-refresh", cwd=shop).stdout:
                break
        else:
            pytest.fail("the change was never indexed")
    finally:
        child.send_signal(signal.SIGINT if os.name != "nt" else signal.SIGTERM)
        child.communicate(timeout=30)
    assert child.returncode == 0


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shell_completion(shell, tmp_path):
    script = run_process(cwd=tmp_path, env=os.environ | {"_CODEASSIST_COMPLETE": f"source_{shell}"})
    assert "_CODEASSIST_COMPLETE" in script.stdout


def test_completion_offers_commands(tmp_path):
    environment = os.environ | {"_CODEASSIST_COMPLETE": "complete_bash", "COMP_WORDS": "codeassist se", "COMP_CWORD": "1"}
    assert "search" in run_process(cwd=tmp_path, env=environment).stdout
