"""What plain `pytest` needs to import the tested module."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from codeassist.sandbox.interpreter import find_interpreter
from codeassist.sandbox.scratch import open_sandbox
from codeassist.sandbox.target import find_target
from codeassist.tasks.gen_tests.checking.importing import missing_setting
from tests.conftest import write

CODE = "def one():\n    return 1\n"
TEST = "from subject_pkg.part import one\n\n\ndef test_one():\n    assert one() == 1\n"
SRC = {"src/subject_pkg/__init__.py": "", "src/subject_pkg/part.py": CODE, "tests/test_part.py": TEST}
FLAT = {"subject_pkg/__init__.py": "", "subject_pkg/part.py": CODE, "tests/test_part.py": TEST}
PYPROJECT = '[tool.pytest.ini_options]\npythonpath = ["src"]\n'


@pytest.mark.parametrize(
    ("files", "needed"),
    [
        (SRC, 'pythonpath = ["src"]'),
        (SRC | {"pyproject.toml": PYPROJECT}, ""),
        (SRC | {"pytest.ini": "[pytest]\npythonpath = tests src\n"}, ""),
        (SRC | {"conftest.py": ""}, 'pythonpath = ["src"]'),
        (FLAT, 'pythonpath = ["."]'),
        (FLAT | {"conftest.py": ""}, ""),
        (FLAT | {"tests/__init__.py": ""}, ""),
    ],
)
def test_the_answer_agrees_with_plain_pytest(tmp_path, files, needed):
    root = write(tmp_path, files)
    path = next(root.rglob("part.py"))
    with open_sandbox(find_target(str(path), root), find_interpreter(root, sys.executable)) as box:
        said = missing_setting(box, root / "tests" / "test_part.py")
    assert needed in said
    assert bool(said) == bool(needed)
    plain = [
        sys.executable,
        "-c",
        "import sys, pytest; sys.path.pop(0); sys.exit(pytest.main(['-q', '-p', 'no:cacheprovider']))",
    ]
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    done = subprocess.run(plain, cwd=root, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode == 0) == (not needed), done.stdout


def test_an_installed_package_of_the_same_name_is_told(tmp_path):
    root = write(tmp_path, {"src/packaging/__init__.py": "", "src/packaging/part.py": CODE})
    with open_sandbox(find_target(str(root / "src/packaging/part.py"), root), find_interpreter(root, sys.executable)) as box:
        said = missing_setting(box, root / "tests" / "test_part.py")
    assert said.startswith("Plain `pytest` imports another packaging, which is installed: ")
    assert 'pythonpath = ["src"]' in said
