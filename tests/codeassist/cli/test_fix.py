"""`codeassist fix`: patches for a complaint or a finding."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.codeassist.cli.conftest import DIVIDES, EDIT
from tests.conftest import git, write


def test_fix_needs_a_model_and_an_existing_file(changed, run):
    assert "This needs a language model" in run("fix", "cart.py", "--complaint", "too short", cwd=changed).err
    assert run("fix", "nowhere.py", cwd=changed).code == 2


@pytest.fixture
def untested_change(mean_change) -> Path:
    """The same change in a project without tests, so that no patch has to wait for a test run."""
    git(mean_change, "rm", "-qr", "tests")
    git(mean_change, "commit", "-qm", "No tests", "tests")
    return mean_change


def test_fix_offers_a_patch_that_passes_the_tests(mean_change, with_model):
    done, _ = with_model(EDIT, "fix", "m.py:2", "--complaint", "divides by zero", cwd=mean_change)
    assert done.code == 0, done.err
    assert "+    return sum(values) / max(1, len(values))" in done.out
    assert "checked  1 tests of 1 files pass as before" in done.err
    assert (mean_change / "m.py").read_text() == DIVIDES


def test_fix_writes_on_request(untested_change, with_model):
    done, _ = with_model(EDIT, "fix", "m.py", "--complaint", "divides by zero", "--write", cwd=untested_change)
    assert "Changed m.py." in done.err
    assert "max(1, len(values))" in (untested_change / "m.py").read_text()


def test_fix_takes_a_finding_by_location_or_fingerprint(untested_change, with_model, run):
    write(untested_change, {"m.py": DIVIDES + "\n\ndef f():\n    return nowhere\n"})
    report = json.loads(run("review", "--json", "-q", cwd=untested_change).out)
    fingerprint = next(f["fingerprint"] for f in report["findings"] if f["rule"] == "ruff/F821")
    for target in ("m.py:6", fingerprint):
        done, script = with_model(EDIT, "fix", target, "--json", cwd=untested_change)
        assert json.loads(done.out)["refused"] is None, done.err
        assert "Undefined name" in script.seen[0]["messages"][1]["content"]
    assert "have a finding" in run("fix", "0123456789abcdef:1", cwd=untested_change).err
    assert "There are no findings in" in run("fix", "m.py:1", cwd=untested_change).err


def test_fix_takes_the_fingerprint_of_a_finding_in_a_commit(untested_change, with_model, run):
    write(untested_change, {"m.py": DIVIDES + "\n\ndef f():\n    return nowhere\n"})
    git(untested_change, "commit", "-qam", "More")
    report = json.loads(run("review", "--commit", "HEAD", "--json", "-q", cwd=untested_change).out)
    fingerprint = next(f["fingerprint"] for f in report["findings"] if f["rule"] == "ruff/F821")
    _, script = with_model(EDIT, "fix", fingerprint, "--json", cwd=untested_change)
    assert "Undefined name" in script.seen[0]["messages"][1]["content"]


def test_crlf_survives_a_fix(untested_change, with_model):
    (untested_change / "m.py").write_bytes(DIVIDES.replace("\n", "\r\n").encode())
    done, _ = with_model(EDIT, "fix", "m.py", "--complaint", "x", "--write", cwd=untested_change)
    assert done.code == 0, done.err
    assert (untested_change / "m.py").read_bytes() == DIVIDES.replace("len(values)", "max(1, len(values))").replace(
        "\n", "\r\n"
    ).encode()


def test_fix_finds_what_the_baseline_knows(mean_change, with_model, run):
    write(mean_change, {".codeassist.toml": '[review]\nbaseline = "known.json"\n', "fine.py": "def f():\n    breakpoint()\n"})
    assert run("review", "--update-baseline", cwd=mean_change).code == 0
    done, script = with_model(EDIT, "fix", "fine.py:2", cwd=mean_change)
    assert "There are no findings" not in done.err
    assert script.seen
