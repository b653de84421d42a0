"""golangci-lint: its findings on changed lines, from the output of both major versions."""

from __future__ import annotations

import json
import os

import pytest

from tests.codeassist.tasks.review.analysers.linters.conftest import findings_of
from tests.conftest import write


@pytest.mark.skipif(os.name == "nt", reason="a shell script replaces the program")
@pytest.mark.parametrize("version", [1, 2])
def test_golangci_lint_as_documented(repository, monkeypatch, tmp_path, version):
    """golangci-lint was not available for this test: a script prints the output that is documented for each version."""
    issue = {
        "FromLinter": "errcheck",
        "Text": "Error return value is not checked",
        "Pos": {"Filename": "cmd/main.go", "Line": 4},
    }
    unchanged = {"FromLinter": "unused", "Text": "func `old` is unused", "Pos": {"Filename": "cmd/main.go", "Line": 1}}
    report = tmp_path / "report.json"
    report.write_text(json.dumps({"Issues": [issue, unchanged], "Report": {}}) + ("\n2 issues.\n" if version == 2 else ""))
    option = "--output.json.path=stdout" if version == 2 else "--out-format=json"
    program = tmp_path / "bin" / "golangci-lint"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\ncase "$*" in *{option}*./cmd) cat {report};; *) echo "unknown flag"; exit 3;; esac\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    root = repository({"go.mod": "module shop\n", "cmd/main.go": "package main\n"})
    write(root, {"cmd/main.go": "package main\n\nfunc main() {\n\tclose(1)\n}\n"})
    assert findings_of(root, "golangci-lint/") == [("golangci-lint/errcheck", "warning", "cmd/main.go", 4)]
