"""Fixtures of the command line's tests: changes to review, commands that ask a model on loopback, real processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.codeassist.chat_server import Fails, serving
from tests.conftest import git, write

GOOD = "`authenticate` in `shop/auth.py` compares the digests of the password [1]."
CLEAN = "def total(prices):\n    return sum(prices)\n"
USER = "from cart import total\n\n\ndef view():\n    return total([1])\n"
KEY = "AKIA" + "IOSFODNN7EXAMPLQ"
CODE = "def mean(values):\n    return sum(values)\n"
DIVIDES = "def mean(values):\n    return sum(values) / len(values)\n"
TEST = "from m import mean\n\n\ndef test_mean():\n    assert mean([2])\n"
FINDING = {
    "kind": "bug",
    "severity": "warning",
    "confidence": 0.9,
    "start_line": 2,
    "end_line": 2,
    "message": "An empty list divides by zero here.",
    "patch": "    return sum(values) / len(values) if values else 0",
}
REVIEW = {
    "You review": {"findings": [FINDING]},
    "You audit": {"reason": "The division is there.", "support": 0.9},
    "You say what": {"does": ["It divides."], "test_by_hand": ["An empty list."], "message": "Divide"},
}
EDIT = {
    "Change these files": {
        "reason": "An empty list has no mean.",
        "edits": [{"path": "m.py", "old": "len(values)", "new": "max(1, len(values))"}],
    }
}


def lines(text):
    """The lines of a text that are not empty."""
    return [line for line in text.splitlines() if line]


def run_process(*arguments, cwd, **kwargs):
    """Run the command line as a real process."""
    return subprocess.run(
        [sys.executable, "-m", "codeassist", *arguments], cwd=cwd, capture_output=True, text=True, check=False, **kwargs
    )


def process(root: Path, *command: str, **extra: str) -> subprocess.CompletedProcess[str]:
    """Run a program, such as git with hooks, as a real process with a fixed identity."""
    identity = {"GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@b.c", "GIT_COMMITTER_NAME": "A", "GIT_COMMITTER_EMAIL": "a@b.c"}
    return subprocess.run(
        command, cwd=root, env=os.environ | identity | extra, capture_output=True, text=True, check=False, timeout=120
    )


@pytest.fixture
def changed(tmp_path) -> Path:
    """A repository in which a change leaves a caller behind."""
    root = write(tmp_path / "r", {"cart.py": CLEAN, "user.py": USER})
    git(root, "init", "-q")
    git(root, "add", ".")
    git(root, "commit", "-qm", "First")
    write(root, {"cart.py": CLEAN.replace("total(prices)", "total(prices, rate)")})
    return root


@pytest.fixture
def mean_change(tmp_path) -> Path:
    """A repository with a test, in which a change divides by the number of values."""
    root = write(tmp_path / "r", {"m.py": CODE, "tests/test_m.py": TEST})
    git(root, "init", "-q")
    git(root, "add", ".")
    git(root, "commit", "-qm", "First")
    write(root, {"m.py": DIVIDES})
    return root


@pytest.fixture
def ask_model(indexed, run, monkeypatch):
    """Run a command on the shop against a server with scripted replies; returns (outcome, script)."""
    pytest.importorskip("langchain_openai")
    monkeypatch.setenv("OPENAI_API_KEY", "test")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)

    def command(*arguments, replies=(GOOD,), model="openai:test"):
        with serving(*replies) as (url, script):
            monkeypatch.setenv("CODEASSIST_MODEL_BASE_URL", url)
            monkeypatch.setenv("CODEASSIST_MODEL_NAME", model)
            monkeypatch.setenv("CODEASSIST_MODEL_RETRIES", "0")
            return run(*arguments, cwd=indexed), script

    return command


@pytest.fixture
def with_model(run, monkeypatch):
    """Run a command against a server whose reply depends on the prompt; returns (outcome, script)."""
    pytest.importorskip("langchain_openai")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")

    def command(answers, *arguments, cwd):
        def reply(body):
            system = body["messages"][0]["content"]
            return next((json.dumps(text) for start, text in answers.items() if start in system), "{}")

        with serving(answers if isinstance(answers, Fails) else reply) as (url, script):
            monkeypatch.setenv("CODEASSIST_MODEL_BASE_URL", url)
            return run(*arguments, "--model", "openai:test", cwd=cwd), script

    return command


@pytest.fixture
def server(monkeypatch):
    """(start, point): start a server with scripted replies, and point the configuration to it."""
    pytest.importorskip("langchain_openai")
    monkeypatch.setenv("OPENAI_API_KEY", "test")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")

    def start(*replies):
        return serving(*replies)

    def point(url):
        monkeypatch.setenv("CODEASSIST_MODEL_BASE_URL", url)
        monkeypatch.setenv("CODEASSIST_MODEL_RETRIES", "0")

    return start, point
