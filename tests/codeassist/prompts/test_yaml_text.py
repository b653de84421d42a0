"""YAML whose aliases multiply it or contain themselves is refused by every reader of YAML, with its line."""

from __future__ import annotations

import pytest
import yaml

from codeassist.errors import PromptError
from codeassist.prompts.cases import read_document
from codeassist.prompts.format import parse
from codeassist.prompts.yaml_text import load_yaml

BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 9)
)
LONG = f"a: &a {'x' * 100_000}\nb: [{', '.join(['*a'] * 1000)}]\n"
MERGED = "a0: &a0 {k: v}\n" + "".join(f"a{n}: &a{n}\n  <<: [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 9))
RECURSIVE = "a: &a [*a]\n"
BOMBS = pytest.mark.parametrize("text", [BOMB, LONG, MERGED, RECURSIVE], ids=["lists", "text", "merged", "recursive"])


@BOMBS
def test_bombs_are_errors(text):
    with pytest.raises(yaml.YAMLError, match="alias"):
        load_yaml(text)


def test_aliases_of_ordinary_size_are_read():
    text = "a: &a {x: [1, 2]}\nb: *a\nc: {<<: *a, y: 3}\n"
    assert load_yaml(text) == yaml.safe_load(text)
    assert load_yaml("") is None


@BOMBS
def test_front_matter(text, tmp_path):
    with pytest.raises(PromptError, match=r"a\.prompty:\d+: not valid YAML: .*alias"):
        parse(f"---\nname: a\nversion: 1.0.0\n{text}---\nuser:\nHello\n", tmp_path / "a.prompty")


@BOMBS
def test_cases(text, tmp_path):
    path = tmp_path / "a.cases.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PromptError, match=r"a\.cases\.yaml:\d+: cannot read the cases: .*alias"):
        read_document(path)
