"""A question, an error or a traceback on standard input."""

from __future__ import annotations

import io
import json
import sys

import pytest

TRACE = """Traceback (most recent call last):
  File "/opt/app/lib/shop/payments.py", line 18, in charge
    raise TimeoutError(account)
TimeoutError: ada
"""


@pytest.fixture
def given(monkeypatch):
    def give(text: bytes) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text)))

    return give


def test_a_traceback_leads_to_its_lines(indexed, run, given):
    given(TRACE.encode())
    best = json.loads(run("search", "-", "--json", cwd=indexed).out)["results"][0]
    assert best["path"] == "shop/payments.py"
    assert best["start_line"] <= 18 <= best["end_line"]


def test_a_question_is_answered(indexed, run, given):
    given("where is a payment charged\n".encode("utf-8-sig"))
    assert "shop/payments.py" in run("ask", "-", cwd=indexed).out


def test_the_end_of_a_long_log_counts_and_bytes_that_are_no_text_do_no_harm(indexed, run, given):
    given(b"noise \xff line\n" * 40_000 + TRACE.encode())
    best = json.loads(run("search", "-", "--json", cwd=indexed).out)["results"][0]
    assert best["path"] == "shop/payments.py"


def test_nothing_is_an_error(indexed, run, given):
    given(b" \n")
    done = run("search", "-", cwd=indexed)
    assert done.code == 2
    assert "Standard input is empty" in done.err
