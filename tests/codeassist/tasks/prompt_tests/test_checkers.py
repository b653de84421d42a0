"""Scripts of a project run confined and decide; texts are compared by the shipped encoder."""

from __future__ import annotations

import pytest

from codeassist.sandbox import confinement
from codeassist.tasks.prompt_tests import Bench, run_cases
from codeassist.tasks.prompt_tests.checkers import script, similarity
from tests.codeassist.tasks.prompt_tests.conftest import CASES
from tests.conftest import write

confined = pytest.mark.skipif(not confinement.layers().sufficient, reason="this system cannot confine programs")

POLITE = """import json, sys
given = json.load(sys.stdin)
print("greets", given["inputs"]["who"], "as", given["prompt"])
sys.exit(0 if given["inputs"]["who"] in given["answer"] else 1)
"""


@confined
def test_a_script_decides_with_its_reason(tmp_path, prompt):
    write(tmp_path, {"prompts/checks/polite.py": POLITE})
    decide = script(prompt, {"who": "Ada"})
    assert decide("checks/polite.py", "Hello Ada") == (True, "script checks/polite.py: greets Ada as greet@1.0.0")
    assert decide("checks/polite.py", "Hello")[0] is False


@confined
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("raise ValueError('odd')", "failed with exit code 1: ValueError: odd"),
        ("import sys; sys.exit(3)", "failed with exit code 3: no message"),
        ("open('/tmp/codeassist-escaped', 'w')", "failed with exit code 1"),
        ("import socket; socket.create_connection(('127.0.0.1', 9), 1)", "failed with exit code 1"),
    ],
)
def test_a_script_that_fails_fails_the_assertion(tmp_path, prompt, text, words):
    write(tmp_path, {"prompts/x.py": text})
    ok, said = script(prompt, {})("x.py", "Hello")
    assert ok is False
    assert words in said


def test_only_python_files_beside_the_prompt_are_run(tmp_path, prompt):
    write(tmp_path, {"outside.py": "print(1)", "prompts/x.sh": "echo"})
    for name, words in (("../outside.py", "not a .py file in the folder"), ("x.sh", "not a .py"), ("no.py", "no such file")):
        ok, said = script(prompt, {})(name, "")
        assert (ok, words in said) == (False, True)


def test_scripts_stay_undecided_until_they_may_run(tmp_path, prompt, library):
    write(tmp_path, {"prompts/greet.cases.yaml": CASES.replace("- contains: hello", "- script: x.py"), "prompts/x.py": "raise"})
    (result,) = run_cases(prompt, Bench(library), "polite")
    assert (result.ok, result.verdicts[0].words) == (None, "not run: x.py")


def test_the_shipped_encoder_tells_likeness():
    same = similarity("the password is checked in authenticate", "authenticate checks the password")
    assert same > similarity("the password is checked in authenticate", "paint the garden fence green")
    assert similarity("one text", "one text") == pytest.approx(1.0, abs=1e-3)
