"""git in a repository that is not trusted: nothing that its configuration names is run, and failures have a kind."""

from __future__ import annotations

import os

import pytest

from indexers.files import run_git as module
from indexers.files.run_git import Problem, git_environment, run_git
from tests.conftest import git, write
from tests.planted import planted

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the plants are POSIX shell scripts")

EVERY_USE = (
    ("ls-files", "-z", "--cached", "--others", "--exclude-standard"),
    ("diff", "HEAD"),
    ("diff", "--cached", "HEAD"),
    ("diff", "HEAD~1", "HEAD"),
    ("diff", "--name-only", "-z", "HEAD~1", "--", "*.py"),
    ("status", "--porcelain"),
    ("log", "-p", "-n5"),
    ("log", "--format=%B", "-n5"),
    ("show", "HEAD"),
    ("show", "HEAD:filtered.py"),
    ("show", "HEAD~1:lost.txt"),
    ("cat-file", "-p", "HEAD~1:lost.txt"),
    ("diff-tree", "-p", "-r", "HEAD~1", "HEAD"),
    ("grep", "-n", "--untracked", "-e", "x"),
    ("grep", "-n", "-e", "x", "HEAD~1"),
    ("rev-list", "--objects", "--all"),
    ("rev-parse", "HEAD"),
    ("merge-base", "HEAD", "HEAD~1"),
    ("config", "core.commentChar"),
)


def test_nothing_that_a_repository_configures_is_run(tmp_path):
    root, markers = planted(tmp_path)
    for arguments in EVERY_USE:
        done = run_git(root, *arguments)
        assert (arguments, list(markers.iterdir())) == (arguments, [])
        assert done.ok or done.problem in (Problem.NOT_FETCHED, Problem.OTHER), (arguments, done)
    assert run_git(root, "show", "HEAD:filtered.py").text == "x = 1\n"
    assert run_git(root, "diff", "HEAD~1", "HEAD").problem is Problem.NOT_FETCHED
    assert "+z = 2" in run_git(root, "diff", "HEAD", "--", "*.py", "*.md", "*.ini").text


def test_the_plants_run_when_git_is_called_without_care(tmp_path):
    """The other tests could not fail if the plants did nothing."""
    root, markers = planted(tmp_path)
    for command in (
        ["status"],
        ["-c", "core.fsmonitor=false", "diff", "--", "filtered.py"],
        ["-c", "core.fsmonitor=false", "diff", "--no-ext-diff", "--", "daemon.md"],
        ["-c", "core.fsmonitor=false", "diff", "--", "included.ini"],
        ["log", "-p", "-n1", "--", "converted.txt"],
        ["log", "-n1"],
        ["cat-file", "-p", "HEAD~1:lost.txt"],
        ["commit", "--allow-empty", "-qm", "x"],
        ["-C", "vendor/bare", "status"],
    ):
        module.subprocess.run(["git", *command], cwd=root, capture_output=True, check=False, timeout=20)
    ran = {path.name for path in markers.iterdir()}
    assert ran >= {
        "fsmonitor",
        "external",
        "driver",
        "clean",
        "included",
        "process",
        "textconv",
        "gpg",
        "fetch",
        "hook",
        "bare",
    }


def test_what_a_submodule_configures_is_not_run_when_its_changes_are_to_be_shown(tmp_path):
    plant = write(tmp_path, {"plant": f"#!/bin/sh\ntouch {tmp_path}/ran\n"}) / "plant"
    plant.chmod(0o755)
    root = tmp_path / "outer"
    inner = write(root / "inner", {"a.txt": "x\n", ".gitattributes": "*.txt diff=planted\n"})
    for folder in (inner, root):
        git(folder, "init", "-q")
        git(folder, "-c", "advice.addEmbeddedRepo=false", "add", "-A")
        git(folder, "commit", "-qm", "First")
    git(inner, "config", "diff.planted.command", str(plant))
    git(root, "config", "diff.submodule", "diff")
    write(inner, {"a.txt": "y\n"})
    for folder in (inner, root):
        git(folder, "add", "-A")
        git(folder, "commit", "-qm", "Second")
    for arguments in (("diff", "HEAD~1"), ("diff", "HEAD~1", "HEAD"), ("show", "HEAD"), ("log", "-p")):
        assert "+Subproject commit" in run_git(root, *arguments).text
        assert not (tmp_path / "ran").exists(), arguments
    git(root, "diff", "HEAD~1", "HEAD")
    assert (tmp_path / "ran").exists()  # else this test could not fail


@pytest.mark.parametrize("name", ["a b", "dots.in.it", "ünïcode", 'quo"te', "-c", "UPPER", ""])
def test_a_filter_of_any_name_is_turned_off(tmp_path, name):
    root = write(tmp_path / "r", {"a.txt": "x\n"})
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "First")
    git(root, "config", f"filter.{name}.clean", f"touch {tmp_path / 'ran'}")
    git(root, "config", f"filter.{name}.required", "true")
    write(root, {"a.txt": "y\n", ".gitattributes": f"* filter={name}\n"})
    done = run_git(root, "diff", "HEAD", "--", "a.txt")
    assert b"+y" in done.out
    assert not (tmp_path / "ran").exists()


def test_a_filter_whose_name_cannot_be_given_is_refused(tmp_path):
    root = write(tmp_path / "r", {"a.txt": "x\n"})
    git(root, "init", "-q")
    with (root / ".git/config").open("a") as file:
        file.write(f'[filter "a=b"]\n\tclean = touch {tmp_path / "ran"}\n')
    done = run_git(root, "diff")
    assert (done.problem, done.text) == (Problem.REFUSED, "")
    assert "The filter 'a=b'" in done.message
    assert run_git(root, "rev-parse", "--show-toplevel").ok


def test_a_working_tree_elsewhere_is_not_read(tmp_path):
    write(tmp_path / "home", {"secret.txt": "margin\n"})
    root = write(tmp_path / "r", {"a.txt": "x\n"})
    git(root, "init", "-q")
    git(root, "config", "core.worktree", str(tmp_path / "home"))
    for arguments in (("ls-files", "-z", "--others"), ("diff",), ("grep", "--untracked", "margin")):
        assert run_git(root, *arguments).problem is Problem.REFUSED
    git(root, "config", "core.worktree", "..")  # as a submodule has it
    assert run_git(root, "ls-files", "-z", "--others").paths == ["a.txt"]


def test_a_bare_repository_inside_another_is_not_opened(tmp_path, monkeypatch):
    root, markers = planted(tmp_path)
    for place in (root / "vendor/bare", root / "vendor/bare/refs"):
        assert run_git(place, "status").problem is Problem.REFUSED
        monkeypatch.setattr(module, "_in_embedded_repository", lambda folder: False)
        assert not run_git(place, "status").ok
        monkeypatch.undo()
    assert not list(markers.iterdir())


def test_replaced_objects_are_shown_as_they_were_committed(tmp_path):
    root = write(tmp_path / "r", {"a.txt": "honest\n"})
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "First")
    write(root, {"b.txt": "replaced\n"})
    git(root, "replace", git(root, "rev-parse", "HEAD:a.txt").strip(), git(root, "hash-object", "-w", "b.txt").strip())
    assert git(root, "show", "HEAD:a.txt") == "replaced\n"
    assert run_git(root, "show", "HEAD:a.txt").text == "honest\n"


def test_settings_that_change_the_form_of_the_output_have_no_effect(tmp_path):
    root = write(tmp_path / "r", {"größe/a.txt": "x\n"})
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "Größe")
    for key, value in {
        "color.ui": "always",
        "core.quotePath": "true",
        "grep.column": "true",
        "diff.relative": "true",
        "diff.orderFile": "/dev/stdin",
        "i18n.logOutputEncoding": "latin1",
        "core.pager": "cat",
    }.items():
        git(root, "config", key, value)
    write(root, {"größe/a.txt": "y\n"})
    assert "\x1b" not in run_git(root, "diff").text
    assert run_git(root / "größe", "diff", "--name-only").text == "größe/a.txt\n"
    assert run_git(root, "log", "--format=%s").text == "Größe\n"
    assert run_git(root, "grep", "-n", "y").text == "größe/a.txt:1:y\n"


def test_failures_have_a_kind(tmp_path, monkeypatch):
    assert run_git(tmp_path, "status").problem is Problem.NO_REPOSITORY
    assert run_git(tmp_path / "missing", "status").problem in (Problem.OTHER, Problem.NO_REPOSITORY)
    git(tmp_path, "init", "-q")
    assert run_git(tmp_path, "log").problem is Problem.OTHER
    assert run_git(tmp_path, "show", "a\0b").problem is Problem.OTHER
    assert run_git(tmp_path, "status", timeout=1e-9).problem is Problem.TIMEOUT
    write(
        tmp_path / "bin",
        {
            "git": "#!/bin/sh\necho \"fatal: detected dubious ownership in repository at '/x'\nTo add an exception for this directory, call:\n\n\tgit config --global --add safe.directory /x\" >&2\nexit 128\n"
        },
    )
    (tmp_path / "bin/git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    (tmp_path / "r").mkdir()
    done = run_git(tmp_path / "r", "status")
    assert done.problem is Problem.DUBIOUS_OWNERSHIP
    assert "git config --global --add safe.directory /x" in done.message
    monkeypatch.setenv("PATH", "/nowhere")
    assert run_git(tmp_path, "status").problem is Problem.NO_PROGRAM


def test_a_git_inside_the_repository_is_never_the_program(tmp_path, monkeypatch):
    root = write(tmp_path / "r", {"bin/git": f"#!/bin/sh\ntouch {tmp_path / 'ran'}\n"})
    (root / "bin/git").chmod(0o755)
    git(root, "init", "-q")
    monkeypatch.chdir(root)
    for place in ("bin", ".", "", str(root / "bin")):
        monkeypatch.setenv("PATH", f"{place}{os.pathsep}{os.environ['PATH']}")
        assert run_git(root, "rev-parse", "--git-dir").text == ".git\n"
    assert not (tmp_path / "ran").exists()


def test_the_environment_has_no_variables_of_an_enclosing_git(monkeypatch):
    for name in ("GIT_WORK_TREE", "GIT_CONFIG_PARAMETERS", "GIT_EXTERNAL_DIFF", "GIT_SSH_COMMAND", "GIT_TRACE"):
        monkeypatch.setenv(name, "/elsewhere")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    environment = git_environment()
    assert {name for name in environment if name.startswith("GIT_")} == {n for n in module.ENVIRONMENT if n.startswith("GIT_")}
    assert environment["GITHUB_ACTIONS"] == "true"


@pytest.mark.parametrize("where", [".gitignore", "deep/er/.gitignore", ".git/info/exclude", "named"])
def test_a_pipe_that_git_would_wait_for_is_named(tmp_path, monkeypatch, where):
    monkeypatch.setattr(module, "PATIENCE", 0.2)
    write(tmp_path, {"a.py": "x = 1\n", "deep/er/b.py": "x = 1\n"})
    git(tmp_path, "init", "-q")
    (tmp_path / where).unlink(missing_ok=True)
    os.mkfifo(tmp_path / where)
    if where == "named":
        git(tmp_path, "config", "core.excludesFile", str(tmp_path / where))
    done = run_git(tmp_path, "ls-files", "-z", "--others", "--exclude-standard", timeout=60)
    assert (done.problem, done.message) == (Problem.TIMEOUT, f"{tmp_path / where} is not a regular file.")


def test_input_is_written_to_its_end_when_git_takes_longer_than_the_first_look(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "PATIENCE", 0.0)  # so that every call takes longer
    root = write(tmp_path, {"a.txt": "text\n"})
    git(root, "init", "-q")
    git(root, "add", "a.txt")
    count = 20_000  # more than a pipe holds, in both directions
    done = run_git(root, "cat-file", "--batch", stdin=b":a.txt\n" * count, timeout=60.0)
    assert done.ok
    assert done.out.count(b" blob 5\ntext\n") == count
