"""What tests of the sandbox share: sandboxes of small projects, and programs that stand in for the tools of a language."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from codeassist.sandbox.interpreter import Interpreter
from codeassist.sandbox.scratch import Sandbox, open_sandbox
from codeassist.sandbox.target import find_target
from tests.conftest import write

PYTHON = Interpreter(sys.executable, coverage=True, hypothesis=True, pytest_cov=True)


@pytest.fixture
def sandbox(tmp_path) -> Iterator[Callable[..., Sandbox]]:
    """Open the sandbox of a project: `sandbox({"m.py": "..."}, "m.py")`."""
    with ExitStack() as stack:

        def make(files: dict[str, str | bytes], target: str) -> Sandbox:
            root = write(tmp_path / "project", files)
            box = stack.enter_context(open_sandbox(find_target(str(root / target), root), PYTHON))
            box.extra["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # the plug-ins of this environment take seconds to import
            return box

        yield make


def with_python(root: Path) -> Path:
    """Give a project an environment whose pytest starts without the plug-ins installed here, which take seconds to import."""
    path = write(root, {".venv/bin/python": f'#!/bin/sh\nPYTEST_DISABLE_PLUGIN_AUTOLOAD=1 exec "{sys.executable}" "$@"\n'})
    (path / ".venv/bin/python").chmod(0o755)
    return root


@pytest.fixture
def program(tmp_path, monkeypatch) -> Callable[[str, str], Path]:
    """Put a shell script on the PATH: `program("go", "echo ok")`."""

    def make(name: str, script: str = "") -> Path:
        folder = tmp_path / "programs"
        path = write(folder, {name: f"#!/bin/sh\n{script}\n"}) / name
        path.chmod(0o755)
        if os.environ["PATH"].split(os.pathsep)[0] != str(folder):
            monkeypatch.setenv("PATH", os.pathsep.join([str(folder), os.environ["PATH"]]))
        return path

    return make
