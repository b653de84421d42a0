"""What installed hooks do, called by git, by the pre-commit framework and in this process."""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path

from tests.codeassist.cli.conftest import CLEAN, CODE, KEY, process
from tests.conftest import git, write


def test_the_hook_runs_no_code_of_the_repository(changed, run, tmp_path):
    run("hook", "install", cwd=changed)
    write(
        changed,
        {
            "typer.py": f"open({str(tmp_path / 'pwned')!r}, 'w')\nraise SystemExit(0)\n",
            "cart.py": CLEAN,
            "s.py": f'k = "{KEY}"\n',
        },
    )
    git(changed, "add", "s.py")
    assert process(changed, "git", "commit", "-qm", "x").returncode == 1
    assert not (tmp_path / "pwned").exists()


def test_the_hook_stops_a_bad_commit_and_reviews_only_staged_changes(changed, run):
    assert run("hook", "install", cwd=changed).code == 0
    git(changed, "add", "cart.py")
    write(changed, {"cart.py": CLEAN})  # fixed on disk, not in the index
    stopped = process(changed, "git", "commit", "-qm", "Two")
    assert stopped.returncode == 1
    assert "caller-left-behind" in stopped.stdout + stopped.stderr
    git(changed, "add", "cart.py")
    write(changed, {"cart.py": CLEAN + "breakpoint()\n", "fine.py": "x = 1\n"})
    git(changed, "add", "fine.py")
    passed = process(changed, "git", "commit", "-qm", "Three")
    assert passed.returncode == 0, passed.stderr
    assert git(changed, "log", "-1", "--format=%s") == "Three\n"
    assert run("hook", "uninstall", cwd=changed).code == 0
    assert not (changed / ".git/hooks/pre-commit").exists()


def test_the_pre_push_hook_reviews_the_pushed_commits(changed, run, tmp_path):
    git(tmp_path, "init", "-q", "--bare", "far.git")
    git(changed, "remote", "add", "origin", str(tmp_path / "far.git"))
    git(changed, "push", "-q", "origin", "HEAD:main")
    run("hook", "install", "--stage", "pre-push", cwd=changed)
    git(changed, "commit", "-qam", "Breaks a caller")
    stopped = process(changed, "git", "push", "-q", "origin", "HEAD:main")
    assert stopped.returncode != 0
    assert "caller-left-behind" in stopped.stdout + stopped.stderr
    git(changed, "reset", "-q", "--hard", "HEAD~1")
    write(changed, {"fine.py": "x = 1\n"})
    git(changed, "add", ".")
    git(changed, "commit", "-qm", "Fine")
    passed = process(changed, "git", "push", "-q", "origin", "HEAD:topic")
    assert passed.returncode == 0, passed.stderr


def test_the_pre_commit_framework_runs_the_hooks(changed, tmp_path):
    definitions = (Path(__file__).parents[4] / ".pre-commit-hooks.yaml").read_text()
    bin_folder = str(Path(sys.executable).parent)
    hooks = write(tmp_path / "hooks", {".pre-commit-hooks.yaml": definitions.replace("language: python", "language: system")})
    git(hooks, "init", "-q")
    git(hooks, "add", ".")
    git(hooks, "commit", "-qm", "Hooks")
    git(changed, "add", ".")
    environment = {"PRE_COMMIT_HOME": str(tmp_path / "store"), "PATH": f"{bin_folder}{os.pathsep}{os.environ['PATH']}"}
    command = [str(Path(bin_folder) / "pre-commit"), "try-repo", str(hooks)]
    failed = process(changed, *command, "codeassist-review", "--verbose", **environment)
    assert failed.returncode == 1, failed.stderr
    assert "caller-left-behind" in failed.stdout
    push = process(
        changed,
        *command,
        "codeassist-review-push",
        "--hook-stage",
        "pre-push",
        "--from-ref",
        "HEAD",
        "--to-ref",
        "HEAD",
        **environment,
    )
    assert push.returncode == 0, push.stdout
    index = process(changed, *command, "codeassist-index", "--hook-stage", "post-merge", **environment)
    assert index.returncode == 0, index.stdout
    prompts = process(changed, *command, "codeassist-prompts-check", "--files", "cart.py", **environment)
    assert "Skipped" in prompts.stdout


def test_hooks_in_this_process(mean_change, run, monkeypatch):
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    write(mean_change, {"k.py": 'k = "AKIA' + 'IOSFODNN7EXAMPLQ"\n'})
    git(mean_change, "add", ".")
    assert run("hook", "run", "pre-commit", cwd=mean_change).code == 1
    git(mean_change, "commit", "-qm", "Two")
    monkeypatch.setenv("PRE_COMMIT_TO_REF", "HEAD")
    assert run("hook", "run", "pre-push", cwd=mean_change).code == 1  # without a base, everything is new to the remote
    monkeypatch.setenv("PRE_COMMIT_FROM_REF", "HEAD")
    assert run("hook", "run", "pre-push", cwd=mean_change).code == 0
    assert run("hook", "run", "index", cwd=mean_change).code == 0
    run("index", "-q", cwd=mean_change)
    assert run("hook", "run", "index", "1", cwd=mean_change).code == 0
    write(mean_change, {"m.py": CODE, "MSG": "# nothing\n"})
    assert run("hook", "run", "prepare-commit-msg", "MSG", cwd=mean_change).code == 0
    assert (mean_change / "MSG").read_text().startswith("Change what mean() returns")
    assert run("hook", "run", "prepare-commit-msg", "MSG", "message", cwd=mean_change).code == 0
    assert run("hook", "run", "never", cwd=mean_change).code == 2
    git(mean_change, "config", "core.bare", "true")
    broken = run("hook", "run", "pre-commit", cwd=mean_change)
    assert (broken.code, "was skipped" in broken.err) == (0, True)


def test_the_index_hook_updates_the_index_even_if_commands_do_not(indexed, run):
    write(indexed, {".codeassist.toml": "[search]\nrefresh = false\n", "shop/zebra.py": "def zebra():\n    return 1\n"})
    assert run("hook", "run", "index", cwd=indexed).code == 0
    assert "shop/zebra.py" in run("symbols", "zebra", "--no-refresh", cwd=indexed).out


def test_a_hook_does_not_change_what_the_last_review_reported(changed, run):
    write(changed, {"fine.py": "breakpoint()\n"})
    git(changed, "add", ".")
    run("hook", "run", "pre-commit", cwd=changed)
    shown = run("review", "--staged", "--since-last", cwd=changed)
    assert "debug-leftover" in shown.out
    assert "debug-leftover" not in run("review", "--staged", "--since-last", cwd=changed).out


TRIED = {
    "cart.py": "def total(prices):\n    return sum(prices)\n\n\ndef rate():\n    return 7\n",
    "tests/test_cart.py": "from cart import rate, total\n\n\ndef test_total():\n    assert total([1, 2]) == 3\n\n\n"
    "def test_rate():\n    rate()\n",
}


def test_the_tests_of_a_commit_are_tried_only_where_the_user_asks_and_trusts(tmp_path, run, monkeypatch):
    monkeypatch.setattr(importlib.import_module("codeassist.cli.hook.run"), "AUDIT_SECONDS", 60.0)  # the machine may be busy
    root = write(tmp_path / "p", TRIED)
    git(root, "init", "-q")
    git(root, "add", ".")
    git(root, "commit", "-qm", "One")
    write(root, {"cart.py": TRIED["cart.py"].replace("7", "8").replace("sum(prices)", "sum(prices) + 0")})
    git(root, "add", ".")
    assert "not tried; trying them needs 'codeassist trust'" in run("hook", "run", "pre-commit", "--audit", cwd=root).err
    run("trust", cwd=root)
    assert "notice a fault" not in run("hook", "run", "pre-commit", "--timeout", "90", cwd=root).err
    first = run("hook", "run", "pre-commit", "--audit", "--timeout", "90", cwd=root)
    assert (first.code, "of 1 test file call is being recorded in the background" in first.err) == (0, True)
    assert run("hook", "run", "record", cwd=root).err == ""  # waits for the process that is recording
    second = run("hook", "run", "pre-commit", "--audit", "--timeout", "90", cwd=root)
    assert "codeassist: tests notice a fault on 1 of 2 changed lines, not on cart.py:6" in second.err
    assert "recorded" not in second.err


def test_tests_that_take_long_to_record_do_not_hold_a_commit(tmp_path, run, monkeypatch):
    started = []
    monkeypatch.setattr(importlib.import_module("codeassist.cli.hook.run"), "record_in_background", started.append)
    root = write(tmp_path / "p", TRIED | {"tests/conftest.py": "import time\n\ntime.sleep(300)\n"})
    git(root, "init", "-q")
    git(root, "add", ".")
    git(root, "commit", "-qm", "One")
    write(root, {"tests/test_cart.py": TRIED["tests/test_cart.py"].replace("3", "3.0")})
    git(root, "add", ".")
    run("trust", cwd=root)
    done = run("hook", "run", "pre-commit", "--audit", "--timeout", "0.5", cwd=root)
    said = [line for line in done.err.splitlines() if line.startswith("codeassist:")]
    assert (done.code, len(started)) == (0, 1)
    assert "not all was tried: codeassist test-audit --base HEAD~1 after the commit" in said[0]
    assert "being recorded in the background" in said[1]


def test_what_cannot_be_recorded_is_said_and_not_tried_at_every_commit(tmp_path, run, monkeypatch):
    started = []
    monkeypatch.setattr(importlib.import_module("codeassist.cli.hook.run"), "record_in_background", started.append)
    root = write(tmp_path / "p", TRIED | {"tests/test_cart.py": "import no_such_library\n" + TRIED["tests/test_cart.py"]})
    git(root, "init", "-q")
    git(root, "add", ".")
    git(root, "commit", "-qm", "One")
    write(root, {"cart.py": TRIED["cart.py"].replace("7", "8")})
    git(root, "add", ".")
    run("trust", cwd=root)
    assert "no_such_library" in run("hook", "run", "record", cwd=root).err
    done = run("hook", "run", "pre-commit", "--audit", "--timeout", "90", cwd=root)
    assert (done.code, started) == (0, [])
    assert "what some tests call could not be recorded: 1 test file (tests/test_cart.py)" in done.err
    assert "no_such_library" in done.err


def test_without_trust_the_tests_of_a_commit_are_read(tmp_path, run):
    root = write(tmp_path / "p", TRIED)
    git(root, "init", "-q")
    git(root, "add", ".")
    git(root, "commit", "-qm", "One")
    added = "\n\ndef test_same():\n    left = total([2])\n    assert left == left\n\n\ndef test_free():\n    total([])\n"
    write(root, {"tests/test_cart.py": TRIED["tests/test_cart.py"] + added})
    git(root, "add", ".")
    done = run("hook", "run", "pre-commit", "--audit", cwd=root)
    assert (
        "codeassist: 2 edited tests cannot fail, or hardly: tests/test_cart.py:14 (compares a value with itself), "
        "17 (asserts nothing)" in done.err
    )
    assert "only read; trying them needs 'codeassist trust'" in done.err
    assert done.code == 0
