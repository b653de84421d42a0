"""Cases of prompts: read strictly, and assertions about an answer."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from codeassist.errors import PromptError
from codeassist.prompts import parse
from codeassist.prompts.assertions import Checks, assess
from codeassist.prompts.cases import Case, cases_path, read_cases
from codeassist.prompts.format import read
from tests.codeassist.prompts.conftest import folder_of, greet

PROMPT = parse(greet(), Path("greet.prompty"))


def judged(assertion: dict[str, object], answer: str, prompt=PROMPT, **how):
    [verdict] = assess([assertion], answer, Checks(prompt, **how))
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
            "cases:\n- {name: x, expect: [{is: 1}]}",
            "an assertion is one of contains, lacks, equals, matches, cites, max_tokens, schema",
        ),
        ("cases:\n- {name: x, expect: [{contains: a, lacks: b}]}", "an assertion is one of"),
        ("cases:\n- {name: x, expect: [{matches: '('}]}", "'matches' cannot be used"),
        ("cases:\n- {name: x, expect: [{max_tokens: few}]}", "'max_tokens' cannot be used"),
        ("cases:\n- {name: x, expect: [{schema: maybe}]}", "'schema' is true or a JSON schema"),
        ("cases:\n- {name: x, expect: [{schema: {type: nothing}}]}", "'schema' cannot be used"),
        ("cases:\n- {name: x, inputs: [a], expect: [{cites: 1}]}", "'inputs' must be a mapping"),
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


def cases_of(tmp_path, text, **files):
    folder = folder_of(tmp_path, cases=text)
    for name, content in files.items():
        (folder / name.replace("_", ".")).write_text(content)
    return read_cases(read(folder / "greet.prompty"))


def test_defaults_apply_to_every_case(tmp_path):
    text = (
        "defaults: {inputs: {who: Ada}, expect: [{max_tokens: 9}], repeat: 3, threshold: 0.5}\n"
        "cases:\n- {name: a, expect: [{contains: x}]}\n- {name: b, inputs: {who: Bob}, repeat: 1}\n"
    )
    a, b = cases_of(tmp_path, text)
    assert a == Case("a", {"who": "Ada"}, ({"contains": "x"}, {"max_tokens": 9}), repeat=3, threshold=0.5)
    assert b == Case("b", {"who": "Bob"}, ({"max_tokens": 9},), repeat=1, threshold=0.5)


def test_the_rows_of_data_files_are_cases(tmp_path):
    text = "cases:\n- {data: rows.csv, expect: [{lacks: bye}]}\n- {data: more.jsonl}\n"
    rows = 'name,who,expect.contains\nfirst,Ada,hello\n,"Bob, Jr.",\n'
    more = '{"who": "Eve", "expect.equals": "Hi", "response": "Hi"}\n\n'
    first, second, third = cases_of(tmp_path, text, rows_csv=rows, more_jsonl=more)
    assert first == Case("first", {"who": "Ada"}, ({"lacks": "bye"}, {"contains": "hello"}))
    assert (second.name, second.inputs, second.expect) == ("rows.csv row 2", {"who": "Bob, Jr."}, ({"lacks": "bye"},))
    assert third == Case("more.jsonl row 1", {"who": "Eve"}, ({"equals": "Hi"},), "Hi")


@pytest.mark.parametrize(("cell", "value"), [("2", 2), ("²", "²"), ("9" * 5_000, "9" * 5_000)])
def test_the_number_of_a_citation_in_a_data_file(tmp_path, cell, value):
    (case,) = cases_of(tmp_path, "cases:\n- {data: rows.csv}\n", rows_csv=f"who,expect.cites\nAda,{cell}\n")
    assert case.expect == ({"cites": value},)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("whom,expect.contains\nAda,x\n", r"rows.csv:2: the column 'whom' is neither an input of the prompt"),
        ("who\nAda\n", r"rows.csv:2 \('rows.csv row 1'\) has no assertions"),
        ("who,expect.is\nAda,x\n", r"rows.csv:2 .*an assertion is one of"),
        ("who\nAda,x\n", r"rows.csv:2: the row has more cells than the header"),
        ('who\n"Ada\n', r"rows.csv:\d: not valid CSV"),
    ],
)
def test_a_fault_in_a_data_file_has_its_line(tmp_path, rows, message):
    with pytest.raises(PromptError, match=message):
        cases_of(tmp_path, "cases:\n- {data: rows.csv}\n", rows_csv=rows)


def test_a_data_file_is_beside_the_prompt_and_readable(tmp_path):
    for name, message in (
        ("../../etc/passwd", "is outside the folder"),
        ("missing.csv", "cannot read the data file missing.csv"),
    ):
        with pytest.raises(PromptError, match=message):
            cases_of(tmp_path, f"cases:\n- {{data: {name}}}\n")
    with pytest.raises(PromptError, match=r"rows.jsonl:2: not valid JSON"):
        cases_of(tmp_path, "cases:\n- {data: rows.jsonl, expect: [{contains: x}]}\n", rows_jsonl='{"who": "A"}\n{')


@pytest.mark.parametrize(
    ("case", "message"),
    [
        ("repeat: 0", "'repeat' must be a number from 1 to 100"),
        ("repeat: true", "'repeat' must be a number from 1 to 100"),
        ("threshold: 1.5", "'threshold' must be a share above 0"),
        ("question: [x]", "'question' must be text"),
    ],
)
def test_faulty_settings_of_a_case_are_errors(tmp_path, case, message):
    with pytest.raises(PromptError, match=message):
        cases_of(tmp_path, f"cases:\n- {{name: x, expect: [{{cites: 1}}], {case}}}\n")
    with pytest.raises(PromptError, match="two cases have the name 'x'"):
        cases_of(tmp_path, "cases:\n- {name: x, expect: [{cites: 1}]}\n- {name: x, expect: [{cites: 2}]}\n")
    with pytest.raises(PromptError, match="'defaults' must be a mapping"):
        cases_of(tmp_path, "defaults: {name: x}\ncases: []\n")
