"""Coverage files of every format give the same lines; other files are errors."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import coverage
import pytest

from codeassist.errors import UsageError
from codeassist.evidence.coverage_files import contexts, known_file, missing_lines
from tests.conftest import write

CODE = "def f(x):\n    if x:\n        return 1\n    return 2\n\n\nf(1)\n"


def test_every_format(tmp_path):
    root = write(tmp_path, {"m.py": CODE})
    plain = {
        k: v for k, v in os.environ.items() if not k.startswith("COVERAGE_")
    }  # not the coverage configuration of this test run
    subprocess.run([sys.executable, "-m", "coverage", "run", "m.py"], cwd=root, check=True, env=plain)
    for kind, name in (("json", "coverage.json"), ("xml", "coverage.xml"), ("lcov", "lcov.info")):
        command = [sys.executable, "-m", "coverage", kind, "-q", "-o", name]
        subprocess.run(command, cwd=root, check=True, env=plain)
        assert missing_lines(root, root / name) == {"m.py": frozenset({4})}, kind
    assert known_file(root).name == ".coverage"
    assert missing_lines(root, root / ".coverage") == {"m.py": frozenset({4})}
    (root / "m.py").unlink()
    assert missing_lines(root, root / ".coverage") == {}


@pytest.mark.parametrize("content", [b"# coding: nonsense\nx = 1\n", b"x = '\xed\xa0\x80'\n", b"x = 1\0\n", b"x = (\n"])
def test_a_source_file_that_cannot_be_read_leaves_the_others(tmp_path, content):
    root = write(tmp_path, {"m.py": CODE})
    (root / "n.py").write_bytes(content)
    data = coverage.CoverageData(basename=str(root / ".coverage"))
    data.add_lines({str(root / name): [1, 2, 3] for name in ("m.py", "n.py")})
    data.write()
    assert missing_lines(root, root / ".coverage") == {"m.py": frozenset({4, 7})}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.json", "{"),
        ("a.json", json.dumps({"files": {"m": {}}})),
        ("a.json", '{"files": {"m": {"missing_lines": [Infinity]}}}'),
        ("a.xml", "<"),
        ("a.info", "x"),
        (".coverage", "no database"),
    ],
)
def test_other_files_are_errors(tmp_path, name, text):
    root = write(tmp_path, {name: text})
    with pytest.raises(UsageError, match="is not a readable coverage file"):
        missing_lines(root, root / name)
    with pytest.raises(UsageError, match="There is no coverage file"):
        missing_lines(root, root / "nowhere")


@pytest.mark.parametrize("lines", [{"x": ["test_a"]}, {"1": [["test_a"]]}, {"1": 3}, ["1"]])
def test_contexts_of_other_kinds_are_errors(tmp_path, lines):
    root = write(tmp_path, {"a.json": json.dumps({"files": {"m.py": {"missing_lines": [], "contexts": lines}}})})
    with pytest.raises(UsageError, match="is not a readable coverage file"):
        contexts(root, root / "a.json", "m.py", 1, 9)
