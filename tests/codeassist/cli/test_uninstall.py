"""`codeassist uninstall`: a preview of nothing says so."""

from __future__ import annotations


def test_a_preview_without_a_change_says_so(indexed, run):
    preview = run("uninstall", "--dry-run", cwd=indexed)
    assert (preview.code, preview.out, preview.err.strip()) == (0, "", "Nothing to do.")
    assert run("uninstall", "--dry-run", "--quiet", cwd=indexed).err == ""
