"""One question with its run: privacy, follow-ups, failing models and stores, exit codes, and many threads at once."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pytest

from codeassist.config import Config
from codeassist.errors import ModelError, RunStoreError, UsageError
from codeassist.models.session import Session
from codeassist.prompts import Library
from codeassist.runs.store import Run, RunStore
from codeassist.tasks.ask import AskContext, ask_question, earlier_exchanges, plan_question
from codeassist.tasks.ask.follow_up import Exchange
from codeassist.testing import ScriptedChat
from indexers import Index, IndexerError, QueryError
from tests.codeassist.tasks.ask.conftest import GOOD, private_turn, turn
from tests.conftest import SHOP, write


def test_a_dry_run_shows_the_call_that_rewrites_a_follow_up(shop_index, tmp_path):
    history = [Exchange("where are passwords hashed", "In `hash_password` [1].")]
    planned = plan_question(shop_index, "and the tests?", turn(tmp_path, GOOD, history=history))
    assert "Last question: and the tests?" in planned.before[-1].content
    assert "hash_password" in planned.messages[-2].content


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


def test_a_failed_call_is_counted_and_recorded(shop_index, tmp_path):
    outcome = ask_question(shop_index, "where is auth handled", turn(tmp_path, ModelError("gone", partial="Half of it")))
    run = RunStore(tmp_path).get(outcome.run.id)
    assert run.messages[0][0]["role"] == "system"
    assert run.prompt == "ask@1.1.0"
    assert run.input_tokens > 100
    assert run.output_tokens > 0


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


def test_a_run_that_cannot_be_recorded_does_not_lose_the_answer(shop_index, tmp_path, monkeypatch):
    def full(_: Run) -> None:
        raise RunStoreError("The disk is full.")

    context = turn(tmp_path)
    monkeypatch.setattr(context.store, "add", full)
    result = ask_question(shop_index, "where are passwords hashed", context)
    assert result.trouble == "The disk is full."
    assert result.answer.found
    assert result.run.citations


def test_without_a_store_the_run_is_not_recorded(shop_index):
    result = ask_question(shop_index, "where are passwords hashed", AskContext(Config(), Library.of(None, Config())))
    assert result.answer.found
    assert (result.run.id, result.trouble) == (0, "")


@pytest.mark.parametrize("question", ["", " \n"])
def test_an_empty_question_is_refused_and_not_recorded(shop_index, tmp_path, question):
    for context in (turn(tmp_path), turn(tmp_path, GOOD)):
        with pytest.raises(QueryError):
            ask_question(shop_index, question, context)
    assert RunStore(tmp_path).list() == []


@pytest.mark.parametrize(
    ("answers", "question", "strict", "code"),
    [
        ((), "where are passwords hashed", False, 0),
        ((), "where is the kafka consumer configured", False, 1),
        ((GOOD,), "where is auth handled", True, 0),
        (("It asks the `PasswordOracle` [1].",), "where is auth handled", False, 0),
        (("It asks the `PasswordOracle` [1].",), "where is auth handled", True, 1),
        ((ModelError("gone"),), "where is auth handled", False, 3),
    ],
)
def test_the_exit_code_follows_from_the_answer(shop_index, tmp_path, answers, question, strict, code):
    assert ask_question(shop_index, question, turn(tmp_path, *answers)).exit_code(strict=strict) == code


def test_an_interrupted_answer_has_its_own_exit_code(shop_index, tmp_path):
    result = ask_question(shop_index, "where are passwords hashed", turn(tmp_path))
    result.answer.finish = "interrupted"
    assert result.exit_code() == 130


def test_the_json_form_has_usage_and_error_only_with_a_model(shop_index, tmp_path):
    question = "where is auth handled"
    assert "usage" not in ask_question(shop_index, question, turn(tmp_path)).as_json()
    value = ask_question(shop_index, question, turn(tmp_path, ModelError("gone"))).as_json()
    assert (value["usage"]["calls"], value["error"]) == (1, "gone")
    assert value["run"] == RunStore(tmp_path).list(1)[0].id


def test_a_dry_run_needs_a_model(shop_index, tmp_path):
    assert plan_question(shop_index, "where is auth handled", turn(tmp_path)) is None
    planned = plan_question(shop_index, "where is auth handled", turn(tmp_path, GOOD))
    assert planned.model == "scripted:double"
    assert planned.tokens > 100
    assert planned.before == []
    assert RunStore(tmp_path).list() == []


def test_earlier_exchanges_follow_the_chain_of_a_run(shop_index, tmp_path):
    store = RunStore(tmp_path)
    assert earlier_exchanges(store) == ([], 0)
    number = 0
    for question in ("what is Gateway", "what is RETRIES", "what is AuthError", "what is Inventory"):
        number = ask_question(shop_index, question, turn(tmp_path, continues=number)).run.id
    ask_question(shop_index, "what is render", turn(tmp_path, command="replay"))
    exchanges, last = earlier_exchanges(store)
    assert last == number
    assert [e.question for e in exchanges] == ["what is RETRIES", "what is AuthError", "what is Inventory"]
    assert [e.question for e in earlier_exchanges(store, number - 2)[0]] == ["what is Gateway", "what is RETRIES"]
    with pytest.raises(UsageError, match="Run 99 does not exist"):
        earlier_exchanges(store, 99)


QUESTIONS = (
    "where are passwords hashed",
    "how does checkout work",
    "what is Gateway",
    "who calls authenticate",
    "why are payments retried",
    "who calls render",
    "where is the kafka consumer configured",
    "Reserve",
)
UPDATES = 12
LEAST_ROUNDS = 2


def test_eight_threads_ask_while_one_updates(tmp_path: Path) -> None:
    root = write(tmp_path / "shop", SHOP)
    runs = tmp_path / "runs"
    runs.mkdir()
    faults: list[BaseException] = []
    answered: list[str] = []
    done = threading.Event()

    def repeated(question: str) -> None:
        """Ask until the updates are done. Lines are only added, so that every line that existed once still does."""
        context = AskContext(Config(), Library.of(None, Config()), store=RunStore(runs))
        try:
            rounds = 0
            while not done.is_set() or rounds < LEAST_ROUNDS:
                rounds += 1
                try:
                    result = ask_question(index, question, context)
                except IndexerError:
                    continue
                assert result.trouble == ""
                for citation in result.answer.citations:
                    count = len((root / citation.path).read_text().splitlines())
                    assert 1 <= citation.start_line <= citation.end_line <= count, citation
                    assert f"[{citation.n}]" in result.answer.text
                assert result.answer.found == bool(result.answer.citations)
                answered.append(question)
        except BaseException as fault:  # noqa: BLE001  # raised again by the test
            faults.append(fault)
            done.set()

    with Index.build(root) as index:
        threads = [threading.Thread(target=repeated, args=(question,)) for question in QUESTIONS]
        for thread in threads:
            thread.start()
        for number in range(1, UPDATES + 1):
            if done.is_set():
                break
            added = "".join(f"\n\ndef extra_{n}(name):\n    return authenticate({{}}, name, '')\n" for n in range(number))
            write(tmp_path, {"auth.py": SHOP["shop/auth.py"] + added})
            (tmp_path / "auth.py").replace(root / "shop/auth.py")
            write(root, {f"shop/new_{number}.py": f"from shop.auth import extra_{number}\n"})
            assert index.update().complete
        done.set()
        for thread in threads:
            thread.join()
        if faults:
            raise faults[0]
        assert set(answered) == set(QUESTIONS)
        assert len(RunStore(runs).list(10_000)) == len(answered)
        assert f"extra_{UPDATES - 1}" in ask_question(index, "who calls authenticate", turn(runs, full=True)).answer.text


def test_the_answer_of_the_index_follows_when_nothing_is_supported(shop_index, tmp_path):
    made_up, grounded = "It asks the `PasswordOracle` [1].", "In the function `authenticate` in `shop/auth.py` [1]."
    result = ask_question(shop_index, "where is auth handled", turn(tmp_path, made_up))
    assert result.answer.text == made_up
    assert result.from_index is not None
    assert "shop/auth.py" in {c.path for c in result.from_index.citations}
    assert result.as_json()["from_index"]["citations"]
    assert ask_question(shop_index, "where is auth handled", turn(tmp_path, grounded)).from_index is None


def test_the_model_judges_each_sentence_with_only_its_block(shop_index, tmp_path):
    answer = "`authenticate` in `shop/auth.py` checks a user [1]. Its check is quick [1]. It asks the `PasswordOracle` [1]."
    verdicts = ('{"reason": "It does.", "holds": true}', '{"reason": "Nothing says so.", "holds": false}')
    context = replace(turn(tmp_path, answer, *verdicts), judge=True)
    result = ask_question(shop_index, "where is auth handled", context)
    assert result.answer.checks is not None
    assert set(result.answer.checks.unsupported) == {"Its check is quick [1].", "It asks the `PasswordOracle` [1]."}
    judged = context.session.model.requests[1:]
    assert len(judged) == 2
    assert "def authenticate" in judged[0].messages[-1].content
    assert "PasswordOracle" not in judged[0].messages[-1].content
    assert "shop/payments.py" not in judged[0].messages[-1].content


def test_a_judge_that_fails_leaves_the_answer(shop_index, tmp_path):
    answer = "`authenticate` in `shop/auth.py` checks a user [1]."
    result = ask_question(shop_index, "where is auth handled", replace(turn(tmp_path, answer, ModelError("gone")), judge=True))
    assert result.error is None
    assert result.answer.text == answer


class CutShort(ScriptedChat):
    """A model whose answers end at its limit of tokens."""

    def generate(self, request, on_text=None):
        return replace(super().generate(request, on_text), finish="length")


def test_the_answer_of_the_index_follows_an_unsupported_one_that_was_cut_off(shop_index, tmp_path):
    context = turn(tmp_path, "unused")
    context.session = Session(CutShort(["It asks the `PasswordOracle` [1]. Then the `Vault"]), context.config.model)
    result = ask_question(shop_index, "where is auth handled", context)
    assert result.answer.finish == "length"
    assert result.from_index is not None
