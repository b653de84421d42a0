"""Running generated tests of an API."""

from __future__ import annotations

import os
import subprocess
import sys


def run(root, report):
    path = root / "tests" / "test_made.py"
    path.parent.mkdir(exist_ok=True)
    path.write_text(report.text)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(path)]
    environment = os.environ | {"PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
