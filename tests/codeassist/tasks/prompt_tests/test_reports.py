"""The HTML page of prompt tests, and the export for promptfoo."""

from __future__ import annotations

import json
from html.parser import HTMLParser

import yaml

from codeassist.prompts.assertions import Verdict
from codeassist.tasks.prompt_tests import CaseResult, PromptTests
from codeassist.tasks.prompt_tests.promptfoo import exported
from codeassist.tasks.prompt_tests.reports import html
from tests.conftest import write


class Tags(HTMLParser):
    """Counts open tags and collects the text."""

    def __init__(self):
        super().__init__()
        self.open, self.text, self.names = [], "", set()

    def handle_starttag(self, tag, attrs):
        self.names.add(tag)
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def test_the_page_shows_every_variant_and_case_and_runs_nothing():
    bad = CaseResult(
        "ask@1.1.0", "<b>", False, [Verdict("x", False, "contains 'a'")], "<script>alert(1)</script>\x00", tries=3, passes=1
    )
    tests = PromptTests([("one", [bad]), ("two", [CaseResult("ask@1.1.0", "<b>", True), CaseResult("ask@1.1.0", "new", None)])])
    page = Tags()
    page.feed(html(tests))
    assert page.open == []
    assert page.names.isdisjoint({"script", "img", "link", "iframe"})
    for words in ("<script>alert(1)</script>", "not met: contains 'a'", "1/3 (33% [6%, 79%])", "two", "new"):
        assert words in page.text


def test_a_prompt_is_exported_with_its_cases(tmp_path, prompt):
    cases = """cases:
- name: all kinds
  inputs: {who: Ada}
  threshold: 0.5
  repeat: 2
  expect:
  - {contains: hello, weight: 2}
  - not: {matches: bye}
  - any: [{contains: a}, {equals: b}]
  - similar: {to: Hello, at_least: 0.7}
  - judge: it is polite
  - script: x.py
- name: from the index
  question: where
  expect: [{context_has: a.py}]
"""
    write(tmp_path, {"prompts/greet.cases.yaml": cases})
    text, notes = exported(prompt)
    config = yaml.safe_load(text)
    messages = json.loads(config["prompts"][0]["raw"])
    assert [(m["role"], m["content"]) for m in messages] == [
        ("system", "You greet people politely."),
        ("user", "Greet {{ who }}!"),
    ]
    [test] = config["tests"]
    assert (test["vars"], test["threshold"], test["options"]) == ({"who": "Ada"}, 0.5, {"repeat": 2})
    assert [a["type"] for a in test["assert"]] == ["icontains", "not-regex", "assert-set", "similar", "llm-rubric"]
    assert test["assert"][0]["weight"] == 2
    assert test["assert"][2]["threshold"] == 0.5
    assert notes == [
        "'all kinds': 'script' has no equivalent and was left out",
        "'from the index': its context comes from the index, so it was left out",
    ]
