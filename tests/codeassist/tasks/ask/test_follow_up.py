"""Follow-ups, clarifying questions and examples of accepted answers."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codeassist.config import Config, ModelConfig
from codeassist.errors import ModelError
from codeassist.models.messages import Message
from codeassist.models.session import Session
from codeassist.prompts import Library
from codeassist.tasks.ask.follow_up import (
    KEPT_BACK,
    Exchange,
    as_messages,
    clarified,
    clarifying,
    similar_examples,
    standalone,
    subject_of,
    unanswered,
)
from codeassist.testing import ScriptedChat


def test_a_follow_up_without_history_or_with_a_failing_model_is_not_rewritten(shop_index):
    library = Library.of(None, Config())
    assert standalone("why?", [], None, library) == "why?"
    failing = Session(ScriptedChat([ModelError("x")]), ModelConfig())
    history = [Message("user", "where is auth"), Message("assistant", "there")]
    assert standalone("why?", history, failing, library) == "why? where is auth"


def test_a_vague_question_gets_clarifying_questions(shop_index):
    session = Session(ScriptedChat([json.dumps({"questions": ["Which one?"]})]), ModelConfig())
    hits = shop_index.search("render")
    assert clarifying("how does it work", session, Library.of(None, Config()), hits) == ["Which one?"]
    assert "shop/web" in session.model.requests[0].messages[-1].content


def test_the_most_similar_accepted_answers_serve_as_examples(shop_index):
    accepted = [("how is stock reserved", "a"), ("where are passwords hashed", "b"), ("what renders templates", "c")]
    assert similar_examples(shop_index, "where is the password hash made", accepted, 1) == [("where are passwords hashed", "b")]
    assert similar_examples(shop_index, "x", accepted, 0) == []


EXCHANGES = st.lists(
    st.builds(
        Exchange,
        st.sampled_from(["", "q", "why?"]),
        st.sampled_from(["", "It is. [1]"]),
        st.lists(st.sampled_from("abc"), max_size=2).map(tuple),
    ),
    max_size=4,
)


@settings(deadline=None)
@given(EXCHANGES, st.sets(st.sampled_from("abc")))
def test_answers_from_private_files_are_replaced_by_a_notice(exchanges, private):
    messages = as_messages(exchanges, private.__contains__)
    assert [m.role for m in messages] == ["user", "assistant"] * len(exchanges)
    assert [m.content for m in messages[::2]] == [e.question for e in exchanges]
    for exchange, message in zip(exchanges, messages[1::2], strict=True):
        assert message.content == (KEPT_BACK if private & set(exchange.paths) else exchange.answer.removesuffix(" [1]"))


@pytest.mark.parametrize(
    ("reply", "query"),
    [
        ('"who calls hash_password"\nBecause of that.', "who calls hash_password"),
        ("", "why? where is auth"),
        ("long " * 100, "why? where is auth"),
    ],
)
def test_the_first_line_of_the_rewritten_question_is_used_if_it_can_be_searched_for(reply, query):
    session = Session(ScriptedChat([reply]), ModelConfig())
    history = [Message("user", "where is auth"), Message("assistant", "there")]
    assert standalone("why?", history, session, Library.of(None, Config())) == query


def test_a_follow_up_with_enough_words_is_searched_for_on_its_own():
    history = [Message("user", "where is auth"), Message("assistant", "there")]
    question = "where does checkout charge the gateway account"
    assert standalone(question, history, None, Library.of(None, Config())) == question


def test_replies_to_clarifying_questions_are_added_and_empty_ones_left_out():
    assert clarified("how does it work", [("Which one?", "the gateway"), ("When?", "  ")]) == (
        "how does it work (Which one? the gateway)"
    )
    assert clarified("how does it work", []) == "how does it work"


def test_empty_clarifying_questions_are_dropped(shop_index):
    session = Session(ScriptedChat([json.dumps({"questions": ["Which one?", "   ", " Since when? "]})]), ModelConfig())
    assert clarifying("how", session, Library.of(None, Config()), []) == ["Which one?", "Since when?"]


def test_a_follow_up_binds_to_the_subject_of_the_last_question():
    library = Library.of(None, Config())
    history = [Message("user", "where is ZshComplete"), Message("assistant", "there")]
    assert standalone("who uses it", history, None, library) == "who uses ZshComplete"
    history += [Message("user", "who uses it"), Message("assistant", "nobody")]
    assert standalone("and where is it tested?", history, None, library) == "and where is ZshComplete tested?"
    assert standalone("and which tests cover it", history, None, library) == "and which tests cover ZshComplete"


@pytest.mark.parametrize("doubt", ["", "Probably, but the match is weak: "])
def test_a_question_without_a_name_leaves_the_first_definition_of_its_answer_as_the_subject(doubt):
    history = [
        Message("user", "how long does it pause before a request is sent again"),
        Message("assistant", f"{doubt}`Retry.delay` in `shop/retry.py` [1]: The pause.\n- `Gateway` in `shop/pay.py` [2]"),
    ]
    library = Library.of(None, Config())
    assert standalone("and which tests cover it", history, None, library) == "and which tests cover Retry.delay"
    history[1] = Message("assistant", "“Retries” in `README.md` [1]: They are made.")
    assert standalone("who uses it", history, None, library).startswith("who uses it how long")


@pytest.mark.parametrize(
    ("question", "subject"),
    [
        ("how does checkout work", "checkout"),
        ("what is Gateway.charge", "Gateway.charge"),
        ("who calls it", ""),
        ("where is the config file of the server parsed", ""),
    ],
)
def test_the_subject_of_a_question_is_its_name_or_its_only_word(question, subject):
    assert subject_of(question) == subject


def test_earlier_answers_name_their_places_instead_of_numbers_that_now_mean_other_blocks():
    told = "In `hash_password` [1], called by `authenticate` [2, 7].\n\n```python\nvalues[1] ; x\n```"
    exchange = Exchange("where", told, cited={1: "shop/auth.py:3-5", 2: "shop/auth.py:8-9"})
    (_, answer) = as_messages([exchange, Exchange("and", "There [3].")], lambda _: False)[:2]
    assert answer.content.startswith("In `hash_password` (`shop/auth.py:3-5`), called by `authenticate` (`shop/auth.py:8-9`).")
    assert "values[1]" in answer.content
    assert as_messages([Exchange("and", "There [3].")], lambda _: False)[1].content == "There."


REFUSAL = "Not found in this repository: nothing in it mentions “kafka”. Nearest:\n- `a.py:1`: `x`"


def test_later_follow_ups_go_on_from_the_last_question_that_can_be_understood_alone():
    library = Library.of(None, Config())
    history = [
        Message("user", "how are retries of uploads delayed after errors"),
        Message("assistant", "“Retries” in `README.md` [1]: They wait."),
        Message("user", "and by default?"),
        Message("assistant", "“Retries” in `README.md` [1]: One second."),
    ]
    assert standalone("why so long", history, None, library) == "why so long how are retries of uploads delayed after errors"
    assert standalone("where are sockets closed", history, None, library) == "where are sockets closed"


@pytest.mark.parametrize(
    ("question", "before"),
    [
        ("why not?", "how do I connect to a kafka broker"),
        ("and where is it tested?", "how do I connect to a kafka broker"),
        ("how would I do it then", "how do I connect to a kafka broker"),
        ("where are passwords hashed", ""),
        ("Is there a cache?", ""),
        ("are there any retries", ""),
        ("Caching?", ""),
        ("and how is a session kept in redis streams", ""),
    ],
)
def test_a_follow_up_on_a_refused_question_has_nothing_to_go_on_from(question, before):
    history = [Message("user", "how do I connect to a kafka broker"), Message("assistant", REFUSAL)]
    assert unanswered(question, history) == before
    history[1] = Message("assistant", "“Brokers” in `README.md` [1]: Connect.")
    assert unanswered(question, history) == ""


def test_a_refused_question_with_a_name_leaves_its_name_as_the_subject():
    history = [Message("user", "where is KafkaBroker"), Message("assistant", REFUSAL)]
    assert unanswered("who uses it", history) == ""
    assert standalone("who uses it", history, None, Library.of(None, Config())) == "who uses KafkaBroker"


def test_that_means_the_subject_where_nothing_follows_but_a_verb():
    history = [Message("user", "where is ZshComplete"), Message("assistant", "there")]
    library = Library.of(None, Config())
    assert standalone("and where is that tested?", history, None, library) == "and where is ZshComplete tested?"
    assert standalone("is that possible", history, None, library) == "is that possible where is ZshComplete"
