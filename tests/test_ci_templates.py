"""The GitHub action and the GitLab template: their shell steps are run as the platforms run them, without a container."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import git, write

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="runs the steps with bash")
ROOT = Path(__file__).parent.parent
CODE = "def total(x):\n    return x\n"
USE = "from m import total\n\ntotal(1)\n"


@pytest.fixture
def pull_request(tmp_path) -> Path:
    """A branch on which a parameter was added and a caller left behind."""
    root = write(tmp_path / "r", {"m.py": CODE, "use.py": USE})
    git(root, "init", "-q")
    git(root, "add", ".")
    git(root, "commit", "-qm", "First")
    git(root, "tag", "base")
    write(root, {"m.py": CODE.replace("(x)", "(x, tax)")})
    git(root, "commit", "-qam", "Second")
    return root


def steps(path: Path, cwd: Path, **variables: str) -> tuple[int, str]:
    """Run a script with bash as a runner does; `codeassist` is that of this environment, `pip` is a stub."""
    stubs = write(
        path.parent / "bin",
        {"python": '#!/bin/sh\necho "python $*"\n', "codeassist": f'#!/bin/sh\nexec {sys.executable} -P -m codeassist "$@"\n'},
    )
    for stub in stubs.iterdir():
        stub.chmod(0o755)
    environment = os.environ | {"PATH": f"{stubs}{os.pathsep}{os.environ['PATH']}"} | variables
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(path)],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def filled(text: str, values: dict[str, str]) -> str:
    """Replace the expressions of a runner."""
    return re.sub(r"\$\{\{\s*(.*?)\s*\}\}", lambda match: values.get(match[1], ""), text)


def action(root: Path, tmp_path: Path, **inputs: str) -> tuple[int, str, dict[str, Any]]:
    definition = yaml.safe_load((ROOT / "action.yml").read_text())
    defaults = {f"inputs.{name}": one["default"] for name, one in definition["inputs"].items()}
    values = defaults | {"github.event.pull_request.base.sha": git(root, "rev-parse", "base").strip()}
    values |= {f"inputs.{name.replace('_', '-')}": value for name, value in inputs.items()}
    outputs = tmp_path / "outputs"
    code, printed = 0, ""
    for number, step in enumerate(definition["runs"]["steps"]):
        if "run" not in step:
            continue
        variables = {name: filled(value, values) for name, value in step.get("env", {}).items()}
        script = write(tmp_path / "steps", {f"{number}.sh": step["run"]}) / f"{number}.sh"
        variables |= {"GITHUB_OUTPUT": str(outputs), "RUNNER_TEMP": str(tmp_path)}
        code, shown = steps(script, root, **variables)
        printed += shown
        if code:
            break
    named = dict(line.split("=", 1) for line in outputs.read_text().splitlines())
    return code, printed, json.loads(Path(named["sarif-file"]).read_text())


def test_the_action_reports_and_fails(pull_request, tmp_path):
    code, printed, report = action(pull_request, tmp_path)
    assert "python -m pip install --quiet codeassist-repo\n" in printed
    assert [r["ruleId"] for r in report["runs"][0]["results"]] == ["caller-left-behind"]
    assert "::error file=m.py" in printed
    assert code == 1


def test_the_action_fails_only_from_the_severity_asked_for(pull_request, tmp_path):
    code, printed, report = action(pull_request, tmp_path, fail_on="never", version="1.2", base="HEAD")
    assert (code, report["runs"][0]["results"]) == (0, [])
    assert "codeassist-repo==1.2" in printed


def test_the_action_uploads_what_was_reported():
    definition = yaml.safe_load((ROOT / "action.yml").read_text())
    upload = definition["runs"]["steps"][-1]
    assert upload["uses"].startswith("github/codeql-action/upload-sarif@")
    assert upload["with"]["sarif_file"] == "${{ steps.review.outputs.sarif-file }}"
    assert all(step.get("shell") == "bash" for step in definition["runs"]["steps"] if "run" in step)


def test_the_template_of_gitlab_reports_and_fails(pull_request, tmp_path):
    header, body = yaml.safe_load_all((ROOT / "templates/review.yml").read_text())
    job = body["codeassist-review"]
    inputs = {name: one["default"] for name, one in header["spec"]["inputs"].items()}
    variables = {k: re.sub(r"\$\[\[ inputs\.([\w-]+) \]\]", lambda m: inputs[m[1]], v) for k, v in job["variables"].items()}
    script = write(tmp_path / "steps", {"job.sh": "\n".join(job["script"])}) / "job.sh"
    base = git(pull_request, "rev-parse", "base").strip()
    code, printed = steps(script, pull_request, CI_MERGE_REQUEST_DIFF_BASE_SHA=base, **variables)
    report = json.loads((pull_request / job["artifacts"]["reports"]["codequality"]).read_text())
    assert [issue["check_name"] for issue in report] == ["caller-left-behind"], printed
    assert code == 1
