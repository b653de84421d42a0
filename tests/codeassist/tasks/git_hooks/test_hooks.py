"""Git hooks: installed beside existing ones, removed without a trace, and scripts that never stop git by their own fault."""

from __future__ import annotations

import subprocess
import sys

import pytest

from codeassist.errors import UsageError
from codeassist.tasks.git_hooks import STAGES, HookStatus, hook_status, install_hooks, uninstall_hooks
from codeassist.tasks.git_hooks.hooks import hooks_folder
from codeassist.tasks.git_hooks.scripts import KEPT, KEPT_BY_VERSION_1, portable, script
from tests.codeassist.tasks.git_hooks.conftest import program
from tests.conftest import git, write

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="runs the scripts with a POSIX shell")


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
    assert not (hooks_folder(root) / KEPT).exists()


def test_an_earlier_hook_is_kept_and_restored(root):
    earlier = program(hooks_folder(root) / "pre-commit", "exit 0")
    text = earlier.read_text()
    assert [h.other for h in hook_status(root) if h.stage == "pre-commit"] == [True]
    (hook,) = install_hooks(root, ("pre-commit",), 5.0)
    assert (hook.ours, hook.chained, hook.other) == (True, True, False)
    assert (earlier.parent / KEPT / "pre-commit").read_text() == text
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
    write(root, {".gitignore": "own-hooks/\n"})
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


@pytest.mark.parametrize(("timeout", "audit"), [(5.0, False), (12.5, True)])
def test_the_status_says_with_which_options_a_hook_runs(root, timeout, audit):
    install_hooks(root, ("pre-commit", "post-merge"), timeout, audit=audit)
    found = {hook.stage: (hook.timeout, hook.audit) for hook in hook_status(root)}
    assert found["pre-commit"] == (timeout, audit)
    assert found["post-merge"] == found["pre-push"] == (None, False)
    stage = HookStatus(hook_status(root)).as_json()["stages"][0]
    assert (stage["timeout"], stage["audit"]) == (timeout, audit)


def test_a_link_is_not_taken_for_our_hook(root):
    target = write(root, {"own.sh": script("pre-commit", 5.0)}) / "own.sh"
    hook = hooks_folder(root) / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.symlink_to(target)
    assert installed(root) == set()
    assert uninstall_hooks(root, ("pre-commit",)) == []
    assert hook.is_symlink()


def committed(root, path, text):
    program(root / path, text)
    git(root, "add", "-f", path)
    git(root, "commit", "-qm", "Hooks")


HUSKY = 'n=$(basename "$0"); s=$(dirname "$(dirname "$0")")/$n\n[ -f "$s" ] || exit 0\nsh -e "$s" "$@"'


def test_the_hooks_of_husky_keep_working_and_the_line_to_add_is_told(root):
    program(root / ".husky/_/pre-commit", HUSKY)
    program(root / ".husky/pre-commit", "exit 3")
    git(root, "config", "core.hooksPath", ".husky/_")
    with pytest.raises(UsageError, match="add this line to .husky/pre-commit and commit it: .*codeassist hook run pre-commit"):
        install_hooks(root, ("pre-commit",), 20.0)
    assert subprocess.run([root / ".husky/_/pre-commit"], cwd=root, check=False).returncode == 3
    program(root / ".husky/pre-commit", "codeassist hook run pre-commit")
    assert installed(root) == {"pre-commit"}


@pytest.mark.parametrize("body", ['. "$(dirname "$0")/common.sh"', 'here="${BASH_SOURCE[0]}"', 'echo "$0"'])
def test_a_hook_that_looks_at_its_own_place_is_not_moved(root, body):
    path = program(hooks_folder(root) / "pre-commit", body)
    with pytest.raises(UsageError, match="looks at its own path.*codeassist hook run pre-commit --timeout 20"):
        install_hooks(root, ("pre-commit",), 20.0)
    assert body in path.read_text()


def test_committed_hooks_get_no_path_of_this_machine(root):
    committed(root, ".githooks/pre-push", "exit 0")
    git(root, "config", "core.hooksPath", ".githooks")
    with pytest.raises(UsageError, match="core.hooksPath is .githooks, which is part of the repository") as refused:
        install_hooks(root, ("pre-commit",), 20.0)
    assert sys.executable not in str(refused.value).replace(str(root), "")
    assert not (root / ".githooks/pre-commit").exists()


@pytest.mark.parametrize(
    ("text", "settings", "told"),
    [
        ("call_lefthook run pre-commit", "lefthook.yml", "add to lefthook.yml: pre-commit: "),
        ("# Overcommit hook", ".overcommit.yml", "add to .overcommit.yml: PreCommit: "),
    ],
)
def test_programs_that_manage_hooks_are_told_apart(root, text, settings, told):
    write(root, {settings: "x: 1\n"})
    program(hooks_folder(root) / "pre-commit", text)
    with pytest.raises(UsageError, match=told):
        install_hooks(root, ("pre-commit",), 20.0)


def test_our_hook_is_found_where_pre_commit_moved_it(root):
    install_hooks(root, ("pre-commit",), 20.0)
    ours = hooks_folder(root) / "pre-commit"
    ours.rename(ours.with_name("pre-commit.legacy"))
    framework = program(ours, "# File generated by pre-commit: https://pre-commit.com")
    assert installed(root) == {"pre-commit"}
    assert uninstall_hooks(root, STAGES) == ["pre-commit"]
    assert not ours.with_name("pre-commit.legacy").exists()
    assert framework.exists()


def test_an_older_script_of_ours_is_replaced(root):
    path = hooks_folder(root) / "pre-commit"
    program(path, "")
    path.write_text(script("pre-commit", 20.0, version=1))
    program(path.with_name(f"pre-commit{KEPT_BY_VERSION_1}"), "exit 4")
    (hook,) = install_hooks(root, ("pre-commit",), 20.0)
    assert (hook.ours, hook.chained) == (True, True)
    assert "version 2" in path.read_text()
    assert "exit 4" in (path.parent / KEPT / "pre-commit").read_text()
    path.write_text(script("pre-commit", 20.0, version=1) + "echo mine\n")
    with pytest.raises(UsageError, match="was edited"):
        install_hooks(root, ("pre-commit",), 20.0)


def test_merges_have_a_stage(root):
    (hook,) = install_hooks(root, ("pre-merge-commit",), 20.0)
    assert hook.ours
    assert "hook run pre-commit" in hook.path.read_text()


def test_the_line_for_committed_hooks_runs_in_a_shell_without_codeassist(root):
    line = portable("pre-commit", 20.0)
    done = subprocess.run(["/bin/sh", "-e", "-c", line], env={"PATH": ""}, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(("code", "expected"), [(0, 0), (1, 1), (2, 0), (4, 0)])
def test_the_line_for_committed_hooks_stops_git_only_for_findings(tmp_path, code, expected):
    program(tmp_path / "codeassist", f"exit {code}")
    done = subprocess.run(["/bin/sh", "-e", "-c", portable("pre-commit", 20.0)], env={"PATH": str(tmp_path)}, check=False)
    assert done.returncode == expected


def test_the_audit_is_switched_on_by_name_and_is_no_edit(root):
    install_hooks(root, ("pre-commit",), 20.0)
    path = hooks_folder(root) / "pre-commit"
    assert "--audit" not in path.read_text(encoding="utf-8")
    install_hooks(root, ("pre-commit", "post-merge"), 12.5, audit=True)
    assert "hook run pre-commit --timeout 12.5 --audit\n" in path.read_text(encoding="utf-8")
    assert "--audit" not in (hooks_folder(root) / "post-merge").read_text(encoding="utf-8")
    assert uninstall_hooks(root, ("pre-commit",)) == ["pre-commit"]
