"""`codeassist duplicates`: clusters of functions that do the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.codeassist.cli.conftest import lines
from tests.conftest import write

BODY = """def {name}({values}, limit):
    result = {{}}
    for {key}, value in {values}.items():
        if value is None or len(result) >= limit:
            continue
        result[{key}.strip().lower()] = value * 2
    total = sum(result.values())
    return result, total
"""
FIRST = BODY.format(name="merge_settings", values="settings", key="key")
SECOND = BODY.format(name="combine_options", values="options", key="name")


@pytest.fixture
def twins(tmp_path) -> Path:
    """A folder with two functions that differ only in their names, a third in the tests."""
    third = BODY.format(name="helper_of_tests", values="given", key="word")
    return write(
        tmp_path / "r",
        {"lib/a.py": FIRST, "app/b.py": SECOND, "tests/test_c.py": third, "other/d.py": "x = 1\n", ".codeassist.toml": ""},
    )


def test_clusters_are_shown_with_their_members(twins, run):
    shown = run("duplicates", cwd=twins)
    assert shown.code == 0, shown.err
    head, *members = lines(shown.out)
    assert head.endswith(" lines to save")
    assert sorted(members) == ["  app/b.py:1-8  combine_options", "  lib/a.py:1-8  merge_settings"]
    assert shown.err.splitlines()[-1].startswith("1 cluster of duplicate functions (similarity at least ")
    report = json.loads(run("duplicates", "--json", cwd=twins).out)
    assert len(report["clusters"]) == 1


def test_tests_are_included_on_request(twins, run):
    assert "helper_of_tests" not in run("duplicates", cwd=twins).out
    assert "tests/test_c.py:1-8  helper_of_tests" in run("duplicates", "--tests", cwd=twins).out


def test_paths_are_relative_to_the_current_folder(twins, run):
    (twins / ".git").mkdir()
    assert "merge_settings" in run("duplicates", "a.py", cwd=twins / "lib").out
    assert "merge_settings" in run("duplicates", "..", cwd=twins / "lib").out
    assert run("duplicates", "other", cwd=twins).out == ""
    missing = run("duplicates", "a.py", cwd=twins)
    assert (missing.code, "There is no a.py in " in missing.err) == (2, True)
    outside = run("duplicates", str(twins.parent), cwd=twins)
    assert outside.code == 2


def test_a_threshold_outside_its_range_is_refused(twins, run):
    assert run("duplicates", "--threshold", "0.2", cwd=twins).code == 2
    assert run("duplicates", "-q", "--threshold", "0.5", cwd=twins).err == ""
