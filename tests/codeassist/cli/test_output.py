"""What is printed is safe for a terminal; notes, steps and answers go to the right stream."""

from __future__ import annotations

import json

import pytest

from codeassist.cli.output import (
    TerminalEvents,
    closing,
    console,
    cropped,
    is_rendered,
    is_terminal,
    note,
    note_masked,
    print_json,
    safe,
    safe_path,
    usage_line,
)
from codeassist.models.ledger import Call, Ledger
from codeassist.models.messages import Reply


def test_control_characters_are_replaced() -> None:
    assert safe("a\x1b[31m\tb\n\x07é") == "a\ufffd[31m\tb\n\ufffdé"
    assert safe_path("a\n\tb\x1b") == "a\\n\\tb\ufffd"


def test_notes_go_to_standard_error_and_json_to_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    note("look\x1b")
    print_json({"é": [1, "\x1b"]})
    printed = capsys.readouterr()
    assert printed.err == "look\ufffd\n"
    assert json.loads(printed.out) == {"é": [1, "\x1b"]}
    assert "é" in printed.out
    assert "\x1b" not in printed.out


def test_an_answer_is_streamed_only_on_request(capsys: pytest.CaptureFixture[str]) -> None:
    silent = TerminalEvents()
    silent.text("lost")
    silent.end_text()
    assert (capsys.readouterr().out, silent.streamed) == ("", False)
    events = TerminalEvents(stream=True)
    events.text("a \x1b")
    events.text("b")
    events.end_text()
    assert (capsys.readouterr().out, events.streamed) == ("a \ufffdb\n", True)


@pytest.mark.parametrize(
    ("options", "printed"),
    [
        ({}, "a note\n"),
        ({"steps": True}, "… a step\na note\n"),
        ({"quiet": True}, ""),
        ({"quiet": True, "steps": True}, "… a step\n"),
    ],
)
def test_steps_and_notes_obey_the_options(options: dict[str, bool], printed: str, capsys: pytest.CaptureFixture[str]) -> None:
    with closing(TerminalEvents(**options)) as events:
        events.step("a step")
        events.note("a note")
        events.progress(1, 2)
    assert capsys.readouterr() == ("", printed)


def test_a_counter_is_updated_in_place_on_a_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    events = TerminalEvents()
    events.progress(1, 2)
    events.progress(2, 2)
    TerminalEvents(quiet=True).progress(1, 2)
    assert capsys.readouterr() == ("", "\r1 of 2\r2 of 2\n")


@pytest.mark.parametrize(
    ("variables", "coloured", "rendered"),
    [
        ({}, True, True),
        ({"NO_COLOR": ""}, True, True),
        ({"NO_COLOR": "1"}, False, True),
        ({"TERM": "dumb"}, False, False),
    ],
)
def test_colours_and_formatted_text_need_a_terminal_that_accepts_them(
    variables: dict[str, str], coloured: bool, rendered: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    assert not is_terminal()
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert (is_terminal(), is_rendered()) == (coloured, rendered)


def test_the_usage_line_shows_tokens_cost_time_cache_and_run() -> None:
    priced = Ledger([Call([], Reply("x", 1_200, 30, 2.0, cost=0.01)), Call([], Reply("y", 5, 5, 0.0, cached=True))])
    assert usage_line(priced, "openai:x", 7) == (
        "openai:x · 1,200 tokens in, 30 out · $0.0100 · 2.0 s, 15 tokens/s · 1 from the cache · run 7"
    )
    estimated = Ledger([Call([], Reply("x", 10, 2, 0.0, counted=False))])
    assert usage_line(estimated, "openai:x") == "openai:x · about 10 tokens in, 2 out · price unknown"
    assert usage_line(estimated, "local:x") == "local:x · about 10 tokens in, 2 out"


@pytest.mark.parametrize(
    ("count", "printed"),
    [(0, ""), (1, "1 secret was masked before sending.\n"), (2, "2 secrets were masked before sending.\n")],
)
def test_masked_secrets_are_counted(count: int, printed: str, capsys: pytest.CaptureFixture[str]) -> None:
    note_masked(count)
    assert capsys.readouterr().err == printed


def test_text_is_cropped_with_a_mark_on_a_terminal_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    monkeypatch.setenv("TERM", "xterm")
    text = "thirty characters of one line."
    assert cropped(text) == text
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    assert cropped(text) == "thirty characters o…"
    assert cropped(text, 8) == "thirty char…"
    assert cropped("short") == "short"


def test_a_table_has_no_styles_without_colours(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("NO_COLOR", "1")
    console().print("total", style="bold red")
    assert capsys.readouterr().out == "total\n"
