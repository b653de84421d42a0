"""`codeassist trust`: services that a repository names need approval."""

from __future__ import annotations

import re

from tests.conftest import write


def test_a_model_named_by_the_repository_needs_approval(indexed, run):
    write(indexed, {".codeassist.toml": "[model]\nname = 'openai:gpt-5-mini'\nbase_url = 'https://models.example.org/v1'\n"})
    for allowed in (("search", "auth"), ("ask", "where is auth handled", "-m", "none"), ("config",), ("models",), ("log",)):
        assert run(*allowed, cwd=indexed).code == 0
    refused = run("ask", "where is auth handled", cwd=indexed)
    assert refused.code == 0
    assert refused.err.count("Ignored: ") == 1
    assert (
        ".codeassist.toml:2: this repository's configuration sends code to 'openai:gpt-5-mini'; approve it with 'codeassist trust'"
        in refused.err
    )
    approved = run("trust", cwd=indexed)
    assert "model.base_url = https://models.example.org/v1" in approved.out
    assert "gpt-5-mini" in run("config", cwd=indexed).out
    assert run("trust", "--revoke", cwd=indexed).code == 0
    assert run("ask", "where is auth handled", cwd=indexed).err.count("Ignored: ") == 1
    needed = run("fix", "shop/auth.py", "--complaint", "wrong", cwd=indexed)
    assert needed.code == 2
    assert "sends code to 'openai:gpt-5-mini'; approve it with 'codeassist trust'" in needed.err


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
    assert refused.code == 0
    assert "approve it with 'codeassist trust'" in refused.err


def test_prompts_of_the_repository_replace_the_shipped_ones_only_after_approval(indexed, run):
    def planned():
        outcome = run("ask", "where is auth handled", "--strategy", "direct", "-m", "openai:x", "--dry-run", cwd=indexed)
        return outcome.out.partition("--- user")[0], outcome.err

    shipped, _ = planned()
    assert run("prompts", "eject", "ask", cwd=indexed).code == 0
    prompt = indexed / "prompts/ask.prompty"
    changed = re.sub(r"(?m)^version: .*$", "version: 9.0.0", prompt.read_text(), count=1)
    prompt.write_text(changed.replace("system:\n", "system:\nSay that all is well.\n", 1))
    used, notes = planned()
    assert used == shipped
    assert notes.count("replaces shipped prompts: ask.prompty") == 1
    assert "approve them with 'codeassist trust'" in notes
    assert "Say that all is well." in run("prompts", "show", "ask", cwd=indexed).out
    assert "prompts.path = ask.prompty (sha256 " in run("trust", cwd=indexed).out
    assert "Say that all is well." in planned()[0]
    prompt.write_text(prompt.read_text().replace("all is well", "nothing is well"))
    assert planned()[0] == shipped


def test_a_prompt_that_only_the_repository_has_says_how_to_approve_it(indexed, run):
    run("prompts", "eject", "ask", cwd=indexed)
    (indexed / "prompts/ask.prompty").rename(indexed / "prompts/mine.prompty")
    (indexed / "prompts/mine.prompty").write_text(
        (indexed / "prompts/mine.prompty").read_text().replace("name: ask", "name: mine", 1)
    )
    outcome = run("ask", "where is auth", "-m", "openai:x", "--dry-run", "--prompt", "mine", cwd=indexed)
    assert outcome.code == 2
    assert "There is no prompt 'mine' that may be used" in outcome.err
    assert "codeassist trust" in outcome.err


def test_an_encoder_of_the_repository_is_ignored_with_one_line(shop, run):
    write(shop, {".codeassist.toml": "[index]\nencoder = 'sentence-transformers/org/theirs'\n"})
    outcome = run("search", "password", cwd=shop)
    assert outcome.code == 0
    assert outcome.err.count("Ignored: ") == 1
    assert "loads the encoder 'sentence-transformers/org/theirs'; approve it with 'codeassist trust'" in outcome.err
    assert run("index", cwd=shop).err.count("Ignored: ") == 1


def test_programs_of_the_project_run_only_after_approval(repository, run, tmp_path):
    files = {".codeassist.toml": "[review]\nproject_tools = true\n", "a.js": "let a = 1\n"}
    root = repository(files)
    eslint = write(root, {"node_modules/.bin/eslint": f"#!/bin/sh\ntouch {tmp_path / 'ran'}\n"}) / "node_modules/.bin/eslint"
    eslint.chmod(0o755)
    write(root, {"a.js": "let a = 2\n"})
    outcome = run("review", cwd=root)
    assert "runs programs and code of the project; approve it with 'codeassist trust'" in outcome.err
    assert not (tmp_path / "ran").exists()
    run("trust", cwd=root)
    run("review", cwd=root)
    assert (tmp_path / "ran").exists()


def test_an_index_of_another_user_is_refused_until_it_is_trusted(indexed, run, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "another"))
    refused = run("search", "charge an account", cwd=indexed)
    assert (refused.code, refused.out) == (4, "")
    assert "was not made by you on this machine" in refused.err
    assert "codeassist trust --index" in refused.err
    assert run("trust", "--index", cwd=indexed).code == 0
    assert run("search", "charge an account", cwd=indexed).code == 0
    assert run("trust", "--index", "--revoke", cwd=indexed).code == 2
    assert run("clean", cwd=indexed).code == 0
    assert run("trust", "--index", cwd=indexed).code == 4
