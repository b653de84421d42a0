"""Repeated runs: the same inputs, and whether the answer and its places are the same."""

from __future__ import annotations

from codeassist.errors import ModelError
from codeassist.runs.store import RunStore
from codeassist.tasks.ask import ask_question, earlier_exchanges
from codeassist.tasks.ask.replay import context_of_run, replay
from indexers import Index
from tests.codeassist.tasks.ask.conftest import turn
from tests.conftest import write


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


def test_a_replay_of_unchanged_code_gives_the_same_answer(shop_index, tmp_path):
    first = ask_question(shop_index, "where are passwords hashed", turn(tmp_path))
    run = RunStore(tmp_path).get(first.run.id)
    result = replay(shop_index, run, turn(tmp_path))
    assert result.same_answer
    assert result.same_places
    value = result.as_json()
    assert (value["schema"], value["run"], value["error"]) == ("codeassist.replay/1", run.id, None)
    assert RunStore(tmp_path).get(value["again"]).command == "replay"


def test_a_replay_after_a_change_shows_the_difference(shop, tmp_path):
    question = "where are passwords hashed"
    with Index.build(shop) as index:
        run = ask_question(index, question, turn(tmp_path / "runs")).run
        text = (shop / "shop/auth.py").read_text()
        (shop / "shop/auth.py").unlink()
        write(shop, {"shop/hashing.py": text.replace("Hash a password", "Digest a password")})
        index.update()
        result = replay(index, run, turn(tmp_path / "runs"))
    assert not result.same_answer
    assert not result.same_places
    assert "shop/hashing.py" in result.as_json()["after"]
    assert "shop/auth.py" in result.as_json()["before"]


def test_a_failing_model_is_in_the_result(shop_index, tmp_path):
    run = ask_question(shop_index, "where are passwords hashed", turn(tmp_path, "In `hash_password` [1].")).run
    result = replay(shop_index, run, turn(tmp_path, ModelError("It broke.")))
    assert result.as_json()["error"] == "It broke."
    assert not result.same_answer


def test_the_paths_strategy_and_prompt_of_the_run_are_used(shop_index, tmp_path):
    first = turn(tmp_path, "In `hash_password` [1].", paths=["shop/**"], prompt="ask-steps")
    run = ask_question(shop_index, "where are passwords hashed", first).run
    context = context_of_run(run, turn(tmp_path, "x"))
    assert (list(context.paths), context.strategy, context.prompt) == (["shop/**"], "direct", "ask-steps@1.1.0")
    unasked = ask_question(shop_index, "where are passwords hashed", turn(tmp_path, "In `hash_password` [1].")).run
    assert context_of_run(unasked, turn(tmp_path, "x")).prompt == ""
