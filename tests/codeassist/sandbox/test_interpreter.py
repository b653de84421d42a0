"""Which Python runs the tests: the project's environment, unless it is part of the repository; else our own."""

from __future__ import annotations

import sys

import pytest

from codeassist.errors import UsageError
from codeassist.sandbox.interpreter import Interpreter, find_interpreter
from tests.conftest import git, write

GOOD = "#!/bin/sh\necho coverage\n"


@pytest.fixture(autouse=True)
def _no_active_environment(monkeypatch):
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)


def environment(root, name=".venv", script=GOOD):
    path = write(root, {f"{name}/bin/python": script}) / name / "bin" / "python"
    path.chmod(0o755)
    return path


def test_an_interpreter_without_pytest_is_reported(tmp_path):
    fake = tmp_path / "python"
    fake.write_text("#!/bin/sh\necho 'ModuleNotFoundError: No module named pytest' >&2\nexit 1\n")
    fake.chmod(0o755)
    with pytest.raises(UsageError, match="lacks pytest; name another interpreter with --python"):
        find_interpreter(tmp_path, str(fake))
    with pytest.raises(UsageError, match="cannot be run"):
        find_interpreter(tmp_path, str(tmp_path / "missing"))


def test_a_relative_path_starts_where_the_user_stands(tmp_path, monkeypatch):
    path = environment(tmp_path / "here")
    (tmp_path / "project").mkdir()
    monkeypatch.chdir(tmp_path / "project")
    assert find_interpreter(tmp_path / "project", "../here/.venv/bin/python").path.endswith("here/.venv/bin/python")
    assert path.exists()


def test_our_own_interpreter_has_coverage_and_hypothesis(tmp_path):
    found = find_interpreter(tmp_path, None)
    assert found == Interpreter(sys.executable, coverage=True, hypothesis=True, pytest_cov=True)
    assert found.fallback
    assert not find_interpreter(tmp_path, sys.executable).fallback


@pytest.mark.parametrize("name", [".venv", "venv", "env"])
def test_the_projects_environment_comes_first(tmp_path, name):
    path = environment(tmp_path, name)
    found = find_interpreter(tmp_path, None)
    assert found == Interpreter(str(path), coverage=True, hypothesis=False)
    assert not found.fallback


def test_the_active_environment_comes_before_that_of_the_project(tmp_path, monkeypatch):
    environment(tmp_path / "p")
    active = environment(tmp_path / "active", "x", "#!/bin/sh\necho hypothesis\n")
    monkeypatch.setenv("VIRTUAL_ENV", str(tmp_path / "active" / "x"))
    assert find_interpreter(tmp_path / "p", None) == Interpreter(str(active), coverage=False, hypothesis=True)


def test_an_environment_in_the_repository_is_not_run(tmp_path):
    environment(tmp_path, script="#!/bin/sh\ntouch ../../ran\necho coverage\n")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "-f", ".")
    assert find_interpreter(tmp_path, None).path == sys.executable


def test_an_environment_that_does_not_work_is_skipped(tmp_path):
    environment(tmp_path, script="#!/bin/sh\nexit 1\n")
    assert find_interpreter(tmp_path, None).path == sys.executable


def test_an_old_python_is_reported_with_its_problem(tmp_path):
    path = environment(tmp_path, script="#!/bin/sh\necho 'AssertionError: is older than Python 3.10' >&2\nexit 1\n")
    with pytest.raises(UsageError, match="is older than Python 3.10; name another interpreter"):
        find_interpreter(tmp_path, str(path))
