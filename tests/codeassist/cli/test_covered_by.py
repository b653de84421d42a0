"""`codeassist tests`: which tests reach a definition."""

from __future__ import annotations

import json

from codeassist import workspace
from codeassist.sandbox.context_cache import ContextCache
from codeassist.sandbox.contexts import FileContexts, TestContext


def test_tests_are_shown_with_their_place_and_how_they_reach_it(indexed, run):
    shown = run("tests", "authenticate", cwd=indexed)
    assert shown.code == 0
    assert "tests/test_payments.py:" in shown.out
    value = json.loads(run("tests", "authenticate", "--json", cwd=indexed).out)
    assert value["schema"] == "codeassist.tests/1"
    assert {"path", "line", "name", "resolution", "through"} == set(value["tests"][0])


def test_nothing_found_is_code_1_and_says_why(indexed, run):
    assert "No definition of 'no_such_name' in the index." in run("tests", "no_such_name", cwd=indexed).err
    assert run("tests", "no_such_name", "--json", cwd=indexed).code == 1


def test_a_coverage_file_that_was_measured_by_test_comes_first(indexed, run):
    line = json.loads(run("symbols", "hash_password", "--json", cwd=indexed).out)["definitions"][0]["start_line"]
    covered = {str(line): [""], str(line + 1): ["tests/test_payments.py::test_checkout_charges_the_basket|run", ""]}
    (indexed / "coverage.json").write_text(json.dumps({"files": {"shop/auth.py": {"missing_lines": [], "contexts": covered}}}))
    (first, *_) = json.loads(run("tests", "hash_password", "--json", cwd=indexed).out)["tests"]
    assert (first["path"], first["name"]) == ("tests/test_payments.py", "test_checkout_charges_the_basket")
    assert first["resolution"] == "coverage"
    assert "(coverage)" in run("tests", "hash_password", cwd=indexed).out
    (indexed / "coverage.json").write_text("{")
    assert run("tests", "hash_password", cwd=indexed).code == 2


def test_a_database_of_coverage_names_its_contexts(indexed, run):
    import coverage

    data = coverage.CoverageData(basename=str(indexed / ".coverage"))
    data.set_context("test_payments.test_checkout_charges_the_basket")
    data.add_lines({str(indexed / "shop/auth.py"): range(1, 30)})
    data.write()
    (first, *_) = json.loads(run("tests", "hash_password", "--json", cwd=indexed).out)["tests"]
    assert (first["name"], first["resolution"]) == ("test_checkout_charges_the_basket", "coverage")


def test_what_an_audit_recorded_comes_first_until_the_source_changes(indexed, run):
    cache = ContextCache(workspace.contexts_file(indexed), indexed)
    definition = json.loads(run("symbols", "hash_password", "--json", cwd=indexed).out)["definitions"][0]
    test = json.loads(run("tests", "hash_password", "--json", cwd=indexed).out)["tests"][0]
    name = test["name"].replace(".", "::")
    called = TestContext("passed", 0.1, {definition["path"]: [definition["qualified_name"]]})
    cache.put(test["path"], FileContexts({f"{test['path']}::{name}": called}))
    cache.save()
    assert json.loads(run("tests", "hash_password", "--json", cwd=indexed).out)["tests"][0]["resolution"] == "coverage"
    source = indexed / definition["path"]
    source.write_text(source.read_text() + "\n# changed\n")
    assert json.loads(run("tests", "hash_password", "--json", cwd=indexed).out)["tests"][0]["resolution"] != "coverage"
