"""Git hooks: installed beside existing ones, removed without a trace, and scripts that never stop git by their own fault."""

from __future__ import annotations

import subprocess
import sys

import pytest

from codeassist.errors import UsageError
from codeassist.tasks.git_hooks import STAGES, HookStatus, hook_status, install_hooks, uninstall_hooks
from codeassist.tasks.git_hooks.hooks import KEPT, hooks_folder, script
from tests.conftest import git, write

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="runs the scripts with a POSIX shell")


@pytest.fixture
def root(repository):
    return repository({"a.py": "x = 1\n"})


def program(path, body):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return path


def installed(root):
    return {hook.stage for hook in hook_status(root) if hook.ours}


def test_hooks_are_installed_and_removed(root):
    done = install_hooks(root, ("pre-commit", "pre-push"), 5.0)
    assert [(h.stage, h.ours, h.chained, h.other) for h in done] == [
        ("pre-commit", True, False, False),
        ("pre-push", True, False, False),
    ]
    assert installed(root) == {"pre-commit", "pre-push"}
    assert uninstall_hooks(root, STAGES) == ["pre-commit", "pre-push"]
    assert installed(root) == set()
    assert not (hooks_folder(root) / "pre-commit").exists()


def test_installing_again_changes_the_timeout_and_keeps_one_hook(root):
    install_hooks(root, ("pre-commit",), 5.0)
    install_hooks(root, ("pre-commit",), 7.5)
    text = (hooks_folder(root) / "pre-commit").read_text()
    assert "--timeout 7.5" in text
    assert "--timeout 5" not in text
    assert not (hooks_folder(root) / f"pre-commit{KEPT}").exists()


def test_an_earlier_hook_is_kept_and_restored(root):
    earlier = program(hooks_folder(root) / "pre-commit", "exit 0")
    text = earlier.read_text()
    assert [h.other for h in hook_status(root) if h.stage == "pre-commit"] == [True]
    (hook,) = install_hooks(root, ("pre-commit",), 5.0)
    assert (hook.ours, hook.chained, hook.other) == (True, True, False)
    assert earlier.with_name(f"pre-commit{KEPT}").read_text() == text
    assert uninstall_hooks(root, ("pre-commit",)) == ["pre-commit"]
    assert earlier.read_text() == text
    assert uninstall_hooks(root, ("pre-commit",)) == []
    assert earlier.read_text() == text


def test_an_earlier_hook_is_not_overwritten_by_a_second_one(root):
    program(hooks_folder(root) / "pre-commit", "exit 0")
    install_hooks(root, ("pre-commit",), 5.0)
    second = program(hooks_folder(root) / "pre-commit", "exit 1")
    with pytest.raises(UsageError, match="already exists; move it first"):
        install_hooks(root, ("pre-commit",), 5.0)
    assert "exit 1" in second.read_text()


@pytest.mark.parametrize(
    "change", [lambda root: install_hooks(root, ("pre-commit",), 5.0), lambda root: uninstall_hooks(root, STAGES)]
)
def test_an_edited_hook_is_not_lost(root, change):
    install_hooks(root, ("pre-commit",), 5.0)
    path = hooks_folder(root) / "pre-commit"
    path.write_text(path.read_text() + "echo mine\n")
    with pytest.raises(UsageError, match="was edited"):
        change(root)
    assert path.read_text().endswith("echo mine\n")


def test_a_hook_of_another_interpreter_is_not_taken_for_an_edited_one(root, monkeypatch):
    install_hooks(root, ("pre-commit",), 5.0)
    monkeypatch.setattr(sys, "executable", "/another/bin/python")
    install_hooks(root, ("pre-commit",), 5.0)
    assert "python=/another/bin/python\n" in (hooks_folder(root) / "pre-commit").read_text()


def test_unknown_stages_and_folders_without_git_are_errors(root, tmp_path):
    with pytest.raises(UsageError, match="'pre-rebase' is not a stage"):
        install_hooks(root, ("pre-commit", "pre-rebase"), 5.0)
    assert installed(root) == set()
    outside = tmp_path / "plain"
    outside.mkdir()
    with pytest.raises(UsageError, match="is not a git repository"):
        hook_status(outside)


def test_hooks_outside_the_repository_are_refused(root, tmp_path):
    git(root, "config", "core.hooksPath", str(tmp_path / "shared-hooks"))
    with pytest.raises(UsageError, match="outside this repository"):
        install_hooks(root, ("pre-commit",), 5.0)
    assert not (tmp_path / "shared-hooks").exists()
    git(root, "config", "core.hooksPath", "own-hooks")
    install_hooks(root, ("pre-commit",), 5.0)
    assert (root / "own-hooks/pre-commit").exists()


def test_a_worktree_installs_into_its_repository(root, tmp_path):
    git(root, "worktree", "add", "-q", str(tmp_path / "tree"))
    (hook,) = install_hooks(tmp_path / "tree", ("pre-commit",), 5.0)
    assert hook.path.resolve() == (root / ".git/hooks/pre-commit").resolve()
    assert installed(root) == {"pre-commit"}


def test_the_json_form_lists_every_stage(root):
    install_hooks(root, ("post-merge",), 5.0)
    value = HookStatus(hook_status(root)).as_json()
    assert value["schema"] == "codeassist.hook-status/1"
    assert {s["stage"]: s["installed"] for s in value["stages"]} == {stage: stage == "post-merge" for stage in STAGES}


@pytest.fixture
def run_script(tmp_path, monkeypatch):
    """Run a hook with a program in place of the interpreter; returns exit code, its arguments and input, and the errors."""

    def run(stage, *arguments, ends=0, before="", give="", gone=False):
        log = tmp_path / "log"
        python = program(tmp_path / "bin 1/python", f'echo "$@" > {log}\ncat >> {log}\nexit {ends}')
        monkeypatch.setattr(sys, "executable", str(python))
        hook = tmp_path / stage
        hook.write_text(script(stage, 20.0))
        if before:
            program(tmp_path / f"{stage}{KEPT}", before)
        if gone:
            python.unlink()
        done = subprocess.run(["sh", str(hook), *arguments], input=give, capture_output=True, text=True, check=False)
        return done.returncode, log.read_text() if log.exists() else "", done.stderr

    return run


def test_the_script_passes_its_arguments(run_script):
    code, log, _ = run_script("prepare-commit-msg", ".git/MSG with space", "message")
    assert (code, log) == (0, "-P -m codeassist hook run prepare-commit-msg .git/MSG with space message\n")


@pytest.mark.parametrize(
    ("ends", "code", "message"), [(0, 0, ""), (1, 1, ""), (2, 0, "could not run (exit 2)"), (139, 0, "(exit 139)")]
)
def test_only_findings_stop_git(run_script, ends, code, message):
    done, _, errors = run_script("pre-commit", ends=ends)
    assert done == code
    assert message in errors


def test_a_removed_interpreter_does_not_stop_git(run_script):
    code, log, errors = run_script("pre-commit", gone=True)
    assert (code, log) == (0, "")
    assert "the hook was skipped" in errors


def test_an_earlier_hook_that_fails_stops_git_first(run_script):
    assert run_script("pre-commit", before="exit 7")[:2] == (7, "")


def test_the_earlier_hook_and_ours_read_the_same_input(run_script, tmp_path):
    given = "refs/heads/main 1111 refs/heads/main 2222\n"
    code, log, _ = run_script("pre-push", "origin", before=f"cat > {tmp_path / 'seen'}", give=given)
    assert code == 0
    assert (tmp_path / "seen").read_text() == given
    assert log == f"-P -m codeassist hook run pre-push --timeout 20\n{given}"


def test_a_link_is_not_taken_for_our_hook(root):
    target = write(root, {"own.sh": script("pre-commit", 5.0)}) / "own.sh"
    hook = hooks_folder(root) / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.symlink_to(target)
    assert installed(root) == set()
    assert uninstall_hooks(root, ("pre-commit",)) == []
    assert hook.is_symlink()
