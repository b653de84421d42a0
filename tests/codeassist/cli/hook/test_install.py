"""`codeassist hook install`, `uninstall` and `status`: other hooks are kept."""

from __future__ import annotations

import json

from tests.codeassist.cli.conftest import CLEAN, process
from tests.conftest import git, write


def test_an_edited_hook_is_not_lost(changed, run):
    run("hook", "install", cwd=changed)
    path = changed / ".git/hooks/pre-commit"
    path.write_text(path.read_text() + "echo mine\n")
    assert "was edited" in run("hook", "install", cwd=changed).err
    assert "was edited" in run("hook", "uninstall", cwd=changed).err
    assert path.read_text().endswith("echo mine\n")


def test_an_existing_hook_is_kept_and_runs_first(changed, run):
    own = changed / ".git/hooks/pre-commit"
    own.write_text("#!/bin/sh\necho mine >> ran.txt\n[ ! -e stop ]\n")
    own.chmod(0o755)
    text = own.read_text()
    run("hook", "install", cwd=changed)
    run("hook", "install", cwd=changed)  # installing twice changes nothing
    assert "installed, after the previous hook" in run("hook", "status", cwd=changed).out
    write(changed, {"cart.py": CLEAN, "stop": "", "a.py": "x = 1\n"})
    git(changed, "add", "a.py")
    assert process(changed, "git", "commit", "-qm", "x").returncode == 1
    (changed / "stop").unlink()
    assert process(changed, "git", "commit", "-qm", "x").returncode == 0
    assert (changed / "ran.txt").read_text() == "mine\nmine\n"
    run("hook", "uninstall", cwd=changed)
    assert own.read_text() == text
    assert not (own.parent / "before-codeassist").exists()


def test_hooks_path_worktrees_and_refused_stages(changed, run, tmp_path):
    git(changed, "config", "core.hooksPath", ".githooks")
    write(changed, {".git/info/exclude": ".githooks/\n"})
    run("hook", "install", "--stage", "pre-commit", "--stage", "pre-push", cwd=changed)
    assert (changed / ".githooks/pre-push").exists()
    assert not (changed / ".git/hooks/pre-commit").exists()
    git(changed, "config", "core.hooksPath", str(tmp_path / "elsewhere"))
    assert "outside this repository" in run("hook", "install", cwd=changed).err
    git(changed, "config", "--unset", "core.hooksPath")
    git(changed, "stash", "-q")
    git(changed, "worktree", "add", "-q", str(tmp_path / "tree"))
    assert run("hook", "install", cwd=tmp_path / "tree").code == 0
    assert (changed / ".git/hooks/pre-commit").exists()
    assert run("hook", "install", "--stage", "never", cwd=changed).code == 2
    assert run("hook", "status", cwd=tmp_path).code == 2


def test_the_status_is_not_the_same_with_and_without_an_audit(changed, run):
    run("hook", "install", "--timeout", "7", cwd=changed)
    assert run("hook", "status", cwd=changed).out.splitlines()[0].split(maxsplit=1) == ["pre-commit", "installed, 7 s"]
    run("hook", "install", "--audit", cwd=changed)
    first = run("hook", "status", cwd=changed).out.splitlines()[0]
    assert first.endswith("installed, 20 s, tries the tests of the change")


def test_the_state_of_every_stage_is_shown(changed, run):
    write(changed, {".git/hooks/pre-push": "#!/bin/sh\n"})
    (changed / ".git/hooks/pre-push").chmod(0o755)
    installed = run("hook", "install", cwd=changed)
    assert installed.err.startswith("pre-commit: installed at ")
    shown = dict(line.split(maxsplit=1) for line in run("hook", "status", cwd=changed).out.splitlines())
    assert (shown["pre-commit"], shown["pre-push"], shown["post-merge"]) == ("installed, 20 s", "another hook", "none")
    stages = {s["stage"]: s for s in json.loads(run("hook", "status", "--json", cwd=changed).out)["stages"]}
    assert set(stages) == set(shown)
    assert [name for name, stage in stages.items() if stage["installed"]] == ["pre-commit"]


def test_uninstalling_nothing_says_so(changed, run):
    outcome = run("hook", "uninstall", cwd=changed)
    assert (outcome.code, outcome.err) == (0, "No codeassist hooks were installed.\n")
