"""The run database: concurrent writers, damaged files, and full or unwritable disks."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from types import SimpleNamespace

import pytest

from codeassist.errors import RunStoreError, UsageError
from codeassist.models.messages import Reply
from codeassist.privacy import MASK
from codeassist.runs.store import KEPT_ANSWERS, AnswerCache, Run, RunParameters, RunStore
from tests.codeassist.secret_probes import expand


def test_a_stored_run_is_read_back_unchanged(tmp_path):
    store = RunStore(tmp_path)
    run = Run(
        "ask",
        "where?",
        "openai:x",
        "ask@1.1.0",
        "ab",
        3,
        RunParameters(temperature=0.5),
        output="Here 漢 [1].",
        cost=None,
        seconds=1.5,
    )
    run.messages = [[{"role": "user", "content": "\ud800 odd"}]]
    number = store.add(run)
    assert store.get(number) == run
    assert store.get(number).as_json()["schema"] == "codeassist.run/1"
    store.rate(number, 1, "good")
    assert [(r.rating, r.note) for r in store.list(rating=1)] == [(1, "good")]
    assert store.list(rating=-1) == []


def test_unknown_numbers_and_empty_stores(tmp_path):
    store = RunStore(tmp_path)
    assert store.list() == []
    assert not store.path.exists()
    with pytest.raises(UsageError, match="Run 7 does not exist"):
        store.get(7)
    with pytest.raises(UsageError, match="Run 7 does not exist"):
        store.rate(7, 1)


WRITER = """
import sys
from types import SimpleNamespace
from pathlib import Path
from codeassist.runs.store import Run, RunStore
store = RunStore(Path(sys.argv[1]))
for n in range(25):
    store.add(Run("ask", f"{sys.argv[2]} {n}"))
"""


def test_concurrent_writers_lose_no_runs(tmp_path):
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path), name]) for name in "abcd"]
    assert [w.wait(60) for w in writers] == [0] * 4
    questions = [run.question for run in RunStore(tmp_path).list(1000)]
    assert len(questions) == len(set(questions)) == 100


def test_a_damaged_or_unwritable_database_is_an_error(tmp_path):
    RunStore(tmp_path).add(Run("ask", "x"))
    (tmp_path / "runs.db").write_bytes(b"not a database" * 100)
    with pytest.raises(RunStoreError, match="cannot be used"):
        RunStore(tmp_path).add(Run("ask", "x"))
    with pytest.raises(RunStoreError, match="cannot be used"):
        RunStore(tmp_path / "no" / "folder").add(Run("ask", "x"))
    cache = AnswerCache(tmp_path)
    cache.put("k", Reply("x", 1, 1, 0.1))
    assert cache.get("k") is None


def test_a_full_disk_loses_the_record_but_not_the_answer(shop, run, monkeypatch):
    run("index", "-q", ".", cwd=shop)

    def full(*_, **__):
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr("codeassist.runs.store.sqlite3", SimpleNamespace(connect=full, Error=sqlite3.Error))
    outcome = run("ask", "where is auth handled", "--no-refresh", cwd=shop)
    assert outcome.code == 0
    assert "authenticate" in outcome.out
    assert "This run could not be recorded" in outcome.err
    assert "disk is full" in outcome.err


def test_the_cache_deletes_the_oldest_answers(tmp_path, monkeypatch):
    monkeypatch.setattr("codeassist.runs.store.KEPT_ANSWERS", 3)
    cache = AnswerCache(tmp_path)
    for n in range(6):
        cache.put(str(n), Reply(str(n), 1, 1, 0.1, cost=None))
    assert [cache.get(str(n)) is not None for n in range(6)] == [False] * 3 + [True] * 3
    assert cache.get("5") == Reply("5", 1, 1, 0.1, cost=None)
    assert KEPT_ANSWERS > 100


def test_secrets_are_not_stored(tmp_path):
    secret = expand("ghp_{an36}")
    run = Run("ask", f"why is {secret} refused", output=f"It is `{secret}` [1].")
    run.messages = [[{"role": "user", "content": f'token = "{secret}"'}]]
    run.error = f"no access with {secret}"
    store = RunStore(tmp_path)
    store.add(run)
    assert run.question == f"why is {secret} refused"
    assert MASK in store.get(run.id).question
    assert secret not in str(store.get(run.id))
    assert secret.encode() not in b"".join(p.read_bytes() for p in tmp_path.iterdir())


def test_an_answer_with_a_secret_is_not_kept_on_disk(tmp_path):
    cache = AnswerCache(tmp_path)
    secret = "AKIA" + "IOSFODNN7EXAMPLQ"
    cache.put("plain", Reply("In `login` [1].", 1, 1, 0.0))
    cache.put("secret", Reply(f"The key is {secret} [1].", 1, 1, 0.0))
    cache.put("thought", Reply("In `login` [1].", 1, 1, 0.0, reasoning=f"I see {secret}"))
    assert cache.get("plain") is not None
    assert cache.get("secret") is None
    assert cache.get("thought") is None
    assert all(secret.encode() not in path.read_bytes() for path in tmp_path.iterdir() if path.is_file())
