"""`codeassist trust`: services that a repository names need approval."""

from __future__ import annotations

from tests.conftest import write


def test_a_model_named_by_the_repository_needs_approval(indexed, run):
    write(indexed, {".codeassist.toml": "[model]\nname = 'openai:gpt-5-mini'\nbase_url = 'https://models.example.org/v1'\n"})
    for allowed in (("search", "auth"), ("ask", "where is auth handled", "-m", "none"), ("config",), ("models",), ("log",)):
        assert run(*allowed, cwd=indexed).code == 0
    refused = run("ask", "where is auth handled", cwd=indexed)
    assert refused.code == 2
    assert (
        ".codeassist.toml:2: this repository's configuration sends code to 'openai:gpt-5-mini'; approve it with 'codeassist trust'"
        in refused.err
    )
    approved = run("trust", cwd=indexed)
    assert "model.base_url = https://models.example.org/v1" in approved.out
    assert "gpt-5-mini" in run("config", cwd=indexed).out
    assert run("trust", "--revoke", cwd=indexed).code == 0
    assert run("ask", "where is auth handled", cwd=indexed).code == 2


def test_without_risky_settings_there_is_nothing_to_approve(shop, run):
    write(shop, {".codeassist.toml": "[search]\nresults = 3\n"})
    outcome = run("trust", cwd=shop)
    assert (outcome.code, outcome.out) == (0, "")
    assert "nothing in its configuration needs approval" in outcome.err


def test_a_setting_that_changed_after_the_approval_needs_a_new_one(indexed, run):
    write(indexed, {".codeassist.toml": "[model]\nname = 'openai:gpt-5-mini'\n"})
    assert "model.name = openai:gpt-5-mini" in run("trust", cwd=indexed).out
    write(indexed, {".codeassist.toml": "[model]\nname = 'openai:another'\n"})
    refused = run("ask", "where is auth handled", cwd=indexed)
    assert refused.code == 2
    assert "approve it with 'codeassist trust'" in refused.err
