"""Findings and summaries are printed; suggestions are applied one by one."""

from __future__ import annotations

from collections import Counter

from codeassist.changes.change import Change, ChangedFile
from codeassist.changes.summary import Summary
from codeassist.cli.show_review import show_planned_review, show_review, show_summary
from codeassist.tasks.review import Finding, Review
from codeassist.tasks.review.finding import Place, Severity
from tests.codeassist.cli.conftest import DIVIDES, KEY, REVIEW
from tests.conftest import git, write


def test_suggestions_are_applied_one_by_one_after_confirmation(mean_change, with_model, monkeypatch):
    import typer

    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr(typer, "confirm", lambda *_, **__: False)
    with_model(REVIEW, "review", "--apply", cwd=mean_change)
    assert (mean_change / "m.py").read_text() == DIVIDES
    monkeypatch.setattr(typer, "confirm", lambda *_, **__: True)
    done, _ = with_model(REVIEW, "review", "--apply", cwd=mean_change)
    assert "Changed m.py." in done.err
    assert (mean_change / "m.py").read_text() == "def mean(values):\n    return sum(values) / len(values) if values else 0\n"


def test_a_concurrent_edit_is_not_lost(mean_change, with_model, monkeypatch):
    import typer

    def answer(*_, **__):
        write(mean_change, {"m.py": "PRECIOUS = 1\n" + DIVIDES})
        return True

    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr(typer, "confirm", answer)
    with_model(REVIEW, "review", "--apply", cwd=mean_change)
    assert (mean_change / "m.py").read_text() == "PRECIOUS = 1\n" + DIVIDES


def test_apply_reports_why_nothing_was_applied(mean_change, run, with_model):
    assert "No finding has a suggestion" in run("review", "--apply", cwd=mean_change).err
    done, _ = with_model(REVIEW, "review", "--apply", cwd=mean_change)
    assert "needs a terminal to ask in; nothing was applied" in done.err
    git(mean_change, "add", ".")
    done, _ = with_model(REVIEW, "review", "--staged", "--apply", cwd=mean_change)
    assert "not the state of the working tree" in done.err


def _change(text: str) -> Change:
    return Change(
        "the uncommitted changes", [ChangedFile("a.py", "a.py", "modified", new=text)], {"a.py": text}.get, lambda *_: []
    )


def _review(*findings: Finding, **how) -> Review:
    return Review("The change", list(findings), every=list(findings), files=1, lines=2, **how)


def test_a_finding_is_shown_with_its_code_evidence_and_suggestion(capsys):
    finding = Finding(
        "ru\x1ble",
        Severity.WARNING,
        "a.py",
        1,
        2,
        "Wrong.",
        evidence=(Place("b.py", 3, "f(1)"),),
        patch="x = 2",
        note="Checked.",
    )
    show_review(_review(finding), _change("x = 1\n\ty = 1\nz = 1\n"), quiet=True)
    printed = capsys.readouterr()
    assert printed.err == ""
    assert printed.out.splitlines() == [
        "a.py",
        "  1-2       warning  Wrong.  [ru\ufffdle]",
        "          1 | x = 1",
        "          2 |     y = 1",
        "      see b.py:3  f(1)",
        "      Checked.",
        "      suggestion:",
        "          + x = 2",
        "",
    ]


def test_a_secret_in_the_code_of_a_finding_is_masked(capsys):
    finding = Finding("secret", Severity.ERROR, "a.py", 1, 1, "A key.", patch="")
    show_review(_review(finding), _change(f'key = "{KEY}"\n'), quiet=False)
    printed = capsys.readouterr()
    assert "    1 | key = " in printed.out
    assert KEY not in printed.out + printed.err
    assert "      suggestion: delete this\n" in printed.out


def test_counts_and_gaps_go_to_standard_error(capsys):
    note, error = (Finding("r", severity, "a.py", 1, 1, "m") for severity in (Severity.NOTE, Severity.ERROR))
    how = {"left_out": Counter({"already known": 2}), "notes": ["no index"], "cut_short": ["slow"], "unread": ["b.bin: binary"]}
    show_review(_review(note, error, error, **how), _change(""), quiet=False)
    assert capsys.readouterr().err.splitlines() == [
        "The review was cut short: slow did not finish in time.",
        "Not reviewed: b.bin: binary.",
        "The change: 2 errors, 1 note (1 file, 2 lines, 0.0 s)",
        "  omitted: 2 already known",
        "  no index",
    ]
    show_review(_review(**how), _change(""), quiet=True)
    assert capsys.readouterr() == (
        "",
        "The review was cut short: slow did not finish in time.\nNot reviewed: b.bin: binary.\n",
    )


def test_a_summary_has_a_section_for_each_part(capsys):
    show_summary(Summary(["It adds."], [("a.py", "high", "No test runs it.")], ["Try it."], "Add\n\nMore."))
    assert capsys.readouterr().out.splitlines() == [
        "What it does",
        "  It adds.",
        "",
        "Risk by file",
        "  high    a.py  No test runs it.",
        "",
        "To test by hand",
        "  - Try it.",
        "",
        "Commit message",
        "  Add",
        "  ",
        "  More.",
    ]
    show_summary(Summary(message="Add"))
    assert "To test by hand" not in capsys.readouterr().out


def test_without_a_model_no_request_is_planned(capsys):
    show_planned_review(None, as_json=False)
    assert capsys.readouterr().out == "No model is configured: nothing would be sent.\n"


def test_a_long_message_is_cut_for_people_and_whole_in_json(capsys):
    message = f"f({'x' * 4_000}): before 1, now 2"
    finding = Finding("behaviour-changed", Severity.NOTE, "a.py", 1, 1, message, reproducer="print(" + "1" * 4_000 + ")")
    show_review(_review(finding), _change("x = 1\n"), quiet=False)
    shown = capsys.readouterr().out
    assert max(map(len, shown.split("\n"))) < 700
    assert "before 1, now 2" in shown
    assert "a program of 4007 characters shows it: --json" in shown
    assert finding.as_json()["message"] == message
