"""GitHub's workflow commands."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from codeassist.printable import printable
from codeassist.tasks.review.engine import Review
from codeassist.tasks.review.finding import Finding, Severity
from codeassist.tasks.review.formats.github import github


def test_one_escaped_command_per_finding(report: Review) -> None:
    assert github(report).split("\n") == [
        (
            "::error file=shop/cart.py,line=3,endLine=4,title=codeassist caller-left-behind::"
            "'total' changed: 100%25 of%0Acallers, all, fail"
        ),
        "::notice file=a b%2Cü.py,line=1,endLine=1,title=codeassist ruff/F401::*os* is <unused>\N{REPLACEMENT CHARACTER}[2J",
        "::warning file=shop/cart.py,line=9,endLine=9,title=codeassist new-rule::a warning",
    ]
    assert github(Review("nothing")) == ""


@settings(max_examples=50, deadline=None)
@given(st.text(), st.text())
@example("a::b,line=9", "50%0A\r\n::error::")
def test_no_text_can_end_a_command_or_add_a_property(path: str, message: str) -> None:
    text = github(Review("x", [Finding("rule", Severity.NOTE, path, 1, 1, message)]))
    assert len(text.splitlines()) == 1
    command, _, data = text[2:].partition("::")
    kind, _, properties = command.partition(" ")
    assert kind == "notice"
    assert ":" not in properties
    assert [p.partition("=")[0] for p in properties.split(",")] == ["file", "line", "endLine", "title"]
    assert data.replace("%0A", "\n").replace("%25", "%") == printable(message.replace("\r\n", "\n"))
