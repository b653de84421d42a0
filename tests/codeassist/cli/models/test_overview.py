"""`codeassist models`."""

from __future__ import annotations

import json


def test_downloaded_models_and_those_that_fit_are_shown(indexed, run, monkeypatch, tmp_path):
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    outcome = run("models", cwd=indexed)
    assert outcome.code == 0
    assert "configured  none" in outcome.out
    assert "on this machine: none; 'codeassist models pull NAME' fetches one" in outcome.out
    assert "Qwen2.5-Coder-1.5B-Instruct" in outcome.out
    overview = json.loads(run("models", "--json", cwd=indexed).out)
    assert {row["fits"] for row in overview["runnable"]} <= {"yes", "no", "4bit", "?"}
    assert overview["device"]["name"] in ("cpu", "cuda", "mps")


def test_the_configured_model_is_shown(indexed, run, monkeypatch):
    monkeypatch.setenv("CODEASSIST_MODEL_NAME", "openai:everywhere")
    shown = run("models", cwd=indexed).out
    assert "configured  openai:everywhere\n" in shown
    assert "answers come from the index alone" not in shown
