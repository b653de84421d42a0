"""Cases of prompts: read strictly, and assertions about an answer."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from codeassist.errors import PromptError
from codeassist.prompts import parse
from codeassist.prompts.cases import Case, assess, cases_path, read_cases
from codeassist.prompts.format import read
from tests.codeassist.prompts.conftest import folder_of, greet

PROMPT = parse(greet(), Path("greet.prompty"))


def judged(assertion: dict[str, object], answer: str, prompt=PROMPT, judge=None):
    [verdict] = assess(prompt, Case("x", {}, (assertion,)), answer, judge)
    return verdict


def test_cases_are_read_with_everything_that_they_state(tmp_path):
    text = "cases:\n- name: polite\n  inputs: {who: Ada}\n  response: Hello\n  recorded: {by: hand}\n  expect: [{contains: hello}, {lacks: bye}]\n- name: bare\n  expect: [{cites: 1}]\n"
    polite, bare = read_cases(read(folder_of(tmp_path, cases=text) / "greet.prompty"))
    assert polite == Case("polite", {"who": "Ada"}, ({"contains": "hello"}, {"lacks": "bye"}), "Hello", {"by": "hand"})
    assert bare == Case("bare", {}, ({"cites": 1},), None, {})


def test_no_file_is_no_cases_and_archived_versions_use_those_of_the_current_one(tmp_path):
    folder = folder_of(tmp_path)
    prompt = read(folder / "greet.prompty")
    archived = parse(prompt.text, folder / "versions" / "greet@1.0.0.prompty")
    assert cases_path(archived) == cases_path(prompt) == folder / "greet.cases.yaml"
    cases_path(prompt).unlink()
    assert read_cases(prompt) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("cases: [", r"greet.cases.yaml:\d: cannot read the cases"),
        ("cases:\n- name: 2001-99-99\n", "cannot read the cases: month must be in"),
        ("- name: x", ":1: the file must contain a list 'cases'"),
        ("cases: {a: 1}", ":1: the file must contain a list 'cases'"),
        ("cases:\n- inputs: {}", "case 1 needs a name"),
        ("cases:\n- x", "case 1 needs a name"),
        ("cases:\n- {name: x, expects: []}", r"case 1 \('x'\): unknown key 'expects'"),
        ("cases:\n- {name: x, 1: a, b: c}", r"case 1 \('x'\): unknown key '1'"),
        ("cases:\n- name: x", "has no assertions, so it cannot fail"),
        ("cases:\n- {name: x, expect: 5}", "'expect' must be a list"),
        (
            "cases:\n- {name: x, expect: [{equals: 1}]}",
            "an assertion is one of contains, lacks, matches, cites, max_tokens, schema",
        ),
        ("cases:\n- {name: x, expect: [{contains: a, lacks: b}]}", "an assertion is one of"),
        ("cases:\n- {name: x, expect: [{matches: '('}]}", "'matches' cannot be used"),
        ("cases:\n- {name: x, expect: [{max_tokens: few}]}", "'max_tokens' cannot be used"),
        ("cases:\n- {name: x, expect: [{schema: maybe}]}", "'schema' is true or a JSON schema"),
        ("cases:\n- {name: x, expect: [{schema: {type: nothing}}]}", "'schema' cannot be used"),
        ("cases:\n- {name: x, inputs: [a], expect: [{cites: 1}]}", "'inputs' and 'recorded' must be mappings"),
        ("cases:\n- {name: x, response: {a: 1}, expect: [{cites: 1}]}", "'response' must be text; put JSON in quotes"),
    ],
)
def test_faults_are_errors(tmp_path, text, message):
    with pytest.raises(PromptError, match=message):
        read_cases(read(folder_of(tmp_path, cases=text) / "greet.prompty"))


@pytest.mark.parametrize(
    ("assertion", "good", "bad"),
    [
        ({"contains": "HELLO"}, "well, hello", "goodbye"),
        ({"lacks": "Bye"}, "hello", "good bye"),
        ({"matches": "^b.d$"}, "a\nbad\nc", "a bad c"),
        ({"cites": 2}, "here [2]", "here 2 or [12]"),
        ({"cites": "[a]"}, "here [a]", "here a"),
        ({"max_tokens": 3}, "one two three", "one two three four"),
        ({"schema": {"type": "array"}}, "[1]", "{}"),
        ({"schema": {"type": "array"}}, "[]", "not JSON"),
    ],
)
def test_each_assertion_can_hold_and_fail(assertion, good, bad):
    assert judged(assertion, good).ok is True
    assert judged(assertion, bad).ok is False
    assert judged(assertion, bad).kind == next(iter(assertion))


def test_the_prompts_own_schema_is_used_when_the_case_says_true():
    text = greet().replace("template:", "model: {response: {schema: {type: object, required: [a]}}}\ntemplate:")
    own = parse(text, Path("greet.prompty"))
    assert judged({"schema": True}, json.dumps({"a": 1}), own).ok is True
    verdict = judged({"schema": True}, "{}", own)
    assert (verdict.ok, verdict.words) == (False, "does not fit the schema: 'a' is a required property")
    assert judged({"schema": True}, "{}").words == "'greet' declares no schema"


def test_a_judge_decides_and_without_one_nothing_is_decided():
    assert judged({"judge": "is polite"}, "Hello").ok is None

    def judge(criterion: str, answer: str) -> tuple[bool, str]:
        return answer == "Hello", f"{criterion}: {answer}"

    verdict = judged({"judge": "is polite"}, "Go away", judge=judge)
    assert (verdict.ok, verdict.words) == (False, "is polite: Go away")
    assert judged({"judge": "is polite"}, "Hello", judge=judge).ok is True
