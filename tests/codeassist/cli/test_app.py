"""The command line as a user sees it: help, exit codes, one-sentence errors, pipes, locales and completion."""

from __future__ import annotations

import ast
import os
import subprocess
import sys

import pytest

from codeassist.cli.app import COMMANDS
from tests.codeassist.cli.conftest import lines, run_process
from tests.conftest import write


def test_help_names_every_command(run):
    outcome = run("--help")
    assert outcome.code == 0
    assert all(command in outcome.out for command in COMMANDS)
    assert run("--version").out.startswith("codeassist ")
    assert run("nonsense").code == 2


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["search", ""], 2, "The question is empty"),
        (["ask", "  "], 2, "The question is empty"),
        (["search", "x", "--lang", "klingon"], 2, "Unknown language 'klingon'"),
        (["search", "x", "-C", "nowhere"], 2, "There is no folder nowhere"),
        (["search", "x", "-C", "README.md"], 2, "README.md is a file"),
        (["index", "nowhere"], 2, "There is no folder nowhere"),
        (["index", "README.md"], 2, "README.md is a file"),
        (["index", ".", "--encoder", "magic", "--rebuild"], 3, "Unknown encoder 'magic'"),
        (["symbols", "no_such_name"], 1, "No definition of 'no_such_name'"),
        (["symbols", "autenticate"], 1, "similar names: authenticate"),
        (["callers", "no_such_name"], 1, "Nothing in the index uses"),
        (["callees", "no_such_name"], 1, "No definition of"),
    ],
)
def test_errors_are_one_sentence_with_the_right_code(indexed, run, arguments, code, message):
    outcome = run(*arguments, cwd=indexed)
    assert outcome.code == code
    assert message in outcome.err
    assert "Traceback" not in outcome.err
    assert len(lines(outcome.err)) == 1


def test_a_missing_index_without_refresh_is_code_4(shop, run):
    outcome = run("search", "x", "--no-refresh", cwd=shop)
    assert outcome.code == 4
    assert "codeassist index" in outcome.err
    assert run("status", cwd=shop).code == 4


def test_a_damaged_index_is_code_4_and_rebuild_repairs_it(indexed, run):
    (indexed / ".codeassist/index.db").write_bytes(b"junk" * 2000)
    for command in (["search", "x"], ["ask", "x y"], ["status"], ["index", "."], ["map"]):
        outcome = run(*command, cwd=indexed)
        assert outcome.code == 4
        assert "codeassist index --rebuild" in outcome.err
        assert "Traceback" not in outcome.err
    assert run("index", ".", "--rebuild", "-q", cwd=indexed).code == 0
    assert run("search", "authenticate", cwd=indexed).code == 0


def test_a_bad_configuration_names_file_and_line(indexed, run):
    (indexed / ".codeassist.toml").write_text("[search]\nresuls = 3\n")
    outcome = run("search", "x", cwd=indexed)
    assert outcome.code == 2
    assert ".codeassist.toml:2: unknown key 'resuls'" in outcome.err


def test_an_internal_error_propagates_with_its_traceback(indexed, run, monkeypatch):
    monkeypatch.setattr("indexers.index.Index.search", lambda *a, **k: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        run("search", "x", cwd=indexed)


def test_debug_shows_the_traceback_of_expected_errors(indexed, run):
    outcome = run("--debug", "search", "", cwd=indexed)
    assert outcome.code == run("search", "", cwd=indexed).code == 2
    assert "Traceback" in outcome.err
    assert "QueryError: " in outcome.err


def test_terminal_escapes_in_a_repository_do_not_reach_the_terminal(shop, run):
    write(shop, {"evil.py": "def evil_function():\n    return '\x1b[31m\x1b]0;owned\x07'\n"})
    run("index", "-q", ".", cwd=shop)
    for command in (["search", "evil_function"], ["ask", "what is evil_function"], ["search", "evil_function", "--explain"]):
        assert "\x1b" not in run(*command, cwd=shop).out


def test_a_closed_pipe_and_an_ascii_locale(indexed):
    done = subprocess.run(
        f'"{sys.executable}" -m codeassist search charge --all-chunks | head -n 1',
        shell=True,
        cwd=indexed,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr
    done = run_process("search", "charge", cwd=indexed, env=os.environ | {"LC_ALL": "C", "PYTHONIOENCODING": "ascii"})
    assert done.returncode == 0


HEAVY = (
    "torch transformers sentence_transformers langchain langchain_core mcp fastapi uvicorn prometheus_client pygls lsprotocol "
    "pydantic importlib.metadata importlib.resources rich"
).split()
IMPORTED = """
import sys
before = set(sys.modules)
from codeassist.cli.app import main
try:
    main()
finally:
    print([name for name in sys.modules if name not in before])
"""


@pytest.mark.parametrize(
    ("arguments", "others"),
    [
        (["--version"], "numpy faiss sqlite3 msgspec indexers.index codeassist.config"),
        (["search", "charge"], "codeassist.models codeassist.prompts codeassist.tasks.search.several indexers.search.evidence"),
        (
            ["ask", "where is a card charged"],
            "codeassist.models.session codeassist.prompts.format codeassist.tasks.ask.several",
        ),
    ],
)
def test_a_command_imports_no_more_than_it_needs(arguments, others, indexed):
    done = subprocess.run(
        [sys.executable, "-c", IMPORTED, *arguments], cwd=indexed, capture_output=True, text=True, check=False
    )
    imported = set(ast.literal_eval(lines(done.stdout)[-1]))
    assert "typer" in imported
    assert not imported & {*HEAVY, *others.split()}


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shell_completion(shell, tmp_path):
    script = run_process(cwd=tmp_path, env=os.environ | {"_CODEASSIST_COMPLETE": f"source_{shell}"})
    assert "_CODEASSIST_COMPLETE" in script.stdout


def test_completion_offers_commands(tmp_path):
    environment = os.environ | {"_CODEASSIST_COMPLETE": "complete_bash", "COMP_WORDS": "codeassist se", "COMP_CWORD": "1"}
    assert "search" in run_process(cwd=tmp_path, env=environment).stdout


def test_help_on_a_narrow_terminal_is_plain_and_says_everything_once(tmp_path):
    shown = run_process("search", "--help", cwd=tmp_path, env=os.environ | {"COLUMNS": "60"}).stdout
    assert shown.count("A question, keywords") == 1
    assert "--results" in shown
    assert max(map(len, shown.splitlines())) <= 60
    assert "│" not in shown
