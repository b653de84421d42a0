"""ShellCheck: its findings on changed lines of shell scripts."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import time
from pathlib import Path

import pytest

from codeassist.changes.reading import ChangeSelection, read_change
from codeassist.config.schema import ReviewConfig
from codeassist.deadline import Deadline
from codeassist.tasks.review import Analysis, review
from codeassist.tasks.review.analysers import ANALYSERS
from codeassist.tasks.review.analysers.linters import Linters
from tests.codeassist.tasks.review.analysers.linters.conftest import findings_of
from tests.conftest import write


@pytest.mark.skipif(shutil.which("shellcheck") is None, reason="shellcheck is not installed")
def test_shellcheck(repository):
    root = write(repository({"a.sh": "#!/bin/sh\nrm $2\n"}), {"a.sh": "#!/bin/sh\nrm $2\nrm $1\n"})
    assert findings_of(root, "shellcheck/") == [("shellcheck/SC2086", "note", "a.sh", 3)]


def reviewed_with(script, repository, monkeypatch, tmp_path, **how):
    """The review of two shell scripts by a program `shellcheck` with this script."""
    program = tmp_path / "bin" / "shellcheck"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    before = {"a.sh": "#!/bin/sh\n", "b.sh": "#!/bin/sh\n", "c.py": "x = 1\n"}
    after = {"a.sh": "#!/bin/sh\nrm $1\n", "b.sh": "#!/bin/sh\nrm $1\n", "c.py": "x = 1\nbreakpoint()\n"}
    root = write(repository(before), after)
    return review(root, read_change(root, ChangeSelection()), ReviewConfig(), **how)


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script stands for the program")
@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("echo nonsense; exit 1", "it failed with exit code 1"),
        ("echo 'no such option' >&2; exit 3", "it failed with exit code 3: no such option"),
        ("kill -SEGV $$", "it failed with exit code -11"),
        ("echo '[{\"line\": 2}]'", "its report cannot be read (KeyError: 'level')"),
        ("echo '{\"a\": 1}'", "its report cannot be read (TypeError: string indices must be integers, not 'str')"),
    ],
)
def test_a_linter_that_fails_is_named_once_and_costs_only_its_own_findings(repository, monkeypatch, tmp_path, script, reason):
    result = reviewed_with(script, repository, monkeypatch, tmp_path)
    assert result.unread == [f"shellcheck: {reason}"]
    assert result.incomplete == [{"part": "shellcheck", "reason": reason}]
    assert "debug-leftover" in [f.rule for f in result.findings]


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script stands for the program")
def test_a_linter_that_hangs_is_ended_with_its_children_at_its_share_of_the_time(repository, monkeypatch, tmp_path):
    """Its child keeps the output open, so that waiting for the end of the output would hang too."""
    pids = tmp_path / "pids"
    script = f"sleep 60 & echo $! >> {pids}; echo $$ >> {pids}; wait"
    moment = [0.0]

    def clock():
        moment[0] += 30.0 if pids.exists() and len(pids.read_text().split()) == 2 else 0.0
        return moment[0]

    analysis = Analysis((*ANALYSERS[:1], Linters()), Deadline(100.0, clock=clock))
    result = reviewed_with(script, repository, monkeypatch, tmp_path, analysis=analysis)
    assert result.unread[:1] == ["shellcheck: it did not finish in time"] or result.cut_short == ["linters"]
    assert [f.rule for f in result.findings] == ["debug-leftover"]
    started = [int(pid) for pid in pids.read_text().split()]
    assert len(started) == 2  # it was not run again for the second file
    until = time.monotonic() + 30
    while any(map(is_running, started)) and time.monotonic() < until:  # a killed process may still have to be scheduled
        time.sleep(0.05)
    assert not any(map(is_running, started))


def is_running(pid):
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    return False
