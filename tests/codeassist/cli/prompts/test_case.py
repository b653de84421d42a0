"""`codeassist prompts case add`: a recorded question becomes a case of the project's own prompt."""

from __future__ import annotations

import json

from tests.codeassist.cli.conftest import GOOD


def test_an_answered_question_becomes_a_case(indexed, run, server):
    start, point = server
    with start(GOOD) as (url, _):
        point(url)
        assert run("ask", "where is the password checked", "-m", "openai:a", "--strategy", "direct", cwd=indexed).code == 0
        refused = run("prompts", "case", "add", "1", cwd=indexed)
        assert (refused.code, "run 'codeassist prompts eject ask' first" in refused.err) == (2, True)
        run("prompts", "eject", "ask", cwd=indexed)
        added = run("prompts", "case", "add", "1", "--json", "--name", "password", cwd=indexed)
        assert added.code == 0, added.err
        assert json.loads(added.out)["expect"][0] == {"context_has": "shop/auth.py"}
        tested = run("prompts", "test", "ask", "--only", "password", "--html", "out.html", cwd=indexed)
    assert tested.code == 0, tested.out + tested.err
    assert "ok   ask@1.1.0              password  (openai:a)" in tested.out
    assert "Prompt tests" in (indexed / "out.html").read_text()
    assert run("prompts", "case", "add", "99", cwd=indexed).code == 2


def test_a_run_without_a_model_is_refused(indexed, run):
    run("ask", "where is the password checked", cwd=indexed)
    outcome = run("prompts", "case", "add", "1", cwd=indexed)
    assert outcome.code == 2
    assert "did not ask a model a question" in outcome.err
