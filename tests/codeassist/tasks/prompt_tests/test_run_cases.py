"""Cases of a prompt: on recorded answers and on a model, with the statistics of their results."""

from __future__ import annotations

from math import comb
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codeassist.errors import AnswerError, ModelError, PromptError
from codeassist.prompts.cases import read_cases
from codeassist.tasks.prompt_tests import Bench, CaseResult, record, run_variants
from codeassist.tasks.prompt_tests import run_cases as run_on
from codeassist.tasks.prompt_tests.reports import junit
from codeassist.tasks.prompt_tests.statistics import adjusted, middle, pass_rate, sign_test
from tests.codeassist.tasks.prompt_tests.conftest import CASES, session
from tests.conftest import write


def run_cases(prompt, library, session, only=""):
    return run_on(prompt, Bench(library, session), only)


def outcomes(results):
    return {result.case: result.ok for result in results}


def test_recorded_answers_are_checked_and_a_missing_one_is_undecided(prompt, library):
    results = run_cases(prompt, library, None)
    assert outcomes(results) == {"polite": True, "short": False, "new": None}
    assert "no recorded answer" in results[2].error
    assert results[1].as_json()["verdicts"][0]["ok"] is False


def test_cases_are_selected_by_name(prompt, library):
    assert outcomes(run_cases(prompt, library, None, "pol")) == {"polite": True}
    assert run_cases(prompt, library, None, "nothing") == []


def test_a_model_is_asked_once_for_each_case(prompt, library):
    live = session("Hello Ada", "Hi", "Who?")
    results = run_cases(prompt, library, live)
    assert outcomes(results) == {"polite": True, "short": True, "new": False}
    assert [r.messages[-1].content for r in live.model.requests] == ["Greet Ada!", "Greet Bob!", "Greet Eve!"]
    assert {r.source for r in results} == {"scripted:double"}
    assert all(r.tokens > 0 for r in results)


def test_an_unusable_answer_fails_its_case_and_a_missing_model_all(prompt, library):
    results = run_cases(prompt, library, session(AnswerError("It is unusable."), "Hi", "Eve"))
    assert outcomes(results) == {"polite": False, "short": True, "new": True}
    assert results[0].error == "It is unusable."
    with pytest.raises(ModelError, match="no more answers"):
        run_cases(prompt, library, session("Hello Ada"))


def test_a_judge_decides_with_a_model_only(tmp_path, prompt, library):
    write(tmp_path, {"prompts/greet.cases.yaml": CASES.replace("- contains: hello", "- judge: it is polite")})
    assert outcomes(run_cases(prompt, library, None, "polite")) == {"polite": None}
    verdict = '{"reason": "It says hello.", "holds": true}'
    (result,) = run_cases(prompt, library, session("Hello Ada", verdict), "polite")
    assert (result.ok, result.verdicts[0].words) == (True, "it is polite: It says hello.")


def test_invalid_cases_are_one_failed_result(tmp_path, prompt, library):
    write(tmp_path, {"prompts/greet.cases.yaml": "cases: 3\n"})
    (result,) = run_cases(prompt, library, None)
    assert (result.ok, result.case) == (False, "(cases)")
    assert "must contain a list" in result.error


def test_inputs_that_no_longer_fit_are_an_error(tmp_path, prompt, library):
    write(tmp_path, {"prompts/greet.cases.yaml": CASES.replace("{who: Ada}", "{whom: Ada}")})
    with pytest.raises(PromptError, match="who"):
        run_cases(prompt, library, None)


def test_recorded_answers_name_the_model_and_an_earlier_prompt(tmp_path, prompt, library):
    results = run_cases(prompt, library, session("Hello Ada", "Hi", "Hello Eve"))
    path, written = record(prompt, results)
    assert written == 3
    assert [case.response for case in read_cases(prompt)] == ["Hello Ada", "Hi", "Hello Eve"]
    again = run_cases(prompt, library, None)
    assert outcomes(again) == {"polite": True, "short": True, "new": True}
    assert {r.source for r in again} == {"scripted:double"}
    assert path == tmp_path / "prompts/greet.cases.yaml"
    text = prompt.path.read_text()
    prompt.path.write_text(text.replace("politely", "warmly"))
    later = run_cases(library.find("greet"), library, None)
    assert {r.source for r in later} == {"scripted:double, for an earlier version of the prompt"}


def decided(*states):
    return [CaseResult("p", f"case {n}", state) for n, state in enumerate(states)]


@given(st.lists(st.sampled_from([True, False, None]), max_size=20))
def test_the_interval_of_the_pass_rate_contains_it(states):
    rate = pass_rate(decided(*states))
    known = [state for state in states if state is not None]
    assert rate.value == (sum(known) / len(known) if known else 0.0)
    assert 0 <= rate.low <= rate.value + 1e-12
    assert rate.value - 1e-12 <= rate.high <= 1


@settings(max_examples=20)
@given(st.lists(st.floats(0, 9), min_size=1, max_size=6))
def test_the_interval_of_the_median_contains_it(values):
    figure = middle(values)
    assert min(values) <= figure.low <= figure.value <= figure.high <= max(values)
    assert middle(values) == figure


def test_without_values_the_figures_are_empty():
    assert (middle([]).value, pass_rate([]).high) == (0.0, 1.0)


@given(st.lists(st.tuples(*[st.sampled_from([True, False, None])] * 2), max_size=12))
def test_the_sign_test_is_symmetric_and_exact(pairs):
    a, b = decided(*(x for x, _ in pairs)), decided(*(y for _, y in pairs))
    chance = sign_test(a, b)
    assert chance == sign_test(b, a)
    better = sum((x, y) == (False, True) for x, y in pairs)
    worse = sum((x, y) == (True, False) for x, y in pairs)
    n = better + worse
    assert chance == pytest.approx(
        min(1.0, sum(comb(n, i) for i in range(n + 1) if min(i, n - i) <= min(better, worse)) / 2**n)
    )


def test_junit_counts_by_prompt_and_survives_any_text():
    results = [
        CaseResult("a@1", "one", True, seconds=1.5),
        CaseResult("a@1", "two", False, answer="\x00<&>\ud800", error="no \x1b"),
        CaseResult("b@1", "three", None, error="no recorded answer"),
    ]
    suites = ET.fromstring(junit(results).encode())
    assert [(s.get("name"), s.get("tests"), s.get("failures"), s.get("skipped")) for s in suites] == [
        ("a@1", "2", "1", "0"),
        ("b@1", "1", "0", "1"),
    ]
    assert suites.find(".//failure").text == "\ufffd<&>\ufffd"
    assert suites.find(".//skipped").get("message") == "no recorded answer"


def test_variants_are_compared_if_there_are_two(prompt, library):
    good, bad = session("Hello Ada", "Hi", "Eve"), session("No", "Hi", "Eve")
    tests = run_variants([prompt], [Bench(library, good), Bench(library, bad)])
    assert [name for name, _ in tests.variants] == ["scripted:double greet@1.0.0"] * 2
    assert len(tests.results) == 6
    value = tests.as_json()
    assert (value["schema"], value["chances"]) == ("codeassist.prompts-test/2", [1.0])
    assert tests.differing == [("polite", [True, False])]
    with pytest.raises(PromptError):
        run_variants([prompt], [Bench(library)], ["9.9.9"])


def test_a_prompt_for_prose_is_asked_recorded_compared_and_tuned_live(tmp_path, library, prompt):
    bench = Bench(library, session("Hello Ada", "Hi", "Eve"))
    assert outcomes(run_on(prompt, bench)) == {"polite": True, "short": True, "new": True}
    assert [r.schema for r in bench.session.model.requests] == [None] * 3


def test_a_repeated_case_has_its_pass_rate_and_shows_a_failure(tmp_path, prompt, library):
    write(tmp_path, {"prompts/greet.cases.yaml": CASES.replace("- name: polite", "- name: polite\n  repeat: 4")})
    (result,) = run_cases(prompt, library, session("Hello", "Go away", "hello", "hello"), "polite")
    assert (result.ok, result.passes, result.tries, result.answer) == (False, 3, 4, "Go away")
    value = result.as_json()
    assert (value["passes"], value["tries"]) == (3, 4)
    assert value["interval"] == [0.301, 0.954]


ASKING = """---
name: explain
version: 1.0.0
description: Explains.
inputs:
  question: {type: string}
  context: {type: string}
template: {type: jinja2}
---
user:
{{ context }}
{{ question }}
"""


def explaining(tmp_path, cases):
    from codeassist.config import Config
    from codeassist.prompts import Library

    write(tmp_path, {"prompts/explain.prompty": ASKING, "prompts/explain.cases.yaml": cases})
    library = Library.of(tmp_path, Config())
    return library.find("explain"), library


def test_the_context_of_a_question_comes_from_the_index(tmp_path):
    cases = (
        "cases:\n- name: q\n  question: where is auth\n  expect: [{context_has: auth.py}, {cites_file: auth.py}]\n"
        "- name: sent\n  question: where is pay\n  expect: [{context_has: auth.py}]\n"
    )
    prompt, library = explaining(tmp_path, cases)

    def gather(question):
        return (
            "[1] pay.py:1-2\n```\nx\n```\n\n[2] auth.py:3-4\n```\ny\n```"
            if "auth" in question
            else "[1] pay.py:1-2\n```\nx\n```"
        )

    assert outcomes(run_on(prompt, Bench(library))) == {"q": None, "sent": None}
    assert outcomes(run_on(prompt, Bench(library, gather=gather))) == {"q": None, "sent": False}
    live = Bench(library, session("In [2].", "No."), gather)
    results = run_on(prompt, live)
    assert outcomes(results) == {"q": True, "sent": False}
    assert "auth.py:3-4" in live.session.model.requests[0].messages[0].content
    record(prompt, results)
    later = Bench(library, gather=lambda _: "[2] pay.py:1-1\n```\nx\n```\n\n[1] auth.py:1-2\n```\ny\n```")
    assert outcomes(run_on(prompt, later, "q")) == {"q": True}


def test_several_versions_and_models_are_compared_with_the_first(tmp_path, prompt, library):
    benches = [Bench(library, session(*answers)) for answers in (["No"] * 3, ["Hello Ada", "Hi", "Eve"], ["No"] * 3)]
    tests = run_variants([prompt], benches)
    assert len(tests.variants) == 3
    assert tests.chances == [1.0, 1.0]
    assert ("polite", [False, True, False]) in tests.differing


@given(st.lists(st.floats(0, 1), max_size=6))
def test_adjusted_chances_are_never_smaller_and_keep_their_order(chances):
    result = adjusted(chances)
    assert all(a >= c - 1e-12 for a, c in zip(result, chances, strict=True))
    assert all(a <= 1 for a in result)
    order = sorted(range(len(chances)), key=lambda i: chances[i])
    assert [result[i] for i in order] == sorted(result)
