"""`review`, `fix`, `refactor`, `commit-msg` and `gen-tests` with a model: a real client against a server on loopback."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.codeassist.chat_server import Fails, serving
from tests.conftest import git, write

pytest.importorskip("langchain_openai")

CODE = "def mean(values):\n    return sum(values)\n"
DIVIDES = "def mean(values):\n    return sum(values) / len(values)\n"
TEST = "from m import mean\n\n\ndef test_mean():\n    assert mean([2])\n"


@pytest.fixture
def with_model(run, monkeypatch):
    """Run a command against a server whose reply depends on the prompt; returns (outcome, script)."""
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
def changed(tmp_path) -> Path:
    root = write(tmp_path / "r", {"m.py": CODE, "tests/test_m.py": TEST})
    git(root, "init", "-q")
    git(root, "add", ".")
    git(root, "commit", "-qm", "First")
    write(root, {"m.py": DIVIDES})
    return root


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


def test_review_with_a_model(changed, with_model):
    done, script = with_model(REVIEW, "review", "--summary", cwd=changed)
    assert done.code == 0, done.err
    assert "An empty list divides by zero here.  [model/bug]" in done.out
    assert "+     return sum(values) / len(values) if values else 0" in done.out
    assert "It divides." in done.out
    assert "openai:test" in done.err
    assert len(script.seen) == 3


def test_analysers_still_report_when_the_model_fails(changed, with_model):
    write(changed, {"b.py": "breakpoint()\n"})
    done, _ = with_model(Fails(401, "no such key"), "review", cwd=changed)
    assert done.code == 3
    assert "debug-leftover" in done.out


def test_a_dry_run_of_a_review_sends_nothing(changed, with_model, run):
    done, script = with_model(REVIEW, "review", "--dry-run", cwd=changed)
    assert "nothing was sent" in done.out
    assert "return sum(values) / len(values)" in done.out
    assert script.seen == []
    assert "No model is configured" in run("review", "--dry-run", cwd=changed).out


def test_suggestions_are_applied_one_by_one_after_confirmation(changed, with_model, monkeypatch):
    import typer

    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr(typer, "confirm", lambda *_, **__: False)
    with_model(REVIEW, "review", "--apply", cwd=changed)
    assert (changed / "m.py").read_text() == DIVIDES
    monkeypatch.setattr(typer, "confirm", lambda *_, **__: True)
    done, _ = with_model(REVIEW, "review", "--apply", cwd=changed)
    assert "Changed m.py." in done.err
    assert (changed / "m.py").read_text() == "def mean(values):\n    return sum(values) / len(values) if values else 0\n"


def test_a_concurrent_edit_is_not_lost(changed, with_model, monkeypatch):
    import typer

    def answer(*_, **__):
        write(changed, {"m.py": "PRECIOUS = 1\n" + DIVIDES})
        return True

    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr(typer, "confirm", answer)
    with_model(REVIEW, "review", "--apply", cwd=changed)
    assert (changed / "m.py").read_text() == "PRECIOUS = 1\n" + DIVIDES


def test_apply_reports_why_nothing_was_applied(changed, run, with_model):
    assert "No finding has a suggestion" in run("review", "--apply", cwd=changed).err
    done, _ = with_model(REVIEW, "review", "--apply", cwd=changed)
    assert "needs a terminal to ask in; nothing was applied" in done.err
    git(changed, "add", ".")
    done, _ = with_model(REVIEW, "review", "--staged", "--apply", cwd=changed)
    assert "not the state of the working tree" in done.err


EDIT = {
    "Change these files": {
        "reason": "An empty list has no mean.",
        "edits": [{"path": "m.py", "old": "len(values)", "new": "max(1, len(values))"}],
    }
}


def test_fix_offers_and_writes(changed, with_model):
    done, _ = with_model(EDIT, "fix", "m.py:2", "--complaint", "divides by zero", cwd=changed)
    assert done.code == 0, done.err
    assert "+    return sum(values) / max(1, len(values))" in done.out
    assert "checked  1 tests of 1 files pass as before" in done.err
    assert (changed / "m.py").read_text() == DIVIDES
    with_model(EDIT, "fix", "m.py", "--complaint", "divides by zero", "--write", cwd=changed)
    assert "max(1, len(values))" in (changed / "m.py").read_text()


def test_fix_takes_a_finding_by_location_or_fingerprint(changed, with_model, run):
    write(changed, {"m.py": DIVIDES + "\n\ndef f():\n    return nowhere\n"})
    report = json.loads(run("review", "--json", "-q", cwd=changed).out)
    fingerprint = next(f["fingerprint"] for f in report["findings"] if f["rule"] == "ruff/F821")
    for target in ("m.py:6", fingerprint):
        done, script = with_model(EDIT, "fix", target, "--json", cwd=changed)
        assert json.loads(done.out)["refused"] is None, done.err
        assert "Undefined name" in script.seen[0]["messages"][1]["content"]
    assert "have no finding" in run("fix", "0123456789abcdef:1", cwd=changed).err
    assert "There are no findings in" in run("fix", "m.py:1", cwd=changed).err


def test_refactor_refuses_a_patch_that_breaks_a_test(changed, with_model):
    bad = {
        "Change these files": {
            "reason": "x",
            "edits": [{"path": "m.py", "old": "return sum(values) / len(values)", "new": "return 0"}],
        }
    }
    done, _ = with_model(bad, "refactor", "simpler", "m.py", cwd=changed)
    assert done.code == 1
    assert "no patch is offered" in done.err
    assert "1 tests that passed before fail now" in done.err


def test_crlf_survives_a_fix(changed, with_model):
    (changed / "m.py").write_bytes(DIVIDES.replace("\n", "\r\n").encode())
    done, _ = with_model(EDIT, "fix", "m.py", "--complaint", "x", "--write", cwd=changed)
    assert done.code == 0, done.err
    assert (changed / "m.py").read_bytes() == DIVIDES.replace("len(values)", "max(1, len(values))").replace(
        "\n", "\r\n"
    ).encode()


def test_commit_msg_with_a_model_and_into_a_file(changed, with_model, run):
    done, _ = with_model(REVIEW, "commit-msg", cwd=changed)
    assert done.out == "Divide\n"
    failed, _ = with_model(Fails(500, "down"), "commit-msg", cwd=changed)
    assert failed.out == "Change mean in m.py\n"
    write(changed, {".git/MSG": "\n# Please enter\n# ------------------------ >8 ------------------------\ndiff\n"})
    run("commit-msg", ".git/MSG", cwd=changed)
    assert (changed / ".git/MSG").read_text().startswith("Change mean in m.py\n\n# Please")
    again = run("commit-msg", ".git/MSG", cwd=changed)
    assert "There is a message already" in again.err


TESTS = {
    "You write unit tests": {
        "imports": ["from m import mean"],
        "tests": [
            {"name": "test_mean_of_two", "behaviour": "", "code": "def test_mean_of_two():\n    assert mean([1, 3]) == 2"}
        ],
    }
}


def test_gen_tests_with_a_model(changed, with_model):
    shown, script = with_model(
        TESTS, "gen-tests", "m.py", "--engine", "model", "--dry-run", "--python", sys.executable, cwd=changed
    )
    assert "nothing was sent" in shown.out
    assert script.seen == []
    done, _ = with_model(
        TESTS, "gen-tests", "m.py", "--engine", "model", "--budget", "20", "--json", "--python", sys.executable, cwd=changed
    )
    report = json.loads(done.out)
    assert report["modules"][0]["by_model"] == ["test_mean_of_two"], done.err
    assert report["usage"]["calls"] >= 1


def test_gen_tests_for_uncovered_lines(tmp_path, run):
    source = "def a(x: int) -> int:\n    return x + 1\n\n\ndef b(x: int) -> int:\n    return x - 1\n"
    root = write(tmp_path, {"m.py": source, "tests/test_m.py": "from m import a\n\n\ndef test_a():\n    assert a(1) == 2\n"})
    done = run("gen-tests", "--uncovered", "--budget", "6", "--python", sys.executable, cwd=root)
    assert done.code == 0, done.err
    assert "def test_b" in done.out
    write(root, {"coverage.json": json.dumps({"files": {"m.py": {"missing_lines": []}}})})
    assert "every line of every module" in run("gen-tests", "--uncovered", "--json", "--python", sys.executable, cwd=root).err
    assert run("gen-tests", "m.py", "--uncovered", "--coverage", "nowhere.xml", cwd=root).code == 2
    assert run("gen-tests", "m.py", "--engine", "model", cwd=root).code == 2
    assert run("gen-tests", "m.py", "--out", "notes.md", cwd=root).code == 2


def test_hooks_in_this_process(changed, run, monkeypatch):
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    write(changed, {"k.py": 'k = "AKIA' + 'IOSFODNN7EXAMPLQ"\n'})
    git(changed, "add", ".")
    assert run("hook", "run", "pre-commit", cwd=changed).code == 1
    git(changed, "commit", "-qm", "Two")
    monkeypatch.setenv("PRE_COMMIT_TO_REF", "HEAD")
    assert run("hook", "run", "pre-push", cwd=changed).code == 1  # without a base, everything is new to the remote
    monkeypatch.setenv("PRE_COMMIT_FROM_REF", "HEAD")
    assert run("hook", "run", "pre-push", cwd=changed).code == 0
    assert run("hook", "run", "index", cwd=changed).code == 0
    run("index", "-q", cwd=changed)
    assert run("hook", "run", "index", "1", cwd=changed).code == 0
    write(changed, {"m.py": CODE, "MSG": "# nothing\n"})
    assert run("hook", "run", "prepare-commit-msg", "MSG", cwd=changed).code == 0
    assert (changed / "MSG").read_text().startswith("Change mean")
    assert run("hook", "run", "prepare-commit-msg", "MSG", "message", cwd=changed).code == 0
    assert run("hook", "run", "never", cwd=changed).code == 2
    git(changed, "config", "core.bare", "true")
    broken = run("hook", "run", "pre-commit", cwd=changed)
    assert (broken.code, "was skipped" in broken.err) == (0, True)
