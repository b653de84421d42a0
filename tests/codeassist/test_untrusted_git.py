"""No command runs anything that the git configuration of a repository names."""

from __future__ import annotations

import io
import os
import sys

import pytest

from tests.codeassist.every_command import EVERY_COMMAND, uncovered
from tests.conftest import write
from tests.planted import planted

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the plants are POSIX shell scripts")


def test_every_command_is_used():
    assert uncovered() == set()


def test_no_command_runs_what_a_repository_configures(tmp_path, run, monkeypatch):
    root, markers = planted(tmp_path)
    write(root, {".codeassist.toml": "[index]\nhistory = true\n"})
    codes = {}
    for command in (line for line in EVERY_COMMAND if not {"--json", "--format"} & set(line)):
        monkeypatch.setattr(sys, "stdin", io.StringIO(""))
        outcome = run(*command, cwd=root)
        codes[command] = (outcome.code, outcome.err[-300:])
        assert (command, [path.name for path in markers.iterdir()]) == (command, [])
    write(root, {"vendor/bare/.codeassist.toml": ""})  # now the bare repository is a folder that is indexed by itself
    for command in (("index",), ("review",), ("commit-msg",), ("hook", "install"), ("ask", "why?")):
        run(*command, cwd=root / "vendor/bare")
        assert (command, list(markers.iterdir())) == (command, [])
    for works in (("index",), ("review",), ("commit-msg",), ("status",), ("hook", "status"), ("prompts", "lock")):
        assert codes[works][0] == 0, codes[works]
