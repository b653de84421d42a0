"""A tenth of the hostile input of benchmarks/hostile_input.py: nothing ends in a traceback or in another exit code."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "hostile_input.py"
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the script forks")
BROKEN = f"""
import runpy, sys
sys.path.insert(0, {str(SCRIPT.parents[1])!r})
import codeassist.config
codeassist.config.load = None
runpy.run_path({str(SCRIPT)!r}, run_name="__main__")
"""


def test_no_hostile_input_ends_in_a_traceback(tmp_path):
    """Two processes, one a core."""
    reports = {seed: tmp_path / f"{seed}.json" for seed in ("7", "8")}
    options = ["--cases", "100", "--processes", "0.01", "--seconds", "300"]
    running = [
        subprocess.Popen([sys.executable, str(SCRIPT), *options, "--seed", seed, "--json", str(path)], stdout=subprocess.PIPE)
        for seed, path in reports.items()
    ]
    printed = [process.communicate()[0].decode() for process in running]
    faults = []
    for seed, path in reports.items():
        assert path.exists(), printed
        report = json.loads(path.read_text(encoding="utf-8"))
        assert report["cases"] == 100
        faults += [(seed, f["case"], f["kind"], f["condition"], f["words"], f["fault"]) for f in report["faults"]]
    assert faults == []


def test_the_script_sees_a_traceback(tmp_path):
    """In a program that fails in every run, every case is a fault."""
    report = tmp_path / "report.json"
    options = ["--cases", "3", "--only", "project_configuration", "--processes", "0", "--json", str(report)]
    done = subprocess.run([sys.executable, "-c", BROKEN, *options], capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    faults = json.loads(report.read_text(encoding="utf-8"))["faults"]
    assert len(faults) == 3
    assert all("TypeError: 'NoneType' object is not callable" in f["fault"] for f in faults)
