"""The checks of a folder of prompts."""

from __future__ import annotations

import pytest

from codeassist.config import Config
from codeassist.prompts.checking import Problem, check_folder, problems_json
from codeassist.prompts.format import read
from codeassist.prompts.library import built_in
from codeassist.prompts.lock import update_lock
from tests.codeassist.prompts.conftest import folder_of, greet
from tests.conftest import write

BUILT_IN = sorted(built_in().glob("*.prompty"))


def test_the_shipped_prompts_pass_their_own_check():
    assert check_folder(built_in(), Config().prompts.max_tokens) == []
    assert len(BUILT_IN) >= 9


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (lambda f: (f / "greet.cases.yaml").unlink(), "untested"),
        (lambda f: write(f, {"greet.cases.yaml": "cases:\n- name: x\n  inputs: {}\n"}), "cases"),
        (lambda f: write(f, {"greet.cases.yaml": "cases:\n- name: x\n  expect: [{is: 1}]\n"}), "cases"),
        (lambda f: write(f, {"greet.cases.yaml": "cases: ["}), "cases"),
        (lambda f: write(f, {"other.prompty": greet()}), "name"),
        (lambda f: write(f, {"greet.prompty": greet("user:\n" + "long words " * 900 + "{{ who }}")}), "length"),
        (lambda f: write(f, {"greet.prompty": greet().replace("name:", "nome:")}), "unreadable"),
    ],
)
def test_every_fault_fails_the_check(tmp_path, change, rule):
    folder = folder_of(tmp_path)
    update_lock(folder, [read(folder / "greet.prompty")])
    change(folder)
    assert rule in {p.rule for p in check_folder(folder, 500)}


def test_the_problems_of_a_folder_are_sorted_and_have_their_line(tmp_path):
    folder = folder_of(tmp_path, greet("user:\nHi {{ whom }}"))
    write(folder, {"a.prompty": "no front matter", "z.prompty": greet().replace("name:", "nome:")})
    found = [(p.path.name, p.line, p.rule) for p in check_folder(folder, 500)]
    assert found == [
        ("a.prompty", 1, "unreadable"),
        ("greet.prompty", 1, "template"),
        ("greet.prompty", 1, "unlocked"),
        ("greet.prompty", 10, "template"),
        ("z.prompty", 2, "unreadable"),
    ]


def test_changed_inputs_without_a_new_version_are_named(tmp_path):
    folder = folder_of(tmp_path)
    update_lock(folder, [read(folder / "greet.prompty")])
    text = greet("user:\n{{ who }} {{ when }}").replace("inputs:\n", "inputs:\n  when: {type: string}\n")
    write(folder, {"greet.prompty": text})
    [problem] = check_folder(folder, 500)
    assert problem.rule == "changed"
    assert problem.message.startswith("text and inputs changed without a new version (1.0.0 was locked")


def test_the_json_form(tmp_path):
    problem = Problem(tmp_path / "a.prompty", 3, "template", "odd")
    assert problems_json(tmp_path, [problem]) == {
        "schema": "codeassist.prompts-check/1",
        "folder": str(tmp_path),
        "problems": [{"path": str(tmp_path / "a.prompty"), "line": 3, "rule": "template", "message": "odd"}],
    }
    assert check_folder(tmp_path / "nowhere", 500) == []
