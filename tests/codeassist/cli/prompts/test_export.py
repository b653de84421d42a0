"""`codeassist prompts export`: a configuration of promptfoo."""

from __future__ import annotations

import yaml


def test_a_prompt_is_printed_or_written(indexed, run):
    printed = run("prompts", "export", "judge", cwd=indexed)
    assert printed.code == 0
    assert yaml.safe_load(printed.out)["tests"][0]["assert"][0]["type"] == "is-json"
    written = run("prompts", "export", "judge", "-o", "promptfooconfig.yaml", cwd=indexed)
    assert "Wrote promptfooconfig.yaml" in written.err
    assert yaml.safe_load((indexed / "promptfooconfig.yaml").read_text()) == yaml.safe_load(printed.out)
    assert run("prompts", "export", "judge", "-o", "no/such/folder.yaml", cwd=indexed).code == 2
