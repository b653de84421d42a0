"""`codeassist prompts tune`: rewrites that a model proposes, scored on the cases."""

from __future__ import annotations

import json


def test_tune_shows_scores_and_writes_only_on_request(indexed, run, server):
    start, point = server
    good, bad = '{"reason": "Yes.", "holds": true}', '{"reason": "No.", "holds": false}'

    def reply(body):
        system, user = (m["content"] for m in body["messages"][:2])
        if "You improve prompts" in system:
            return json.dumps({"idea": "say it plainly", "template": "Decide well. Answer with JSON."})
        holds = "up to three times" in user and "Decide well" in system
        return good if holds else bad

    with start(reply) as (url, _):
        point(url)
        outcome = run("prompts", "tune", "judge", "-m", "openai:a", "--rounds", "1", cwd=indexed)
        assert outcome.code == 0, outcome.err
        assert "0  50%" in outcome.out
        assert "1  100%" in outcome.out
        assert "say it plainly" in outcome.out
        assert not (indexed / "prompts").exists()
        run("prompts", "tune", "judge", "-m", "openai:a", "--rounds", "1", "--write", cwd=indexed)
    text = (indexed / "prompts" / "judge.prompty").read_text()
    assert "version: 1.1.0" in text
    assert "Decide well." in text
    assert run("prompts", "tune", "judge", "-m", "none", cwd=indexed).code == 2
