"""`codeassist models test`."""

from __future__ import annotations

import json

from tests.codeassist.chat_server import Fails


def test_a_round_trip_is_timed(indexed, run, server):
    start, point = server
    with start("A unit test checks one behaviour.") as (url, _):
        point(url)
        outcome = run("models", "test", "openai:a", cwd=indexed)
        assert outcome.out == "A unit test checks one behaviour.\n"
        assert "first token after" in outcome.err
        result = json.loads(run("models", "test", "openai:a", "--json", cwd=indexed).out)
    assert result["output_tokens"] == 5


def test_without_a_model_there_is_nothing_to_test(indexed, run):
    outcome = run("models", "test", cwd=indexed)
    assert (outcome.code, outcome.out) == (2, "")


def test_a_model_that_fails_is_code_3(indexed, run, server):
    start, point = server
    with start(Fails(401, "no such key")) as (url, _):
        point(url)
        outcome = run("models", "test", "openai:a", cwd=indexed)
    assert (outcome.code, outcome.out) == (3, "")
    assert outcome.err.startswith("codeassist: ")
