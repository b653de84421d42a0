"""A question in progress: its messages, its token budget and the numbers of its blocks."""

from __future__ import annotations

import pytest

from codeassist.config import Config, ModelConfig
from codeassist.deadline import Cancel
from codeassist.errors import CancelledError, PromptError
from codeassist.evidence.packing import Source
from codeassist.models.messages import Message
from codeassist.tasks.ask import ask_model
from codeassist.tasks.ask.answer_in_progress import AnswerInProgress
from tests.codeassist.tasks.ask.conftest import GOOD, Streamed, options_for, sent


@pytest.mark.parametrize("window", [1_500, 2_000, 3_000])
def test_a_small_context_window_is_never_exceeded(shop_index, window):
    options = options_for(GOOD, window=window, config=Config(model=ModelConfig(max_output_tokens=400)))
    ask_model(shop_index, "where is auth handled", options)
    request = sent(options)[0]
    assert sum(options.session.model.count_tokens(m.content) for m in request.messages) + 400 <= window


def test_examples_and_history_reach_the_model(shop_index):
    history = [Message("user", "where are passwords hashed"), Message("assistant", "In `hash_password` [1].")]
    options = options_for(GOOD, history=history, examples=[("what is RETRIES", "Three [1].")])
    ask_model(shop_index, "where is auth handled", options)
    messages = sent(options)[0].messages
    assert [m.role for m in messages] == ["system", "user", "assistant", "user"]
    assert "Three [1]." in messages[0].content


def test_the_oldest_exchange_is_dropped_if_the_context_window_is_full(shop_index):
    history = [Message(role, f"{n} " + "words " * 300) for n in range(6) for role in ("user", "assistant")]
    options = options_for(GOOD, history=history, window=3_000)
    ask_model(shop_index, "where is auth handled", options)
    messages = sent(options)[0].messages
    assert messages[-2].content.startswith("5 ")
    assert len(messages) < 14


def in_progress(index, options):
    return AnswerInProgress(index, "where is auth handled", options, Source(index))


def test_block_numbers_continue_over_several_retrievals(shop_index):
    work = in_progress(shop_index, options_for())
    first = work.gather("password hash", 150)
    second = work.gather("inventory reserve", 150)
    assert first.blocks
    assert second.blocks
    assert [b.n for b in work.blocks] == list(range(1, len(first.blocks) + len(second.blocks) + 1))
    assert work.left_out == first.left_out + second.left_out


def test_only_the_main_prompt_can_be_replaced_and_is_recorded(shop_index):
    work = in_progress(shop_index, options_for(prompt="ask-steps"))
    assert work.load("ask-decompose").name == "ask-decompose"
    assert work.prompt is None
    assert work.load("ask", main=True).name == "ask-steps"
    assert work.prompt is not None
    assert work.prompt.name == "ask-steps"


def test_an_unknown_prompt_is_an_error(shop_index):
    with pytest.raises(PromptError, match="asc"):
        in_progress(shop_index, options_for(prompt="asc")).load("ask", main=True)


def test_a_cancelled_question_is_not_sent(shop_index):
    cancel = Cancel()
    options = options_for(GOOD, cancel=cancel)
    cancel.request()
    with pytest.raises(CancelledError):
        ask_model(shop_index, "where is auth handled", options)
    assert sent(options) == []


def test_a_quiet_call_is_not_streamed(shop_index):
    pieces = []
    options = options_for(GOOD, "<think>hm</think>" + GOOD, events=Streamed(pieces))
    work = in_progress(shop_index, options)
    prompt = work.load("ask")
    inputs = {"question": "q", "examples": [], "context": ""}
    assert work.ask(prompt, inputs, aloud=False) == GOOD
    assert pieces == []
    assert work.ask(prompt, inputs) == "".join(pieces) == GOOD
    assert work.reasoning == ["hm"]
