"""`codeassist install`: what the agents need to start it is said where it is missing."""

from __future__ import annotations

import importlib.util
import shutil

import pytest

MCP, PATH = "needs the extra mcp: pip install 'codeassist-repo[mcp]'", "which is not on PATH"


@pytest.mark.parametrize(("has_extra", "is_on_path"), [(True, True), (True, False), (False, True)])
def test_what_is_missing_for_the_agents_is_said(indexed, run, monkeypatch, has_extra, is_on_path):
    find, which = importlib.util.find_spec, shutil.which
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *a: has_extra or None if name == "mcp" else find(name, *a))
    monkeypatch.setattr(
        shutil, "which", lambda name, *a, **k: is_on_path or None if name == "codeassist" else which(name, *a, **k)
    )
    said = run("install", "cursor", "--dry-run", cwd=indexed)
    assert said.code == 0
    assert '"command": "codeassist"' in said.out
    assert (MCP in said.err, PATH in said.err) == (not has_extra, not is_on_path)
    assert MCP not in run("install", "cursor", "--dry-run", "--json", cwd=indexed).err
