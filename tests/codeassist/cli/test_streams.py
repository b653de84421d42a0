"""Whatever prints, standard output and error are checked; a terminal keeps the colours of this program."""

from __future__ import annotations

import io
import sys

import pytest

from codeassist.cli.streams import CheckedStream, checked_streams


class Terminal(io.StringIO):
    """A text stream that is a terminal."""

    def isatty(self) -> bool:
        """Always."""
        return True


HOSTILE = "a\x1b]0;title\x07\x9b31m\u202eb\u2028\x7f\r\x1b]8;;http://example.org\x1b\\c"


def test_outside_a_terminal_no_control_character_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    stream = io.StringIO()
    assert CheckedStream(stream).write(f"\x1b[31m{HOSTILE}\n") == len(HOSTILE) + 6
    assert (
        stream.getvalue()
        == "\ufffd[31ma\ufffd]0;title\ufffd\ufffd31m\ufffdb\ufffd\ufffd\ufffd\ufffd]8;;http://example.org\ufffd\\c\n"
    )


def test_a_terminal_keeps_colours_progress_and_links_to_files() -> None:
    own = "\r3 of 4\x1b[1;36mx\x1b[0m\x1b[?25l\r\x1b[2K\x1b[1A\x1b]8;;file:///a/b.py\x1b\\b\x1b]8;;\x1b\\\r\n"
    stream = Terminal()
    CheckedStream(stream).write(own)
    assert stream.getvalue() == own
    stream = Terminal()
    CheckedStream(stream).write(HOSTILE)
    assert not {"\x07", "\x9b", "\u202e", "\u2028", "\x7f", "\r", "\x1b"} & set(stream.getvalue())


def test_the_streams_are_restored_and_answer_everything_else(capsys: pytest.CaptureFixture[str]) -> None:
    before = sys.stdout
    with checked_streams():
        print("out\x1b")
        sys.stderr.writelines(["err\x9b", "\n"])
        assert sys.stdout.encoding == before.encoding
        assert not sys.stdout.isatty()
    assert sys.stdout is before
    assert capsys.readouterr() == ("out\ufffd\n", "err\ufffd\n")
