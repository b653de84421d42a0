"""`codeassist map`."""

from __future__ import annotations

import json

from tests.codeassist.cli.conftest import lines


def test_map_respects_its_token_budget(indexed, run):
    small = run("map", "--tokens", "60", cwd=indexed).out
    large = run("map", cwd=indexed).out
    assert 0 < len(small) < len(large)
    assert "class Gateway" in large
    assert "shop/auth.py" in json.dumps(json.loads(run("map", "--json", cwd=indexed).out))
    assert run("map", "--under", "nowhere/", cwd=indexed).code == 1


def test_only_the_files_of_a_folder_are_shown(indexed, run):
    shown = run("map", "--under", "stock/", cwd=indexed).out
    assert lines(shown)[0] == "stock/inventory.go"
    assert "Inventory" in shown
    assert "shop/" not in shown
    empty = run("map", "--under", "nowhere/", cwd=indexed)
    assert empty.err == "The index has no definitions under 'nowhere/'.\n"


def test_a_budget_that_is_too_small_is_refused(indexed, run):
    assert run("map", "--tokens", "10", cwd=indexed).code == 2
