"""Generated tests go to standard output, the table of their quality to standard error."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from codeassist.cli.show_tests import show_module, show_plan
from codeassist.models.messages import Message
from codeassist.tasks.gen_tests import ModuleResult, PlannedRequest
from codeassist.tasks.gen_tests.search_engine.protocol import Suspicion


@pytest.fixture
def module() -> ModuleResult:
    """The result for one file."""
    made = ModuleResult("m", Path("m.py"), text="def test_a():\n    pass\n", tests=["test_a"])
    made.before.lines, made.after.lines = (1, 4), (3, 4)
    made.mutants = (3, 4)
    return made


def test_the_tests_and_the_table_go_to_different_streams(module: ModuleResult, capsys) -> None:
    show_module(module, text=True, quiet=True)
    assert capsys.readouterr() == ("def test_a():\n    pass\n\n", "")
    show_module(module, text=False, quiet=False)
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("m: 1 test kept\n  lines      1 of 4 (25%) -> 3 of 4 (75%)\n")
    assert "  mutants    3 of 4 (75%) killed\n" in printed.err


def test_what_was_not_measured_is_said(module: ModuleResult, capsys) -> None:
    module.mutants = None
    module.before.branches = (0, 0)
    module.after.lines, module.unmeasured = None, "no time was left"
    show_module(module, text=False, quiet=False)
    printed = capsys.readouterr().err
    assert "  lines      1 of 4 (25%) before; not measured: no time was left\n" in printed
    assert "  branches   the module has none\n" in printed
    assert "  mutants    not run\n" in printed


def test_the_existing_tests_are_a_lower_bound_when_not_every_mutant_was_tried(module: ModuleResult, capsys) -> None:
    module.mutants_before, module.mutants_complete = (1, 4), False
    show_module(module, text=False, quiet=False)
    assert "  mutants    at least 1 of 4 (25%) -> 3 of 4 (75%) killed\n" in capsys.readouterr().err


def test_origins_dropped_tests_and_suspicions_are_listed(module: ModuleResult, capsys) -> None:
    module.engine, module.by_model, module.tests = "both", ["test_a"], ["test_a", "test_b"]
    module.drop("wr\x1bong", 2)
    module.untouched = [f"g{n}" for n in range(30)]
    module.suspicions = [Suspicion("f", "never returns", 3, "f(1)\nf(2)")]
    module.trouble, module.missing = "coverage is partial", ["crypto"]
    show_module(module, text=False, quiet=False)
    printed = capsys.readouterr().err
    assert "m: 2 tests kept (1 by the model), 2 dropped (wr\ufffdong)\n" in printed
    assert "  note       coverage is partial\n" in printed
    assert "  note       not installed here: crypto; tests show what the package does without it\n" in printed
    assert ", g19 and 10 more\n" in printed
    assert "g20" not in printed
    assert "  suspicious: f never returns (line 3)\n      f(1)\n      f(2)\n" in printed


def test_a_plan_shows_the_request_that_would_be_sent(capsys) -> None:
    planned = [PlannedRequest("m.py", "openai:x", "tests@1.0.0", 1_234, [Message("user", "test\x1b this")], None)]
    show_plan(planned, as_json=False)
    shown = capsys.readouterr().out
    assert shown.startswith("--- user\ntest\ufffd this\n")
    assert shown.endswith("to      openai:x\nprompt  tests@1.0.0\ntokens  about 1,234\n")
    show_plan(planned, as_json=True)
    assert [r["model"] for r in json.loads(capsys.readouterr().out)["requests"]] == ["openai:x"]
    show_plan([], as_json=False)
    assert capsys.readouterr().out == "No model would be asked: nothing would be sent.\n"
    show_plan([], as_json=True)
    assert json.loads(capsys.readouterr().out)["messages"] == []


def test_existing_tests_that_could_not_be_measured_are_not_shown_as_none(module: ModuleResult, capsys) -> None:
    module.before.lines, module.unmeasured_before = None, True
    show_module(module, text=False, quiet=False)
    printed = capsys.readouterr().err
    assert "  lines      not measured -> 3 of 4 (75%)\n" in printed
    assert "  mutants    not measured -> 3 of 4 (75%) killed by the new tests\n" in printed


def test_what_is_not_shown_is_counted(module: ModuleResult, capsys) -> None:
    module.suspicions = [Suspicion(f"f{n}", "raises KeyError", n, f"f{n}()") for n in range(25)]
    module.untouched = [f"g{n}" for n in range(23)]
    show_module(module, text=False, quiet=False)
    printed = capsys.readouterr().err
    assert printed.count("  suspicious: f") == 20
    assert "  suspicious: 5 more; --json lists all\n" in printed
    assert "g19 and 3 more\n" in printed
