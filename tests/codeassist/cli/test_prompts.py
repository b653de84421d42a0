"""`prompts`, `models` and `eval` on the command line."""

from __future__ import annotations

import json
from xml.etree import ElementTree as ET

import pytest

from tests.codeassist.chat_server import serving
from tests.conftest import git, write


@pytest.fixture
def server(monkeypatch):
    pytest.importorskip("langchain_openai")
    monkeypatch.setenv("OPENAI_API_KEY", "test")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")

    def start(*replies):
        return serving(*replies)

    def point(url):
        monkeypatch.setenv("CODEASSIST_MODEL_BASE_URL", url)
        monkeypatch.setenv("CODEASSIST_MODEL_RETRIES", "0")

    return start, point


def test_list_show_and_render(indexed, run):
    listed = run("prompts", "list", cwd=indexed)
    assert "ask@1.0.0" in listed.out
    assert "built-in" in listed.out
    assert {p["name"] for p in json.loads(run("prompts", "list", "--json", cwd=indexed).out)["prompts"]} >= {"ask", "judge"}
    assert run("prompts", "show", "ask@1.0.0", cwd=indexed).out.startswith("---\nname: ask\n")
    rendered = run("prompts", "render", "ask", "--question", "where is auth handled", cwd=indexed)
    assert "[1] shop/auth.py:" in rendered.out
    assert "Question: where is auth handled" in rendered.out
    with_inputs = run("prompts", "render", "judge", "-i", "criterion=is kind", "-i", "answer=Hi", "--json", cwd=indexed)
    assert "Criterion: is kind" in json.loads(with_inputs.out)["messages"][1]["content"]
    for arguments, message in (
        (("render", "ask", "-i", "x"), "is not an input"),
        (("render", "ask", "-i", "nope=1"), "has no input 'nope'"),
        (("render", "ask", "-i", "examples={"), "is not a valid array"),
        (("render", "ask", "-i", "question=@missing.txt"), "Cannot read"),
        (("show", "asc"), "did you mean 'ask'"),
    ):
        outcome = run("prompts", *arguments, cwd=indexed)
        assert (outcome.code, message in outcome.err) == (2, True), outcome.err


def test_a_project_edits_locks_and_compares_a_prompt(indexed, run):
    git(indexed, "init", "-q")
    ejected = run("prompts", "eject", "judge", cwd=indexed)
    assert ejected.out.split() == ["prompts/judge.prompty", "prompts/judge.cases.yaml"]
    assert run("prompts", "eject", "judge", cwd=indexed).code == 2
    assert run("prompts", "check", cwd=indexed).code == 1
    assert run("prompts", "lock", cwd=indexed).code == 0
    assert run("prompts", "check", cwd=indexed).code == 0
    git(indexed, "add", ".")
    git(indexed, "commit", "-qm", "Own judge")
    path = indexed / "prompts" / "judge.prompty"
    path.write_text(path.read_text().replace("Judge only that", "Look only at that"))
    changed = run("prompts", "check", cwd=indexed)
    assert changed.code == 1
    assert "prompts/judge.prompty:1: changed: text changed without a new version" in changed.out
    path.write_text(path.read_text().replace("version: 1.0.0", "version: 1.1.0"))
    assert run("prompts", "lock", cwd=indexed).code == 0
    assert (indexed / "prompts" / "versions" / "judge@1.0.0.prompty").is_file()
    difference = run("prompts", "diff", "judge@1.0.0", cwd=indexed)
    assert "-You decide" in difference.out
    assert "+You decide" in difference.out
    assert "judge@1.1.0 (rendered sample)" in difference.out
    log = run("prompts", "log", "judge", cwd=indexed).out
    assert "judge@1.1.0" in log
    assert "(current)" in log
    assert "Own judge" in log
    assert "are the same" in run("prompts", "diff", "judge", "judge", cwd=indexed).err


def test_cases_run_on_recordings(indexed, run, tmp_path):
    outcome = run("prompts", "test", "--junit", str(tmp_path / "out.xml"), cwd=indexed)
    assert outcome.code == 0
    assert "cases pass." in outcome.err
    suites = ET.parse(tmp_path / "out.xml").getroot()
    assert len(suites) >= 9
    assert all(suite.get("failures") == "0" for suite in suites)
    run("prompts", "eject", "judge", cwd=indexed)
    cases = indexed / "prompts" / "judge.cases.yaml"
    cases.write_text(cases.read_text().replace('"holds": true', '"holds": "yes"'))
    failed = run("prompts", "test", "judge", cwd=indexed)
    assert failed.code == 1
    assert "not met: does not fit the schema: 'yes' is not of type 'boolean'" in failed.out
    assert run("prompts", "test", "judge", "--only", "no such case", cwd=indexed).code == 2


def test_cases_run_live_are_recorded_and_compared(indexed, run, server):
    start, point = server
    run("prompts", "eject", "judge", cwd=indexed)
    good, bad = '{"reason": "Yes.", "holds": true}', '{"reason": "No.", "holds": false}'
    with start(good, bad) as (url, _):
        point(url)
        outcome = run("prompts", "test", "judge", "--live", "--record", "-m", "openai:a", cwd=indexed)
    assert outcome.code == 0, outcome.err + outcome.out
    assert "model: openai:a" in (indexed / "prompts" / "judge.cases.yaml").read_text()
    assert run("prompts", "test", "judge", cwd=indexed).code == 0
    path = indexed / "prompts" / "judge.prompty"
    path.write_text(path.read_text().replace("Judge only", "Look only at"))
    assert "for an earlier version of the prompt" in run("prompts", "test", "judge", cwd=indexed).out
    with start(good, bad, bad, bad) as (url, _):
        point(url)
        table = run("prompts", "test", "judge", "-m", "openai:a", "-m", "openai:b", cwd=indexed)
    assert table.code == 0, table.err
    assert "openai:a judge@1.0.0" in table.out
    assert "100% [" in table.out
    assert "50% [" in table.out
    assert "probability that chance alone explains the difference: 1.00" in table.out


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


def test_models_shows_downloaded_models_and_those_that_fit(indexed, run, monkeypatch, tmp_path):
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    outcome = run("models", cwd=indexed)
    assert outcome.code == 0
    assert "configured  none" in outcome.out
    assert "Qwen2.5-Coder-1.5B-Instruct" in outcome.out
    overview = json.loads(run("models", "--json", cwd=indexed).out)
    assert {row["fits"] for row in overview["runnable"]} <= {"yes", "no", "4bit", "?"}
    assert overview["device"]["name"] in ("cpu", "cuda", "mps")
    assert run("models", "verify", cwd=indexed).code == 2
    assert run("models", "test", cwd=indexed).code == 2


def test_models_test_times_a_round_trip(indexed, run, server):
    start, point = server
    with start("A unit test checks one behaviour.") as (url, _):
        point(url)
        outcome = run("models", "test", "openai:a", cwd=indexed)
        assert outcome.out == "A unit test checks one behaviour.\n"
        assert "first token after" in outcome.err
        result = json.loads(run("models", "test", "openai:a", "--json", cwd=indexed).out)
    assert result["output_tokens"] == 5


def test_eval_measures_this_repository(indexed, run, tmp_path):
    git(indexed, "init", "-q")
    git(indexed, "add", ".")
    git(indexed, "commit", "-qm", "Let the gateway retry a charge before it gives up")
    result = json.loads(run("eval", "--json", cwd=indexed).out)
    figures = result["configurations"][0]
    assert figures["questions"] == sum(1 for _ in range(figures["questions"]))
    assert set(figures["by_kind"]) >= {"docstring"}
    assert 0.5 < figures["all"]["ndcg@10"] <= 1.0
    write(tmp_path, {"other.toml": "[index]\nexclude = ['shop/auth.py']\n"})
    compared = run("eval", "--against", str(tmp_path / "other.toml"), cwd=indexed)
    assert compared.code == 0, compared.err
    assert "NDCG@10 of" in compared.out
    gain = json.loads(run("eval", "--against", str(tmp_path / "other.toml"), "--json", cwd=indexed).out)["ndcg_gain"]
    assert gain["low"] <= gain["mean"] <= gain["high"]
    assert gain["mean"] < 0
    assert run("eval", "--against", "nowhere.toml", cwd=indexed).code == 2
    assert not list(indexed.glob("codeassist-eval-*"))


def test_eval_removes_the_documentation_that_its_questions_quote(indexed):
    from codeassist.tasks.evaluate.measure import blanked, make_questions, without_documentation
    from indexers import Index

    text = '"""Head."""\n\ndef f():\n    """Does a thing.\n\n    And more.\n    """\n    return 1\n'
    stripped = blanked(text, ["Does a thing.\n\nAnd more."])
    assert "Does a thing" not in stripped
    compile(stripped, "x", "exec")
    with Index.open(indexed) as index:
        questions = make_questions(index, [], 50)
        assert questions
        with without_documentation(index, questions) as folder:
            for question in (q for q in questions if q.kind == "docstring"):
                for path in question.answers:
                    assert question.text not in (folder / path).read_text()
        assert not folder.exists()
