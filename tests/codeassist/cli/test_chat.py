"""`codeassist chat`: entries from a pipe, commands, errors."""

from __future__ import annotations

import io
import sys

from codeassist.cli.chat import COMMANDS
from codeassist.cli.interrupts import CANCEL
from codeassist.errors import CancelledError
from tests.codeassist.cli.conftest import GOOD


def test_a_chat_from_a_pipe(ask_model, indexed, monkeypatch):
    lines = "where is auth handled\n/open 1\n/search hash password\n/model\n/nope\n/save talk.md\n/save talk.md\nwhy \\\nis that?\n/clear\n/quit\nzebra\n"
    monkeypatch.setattr(sys, "stdin", io.StringIO(lines))
    outcome, script = ask_model("chat", replies=[GOOD, "why is auth handled so", "Because [1]."])
    assert outcome.code == 0, outcome.err
    assert GOOD in outcome.out
    assert "def authenticate" in outcome.out
    assert "shop/auth.py:" in outcome.out
    assert "openai:test" in outcome.out
    assert "There is no command /nope" in outcome.err
    assert "talk.md already exists" in outcome.err
    assert "## where is auth handled" in (indexed / "talk.md").read_text()
    assert "why \nis that?" in script.seen[-1]["messages"][-1]["content"]
    assert "zebra" not in str(script.seen)


def test_a_chat_without_a_model_and_through_errors(indexed, run, monkeypatch):
    monkeypatch.setattr(
        sys, "stdin", io.StringIO("where is auth handled\n/open 99\n/model nobody:x\n/strategy vote\nwho calls authenticate\n")
    )
    outcome = run("chat", cwd=indexed)
    assert outcome.code == 0
    assert "`authenticate`" in outcome.out
    assert "The last answer cites" in outcome.err
    assert "There is no provider 'nobody'" in outcome.err
    assert "checkout" in outcome.out


def test_the_commands_of_a_chat_are_listed_and_quit_ends_it(indexed, run, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("/help\n/quit\n/search charge\n"))
    outcome = run("chat", cwd=indexed)
    assert outcome.code == 0
    assert all(command in outcome.out for command in COMMANDS)
    assert "shop/payments.py" not in outcome.out


def test_a_search_in_a_chat_numbers_its_places(indexed, run, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("/search hash password\n"))
    shown = run("chat", cwd=indexed).out.splitlines()
    assert shown[0].startswith("  1. shop/auth.py:")


def test_the_code_of_a_chat_is_that_of_its_last_entry(indexed, run, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("where is auth handled\n/model nobody:x\n"))
    assert run("chat", cwd=indexed).code == 2


def test_an_interrupt_stops_one_answer_and_the_chat_goes_on(indexed, run, monkeypatch):
    from codeassist.cli.chat import _Terminal

    search = _Terminal._search

    def interrupted_once(self, words):
        if words == "stop":
            CANCEL.request()
            raise CancelledError
        self.services.cancel.check()
        search(self, words)

    monkeypatch.setattr(_Terminal, "_search", interrupted_once)
    monkeypatch.setattr(sys, "stdin", io.StringIO("/search stop\n/search hash password\nwhere is auth handled\n"))
    outcome = run("chat", cwd=indexed)
    assert outcome.err.count("Stopped.") == 1
    assert "1. shop/auth.py:" in outcome.out
    assert "`authenticate`" in outcome.out
