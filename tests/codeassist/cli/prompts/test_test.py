"""`codeassist prompts test`: cases on recordings and on a model."""

from __future__ import annotations

from xml.etree import ElementTree as ET


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


def test_versions_of_all_prompts_at_once_cannot_be_compared(indexed, run):
    outcome = run("prompts", "test", "--against", "1.0.0", cwd=indexed)
    assert outcome.code == 2
    assert "--against compares one prompt; name it." in outcome.err


def test_a_live_run_needs_a_model(indexed, run):
    outcome = run("prompts", "test", "judge", "--live", cwd=indexed)
    assert outcome.code == 2
    assert "No model is configured for --live" in outcome.err
