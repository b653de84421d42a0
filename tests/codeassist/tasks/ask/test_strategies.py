"""Reasoning strategies: their prompts and calls, and which one is chosen."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from codeassist.config import AskConfig, Config, ModelConfig
from codeassist.models.session import Session
from codeassist.prompts import Library
from codeassist.tasks.ask import AskOptions, ask_model
from codeassist.tasks.ask.strategies import choose
from codeassist.testing import ScriptedChat
from tests.codeassist.tasks.ask.conftest import GOOD, Streamed, options_for, sent


def test_steps_separate_the_reasoning_from_the_answer(shop_index):
    pieces = []
    options = options_for(f"<reasoning>First [2], then [1].</reasoning>\n{GOOD}", strategy="steps", events=Streamed(pieces))
    answer = ask_model(shop_index, "how does auth work", options)
    assert answer.text == "".join(pieces) == GOOD
    assert answer.reasoning == "First [2], then [1]."
    assert answer.prompt == "ask-steps@1.1.0"


def test_vote_chooses_the_answer_with_the_most_agreement(shop_index):
    answers = ["In `checkout` [3].", GOOD, "It is `authenticate` of `shop/auth.py` [1].", "Somewhere [2] [4]."]
    options = options_for(*answers, strategy="vote", config=Config(ask=AskConfig(samples=4)))
    answer = ask_model(shop_index, "where is auth handled", options)
    assert answer.text == GOOD
    assert answer.agreement == pytest.approx(1 / 6, abs=1e-3)
    assert {r.temperature for r in sent(options)} == {0.7}
    assert len({r.seed for r in sent(options)}) == 4
    assert len(answer.steps) == 4


def test_vote_reports_the_finish_reason_of_the_chosen_sample(shop_index):
    model = ScriptedChat([GOOD, GOOD, "x [9]"])
    ends = iter(["length", "stop", "stop"])
    real = model.generate
    model.generate = lambda request, on_text=None: replace(real(request, on_text), finish=next(ends))
    config = Config(ask=AskConfig(samples=3))
    options = AskOptions(Session(model, config.model), Library.of(None, config), config, strategy="vote")
    assert ask_model(shop_index, "where is auth handled", options).finish == "length"


def test_decompose_retrieves_for_each_part_and_joins(shop_index):
    parts = json.dumps({"questions": ["where are passwords hashed", "how is stock reserved"]})
    options = options_for(
        parts,
        "In `hash_password` [1].",
        "In `Reserve` [2].",
        "`hash_password` [1], then `Reserve` [2].",
        strategy="decompose",
        config=Config(ask=AskConfig(context_tokens=220)),
    )
    answer = ask_model(shop_index, "how are passwords hashed and how is stock reserved", options)
    assert answer.prompt == "ask-join@1.0.0"
    assert "In `Reserve` [2]." in sent(options)[-1].messages[-1].content
    assert answer.steps == ["part 1: where are passwords hashed", "part 2: how is stock reserved"]
    assert len({b.n for b in answer.blocks}) == len(answer.blocks)
    assert sent(options)[0].schema["title"] == "parts"


def test_auto_selects_by_question_shape_and_context_window(shop_index):
    cases = {
        "where is auth handled": "ask@1.1.0",
        "how does checkout charge the basket": "ask-steps@1.1.0",
    }
    for question, prompt in cases.items():
        assert ask_model(shop_index, question, options_for(GOOD, strategy="auto")).prompt == prompt
    small = options_for(GOOD, strategy="auto", window=3_000)
    assert ask_model(shop_index, "how does checkout charge", small).prompt == "ask@1.1.0"


@pytest.mark.parametrize(
    ("question", "shape", "strategy"),
    [
        ("where is auth handled", "where", "direct"),
        ("why are payments retried", "why", "steps"),
        ("where is auth? where is the hash? where is the gateway?", "where", "decompose"),
        ("how are passwords hashed and how is the stock of the inventory reserved when a basket is paid? ", "how", "decompose"),
        ("how are passwords hashed and salted?", "how", "steps"),
        ("where are bands and understanding", "where", "direct"),
    ],
)
def test_auto_counts_the_parts_of_a_question(question, shape, strategy):
    assert choose(question, shape, options_for(strategy="auto")) == strategy


def test_auto_answers_directly_if_tokens_are_limited():
    options = options_for(strategy="auto", config=Config(model=ModelConfig(max_tokens=10_000)))
    assert choose("why are payments retried", "why", options) == "direct"
    options.strategy = "vote"
    assert choose("why are payments retried", "why", options) == "vote"


def test_repeated_and_empty_parts_are_not_asked(shop_index):
    parts = json.dumps({"questions": ["what is RETRIES", "   ", "what is RETRIES ", "what is Gateway"]})
    options = options_for(parts, "a [1].", "b [2].", "both [1] [2].", strategy="decompose")
    answer = ask_model(shop_index, "what are RETRIES and Gateway", options)
    assert answer.steps == ["part 1: what is RETRIES", "part 2: what is Gateway"]
    assert len(sent(options)) == 4


def test_an_action_that_was_done_is_not_done_again(shop_index):
    again = json.dumps({"thought": "t", "action": "symbol", "argument": "Inventory"})
    done = json.dumps({"thought": "t", "action": "answer", "argument": ""})
    options = options_for(again, again, done, "In `Reserve` [1].", strategy="explore")
    answer = ask_model(shop_index, "how is stock reserved", options)
    assert answer.text == "In `Reserve` [1]."
    assert "already done; look elsewhere or answer" in sent(options)[2].messages[-1].content
    assert len({(b.path, b.start_line, b.end_line) for b in answer.blocks}) == len(answer.blocks)
