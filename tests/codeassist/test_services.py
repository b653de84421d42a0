"""What is opened for one repository, and that nothing is opened before it is used."""

from __future__ import annotations

from pathlib import Path

import pytest

from codeassist.deadline import Events
from codeassist.errors import ConfigError, UsageError
from codeassist.services import Services
from tests.conftest import write


class Recorded(Events):
    """Keeps the notes."""

    def __init__(self) -> None:
        self.notes: list[str] = []

    def note(self, text: str) -> None:
        self.notes.append(text)


def test_opening_writes_nothing(shop: Path) -> None:
    services = Services.open(shop)
    assert services.root == shop
    assert not services.folder.exists()
    with services.existing_index() as index:
        assert index is None
    assert not services.folder.exists()


def test_the_first_use_of_the_index_builds_it_and_says_so(shop: Path) -> None:
    write(shop, {".codeassist.toml": ""})
    events = Recorded()
    services = Services.open(shop, events=events)
    with services.index() as index:
        assert "shop/auth.py" in index.files()
    assert any("first use" in note for note in events.notes)
    with services.existing_index() as index:
        assert index is not None


def test_flags_win_over_files(shop: Path) -> None:
    (shop / ".codeassist.toml").write_text("[ask]\ncontext_tokens = 2000\n")
    services = Services.open(shop)
    assert services.config.ask.context_tokens == 2000
    other = services.with_flags({"ask.context_tokens": 3000})
    assert (other.config.ask.context_tokens, services.config.ask.context_tokens) == (3000, 2000)
    assert other.events is services.events
    with pytest.raises(ConfigError):
        services.with_flags({"ask.context_tokens": "many"})


def test_a_session_needs_a_model(shop: Path) -> None:
    services = Services.open(shop)
    assert services.session("ask") is None
    with pytest.raises(UsageError, match="--model"):
        services.needed_session("ask")
    (shop / ".codeassist.toml").write_text("[tasks.ask]\nmodel = 'openai:theirs'\n")
    events = Recorded()
    services = Services.open(shop, events=events)
    assert services.session("ask") is services.session("ask") is None
    assert len(events.notes) == 1
    assert "sends code to 'openai:theirs'; approve it with 'codeassist trust'" in events.notes[0]
    with pytest.raises(UsageError, match="codeassist trust"):
        services.needed_session("ask")


def test_nothing_is_withheld_without_a_remote_model(shop: Path) -> None:
    (shop / ".codeassist.toml").write_text('[privacy]\nnever_send = ["secret/"]\n')
    assert not Services.open(shop).not_sent(None)("secret/key.py")


def test_runs_are_not_recorded_when_the_log_is_off(shop: Path) -> None:
    assert Services.open(shop).run_log is not None
    assert Services.open(shop, {"ask.log": False}).run_log is None
