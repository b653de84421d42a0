"""`codeassist init`: a configuration file, never overwritten unasked."""

from __future__ import annotations

import json

from tests.conftest import write


def test_an_existing_file_is_replaced_only_with_force(shop, run):
    assert run("init", str(shop)).code == 0
    again = run("init", str(shop))
    assert again.code == 2
    assert "--force" in again.err
    write(shop, {".codeassist.toml": "# mine\n"})
    assert run("init", str(shop)).code == 2
    assert (shop / ".codeassist.toml").read_text() == "# mine\n"
    assert run("init", str(shop), "--force").code == 0
    assert "# mine" not in (shop / ".codeassist.toml").read_text()


def test_a_missing_folder_is_an_error(shop, run):
    assert run("init", str(shop / "nowhere")).code == 2
    assert not (shop / "nowhere").exists()


def test_the_written_file_changes_no_setting(shop, run):
    before = json.loads(run("config", "--json", cwd=shop).out)
    run("init", str(shop))
    assert json.loads(run("config", "--json", cwd=shop).out) == before
