"""A dialogue: follow-ups, switches of model and strategy, cited lines, and saving."""

from __future__ import annotations

import pytest

from codeassist.config import AskConfig, Config
from codeassist.errors import UsageError
from codeassist.models.session import Session
from codeassist.runs.store import RunStore
from codeassist.tasks.ask.chat_session import Chat
from codeassist.testing import ScriptedChat
from indexers import QueryError
from tests.codeassist.tasks.ask.conftest import turn


@pytest.fixture
def chat(shop_index, tmp_path):
    return Chat(shop_index, turn(tmp_path))


def test_a_question_continues_the_one_before(chat, tmp_path):
    first = chat.ask("where are passwords hashed")
    second = chat.ask("and who uses it?")
    assert [e.question for e in chat.exchanges] == ["where are passwords hashed", "and who uses it?"]
    assert second.run.parameters.query == "and who uses hash_password?"
    assert second.answer.text.startswith("`hash_password` (function in `shop/auth.py`")
    assert RunStore(tmp_path).get(second.run.id).parameters.continues == first.run.id
    assert chat.exchanges[0].paths[0] == "shop/auth.py"


def test_after_clear_nothing_is_continued(chat):
    chat.ask("where are passwords hashed")
    chat.clear()
    result = chat.ask("what is Gateway")
    assert (result.run.parameters.continues, result.run.parameters.query) == (0, "what is Gateway")
    assert len(chat.exchanges) == 1


def test_a_refused_question_is_not_part_of_the_dialogue(chat):
    with pytest.raises(QueryError):
        chat.ask("  ")
    assert chat.exchanges == []
    assert chat.last is None


def test_model_and_strategy_can_change(chat):
    config = Config(ask=AskConfig(strategy="steps"))
    model = ScriptedChat(["It is a class [1]."])
    chat.use_model(config, Session(model, config.model))
    chat.use_strategy("")
    assert chat.strategy == "steps"
    chat.use_strategy("direct")
    assert chat.strategy == "direct"
    assert chat.ask("what is Gateway").answer.prompt == "ask@1.1.0"
    chat.use_model(config, None)
    assert chat.ask("what is RETRIES").answer.model == ""
    assert len(model.requests) == 1


def test_a_citation_is_shown_with_its_lines(chat, shop_index):
    answer = chat.ask("where are passwords hashed").answer
    for spelled in ("1", "[1]"):
        citation, text, language = chat.cited(spelled)
        assert (citation, language) == (answer.citations[0], "python")
        lines = (shop_index.root / citation.path).read_text().splitlines()
        assert text.splitlines() == lines[citation.start_line - 1 : citation.end_line]


def test_an_unknown_citation_is_an_error_that_names_the_known_ones(chat):
    with pytest.raises(UsageError, match="cites nothing"):
        chat.cited("1")
    chat.ask("where are passwords hashed")
    with pytest.raises(UsageError, match=r"cites \[1\], \[2\]"):
        chat.cited("99")


def test_a_dialogue_is_saved_once(chat, tmp_path):
    chat.ask("where are passwords hashed")
    chat.ask("what is Gateway")
    path = chat.save(str(tmp_path / "talk.md"))
    text = path.read_text(encoding="utf-8")
    assert text.index("## where are passwords hashed") < text.index("## what is Gateway")
    assert chat.exchanges[0].answer in text
    assert "From:\n- shop/auth.py" in text
    with pytest.raises(UsageError, match="already exists"):
        chat.save(str(path))
    assert path.read_text(encoding="utf-8") == text


@pytest.mark.parametrize(
    ("name", "message"), [("", "Name a file"), ("missing/folder/talk.md", "Cannot write"), ("a\0b", "Cannot")]
)
def test_a_name_that_cannot_be_written_is_an_error(chat, tmp_path, monkeypatch, name, message):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=message):
        chat.save(name)


def test_a_dialogue_is_not_saved_through_a_link(chat, tmp_path):
    chat.ask("where are passwords hashed")
    (tmp_path / "talk.md").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UsageError, match="already exists"):
        chat.save(str(tmp_path / "talk.md"))
    assert not (tmp_path / "elsewhere").exists()
