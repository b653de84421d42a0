"""What tests of prompts share: a small prompt with one case."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import write

FRONT = "---\nname: greet\nversion: {version}\ndescription: Greets.\ninputs:\n  who: {{type: string}}\ntemplate: {{type: jinja2}}\n---\n"
CASES = "cases:\n- name: polite\n  inputs: {who: Ada}\n  response: Hello Ada\n  expect:\n  - contains: hello\n"


def greet(body: str = "user:\nHello {{ who }}!\n", version: str = "1.0.0") -> str:
    """The text of a prompt file."""
    return FRONT.format(version=version) + body


def folder_of(tmp_path: Path, text: str | None = None, cases: str = CASES) -> Path:
    """A folder with the prompt and its cases."""
    return write(tmp_path / "prompts", {"greet.prompty": text or greet(), "greet.cases.yaml": cases})
