"""`codeassist doctor`."""

from __future__ import annotations

import json


def test_doctor(indexed, run):
    outcome = run("doctor", cwd=indexed)
    assert outcome.code == 0
    assert "healthy and up to date" in outcome.out
    assert json.loads(run("doctor", "--json", cwd=indexed).out)["schema"] == "codeassist.doctor/2"
    next((indexed / ".codeassist").glob("vectors-*")).write_bytes(b"junk")
    broken = run("doctor", cwd=indexed)
    assert broken.code == 1
    assert "codeassist index --rebuild" in broken.out


def test_without_an_index_the_command_that_builds_one_is_named(shop, run):
    checks = {c["name"]: c for c in json.loads(run("doctor", "--json", cwd=shop).out)["checks"]}
    assert "codeassist index" in str(checks["index"])
