"""Code, Markdown and paths: plain text in a pipe, styled on a terminal."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from codeassist.cli.show_code import link, query_words, relative_prefix, show_code, show_markdown


@pytest.mark.parametrize(("here", "prefix"), [(".", ""), ("shop", "../"), ("shop/web", "../../"), ("..", "shop/")])
def test_paths_are_made_relative_to_the_current_folder(
    shop: Path, here: str, prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(shop / here)
    assert relative_prefix(shop.resolve(), Path()) == prefix
    assert relative_prefix(shop.resolve(), shop) == prefix


def test_a_distant_folder_is_shown_in_full(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = shop / "a/b/c"
    deep.mkdir(parents=True)
    monkeypatch.chdir(deep)
    assert relative_prefix(shop, Path()) == f"{shop.as_posix()}/"


def test_lines_are_numbered_and_safe(capsys: pytest.CaptureFixture[str]) -> None:
    show_code(["def f():", "\treturn '\x1b'", ""], 99, "python", "return", colour=False)
    assert capsys.readouterr().out == "     99 def f():\n    100     return '\ufffd'\n    101\n"


def test_words_of_the_query_are_underlined_on_a_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERM", "xterm-256color")
    show_code(["zebra = 1", "other = 2"], 1, "text", "zebras", colour=True)
    first, second = capsys.readouterr().out.splitlines()
    assert ";4" in first.partition("zebra")[0] or "[4" in first.partition("zebra")[0]
    assert "other" in second
    assert ";4" not in second


def test_long_lines_are_cut_to_the_terminal_only(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    show_code(["x" * 200], 1, "text", "", colour=True)
    assert capsys.readouterr().out.count("x") <= 40
    show_code(["x" * 200], 1, "text", "", colour=False)
    assert capsys.readouterr().out.count("x") == 200


def test_query_words_are_stems_without_stop_words() -> None:
    found = query_words("where are the passwords hashed in it")
    assert len(found) == 2
    assert all("passwords hashed".find(stem) >= 0 for stem in found)
    assert [len(stem) for stem in found] == sorted((len(stem) for stem in found), reverse=True)
    assert len(query_words(" ".join(f"name{chr(97 + n)}" for n in range(26)))) == 12


def test_markdown_is_unchanged_in_a_pipe_and_rendered_on_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    text = "See `f`:\n\n```python shop/a.py:3\nx = 1\n```"
    show_markdown(text + "\x1b", rendered=False)
    assert capsys.readouterr().out == text + "\ufffd\n"
    show_markdown(text, rendered=True)
    rendered = capsys.readouterr().out
    assert "```" not in rendered
    assert "shop/a.py:3" in rendered
    assert "x = 1" in rendered


def test_no_color_takes_the_colours_and_leaves_the_rest(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("NO_COLOR", "1")
    show_markdown("# Title\n\n- **one** `two`\n\n```python\nreturn 1\n```", rendered=True)
    out = capsys.readouterr().out
    assert "**" not in out
    assert "```" not in out
    assert not re.search(r"\x1b\[(?:\d+;)*(?:3\d|4[0-8]|9\d|10\d)[;m]", out)


def test_a_link_contains_its_text_and_target(tmp_path: Path) -> None:
    shown = link("a.py:3", tmp_path / "a b.py")
    assert "a%20b.py" in shown
    assert shown.split("\x1b\\")[1].startswith("a.py:3")


def test_the_sign_of_a_cut_is_no_error(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERM", "xterm-256color")
    show_code(["value = 1 …"], 1, "python", "", colour=True)
    show_markdown("```python a.py:1\nvalue = 1 …\n```", rendered=True)
    out = capsys.readouterr().out
    assert "…" in out
    assert not re.search(r"\x1b\[[\d;]*31m", out)


def test_a_line_that_is_cropped_ends_with_a_mark(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("TERM", "xterm-256color")
    show_code(["a" * 60, "short"], 1, "text", "", colour=True)
    shown = re.sub(r"\x1b\[[\d;]*m", "", capsys.readouterr().out).splitlines()
    assert shown[0].endswith("a…")
    assert len(shown[0]) <= 40
    assert shown[1].endswith("short")
