"""`codeassist models pull`: a download is checked before it is offered."""

from __future__ import annotations

from tests.conftest import write


def test_a_remote_model_has_nothing_to_download(shop, run):
    outcome = run("models", "pull", "openai:gpt-5-mini", cwd=shop)
    assert outcome.code == 2
    assert "'openai:gpt-5-mini' is a remote model; there is nothing to download." in outcome.err


def test_a_downloaded_model_is_printed_with_how_to_use_it(shop, run, tmp_path, monkeypatch):
    asked = []
    folder = write(tmp_path / "m", {"config.json": "{}", "tokenizer_config.json": "{}", "pytorch_model.bin": b"x"})
    monkeypatch.setattr("codeassist.models.hub.pull", lambda name: asked.append(name) or folder)
    outcome = run("models", "pull", "local:owner/small", cwd=shop)
    assert (outcome.code, outcome.out) == (0, f"{folder}\n")
    assert "--model local:owner/small" in outcome.err
    assert asked == ["owner/small"]


def test_an_incomplete_download_is_an_error(shop, run, tmp_path, monkeypatch):
    folder = write(tmp_path / "m", {"config.json": "{}"})
    monkeypatch.setattr("codeassist.models.hub.pull", lambda _: folder)
    outcome = run("models", "pull", "owner/small", cwd=shop)
    assert (outcome.code, outcome.out) == (3, "")
    assert "'owner/small' was downloaded, but tokenizer_config.json is missing" in outcome.err
