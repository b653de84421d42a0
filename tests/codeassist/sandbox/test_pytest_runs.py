"""Runs of pytest in a sandbox: outcomes by function, failure reports, orders, coverage."""

from __future__ import annotations

import pytest

from codeassist.sandbox.pytest_runs import (
    failure_reports,
    generated_path,
    measure_coverage,
    plugin_options,
    run_test_file,
)
from codeassist.sandbox.results import Coverage
from tests.conftest import write

CODE = "def slug(text):\n    if not text:\n        return '-'\n    return text.lower()\n"
TESTS = """
import pytest

from m import slug

seen = []


def test_passes():
    seen.append(1)
    assert slug("A") == "a"


def test_fails():
    assert slug("A") == "A"


@pytest.mark.parametrize("text", ["A", "b"])
def test_with_rows(text):
    assert slug(text) == "a"


def test_alone():
    assert seen == []


def test_leaves_a_file():
    open("left.txt", "w").close()
"""


def test_each_function_has_an_outcome_and_a_report(sandbox):
    box = sandbox({"m.py": CODE, "tests/x.txt": ""}, "m.py")
    path = generated_path(box)
    assert path == box.copy / "tests" / "test_codeassist_generated.py"
    box.put(path, TESTS)
    outcomes = run_test_file(box, path, order="", seed="0", isolated=True, seconds=60)
    failed = ["test_fails", "test_leaves_a_file", "test_with_rows"]
    assert outcomes == dict.fromkeys(["test_alone", "test_passes"], "passed") | dict.fromkeys(failed, "failed")
    reports = failure_reports(box)
    assert sorted(reports) == failed
    assert "it leaves files behind: left.txt" in reports["test_leaves_a_file"]
    assert not (box.copy / "left.txt").exists()


def test_runs_leave_nothing_but_their_results(sandbox):
    box = sandbox({"m.py": CODE}, "m.py")
    path = generated_path(box)
    box.put(path, "def test_a():\n    assert True\n")
    for _ in range(2):
        assert run_test_file(box, path, order="", seed="0", isolated=False, seconds=60) == {"test_a": "passed"}
    assert sorted(p.name for p in box.out.iterdir()) == ["outcomes.json", "reports.json", "uncollected.json"]


SPEEDUPS = """
import pytest


@pytest.fixture(autouse=True, params=["native", pytest.param("compiled", marks=pytest.mark.skip(reason="not built"))])
def variant(request):
    return request.param
"""


@pytest.mark.parametrize("isolated", [True, False])
def test_a_variant_that_is_skipped_fails_no_test(sandbox, isolated):
    text = (
        "from m import slug\n\n\ndef test_a():\n    assert slug('A') == 'a'\n\n\ndef test_b():\n    assert slug('A') == 'A'\n"
    )
    box = sandbox({"m.py": CODE, "tests/conftest.py": SPEEDUPS, "tests/test_x.py": text}, "m.py")
    path = box.copy / "tests" / "test_x.py"
    outcomes = run_test_file(box, path, order="", seed="0", isolated=isolated, seconds=60)
    assert outcomes == {"test_a": "passed", "test_b": "failed"}


def test_another_order_exposes_tests_that_depend_on_others(sandbox):
    text = "seen = []\n\n\ndef test_a():\n    seen.append(1)\n\n\ndef test_b():\n    assert seen\n"
    box = sandbox({"m.py": CODE, "tests/test_x.py": text}, "m.py")
    path = box.copy / "tests" / "test_x.py"
    passed = {"test_a": "passed", "test_b": "passed"}
    assert run_test_file(box, path, order="", seed="0", isolated=False, seconds=60) == passed
    assert run_test_file(box, path, order="reverse", seed="0", isolated=False, seconds=60) == passed | {"test_b": "failed"}


def test_a_file_that_cannot_be_collected_has_no_outcomes(sandbox):
    box = sandbox({"m.py": CODE, "test_x.py": "import nowhere\n"}, "m.py")
    assert not run_test_file(box, box.copy / "test_x.py", order="", seed="0", isolated=True, seconds=60)
    assert "No module named 'nowhere'" in box.tail()


def test_coverage_is_that_of_the_target_only(sandbox):
    text = "import m, other\n\n\ndef test_it():\n    assert m.slug('A') == 'a'\n"
    box = sandbox({"m.py": CODE, "other.py": "x = 1\n" * 9, "test_x.py": text}, "m.py")
    assert measure_coverage(box, [], 60) == Coverage()
    assert measure_coverage(box, [box.copy / "test_x.py"], 60) == Coverage((3, 4), (1, 2), frozenset({3}))


def test_a_test_file_that_cannot_be_imported_does_not_hide_what_the_others_cover(sandbox):
    text = "import m\n\n\ndef test_it():\n    assert m.slug('A') == 'a'\n"
    box = sandbox({"m.py": CODE, "test_w.py": "import m, nowhere\n", "test_x.py": text}, "m.py")
    both = [box.copy / "test_w.py", box.copy / "test_x.py"]
    assert measure_coverage(box, both, 60) == measure_coverage(box, both[1:], 60) == Coverage((3, 4), (1, 2), frozenset({3}))


def test_the_module_that_is_measured_is_the_project_s_also_where_the_package_is_installed(sandbox):
    text = "import platformdirs\n\n\ndef test_it():\n    assert platformdirs.slug('A') == 'a'\n"
    box = sandbox({"platformdirs/__init__.py": CODE, "test_x.py": text}, "platformdirs/__init__.py")
    assert measure_coverage(box, [box.copy / "test_x.py"], 60) == Coverage((3, 4), (1, 2), frozenset({3}))


@pytest.mark.parametrize(
    ("files", "options"),
    [
        ({}, []),
        ({"pytest.ini": "[pytest]\naddopts = -q --cov=m\n"}, ["--no-cov"]),
        ({"setup.cfg": "[tool:pytest]\naddopts = --cov m\n"}, ["--no-cov"]),
        ({"pyproject.toml": "# --coverage\n"}, []),
        ({"tox.ini": b"\xff"}, []),
    ],
)
def test_pytest_cov_is_switched_off_where_it_is_on(sandbox, files, options):
    box = sandbox({"m.py": CODE} | files, "m.py")
    assert [o for o in plugin_options(box, []) if o == "--no-cov"] == options


@pytest.mark.parametrize("name", ["pyproject.toml", "requirements-dev.txt", "tests/conftest.py", "test_m.py"])
def test_slow_plugins_are_loaded_only_where_the_project_names_them(sandbox, name):
    box = sandbox({"m.py": CODE, name: "# schemathesis\n"}, "m.py")
    options = plugin_options(box, [box.copy / "test_m.py"])
    assert "no:schemathesis" not in options
    assert options[:2] == ["-p", "no:langsmith_plugin"]


def test_without_results_there_are_no_reports(sandbox):
    box = sandbox({"m.py": CODE}, "m.py")
    assert failure_reports(box) == {}
    write(box.out, {"reports.json": "[]"})
    assert failure_reports(box) == {}
