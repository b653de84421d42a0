"""Answers of a model: strategies, streaming, checks, fallback, follow-ups; with a scripted model and the real prompts."""

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
from codeassist.tasks.ask.ask_question import AskContext, ask_question, earlier_exchanges, plan_question
from codeassist.tasks.ask.follow_up import Exchange, clarifying, similar_examples, standalone
from codeassist.tasks.ask.replay import context_of_run
from codeassist.tasks.ask.streaming import Splitter
from codeassist.testing import ScriptedChat
from indexers import Index, QueryError
from tests.conftest import write

GOOD = "`authenticate` in `shop/auth.py` compares the digests of the password [1]."


class Streamed(Events):
    """Records the streamed pieces of an answer."""

    def __init__(self, pieces):
        self.pieces = pieces

    def text(self, piece):
        self.pieces.append(piece)


def options_for(*answers, strategy="direct", config=None, remote=False, window=16_384, **how):
    config = config or Config()
    model = ScriptedChat(answers, remote=remote, context_window=window)
    return AskOptions(Session(model, config.model), Library.of(None, config), config, strategy=strategy, **how)


def sent(options):
    return options.session.model.requests


def test_a_direct_answer_is_streamed_cited_and_checked(shop_index):
    pieces = []
    options = options_for(GOOD, events=Streamed(pieces))
    answer = ask_model(shop_index, "where is auth handled", options)
    assert "".join(pieces) == answer.text == GOOD
    assert [(c.n, c.path) for c in answer.citations] == [(1, "shop/auth.py")]
    assert answer.found
    assert answer.checks.clean
    assert answer.prompt == "ask@1.0.0"
    context = sent(options)[0].messages[-1].content
    assert "[1] shop/auth.py:" in context
    assert answer.as_json()["checks"]["unverified"] == []


def test_invented_names_and_citations_are_reported(shop_index):
    text = (
        "Auth lives in `authenticate` [1] and `shop/oracle.py` [2]. It asks the `PasswordOracle`. "
        "`os.environ` and `None` are not names of its own. The moon is made of cheese. See [77]."
    )
    answer = ask_model(shop_index, "where is auth handled", options_for(text))
    assert answer.checks.unverified == ("shop/oracle.py", "PasswordOracle", "os.environ")
    assert answer.checks.dangling == (77,)
    assert "The moon is made of cheese." in answer.checks.unsupported
    assert not any("Auth lives in" in s and "oracle" not in s for s in answer.checks.unsupported)


def test_existing_names_are_not_reported(shop_index):
    text = "`hash_password(password, salt)` uses `hashlib` [1]; see `payments.py`, `shop/web/`, `Gateway.charge` and `RETRIES` [1]."
    answer = ask_model(shop_index, "where is auth handled", options_for(text))
    assert answer.checks.unverified == ()


def test_a_citation_of_changed_lines_is_reported(shop):
    with Index.build(shop) as index:

        def change(_):
            write(shop, {"shop/auth.py": "# gone\n"})
            return GOOD

        assert ask_model(index, "where is auth handled", options_for(change)).checks.changed == (1,)


def test_the_model_is_not_asked_about_missing_code(shop_index):
    options = options_for("never sent")
    answer = ask_model(shop_index, "kubernetes ingress helm chart autoscaling", options)
    assert not answer.found
    assert sent(options) == []


@pytest.mark.parametrize("text", ["Not found: no block shows a port.", "未找到：没有相关代码。", "**Not found:** x"])
def test_a_not_found_answer_of_the_model_is_accepted(shop_index, text):
    answer = ask_model(shop_index, "where is auth handled", options_for(text))
    assert not answer.found
    assert answer.checks is None


def test_steps_separate_the_reasoning_from_the_answer(shop_index):
    pieces = []
    options = options_for(f"<reasoning>First [2], then [1].</reasoning>\n{GOOD}", strategy="steps", events=Streamed(pieces))
    answer = ask_model(shop_index, "how does auth work", options)
    assert answer.text == "".join(pieces) == GOOD
    assert answer.reasoning == "First [2], then [1]."
    assert answer.prompt == "ask-steps@1.0.0"


def test_vote_chooses_the_answer_with_the_most_agreement(shop_index):
    answers = ["In `checkout` [3].", GOOD, "It is `authenticate` of `shop/auth.py` [1].", "Somewhere [2] [4]."]
    options = options_for(*answers, strategy="vote", config=Config(ask=AskConfig(samples=4)))
    answer = ask_model(shop_index, "where is auth handled", options)
    assert answer.text == GOOD
    assert answer.agreement == pytest.approx(1 / 6, abs=1e-3)
    assert {r.temperature for r in sent(options)} == {0.7}
    assert len({r.seed for r in sent(options)}) == 4
    assert len(answer.steps) == 4


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


def test_explore_runs_actions_within_its_limits(shop_index):
    def act(action, argument=""):
        return json.dumps({"thought": "t", "action": action, "argument": argument})

    options = options_for(
        act("symbol", "Inventory"),
        act("read", "shop/web/routes.js:1-3"),
        act("read", "../../etc/passwd"),
        act("callers", "render"),
        act("search", "x"),
        "In `checkout` [1].",
        strategy="explore",
        config=Config(ask=AskConfig(steps=5)),
    )
    answer = ask_model(shop_index, "who renders pages", options)
    assert len(sent(options)) == 6
    assert answer.text == "In `checkout` [1]."
    assert "read ../../etc/passwd" in answer.steps
    assert not any("passwd" in b.path for b in answer.blocks)
    last = sent(options)[4].messages[-1].content
    assert "Done: read ../../etc/passwd -> nothing found" in last


def test_auto_selects_by_question_shape_and_context_window(shop_index):
    cases = {
        "where is auth handled": "ask@1.0.0",
        "how does checkout charge the basket": "ask-steps@1.0.0",
    }
    for question, prompt in cases.items():
        assert ask_model(shop_index, question, options_for(GOOD, strategy="auto")).prompt == prompt
    small = options_for(GOOD, strategy="auto", window=3_000)
    assert ask_model(shop_index, "how does checkout charge", small).prompt == "ask@1.0.0"


@pytest.mark.parametrize("window", [1_500, 2_000, 3_000])
def test_a_small_context_window_is_never_exceeded(shop_index, window):
    options = options_for(GOOD, window=window, config=Config(model=ModelConfig(max_output_tokens=400)))
    ask_model(shop_index, "where is auth handled", options)
    request = sent(options)[0]
    assert sum(options.session.model.count_tokens(m.content) for m in request.messages) + 400 <= window


def test_private_files_are_not_sent(shop_index):
    config = Config(privacy=PrivacyConfig(never_send=["shop/auth.py"]))
    options = options_for("In `checkout` [1].", config=config, remote=True)
    answer = ask_model(shop_index, "where is auth handled", options)
    assert "hashlib" not in str([m.content for m in sent(options)[0].messages])
    assert ("shop/auth.py", "private") in {(o.path, o.reason) for o in answer.left_out}
    local = options_for(GOOD, config=config)
    ask_model(shop_index, "where is auth handled", local)
    assert "hashlib" in sent(local)[0].messages[-1].content


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


def test_a_dry_run_shows_the_request_of_the_real_run(shop_index):
    options = options_for(GOOD, remote=True)
    planned = plan_model_answer(shop_index, "where is auth handled", options)
    assert planned.messages
    options = options_for(GOOD, remote=True)
    ask_model(shop_index, "where is auth handled", options)
    assert list(sent(options)[0].messages) == planned.messages
    assert (planned.prompt, planned.masked) == ("ask@1.0.0", 0)
    assert planned.packed.blocks[0].path == "shop/auth.py"


@pytest.mark.parametrize("strategy", ["steps", "vote", "decompose", "explore"])
def test_a_dry_run_follows_every_strategy(shop_index, strategy):
    examples = [("what is RETRIES", "Three [1].")]
    planned = plan_model_answer(shop_index, "how does auth work", options_for(strategy=strategy, examples=examples))
    options = options_for(ModelError("enough"), strategy=strategy, examples=examples)
    with pytest.raises(ModelError):
        ask_model(shop_index, "how does auth work", options)
    assert list(sent(options)[0].messages) == planned.messages


def test_a_dry_run_shows_the_call_that_rewrites_a_follow_up(shop_index, tmp_path):
    history = [Exchange("where are passwords hashed", "In `hash_password` [1].")]
    planned = plan_question(shop_index, "and the tests?", turn(tmp_path, GOOD, history=history))
    assert "Last question: and the tests?" in planned.before[-1].content
    assert "hash_password" in planned.messages[-2].content


def private_turn(tmp_path, *answers, **how):
    config = Config(privacy=PrivacyConfig(never_send=["shop/auth.py"]), ask=AskConfig(examples=2))
    session = Session(ScriptedChat(answers, remote=True), config.model)
    return AskContext(config, Library.of(None, config), session, strategy="direct", store=RunStore(tmp_path), **how)


def test_answers_based_on_private_files_are_not_sent_later(shop_index, tmp_path):
    first = ask_question(shop_index, "where are passwords hashed", turn(tmp_path))
    assert "sha256" in first.answer.text
    RunStore(tmp_path).rate(first.run.id, 1)
    history, number = earlier_exchanges(RunStore(tmp_path))
    again = private_turn(tmp_path, "where is it tested", "In tests [1].", history=history, continues=number)
    ask_question(shop_index, "and where is it tested?", again)
    contents = str([m.content for r in again.session.model.requests for m in r.messages])
    assert "sha256" not in contents
    assert "not sent" in contents


def test_a_replayed_follow_up_has_its_history(shop_index, tmp_path):
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


def test_a_failed_call_is_counted_and_recorded(shop_index, tmp_path):
    outcome = ask_question(shop_index, "where is auth handled", turn(tmp_path, ModelError("gone", partial="Half of it")))
    run = RunStore(tmp_path).get(outcome.run.id)
    assert run.messages[0][0]["role"] == "system"
    assert run.prompt == "ask@1.0.0"
    assert run.input_tokens > 100
    assert run.output_tokens > 0


def test_vote_reports_the_finish_reason_of_the_chosen_sample(shop_index):
    model = ScriptedChat([GOOD, GOOD, "x [9]"])
    ends = iter(["length", "stop", "stop"])
    real = model.generate
    model.generate = lambda request, on_text=None: replace(real(request, on_text), finish=next(ends))
    config = Config(ask=AskConfig(samples=3))
    options = AskOptions(Session(model, config.model), Library.of(None, config), config, strategy="vote")
    assert ask_model(shop_index, "where is auth handled", options).finish == "length"


def test_an_empty_question_is_refused(shop_index):
    with pytest.raises(QueryError):
        ask_model(shop_index, "  ", options_for(GOOD))


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


def test_a_follow_up_is_searched_for_as_a_standalone_question(shop_index, tmp_path):
    first = ask_question(shop_index, "where are passwords hashed", turn(tmp_path, "In `hash_password` [1]."))
    history, number = earlier_exchanges(RunStore(tmp_path))
    assert number == first.run.id
    second = turn(tmp_path, "who calls hash_password", "In `authenticate` [1].", history=history, continues=number)
    outcome = ask_question(shop_index, "and who uses it?", second)
    assert outcome.run.parameters.query == "who calls hash_password"
    assert outcome.answer.question == "and who uses it?"
    history, _ = earlier_exchanges(RunStore(tmp_path))
    assert [exchange.question for exchange in history] == ["where are passwords hashed", "and who uses it?"]
    extractive = ask_question(shop_index, "and where is it tested?", turn(tmp_path, history=history[:1], continues=1))
    assert "where are passwords hashed" in extractive.run.parameters.query


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


@given(
    st.lists(
        st.sampled_from(["<think>", "</think>", "a", " b\n", "<", "th", "<reasoning>", "</reasoning>", "[1]"]), max_size=14
    ),
    st.integers(1, 5),
)
def test_pieces_of_any_size_give_the_same_answer(parts, size):
    text = "".join(parts)
    pieces = []
    split = Splitter(pieces.append)
    for start in range(0, len(text), size):
        split.feed(text[start : start + size])
    split.close()
    whole = Splitter()
    whole.feed(text)
    whole.close()
    assert split.split() == whole.split()
    streamed = "".join(pieces)
    assert "<think>" not in streamed or streamed.index("<think>") > 0  # after the start it is plain text


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
def test_tags_in_plain_text_are_kept(text, answer, reasoning):
    splitter = Splitter()
    splitter.feed(text)
    splitter.close()
    assert splitter.split() == (answer, reasoning)


def test_citations_and_sentences_are_extracted(shop_index):
    text = "# Head\nAuth is here [1, 2]. And there [3].\n\n```python\nx[4]\n```\n- A list item of words [5]\n[6](link)"
    assert cited_numbers(text) == [1, 2, 3, 5]
    assert cited_numbers("The path is `sys.argv[1]` and the rest `argv[0]` [2].") == [2]
    assert sentences("It works. [1]\n\nSo it does. Really?") == ["It works. [1]", "So it does.", "Really?"]
    assert check(shop_index, "", []).clean
