"""Questions to a toolchain run where no repository decides which program answers."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from codeassist.sandbox.runners.toolchain import toolchain_output

SAY = [sys.executable, "-c", "import os; print(os.getcwd(), os.environ.get('GOTOOLCHAIN'))"]


def test_a_repository_does_not_choose_the_toolchain(tmp_path, monkeypatch):
    (tmp_path / "rust-toolchain.toml").write_text('[toolchain]\npath = "planted"\n')
    monkeypatch.chdir(tmp_path)
    assert toolchain_output(SAY, GOTOOLCHAIN="local").split() == [str(Path(os.sep).resolve()), "local"]


@pytest.mark.parametrize("command", [["no-such-toolchain"], [sys.executable, "-c", "raise SystemExit(3)"]])
def test_a_toolchain_that_fails_says_nothing(command):
    assert toolchain_output(command) == ""
