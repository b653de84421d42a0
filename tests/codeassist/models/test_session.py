"""Sessions: masking, limits, the cache, and what a run cost."""

from __future__ import annotations

import threading

import pytest

from codeassist.config import Config, ModelConfig, PrivacyConfig, TaskConfig
from codeassist.config.schema import TasksConfig
from codeassist.deadline import Deadline
from codeassist.errors import BudgetError, ModelError
from codeassist.models.ledger import Call, Ledger
from codeassist.models.load_model import load
from codeassist.models.messages import Asking, Message, Reply
from codeassist.models.session import Session, degenerate, open_session
from codeassist.runs.store import AnswerCache
from codeassist.testing import ScriptedChat
from tests.codeassist.chat_server import serving
from tests.codeassist.models.conftest import HELLO, session

needs_server = pytest.mark.usefixtures("provider_keys")
SECRET = "ghp_abcdefghijklmnopqrstuvwxyz0123456789"


def scripted(*answers: str | Exception, remote: bool = False, **how: object) -> tuple[Session, ScriptedChat]:
    chat = ScriptedChat(answers, remote=remote)
    return Session(chat, ModelConfig(name="local:tiny"), **how), chat


@needs_server
def test_secrets_are_masked_before_sending():
    secret = "ghp_abcdefghijklmnopqrstuvwxyz0123456789"
    with serving("ok") as (url, script):
        talk = session(url)
        talk.ask([Message("user", f'token = "{secret}"\npassword = "hunter2hunter2"')])
        assert talk.ledger.masked == 2
    assert secret not in str(script.seen)
    assert "hunter2" not in str(script.seen)


@needs_server
def test_limits_are_enforced_before_sending():
    with serving("ok") as (url, script):
        with pytest.raises(BudgetError, match="max_tokens"):
            session(url, max_tokens=5).ask(HELLO)
        with pytest.raises(BudgetError, match=r"price of 'openai:test-model' is not known.*price_input"):
            session(url, max_cost=0.5).ask(HELLO)
        with pytest.raises(BudgetError, match=r"could cost \$"):
            session(url, max_cost=0.001, price_output=100.0).ask(HELLO)
        with pytest.raises(BudgetError, match="accepts 20"):
            session(url, context_window=20, max_output_tokens=10).ask([Message("user", "word " * 100)])
        assert script.seen == []
        reply = session(url, max_cost=0.5, price_input=1.0, price_output=2.0).ask(HELLO)
    assert reply.cost == pytest.approx((11 * 1.0 + 5 * 2.0) / 1e6)


@needs_server
def test_the_cache_key_includes_everything_that_affects_an_answer(tmp_path):
    with serving("one", "two", "three", "four") as (url, script):
        settings = ModelConfig(name="openai:test-model", base_url=url)
        talk = Session(load(settings), settings, cache=AnswerCache(tmp_path))
        assert [talk.ask(HELLO).text for _ in range(2)] == ["one", "one"]
        assert talk.ask(HELLO, temperature=0.5).text == "two"
        assert talk.ask(HELLO, temperature=0.5, sample=1).text == "three"
        assert talk.ask([*HELLO, Message("user", "and?")]).text == "four"
        assert Session(load(settings), settings, cache=AnswerCache(tmp_path)).ask(HELLO).cached
    assert len(script.seen) == 4
    assert talk.ledger.input_tokens == 44


def test_secrets_are_masked_for_remote_models_only():
    message = Message("user", f'token = "{SECRET}"')
    for remote, mask_secrets, masked in ((True, True, 1), (False, True, 0), (True, False, 0)):
        talk, chat = scripted("ok", remote=remote, mask_secrets=mask_secrets)
        assert talk.prepare([message])[1] == masked
        talk.ask([message])
        assert (SECRET in chat.requests[0].messages[0].content) == (masked == 0)
        assert talk.ledger.masked == masked


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ("", "returned an empty answer; try again"),
        (" \n", "returned an empty answer; try again"),
        ("again and again " * 100, "repeated itself over and over"),
    ],
)
def test_an_unusable_answer_is_an_error_and_not_cached(tmp_path, answer, message):
    talk, chat = scripted(answer, "fine", cache=AnswerCache(tmp_path))
    with pytest.raises(ModelError, match=message):
        talk.ask(HELLO)
    assert talk.ask(HELLO).text == "fine"
    assert len(chat.requests) == len(talk.ledger.calls) == 2


def test_a_failed_call_is_recorded_with_its_partial_answer():
    talk, _ = scripted(ModelError("it broke", partial="Half of it"))
    with pytest.raises(ModelError, match="it broke"):
        talk.ask(HELLO, asking=Asking("ask@1.1.0"))
    [call] = talk.ledger.calls
    assert (call.reply.text, call.reply.finish, call.reply.counted, call.prompt) == (
        "Half of it",
        "interrupted",
        False,
        "ask@1.1.0",
    )
    assert talk.ledger.input_tokens > 0 < talk.ledger.output_tokens


def test_an_answer_that_is_not_kept_is_asked_again(tmp_path):
    talk, chat = scripted("no", "yes", cache=AnswerCache(tmp_path))
    asked = [talk.ask(HELLO, keep=lambda text: text == "yes") for _ in range(3)]
    assert [(r.text, r.cached) for r in asked] == [("no", False), ("yes", False), ("yes", True)]
    assert len(chat.requests) == 2


def test_a_cached_answer_is_streamed_too_and_costs_nothing(tmp_path):
    talk, _ = scripted("one", cache=AnswerCache(tmp_path))
    talk.ask(HELLO)
    pieces: list[str] = []
    before = talk.ledger.output_tokens
    assert talk.ask(HELLO, on_text=pieces.append).cost == 0.0
    assert pieces == ["one"]
    assert talk.ledger.output_tokens == before
    assert talk.ledger.cached == 1


def test_the_answer_is_limited_to_what_is_left():
    chat = ScriptedChat(["ok"], context_window=100)
    talk = Session(chat, ModelConfig(name="local:tiny", max_output_tokens=90))
    talk.ask([Message("user", "word " * 20)])
    assert chat.requests[0].max_output_tokens == 100 - talk.estimate([Message("user", "word " * 20)])
    assert talk.room() == 10


def test_sessions_that_share_a_ledger_share_its_limits():
    ledger = Ledger()
    settings = ModelConfig(name="local:tiny", max_tokens=50)
    Session(ScriptedChat(["word " * 40]), settings, ledger=ledger).ask(HELLO)
    with pytest.raises(BudgetError, match="a run may take 50"):
        Session(ScriptedChat(["ok"]), settings, ledger=ledger).ask(HELLO)


def test_the_usage_of_a_run_is_the_sum_of_its_calls():
    ledger = Ledger([Call([], Reply("a", 10, 2, 0.5, cost=0.25), 1), Call([], Reply("b", 7, 1, 0.25, cost=0.0, cached=True))])
    assert ledger.as_json() == {
        "input_tokens": 10,
        "output_tokens": 2,
        "cost": 0.25,
        "seconds": 0.75,
        "calls": 2,
        "cached": 1,
        "masked": 1,
    }
    ledger.calls.append(Call([], Reply("c", 1, 1, 0.0, cost=None)))
    assert ledger.cost is None


def test_only_long_texts_of_few_words_are_degenerate():
    assert degenerate("spam " * 200)
    assert not degenerate("spam " * 199)
    assert not degenerate(" ".join(f"word{n}" for n in range(300)))


def test_a_task_opens_its_own_model_and_none_without_one():
    config = Config(tasks=TasksConfig(review=TaskConfig(model="openai:large")), privacy=PrivacyConfig(mask_secrets=False))
    assert open_session(config, "ask") is None
    talk = open_session(config, "review", dry=True)
    assert talk is not None
    assert talk.model.name == "openai:large"
    assert talk.prepare([Message("user", SECRET)])[1] == 0
    with pytest.raises(ModelError, match="is not connected: this is a dry run"):
        talk.ask(HELLO)


def test_a_model_that_the_repository_names_without_agreement_is_not_opened():
    config = Config(refused={"model.name": "say 'codeassist trust'"})
    assert open_session(config, "ask") is None
    own = Config(model=ModelConfig(name="openai:mine"), refused={"model.name": "x"})
    assert open_session(own, "ask", dry=True).model.name == "openai:mine"


def test_whatever_a_model_raises_is_an_error_of_the_model_with_what_it_said():
    class Odd(ScriptedChat):
        def generate(self, request, on_text=None):
            on_text("It is ")
            raise KeyError("choices")

    with pytest.raises(ModelError, match=r"'scripted:double' failed: KeyError: 'choices'\.") as raised:
        Session(Odd([]), ModelConfig()).ask([Message("user", "x")])
    assert raised.value.partial == "It is "


def test_an_error_of_the_reader_is_not_one_of_the_model():
    def closed(_text):
        raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        Session(ScriptedChat(["It is there."]), ModelConfig()).ask([Message("user", "x")], on_text=closed)


def test_a_model_that_drips_or_hangs_is_cut_at_the_deadline():
    moment, released = [0.0], threading.Event()

    class Drips(ScriptedChat):
        def generate(self, request, on_text=None):
            on_text("It ")
            moment[0] = 11.0
            released.wait(30)
            on_text("is")
            raise AssertionError("the answer goes on after the deadline")

    session = Session(Drips([]), ModelConfig(), deadline=Deadline(10.0, clock=lambda: moment[0]))
    with pytest.raises(ModelError, match="did not answer in the time that the task has") as raised:
        session.ask([Message("user", "x")])
    released.set()
    assert raised.value.partial == "It "
    with pytest.raises(ModelError, match="did not answer"):
        session.ask([Message("user", "y")])  # there is no time left to begin


def test_a_limit_of_tokens_leaves_room_for_the_messages_and_an_answer():
    def room(**settings):
        return Session(ScriptedChat(["x"], context_window=8_000), ModelConfig(max_output_tokens=1_000, **settings)).room()

    assert room() == 7_000
    assert room(max_tokens=2_000) == 1_500
    assert room(max_tokens=20_000) == 7_000
