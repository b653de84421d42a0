"""ShellCheck: its findings on changed lines of shell scripts."""

from __future__ import annotations

import os
import shutil

import pytest

from tests.codeassist.tasks.review.analysers.linters.conftest import findings_of
from tests.conftest import write


@pytest.mark.skipif(shutil.which("shellcheck") is None, reason="shellcheck is not installed")
def test_shellcheck(repository):
    root = write(repository({"a.sh": "#!/bin/sh\nrm $2\n"}), {"a.sh": "#!/bin/sh\nrm $2\nrm $1\n"})
    assert findings_of(root, "shellcheck/") == [("shellcheck/SC2086", "note", "a.sh", 3)]


def test_invalid_output_of_a_linter_is_ignored(repository, monkeypatch, tmp_path):
    program = tmp_path / "bin" / "shellcheck"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\necho nonsense\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    root = write(repository({"a.sh": "#!/bin/sh\n"}), {"a.sh": "#!/bin/sh\nrm $1\n"})
    assert findings_of(root, "shellcheck/") == []
