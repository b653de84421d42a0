"""`codeassist config`: every setting with its source."""

from __future__ import annotations

import json

from tests.codeassist.cli.conftest import lines
from tests.conftest import write


def test_every_setting_is_shown_with_its_source(shop, run):
    shown = run("config", cwd=shop).out
    assert "index.encoder" in shown
    assert json.loads(run("config", "--json", cwd=shop).out)["settings"][0]["source"] == "default"


def test_a_file_and_a_variable_are_named_as_sources(shop, run, monkeypatch):
    write(shop, {".codeassist.toml": "[search]\nresults = 3\n"})
    monkeypatch.setenv("CODEASSIST_SEARCH_CONTEXT", "2")
    settings = {s["key"]: s for s in json.loads(run("config", "--json", cwd=shop).out)["settings"]}
    assert settings["search.results"]["value"] == 3
    assert ".codeassist.toml" in settings["search.results"]["source"]
    assert settings["search.context"]["value"] == 2
    assert "CODEASSIST_SEARCH_CONTEXT" in settings["search.context"]["source"]
    shown = next(line for line in lines(run("config", cwd=shop).out) if line.startswith("search.results "))
    assert shown.split()[1] == "3"
    assert shown.endswith(settings["search.results"]["source"])


def test_terminal_escapes_in_a_value_are_refused(shop, run):
    write(shop, {".codeassist.toml": '[index]\nexclude = ["\\u001b[31mx"]\n'})
    shown = run("config", cwd=shop)
    assert shown.code == 2
    assert ".codeassist.toml:2: 'exclude' contains a control character" in shown.err
    assert "\x1b" not in shown.out + shown.err
