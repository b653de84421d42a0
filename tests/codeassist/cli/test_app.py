"""The command line as a user sees it: output, JSON, exit codes, one-sentence errors."""

from __future__ import annotations

import json

import pytest

from codeassist.cli.app import COMMANDS
from tests.conftest import SHOP, git, write


def lines(text):
    return [line for line in text.splitlines() if line]


def test_help_names_every_command(run):
    outcome = run("--help")
    assert outcome.code == 0
    assert all(command in outcome.out for command in COMMANDS)
    assert run("--version").out.startswith("codeassist ")
    assert run("nonsense").code == 2


def test_index_reports_a_table_and_then_nothing_changed(shop, run):
    first = run("index", str(shop))
    assert first.code == 0
    assert first.out == ""
    assert "python" in first.err
    assert "Skipped: 1 empty" in first.err
    assert f"{len(SHOP) - 1} files added, 0 changed, 0 deleted" in first.err
    assert "Nothing changed" in run("index", str(shop)).err


def test_index_json(shop, run):
    outcome = run("index", str(shop), "--json")
    report = json.loads(outcome.out)
    assert report["schema"] == "codeassist.index/1"
    assert report["added"] == len(SHOP) - 1
    assert report["languages"]["go"]["symbols"] == 3
    assert outcome.err == ""


def test_dry_run_lists_and_writes_nothing(shop, run):
    outcome = run("index", str(shop), "--dry-run")
    assert lines(outcome.out) == sorted(SHOP)
    assert f"{len(SHOP)} files" in outcome.err
    assert not (shop / ".codeassist").exists()
    assert len(json.loads(run("index", str(shop), "--dry-run", "--json").out)["files"]) == len(SHOP)


def test_search_prints_clickable_places(indexed, run):
    outcome = run("search", "where are passwords hashed", cwd=indexed)
    assert outcome.code == 0
    place = lines(outcome.out)[0].split("  ")[0]
    path, line = place.split(":")
    assert path == "shop/auth.py"
    assert "hash" in (indexed / path).read_text().splitlines()[int(line) - 1]


def test_paths_are_relative_to_the_current_folder(indexed, run):
    git(indexed, "init", "-q")
    assert lines(run("search", "Reserve", "-n", "0", cwd=indexed / "shop").out)[0].startswith("../stock/inventory.go:")
    assert lines(run("search", "Reserve", "-n", "0", "-C", str(indexed), cwd=indexed.parent).out)[0].startswith(
        "shop/stock/inventory.go:"
    )


def test_search_json_is_the_documented_object(indexed, run):
    result = json.loads(run("search", "charge an account", "--json", "-k", "2", cwd=indexed).out)
    assert result["schema"] == "codeassist.search/1"
    assert result["query"] == "charge an account"
    assert len(result["results"]) == 2
    assert set(result["results"][0]) == {"path", "start_line", "end_line", "score", "name", "kind", "language", "text"}
    explained = json.loads(run("search", "charge", "--json", "--explain", cwd=indexed).out)
    assert "lexical" in explained["results"][0]["reasons"]


def test_search_filters_and_context(indexed, run):
    assert "inventory.go" in run("search", "charge", "--lang", "go", "-n", "0", cwd=indexed).out
    assert lines(run("search", "charge", "--path", "shop/", "-n", "0", cwd=indexed).out)[0].startswith("shop/payments.py")
    assert len(lines(run("search", "charge", "-k", "1", "-n", "4", cwd=indexed).out)) <= 5
    assert "= " in run("search", "charge", "--explain", cwd=indexed).out
    assert run("search", "charge", "--in-tests", "--path", "stock/", cwd=indexed).code == 1


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
    from indexers import QueryError

    with pytest.raises(QueryError):
        run("--debug", "search", "", cwd=indexed)


def test_ask_indexes_on_first_use_and_cites_places_that_exist(shop, run):
    outcome = run("ask", "where are passwords hashed", cwd=shop)
    assert outcome.code == 0
    assert "Indexing" in outcome.err
    assert "without a language model" in outcome.err
    assert "hash_password" in outcome.out
    for line in lines(outcome.out):
        if line.startswith("[1]"):
            path, _, span = line.split()[1].partition(":")
            start, _, end = span.partition("-")
            assert 1 <= int(start) <= int(end or start) <= len((shop / path).read_text().splitlines())


def test_ask_json_and_not_found(indexed, run):
    answer = json.loads(run("ask", "how is an account charged", "--json", cwd=indexed).out)
    assert list(answer) == ["schema", "question", "answer", "model", "found", "citations", "prompt"]
    assert answer["found"] is True
    assert answer["model"] is None
    outcome = run("ask", "where is the kafka consumer group rebalanced", cwd=indexed)
    assert outcome.code == 1
    assert "Not found in this repository" in outcome.out


def test_ask_shows_its_context_on_request(indexed, run):
    outcome = run("ask", "how is an account charged", "--show-context", cwd=indexed)
    assert "for _ in range(RETRIES):" in outcome.out


def test_symbols_callers_callees(indexed, run):
    assert run("symbols", "Gateway.charge", cwd=indexed).out.startswith("shop/payments.py:11  method def charge")
    assert "shop/payments.py:25  call in checkout" in run("callers", "authenticate", cwd=indexed).out
    called = run("callees", "checkout", cwd=indexed).out
    assert "authenticate  shop/auth.py:15" in called
    assert json.loads(run("symbols", "charge", "--json", cwd=indexed).out)["definitions"][0]["kind"] == "method"
    assert json.loads(run("callers", "charge", "--json", cwd=indexed).out)["uses"][0]["by"] == "checkout"
    assert json.loads(run("callees", "checkout", "--json", cwd=indexed).out)["calls"]
    everything = run("callees", "hash_password", "--all", cwd=indexed).out
    assert "(not in this repository)" in everything


def test_map_respects_its_token_budget(indexed, run):
    small = run("map", "--tokens", "60", cwd=indexed).out
    large = run("map", cwd=indexed).out
    assert 0 < len(small) < len(large)
    assert "class Gateway" in large
    assert "shop/auth.py" in json.dumps(json.loads(run("map", "--json", cwd=indexed).out))
    assert run("map", "--under", "nowhere/", cwd=indexed).code == 1


def test_status_reports_stale_files(indexed, run):
    fresh = run("status", cwd=indexed)
    assert "Fresh       yes" in fresh.out
    write(indexed, {"new.py": "x = 1\n"})
    assert "1 files changed since" in run("status", cwd=indexed).out
    assert json.loads(run("status", "--json", "--files", cwd=indexed).out)["stale"] == 1
    assert "shop/auth.py" in lines(run("status", "--files", cwd=indexed).out)


def test_init_config_clean(shop, run):
    assert run("init", str(shop)).code == 0
    again = run("init", str(shop))
    assert again.code == 2
    assert "--force" in again.err
    assert run("init", str(shop), "--force").code == 0
    assert run("init", str(shop / "nowhere")).code == 2
    shown = run("config", cwd=shop).out
    assert "index.encoder" in shown
    assert json.loads(run("config", "--json", cwd=shop).out)["settings"][0]["source"] == "default"
    run("index", "-q", ".", cwd=shop)
    assert "Removed" in run("clean", cwd=shop).err
    assert not (shop / ".codeassist").exists()
    assert "There is no index" in run("clean", cwd=shop).err


def test_clean_leaves_other_files_alone(indexed, run):
    (indexed / ".codeassist" / "notes.txt").write_text("mine")
    run("clean", cwd=indexed)
    assert [p.name for p in (indexed / ".codeassist").iterdir()] == ["notes.txt"]


def test_doctor(indexed, run):
    outcome = run("doctor", cwd=indexed)
    assert outcome.code == 0
    assert "healthy and up to date" in outcome.out
    assert json.loads(run("doctor", "--json", cwd=indexed).out)["schema"] == "codeassist.doctor/1"
    next((indexed / ".codeassist").glob("vectors-*")).write_bytes(b"junk")
    broken = run("doctor", cwd=indexed)
    assert broken.code == 1
    assert "codeassist index --rebuild" in broken.out


def test_terminal_escapes_in_a_repository_do_not_reach_the_terminal(shop, run):
    write(shop, {"evil.py": "def evil_function():\n    return '\x1b[31m\x1b]0;owned\x07'\n"})
    run("index", "-q", ".", cwd=shop)
    for command in (["search", "evil_function"], ["ask", "what is evil_function"], ["search", "evil_function", "--explain"]):
        assert "\x1b" not in run(*command, cwd=shop).out
