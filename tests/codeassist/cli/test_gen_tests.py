"""`codeassist gen-tests`, with a model and for uncovered lines."""

from __future__ import annotations

import json
import sys

import pytest

from tests.codeassist.cli.conftest import CODE
from tests.conftest import write

TESTS = {
    "You write unit tests": {
        "imports": ["from m import mean"],
        "tests": [
            {"name": "test_mean_of_two", "behaviour": "", "code": "def test_mean_of_two():\n    assert mean([1, 3]) == 2"}
        ],
    }
}


def test_gen_tests_with_a_model(mean_change, with_model):
    shown, script = with_model(
        TESTS, "gen-tests", "m.py", "--engine", "model", "--dry-run", "--python", sys.executable, cwd=mean_change
    )
    assert "nothing was sent" in shown.out
    assert script.seen == []
    done, _ = with_model(
        TESTS,
        "gen-tests",
        "m.py",
        "--engine",
        "model",
        "--budget",
        "20",
        "--repeats",
        "1",
        "--json",
        "--python",
        sys.executable,
        cwd=mean_change,
    )
    report = json.loads(done.out)
    assert report["modules"][0]["by_model"] == ["test_mean_of_two"], done.err
    assert report["usage"]["calls"] >= 1


def test_gen_tests_for_uncovered_lines(tmp_path, run):
    source = "def a(x: int) -> int:\n    return x + 1\n\n\ndef b(x: int) -> int:\n    return x - 1\n"
    root = write(tmp_path, {"m.py": source, "tests/test_m.py": "from m import a\n\n\ndef test_a():\n    assert a(1) == 2\n"})
    done = run("gen-tests", "--uncovered", "--budget", "60", "--repeats", "1", "--python", sys.executable, cwd=root)
    assert done.code == 0, done.err
    assert "def test_b" in done.out


def test_without_uncovered_lines_there_is_nothing_to_generate(tmp_path, run):
    root = write(tmp_path, {"m.py": CODE, "coverage.json": json.dumps({"files": {"m.py": {"missing_lines": []}}})})
    assert "every line of every module" in run("gen-tests", "--uncovered", "--json", "--python", sys.executable, cwd=root).err


@pytest.mark.parametrize(
    "arguments", [("--uncovered", "--coverage", "nowhere.xml"), ("--engine", "model"), ("--out", "notes.md"), ("--budget", "1")]
)
def test_an_invalid_request_is_code_2(tmp_path, run, arguments):
    root = write(tmp_path, {"m.py": CODE, "tests/test_m.py": "from m import mean\n"})
    refused = run("gen-tests", "m.py", *arguments, cwd=root)
    assert (refused.code, refused.out) == (2, "")
    assert {path.name for path in root.rglob("*") if path.suffix in (".py", ".md")} == {"m.py", "test_m.py"}
