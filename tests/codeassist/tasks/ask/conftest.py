"""Helpers: options and contexts with a scripted model and the real prompts."""

from __future__ import annotations

from codeassist.config import AskConfig, Config, PrivacyConfig
from codeassist.deadline import Events
from codeassist.models.session import Session
from codeassist.prompts import Library
from codeassist.runs.store import RunStore
from codeassist.tasks.ask import AskContext, AskOptions
from codeassist.testing import ScriptedChat

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


def turn(tmp_path, *answers, **how):
    config = how.pop("config", Config())
    session = Session(ScriptedChat(answers), config.model) if answers else None
    return AskContext(config, Library.of(None, config), session, strategy="direct", store=RunStore(tmp_path), **how)


def private_turn(tmp_path, *answers, **how):
    config = Config(privacy=PrivacyConfig(never_send=["shop/auth.py"]), ask=AskConfig(examples=2))
    session = Session(ScriptedChat(answers, remote=True), config.model)
    return AskContext(config, Library.of(None, config), session, strategy="direct", store=RunStore(tmp_path), **how)
