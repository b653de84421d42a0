"""Answers of a model: strategies, streaming, checks, fallback, follow-ups; on a scripted model and the real prompts."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeassist.config import AskConfig, Config, ModelConfig, PrivacyConfig
from codeassist.deadline import Events
from codeassist.errors import ModelError
from codeassist.evidence.claims import check, cited_numbers, sentences
from codeassist.models.messages import Message
from codeassist.models.session import Session
from codeassist.prompts import Library
from codeassist.runs.store import RunStore
from codeassist.tasks.ask import AskOptions, ask_model, plan_model_answer
from codeassist.tasks.ask.conversation import AskContext, ask_question, earlier_exchanges, plan_question
from codeassist.tasks.ask.dialogue import Exchange, clarifying, similar_examples, standalone
from codeassist.tasks.ask.replay import context_of_run
from codeassist.tasks.ask.streaming import Splitter
from codeassist.testing import ScriptedChat
from indexers import Index, QueryError
from tests.conftest import write

GOOD = "`authenticate` in `shop/auth.py` compares the digests of the password [1]."


class Streamed(Events):
    """Keeps the pieces of an answer."""

    def __init__(self, pieces):
        self.pieces = pieces

    def text(self, piece):
        self.pieces.append(piece)


def asking(*answers, strategy="direct", config=None, remote=False, window=16_384, **how):
    config = config or Config()
    model = ScriptedChat(answers, remote=remote, context_window=window)
    return AskOptions(Session(model, config.model), Library.of(None, config), config, strategy=strategy, **how)


def sent(question):
    return question.session.model.requests


def test_a_direct_answer_is_streamed_cited_and_checked(shop_index):
    pieces = []
    put = asking(GOOD, events=Streamed(pieces))
    answer = ask_model(shop_index, "where is auth handled", put)
    assert "".join(pieces) == answer.text == GOOD
    assert [(c.n, c.path) for c in answer.citations] == [(1, "shop/auth.py")]
    assert answer.found
    assert answer.checks.clean
    assert answer.prompt == "ask@1.0.0"
    context = sent(put)[0].messages[-1].content
    assert "[1] shop/auth.py:" in context
    assert answer.as_json()["checks"]["unverified"] == []


def test_inventions_are_marked(shop_index):
    text = (
        "Auth lives in `authenticate` [1] and `shop/oracle.py` [2]. It asks the `PasswordOracle`. "
        "`os.environ` and `None` are not names of its own. The moon is made of cheese. See [77]."
    )
    answer = ask_model(shop_index, "where is auth handled", asking(text))
    assert answer.checks.unverified == ("shop/oracle.py", "PasswordOracle", "os.environ")
    assert answer.checks.dangling == (77,)
    assert "The moon is made of cheese." in answer.checks.unsupported
    assert not any("Auth lives in" in s and "oracle" not in s for s in answer.checks.unsupported)


def test_what_exists_is_not_marked(shop_index):
    text = "`hash_password(password, salt)` uses `hashlib` [1]; see `payments.py`, `shop/web/`, `Gateway.charge` and `RETRIES` [1]."
    answer = ask_model(shop_index, "where is auth handled", asking(text))
    assert answer.checks.unverified == ()


def test_a_citation_whose_lines_changed_is_said(shop):
    with Index.build(shop) as index:

        def change(_):
            write(shop, {"shop/auth.py": "# gone\n"})
            return GOOD

        assert ask_model(index, "where is auth handled", asking(change)).checks.changed == (1,)


def test_nothing_is_asked_about_what_is_not_there(shop_index):
    put = asking("never said")
    answer = ask_model(shop_index, "kubernetes ingress helm chart autoscaling", put)
    assert not answer.found
    assert sent(put) == []


@pytest.mark.parametrize("text", ["Not found: no block shows a port.", "未找到：没有相关代码。", "**Not found:** x"])
def test_a_model_that_finds_nothing_is_believed(shop_index, text):
    answer = ask_model(shop_index, "where is auth handled", asking(text))
    assert not answer.found
    assert answer.checks is None


def test_steps_keep_the_reasoning_apart(shop_index):
    pieces = []
    put = asking(f"<reasoning>First [2], then [1].</reasoning>\n{GOOD}", strategy="steps", events=Streamed(pieces))
    answer = ask_model(shop_index, "how does auth work", put)
    assert answer.text == "".join(pieces) == GOOD
    assert answer.reasoning == "First [2], then [1]."
    assert answer.prompt == "ask-steps@1.0.0"


def test_vote_takes_the_answer_most_agree_with(shop_index):
    answers = ["In `checkout` [3].", GOOD, "It is `authenticate` of `shop/auth.py` [1].", "Somewhere [2] [4]."]
    put = asking(*answers, strategy="vote", config=Config(ask=AskConfig(samples=4)))
    answer = ask_model(shop_index, "where is auth handled", put)
    assert answer.text == GOOD
    assert answer.agreement == pytest.approx(1 / 6, abs=1e-3)
    assert {r.temperature for r in sent(put)} == {0.7}
    assert len({r.seed for r in sent(put)}) == 4
    assert len(answer.steps) == 4


def test_decompose_retrieves_for_each_part_and_joins(shop_index):
    parts = json.dumps({"questions": ["where are passwords hashed", "how is stock reserved"]})
    put = asking(
        parts,
        "In `hash_password` [1].",
        "In `Reserve` [2].",
        "`hash_password` [1], then `Reserve` [2].",
        strategy="decompose",
        config=Config(ask=AskConfig(context_tokens=220)),
    )
    answer = ask_model(shop_index, "how are passwords hashed and how is stock reserved", put)
    assert answer.prompt == "ask-join@1.0.0"
    assert "In `Reserve` [2]." in sent(put)[-1].messages[-1].content
    assert answer.steps == ["part 1: where are passwords hashed", "part 2: how is stock reserved"]
    assert len({b.n for b in answer.blocks}) == len(answer.blocks)
    assert sent(put)[0].schema["title"] == "parts"


def test_explore_looks_around_within_its_limits(shop_index):
    def act(action, argument=""):
        return json.dumps({"thought": "t", "action": action, "argument": argument})

    put = asking(
        act("symbol", "Inventory"),
        act("read", "shop/web/routes.js:1-3"),
        act("read", "../../etc/passwd"),
        act("callers", "render"),
        act("search", "x"),
        "In `checkout` [1].",
        strategy="explore",
        config=Config(ask=AskConfig(steps=5)),
    )
    answer = ask_model(shop_index, "who renders pages", put)
    assert len(sent(put)) == 6
    assert answer.text == "In `checkout` [1]."
    assert "read ../../etc/passwd" in answer.steps
    assert not any("passwd" in b.path for b in answer.blocks)
    last = sent(put)[4].messages[-1].content
    assert "Done: read ../../etc/passwd -> nothing found" in last


def test_auto_picks_by_shape_and_window(shop_index):
    cases = {
        "where is auth handled": "ask@1.0.0",
        "how does checkout charge the basket": "ask-steps@1.0.0",
    }
    for question, prompt in cases.items():
        assert ask_model(shop_index, question, asking(GOOD, strategy="auto")).prompt == prompt
    small = asking(GOOD, strategy="auto", window=3_000)
    assert ask_model(shop_index, "how does checkout charge", small).prompt == "ask@1.0.0"


@pytest.mark.parametrize("window", [1_500, 2_000, 3_000])
def test_a_small_window_is_never_overflown(shop_index, window):
    put = asking(GOOD, window=window, config=Config(model=ModelConfig(max_output_tokens=400)))
    ask_model(shop_index, "where is auth handled", put)
    request = sent(put)[0]
    assert sum(put.session.model.count_tokens(m.content) for m in request.messages) + 400 <= window


def test_files_that_must_not_be_sent_are_not_sent(shop_index):
    config = Config(privacy=PrivacyConfig(never_send=["shop/auth.py"]))
    put = asking("In `checkout` [1].", config=config, remote=True)
    answer = ask_model(shop_index, "where is auth handled", put)
    assert "hashlib" not in str([m.content for m in sent(put)[0].messages])
    assert ("shop/auth.py", "private") in {(o.path, o.reason) for o in answer.left_out}
    local = asking(GOOD, config=config)
    ask_model(shop_index, "where is auth handled", local)
    assert "hashlib" in sent(local)[0].messages[-1].content


def test_examples_and_history_reach_the_model(shop_index):
    history = [Message("user", "where are passwords hashed"), Message("assistant", "In `hash_password` [1].")]
    put = asking(GOOD, history=history, examples=[("what is RETRIES", "Three [1].")])
    ask_model(shop_index, "where is auth handled", put)
    messages = sent(put)[0].messages
    assert [m.role for m in messages] == ["system", "user", "assistant", "user"]
    assert "Three [1]." in messages[0].content


def test_the_oldest_exchange_is_forgotten_when_the_window_is_full(shop_index):
    history = [Message(role, f"{n} " + "words " * 300) for n in range(6) for role in ("user", "assistant")]
    put = asking(GOOD, history=history, window=3_000)
    ask_model(shop_index, "where is auth handled", put)
    told = sent(put)[0].messages
    assert told[-2].content.startswith("5 ")
    assert len(told) < 14


def test_a_dry_run_shows_what_the_real_one_sends(shop_index):
    put = asking(GOOD, remote=True)
    planned = plan_model_answer(shop_index, "where is auth handled", put)
    assert planned.messages
    put = asking(GOOD, remote=True)
    ask_model(shop_index, "where is auth handled", put)
    assert list(sent(put)[0].messages) == planned.messages
    assert (planned.prompt, planned.masked) == ("ask@1.0.0", 0)
    assert planned.packed.blocks[0].path == "shop/auth.py"


@pytest.mark.parametrize("strategy", ["steps", "vote", "decompose", "explore"])
def test_a_dry_run_follows_every_strategy(shop_index, strategy):
    examples = [("what is RETRIES", "Three [1].")]
    planned = plan_model_answer(shop_index, "how does auth work", asking(strategy=strategy, examples=examples))
    put = asking(ModelError("enough"), strategy=strategy, examples=examples)
    with pytest.raises(ModelError):
        ask_model(shop_index, "how does auth work", put)
    assert list(sent(put)[0].messages) == planned.messages


def test_a_dry_run_shows_the_call_that_rewrites_a_follow_up(shop_index, tmp_path):
    told = [Exchange("where are passwords hashed", "In `hash_password` [1].")]
    planned = plan_question(shop_index, "and the tests?", turn(tmp_path, GOOD, history=told))
    assert "Last question: and the tests?" in planned.before[-1].content
    assert "hash_password" in planned.messages[-2].content


def private_turn(tmp_path, *answers, **how):
    config = Config(privacy=PrivacyConfig(never_send=["shop/auth.py"]), ask=AskConfig(examples=2))
    session = Session(ScriptedChat(answers, remote=True), config.model)
    return AskContext(config, Library.of(None, config), session, strategy="direct", store=RunStore(tmp_path), **how)


def test_answers_made_from_private_files_are_not_told_later(shop_index, tmp_path):
    first = ask_question(shop_index, "where are passwords hashed", turn(tmp_path))
    assert "sha256" in first.answer.text
    RunStore(tmp_path).rate(first.run.id, 1)
    history, number = earlier_exchanges(RunStore(tmp_path))
    again = private_turn(tmp_path, "where is it tested", "In tests [1].", history=history, continues=number)
    ask_question(shop_index, "and where is it tested?", again)
    said = str([m.content for r in again.session.model.requests for m in r.messages])
    assert "sha256" not in said
    assert "not sent" in said


def test_a_replayed_follow_up_has_its_past(shop_index, tmp_path):
    ask_question(shop_index, "where are passwords hashed", turn(tmp_path, "In `hash_password` [1]."))
    history, number = earlier_exchanges(RunStore(tmp_path))
    second = ask_question(
        shop_index,
        "who uses it?",
        turn(tmp_path, "who calls hash_password", "In `authenticate` [1].", history=history, continues=number),
    )
    third = context_of_run(second.run, turn(tmp_path, "In `authenticate` [1]."))
    outcome = ask_question(shop_index, second.run.question, third)
    assert outcome.run.parameters.query == "who calls hash_password"
    assert [m.role for m in third.session.model.requests[0].messages] == ["system", "user", "assistant", "user"]


def test_a_failed_call_is_counted_and_kept(shop_index, tmp_path):
    outcome = ask_question(shop_index, "where is auth handled", turn(tmp_path, ModelError("gone", partial="Half of it")))
    run = RunStore(tmp_path).get(outcome.run.id)
    assert run.messages[0][0]["role"] == "system"
    assert run.prompt == "ask@1.0.0"
    assert run.input_tokens > 100
    assert run.output_tokens > 0


def test_the_sample_that_was_chosen_says_how_it_ended(shop_index):
    model = ScriptedChat([GOOD, GOOD, "x [9]"])
    ends = iter(["length", "stop", "stop"])
    real = model.generate
    model.generate = lambda request, on_text=None: replace(real(request, on_text), finish=next(ends))
    config = Config(ask=AskConfig(samples=3))
    put = AskOptions(Session(model, config.model), Library.of(None, config), config, strategy="vote")
    assert ask_model(shop_index, "where is auth handled", put).finish == "length"


def test_an_empty_question_is_refused(shop_index):
    with pytest.raises(QueryError):
        ask_model(shop_index, "  ", asking(GOOD))


def turn(tmp_path, *answers, **how):
    config = how.pop("config", Config())
    session = Session(ScriptedChat(answers), config.model) if answers else None
    return AskContext(config, Library.of(None, config), session, strategy="direct", store=RunStore(tmp_path), **how)


def test_a_failing_model_leaves_the_extractive_answer_and_a_run(shop_index, tmp_path):
    outcome = ask_question(shop_index, "where is auth handled", turn(tmp_path, ModelError("It broke.", partial="Half")))
    assert outcome.error is not None
    assert "`authenticate`" in outcome.answer.text
    run = RunStore(tmp_path).get(outcome.run.id)
    assert (run.error, run.parameters.partial) == ("It broke.", "Half")


def test_a_follow_up_is_searched_for_as_a_question_of_its_own(shop_index, tmp_path):
    first = ask_question(shop_index, "where are passwords hashed", turn(tmp_path, "In `hash_password` [1]."))
    history, number = earlier_exchanges(RunStore(tmp_path))
    assert number == first.run.id
    second = turn(tmp_path, "who calls hash_password", "In `authenticate` [1].", history=history, continues=number)
    outcome = ask_question(shop_index, "and who uses it?", second)
    assert outcome.run.parameters.query == "who calls hash_password"
    assert outcome.answer.question == "and who uses it?"
    history, _ = earlier_exchanges(RunStore(tmp_path))
    assert [told.question for told in history] == ["where are passwords hashed", "and who uses it?"]
    extractive = ask_question(shop_index, "and where is it tested?", turn(tmp_path, history=history[:1], continues=1))
    assert "where are passwords hashed" in extractive.run.parameters.query


def test_a_follow_up_without_a_past_or_with_a_silent_model_is_left_alone(shop_index):
    library = Library.of(None, Config())
    assert standalone("why?", [], None, library) == "why?"
    mute = Session(ScriptedChat([ModelError("x")]), ModelConfig())
    told = [Message("user", "where is auth"), Message("assistant", "there")]
    assert standalone("why?", told, mute, library) == "why? where is auth"


def test_a_vague_question_is_asked_back(shop_index):
    session = Session(ScriptedChat([json.dumps({"questions": ["Which one?"]})]), ModelConfig())
    hits = shop_index.search("render")
    assert clarifying("how does it work", session, Library.of(None, Config()), hits) == ["Which one?"]
    assert "shop/web" in session.model.requests[0].messages[-1].content


def test_the_most_alike_accepted_answers_serve_as_examples(shop_index):
    accepted = [("how is stock reserved", "a"), ("where are passwords hashed", "b"), ("what renders templates", "c")]
    assert similar_examples(shop_index, "where is the password hash made", accepted, 1) == [("where are passwords hashed", "b")]
    assert similar_examples(shop_index, "x", accepted, 0) == []


@given(
    st.lists(
        st.sampled_from(["<think>", "</think>", "a", " b\n", "<", "th", "<reasoning>", "</reasoning>", "[1]"]), max_size=14
    ),
    st.integers(1, 5),
)
def test_pieces_of_any_size_give_the_same_answer(parts, size):
    text = "".join(parts)
    spoken = []
    split = Splitter(spoken.append)
    for start in range(0, len(text), size):
        split.feed(text[start : start + size])
    split.close()
    whole = Splitter()
    whole.feed(text)
    whole.close()
    assert split.split() == whole.split()
    said = "".join(spoken)
    assert "<think>" not in said or said.index("<think>") > 0  # later on it is text that speaks of tags


@pytest.mark.parametrize(
    ("text", "answer", "reasoning"),
    [
        ("<think>a</think>b", "b", "a"),
        ("all this\n</think>\nb", "b", "all this"),
        ("It is cut at the tag `</reasoning>` in `x`.", "It is cut at the tag `</reasoning>` in `x`.", ""),
        ("Write `<answer>42</answer>` there.", "Write `<answer>42</answer>` there.", ""),
        ("<reasoning>r</reasoning><answer>b</answer>", "b", "r"),
    ],
)
def test_tags_count_where_a_model_uses_them(text, answer, reasoning):
    splitter = Splitter()
    splitter.feed(text)
    splitter.close()
    assert splitter.split() == (answer, reasoning)


def test_citations_and_sentences_are_found_where_they_are(shop_index):
    text = "# Head\nAuth is here [1, 2]. And there [3].\n\n```python\nx[4]\n```\n- A list item of words [5]\n[6](link)"
    assert cited_numbers(text) == [1, 2, 3, 5]
    assert cited_numbers("The path is `sys.argv[1]` and the rest `argv[0]` [2].") == [2]
    assert sentences("It works. [1]\n\nSo it does. Really?") == ["It works. [1]", "So it does.", "Really?"]
    assert check(shop_index, "", []).clean
