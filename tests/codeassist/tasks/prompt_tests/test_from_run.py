"""A recorded run becomes a case: what it cited is expected again, and a bad answer is not."""

from __future__ import annotations

import pytest

from codeassist.errors import PromptError, UsageError
from codeassist.prompts.cases import read_cases
from codeassist.runs.store import Run, RunParameters
from codeassist.tasks.prompt_tests import Bench, run_cases
from codeassist.tasks.prompt_tests.from_run import add_case, prompt_name
from tests.codeassist.tasks.prompt_tests.test_run_cases import explaining

COMMENTED = "# kept\ncases:\n  - name: one\n    inputs: {question: a, context: b}\n    expect: [{contains: x}]\n"


def run(**how):
    told = {"id": 7, "command": "ask", "question": "where is auth", "prompt": "explain@1.0.0", "model": "openai:a"}
    cited = [{"n": 2, "path": "auth.py", "start_line": 1, "end_line": 2}]
    return Run(**told | {"output": "In [2].", "citations": cited} | how)


def test_a_good_run_expects_its_files_again(tmp_path):
    prompt, library = explaining(tmp_path, COMMENTED)
    added = add_case(run(rating=1, note="good"), prompt)
    assert added.path.read_text().startswith(COMMENTED)
    case = read_cases(prompt)[1]
    assert (case.question, case.response, case.recorded["blocks"]) == ("where is auth", "In [2].", {2: "auth.py"})
    assert list(case.expect) == [{"context_has": "auth.py"}, {"any": [{"cites_file": "auth.py"}]}]
    bench = Bench(library, gather=lambda _: "[1] auth.py:1-2\n```\nx\n```")
    assert run_cases(prompt, bench, "run 7")[0].ok is True
    with pytest.raises(PromptError, match="there is already a case"):
        add_case(run(), prompt)


def test_a_run_rated_down_expects_another_answer(tmp_path):
    prompt, _ = explaining(tmp_path, COMMENTED)
    add_case(run(rating=-1, note="it names the wrong file"), prompt, "wrong file")
    case = read_cases(prompt)[1]
    assert (case.name, case.response) == ("wrong file", None)
    assert case.expect[0] == {"judge": "it does not have this fault: it names the wrong file"}
    assert case.expect[1]["not"]["similar"]["to"] == "In [2]."


def test_a_first_case_makes_the_file(tmp_path):
    prompt, _ = explaining(tmp_path, COMMENTED)
    (tmp_path / "prompts/explain.cases.yaml").unlink()
    add_case(run(), prompt)
    assert [case.question for case in read_cases(prompt)] == ["where is auth"]


def test_a_file_in_another_style_is_left_as_it_is(tmp_path):
    prompt, _ = explaining(tmp_path, "cases: [{name: a, inputs: {question: a, context: b}, expect: [{contains: x}]}]\n")
    before = (tmp_path / "prompts/explain.cases.yaml").read_text()
    with pytest.raises(PromptError, match="add the case by hand"):
        add_case(run(), prompt)
    assert (tmp_path / "prompts/explain.cases.yaml").read_text() == before


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"command": "review"}, "did not ask a model a question"),
        ({"prompt": ""}, "did not ask a model a question"),
        ({"parameters": RunParameters(continues=3)}, "continues run 3"),
    ],
)
def test_only_a_question_to_a_model_can_be_a_case(how, message):
    assert prompt_name(run()) == "explain"
    with pytest.raises(UsageError, match=message):
        prompt_name(run(**how))
