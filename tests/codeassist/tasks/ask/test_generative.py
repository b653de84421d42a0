"""Answers of a model: their citations and checks, what is not sent, and dry runs; with a scripted model and the real prompts."""

from __future__ import annotations

import pytest

from codeassist.config import Config, PrivacyConfig
from codeassist.errors import ModelError
from codeassist.tasks.ask import ask_model, plan_model_answer
from indexers import Index, QueryError
from tests.codeassist.tasks.ask.conftest import GOOD, Streamed, options_for, sent
from tests.conftest import write


def test_a_direct_answer_is_streamed_cited_and_checked(shop_index):
    pieces = []
    options = options_for(GOOD, events=Streamed(pieces))
    answer = ask_model(shop_index, "where is auth handled", options)
    assert "".join(pieces) == answer.text == GOOD
    assert [(c.n, c.path) for c in answer.citations] == [(1, "shop/auth.py")]
    assert answer.found
    assert answer.checks.clean
    assert answer.prompt == "ask@1.1.0"
    context = sent(options)[0].messages[-1].content
    assert "[1] shop/auth.py:" in context
    assert answer.as_json()["checks"]["unverified"] == []


def test_invented_names_and_citations_are_reported(shop_index):
    text = (
        "Auth lives in `authenticate` [1] and `shop/oracle.py` [2]. It asks the `PasswordOracle`. "
        "`os.environ` and `None` are not names of its own. The moon is made of cheese. See [77]."
    )
    answer = ask_model(shop_index, "where is auth handled", options_for(text))
    assert answer.checks.unverified == ("shop/oracle.py", "PasswordOracle")  # `os.environ` is not one of the repository's
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


def test_private_files_are_not_sent(shop_index):
    config = Config(privacy=PrivacyConfig(never_send=["shop/auth.py"]))
    options = options_for("In `checkout` [1].", config=config, remote=True)
    answer = ask_model(shop_index, "where is auth handled", options)
    assert "hashlib" not in str([m.content for m in sent(options)[0].messages])
    assert ("shop/auth.py", "private") in {(o.path, o.reason) for o in answer.left_out}
    local = options_for(GOOD, config=config)
    ask_model(shop_index, "where is auth handled", local)
    assert "hashlib" in sent(local)[0].messages[-1].content


def test_a_dry_run_shows_the_request_of_the_real_run(shop_index):
    options = options_for(GOOD, remote=True)
    planned = plan_model_answer(shop_index, "where is auth handled", options)
    assert planned.messages
    options = options_for(GOOD, remote=True)
    ask_model(shop_index, "where is auth handled", options)
    assert list(sent(options)[0].messages) == planned.messages
    assert (planned.prompt, planned.masked) == ("ask@1.1.0", 0)
    assert planned.packed.blocks[0].path == "shop/auth.py"


@pytest.mark.parametrize("strategy", ["steps", "vote", "decompose", "explore"])
def test_a_dry_run_follows_every_strategy(shop_index, strategy):
    examples = [("what is RETRIES", "Three [1].")]
    planned = plan_model_answer(shop_index, "how does auth work", options_for(strategy=strategy, examples=examples))
    options = options_for(ModelError("enough"), strategy=strategy, examples=examples)
    with pytest.raises(ModelError):
        ask_model(shop_index, "how does auth work", options)
    assert list(sent(options)[0].messages) == planned.messages


def test_an_empty_question_is_refused(shop_index):
    with pytest.raises(QueryError):
        ask_model(shop_index, "  ", options_for(GOOD))


def test_a_dry_run_of_several_calls_states_their_number(shop_index):
    planned = plan_model_answer(shop_index, "how does auth work", options_for(strategy="vote"))
    value = planned.as_json()
    assert value["schema"] == "codeassist.dry-run/1"
    assert value["calls"] == Config().ask.samples
    assert value["files"][0]["path"] == "shop/auth.py"
    assert [message["role"] for message in value["messages"]] == ["system", "user"]
