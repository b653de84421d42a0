"""Lines that say nothing, and the time to see that."""

from __future__ import annotations

import time

import pytest

from codeassist.evidence.line_score import is_dull


@pytest.mark.parametrize("line", ["", "  })", "    end", "end;", "---", "  # ", '"""', "import os", ".. note::", "  fi  "])
def test_lines_that_say_nothing(line):
    assert is_dull(line)


@pytest.mark.parametrize("line", ["endless = 1", "return x", "# a note", "-- 3", "x }"])
def test_lines_that_say_something(line):
    assert not is_dull(line)


def test_a_long_run_of_spaces_takes_linear_time():
    started = time.process_time()
    assert not is_dull(" " * 200_000 + "x")
    assert time.process_time() - started < 10.0  # in quadratic time it takes minutes
