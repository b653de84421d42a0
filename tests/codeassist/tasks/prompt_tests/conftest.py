"""A project with one prompt and its cases."""

from __future__ import annotations

import pytest

from codeassist.config import Config, ModelConfig
from codeassist.models.session import Session
from codeassist.prompts import Library
from codeassist.testing import ScriptedChat
from tests.conftest import write

PROMPT = """---
name: greet
version: 1.0.0
description: Greets.
inputs:
  who: {type: string}
sample: {who: Ada}
template: {type: jinja2}
---
system:
You greet people politely.

user:
Greet {{ who }}!
"""
CASES = """cases:
- name: polite
  inputs: {who: Ada}
  response: Hello Ada
  expect:
  - contains: hello
- name: short
  inputs: {who: Bob}
  response: Hello Bob, how are you this morning?
  expect:
  - max_tokens: 4
- name: new
  inputs: {who: Eve}
  expect:
  - contains: Eve
"""


@pytest.fixture
def library(tmp_path):
    """The library of a project that has the prompt."""
    write(tmp_path, {"prompts/greet.prompty": PROMPT, "prompts/greet.cases.yaml": CASES})
    return Library.of(tmp_path, Config())


@pytest.fixture
def prompt(library):
    """The prompt."""
    return library.find("greet")


def session(*answers, **settings):
    """A session with a scripted model."""
    return Session(ScriptedChat(answers), ModelConfig(**settings))
