"""Tuned prompts: proposals scored on the cases, refused if they change the variables, within a budget."""

from __future__ import annotations

import json

import pytest

from codeassist.errors import AnswerError, BudgetError, PromptError
from codeassist.prompts.format import read
from codeassist.tasks.prompt_tests import Bench, Figure, Trial, write_version
from codeassist.tasks.prompt_tests import tune as tune_on
from codeassist.tasks.prompt_tests.tuning import reworded
from tests.codeassist.tasks.prompt_tests.conftest import session
from tests.conftest import write

OLD = "You greet people politely."
NEW = "Greet briefly and by name."


def tune(prompt, library, session, rounds):
    return tune_on(prompt, Bench(library, session), rounds)


def proposal(template, idea="shorter"):
    return json.dumps({"idea": idea, "template": template})


FAILING = ("Good morning", "Hello Bob, how are you this morning?", "Hello Eve")
PASSING = ("Hello Ada", "Hi", "Hello Eve")


def test_a_better_wording_has_a_higher_rank(prompt, library):
    model = session(*FAILING, proposal(NEW), *PASSING)
    original, trial = tune(prompt, library, model, 1)
    assert (original.idea, trial.idea) == ("original", "shorter")
    assert (round(original.rate.value, 2), trial.rate.value) == (0.33, 1.0)
    assert trial.rank > original.rank
    assert trial.chance == 0.5
    assert NEW in trial.prompt.text
    asked = model.model.requests[3].messages[-1].content
    assert OLD in asked
    assert "polite: wanted contains 'hello'" in asked
    assert "got: Good morning" in asked


def test_the_next_round_continues_from_the_best_and_knows_what_was_tried(prompt, library):
    worse = ("No", "Hello Bob, how are you this morning?", "No")
    model = session(*FAILING, proposal("Say nothing at all, ever.", "silence"), *worse, proposal(NEW), *PASSING)
    trials = tune(prompt, library, model, 2)
    assert [t.idea for t in trials] == ["original", "silence", "shorter"]
    asked = model.model.requests[7].messages[-1].content
    assert OLD in asked
    assert "Tried already: silence" in asked
    assert max(trials, key=lambda t: t.rank).idea == "shorter"


@pytest.mark.parametrize(
    ("template", "message"),
    [
        (OLD, "changes nothing"),
        ("Greet {{ nobody }} politely, please.", "adds or removes variables"),
        ("Greet {{ who politely.", ""),
    ],
)
def test_an_invalid_proposal_is_a_trial_with_its_reason(prompt, library, template, message):
    trials = tune(prompt, library, session(*FAILING, proposal(template)), 1)
    assert message in trials[1].error
    assert trials[1].error
    assert trials[1].prompt is None
    assert trials[1].rank < trials[0].rank


def test_an_exhausted_budget_ends_the_search_and_an_unusable_answer_one_round(prompt, library):
    stopped = tune(prompt, library, session(*FAILING, BudgetError("The limit is reached.")), 5)
    assert [(t.idea, t.error) for t in stopped[1:]] == [("stopped", "The limit is reached.")]
    unusable = tune(prompt, library, session(*FAILING, AnswerError("No JSON."), proposal(NEW), *PASSING), 2)
    assert [t.idea for t in unusable] == ["original", "no proposal", "shorter"]


def test_a_prompt_without_cases_cannot_be_tuned(prompt, library):
    prompt.path.with_name("greet.cases.yaml").unlink()
    with pytest.raises(PromptError, match="has no cases to tune on"):
        tune(prompt, library, session(), 1)


def test_of_equal_pass_rates_the_shorter_wording_ranks_higher(prompt):
    shorter = reworded(prompt, OLD, "Greet.")
    rate = Figure(0.5, 0.0, 1.0)
    assert Trial("b", shorter, [], rate).rank > Trial("a", prompt, [], rate).rank


def test_other_messages_stay_as_they_are(prompt):
    changed = reworded(prompt, OLD, NEW)
    assert changed.sections[1].template == prompt.sections[1].template
    assert changed.text == prompt.text.replace(OLD, NEW)


def test_a_tuned_prompt_is_written_as_the_next_minor_version(prompt, tmp_path):
    path = write_version(reworded(prompt, OLD, NEW), tmp_path / "own" / "prompts")
    written = read(path)
    assert (path.name, written.version) == ("greet.prompty", "1.1.0")
    assert NEW in written.text
    write(tmp_path, {"file": "x"})
    with pytest.raises(PromptError, match="Cannot write"):
        write_version(prompt, tmp_path / "file" / "prompts")
