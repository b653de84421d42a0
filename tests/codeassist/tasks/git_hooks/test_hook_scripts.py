"""The script of a hook, as git runs it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from codeassist.tasks.git_hooks import STAGES, install_hooks, uninstall_hooks
from codeassist.tasks.git_hooks.hooks import hooks_folder
from codeassist.tasks.git_hooks.scripts import KEPT, script
from tests.codeassist.tasks.git_hooks.conftest import program

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="runs the scripts with a POSIX shell")


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
            program(tmp_path / KEPT / stage, before)
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


def test_a_hook_that_looks_at_its_own_name_keeps_it(root, run_hook):
    program(hooks_folder(root) / "pre-commit", '[ "$(basename "$0")" = pre-commit ] && echo seen > seen')
    install_hooks(root, ("pre-commit",), 20.0)
    run_hook(root, "pre-commit")
    assert (root / "seen").exists()


def test_a_relative_link_still_points_to_its_target(root, run_hook):
    program(root / "tools/check.sh", "echo seen > seen")
    path = hooks_folder(root) / "pre-commit"
    path.parent.mkdir(exist_ok=True)
    path.symlink_to("../../tools/check.sh")
    install_hooks(root, ("pre-commit",), 20.0)
    run_hook(root, "pre-commit")
    assert (root / "seen").exists()
    uninstall_hooks(root, STAGES)
    assert path.resolve() == (root / "tools/check.sh").resolve()


@pytest.fixture
def run_hook(tmp_path):
    """Run an installed hook of a repository."""

    def run(root, stage):
        subprocess.run([hooks_folder(root) / stage], cwd=root, check=False, capture_output=True)

    return run
