"""A tenth of the hostile input of benchmarks/hostile_input.py: nothing ends in a traceback or in another exit code."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "hostile_input.py"
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the script forks")


def hostile(tmp_path: Path, *options: str) -> dict:
    report = tmp_path / "report.json"
    command = [sys.executable, str(SCRIPT), "--json", str(report), *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    assert report.exists(), done.stdout + done.stderr
    return json.loads(report.read_text(encoding="utf-8"))


def test_no_hostile_input_ends_in_a_traceback(tmp_path):
    report = hostile(tmp_path, "--cases", "200", "--seed", "7", "--processes", "0.02", "--seconds", "300")
    assert report["cases"] == 200
    assert [(f["case"], f["kind"], f["condition"], f["words"], f["fault"]) for f in report["faults"]] == []


def test_the_script_sees_a_traceback(tmp_path):
    """A program that fails in every run is seen in each case."""
    script = f"import sys; sys.path.insert(0, {str(SCRIPT.parents[1])!r}); import codeassist.config.loading as l; import codeassist.config as c; c.load = None; import runpy; sys.argv = ['x', '--cases', '3', '--only', 'project_configuration', '--processes', '0', '--json', {str(tmp_path / 'r.json')!r}]; runpy.run_path({str(SCRIPT)!r}, run_name='__main__')"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 1, done.stderr
    faults = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))["faults"]
    assert [f["fault"] for f in faults] == ["TypeError: 'NoneType' object is not callable"] * 3
