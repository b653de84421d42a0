"""Tests are run on faulty code: those that detect nothing are found, and changed lines whose faults nothing sees."""

from __future__ import annotations

import json
import os
import sys

import pytest

from codeassist.errors import UsageError
from codeassist.tasks.test_audit import TestAuditContext, TestAuditRequest, run
from tests.codeassist.tasks.test_audit.conftest import SHOP, TESTS
from tests.conftest import git, write


def audit(run, root, *arguments):
    return run("test-audit", "--json", "--budget", "90", "--python", sys.executable, *arguments, cwd=root)


def test_tests_that_cannot_fail_are_listed(repository, run):
    done = audit(run, repository, "--fail-on", "warning")
    report = json.loads(done.out)
    assert {w["test"]: w["kind"] for w in report["weaknesses"]} == {
        "test_kind": "passes-without-subject",
        "test_rate": "kills-nothing",
        "test_elsewhere": "reaches-nothing",
    }
    (failing,) = report["not_tried"]
    assert failing.startswith("1 test failing in the sandbox, so not tried: ")
    assert failing.endswith("::test_wrong")
    assert (report["modules"], report["tests"], report["incomplete"]) == (["shop.py"], 5, [])
    assert done.code == 1


def test_what_refuses_to_be_set_is_not_called_weak(tmp_path, run):
    shop = (
        "from dataclasses import dataclass\n\n\n@dataclass(frozen=True)\nclass Price:\n    amount: int\n\n"
        "    def __post_init__(self):\n        if self.amount > 1000 or self.amount + 1 < 0:\n            object.__setattr__(self, 'amount', 3)\n"
    )
    tests = (
        "import pytest\n\nfrom shop import Price\n\n\ndef test_frozen():\n    price = Price(3)\n"
        "    with pytest.raises(AttributeError):\n        price.amount = 4\n"
    )
    root = write(tmp_path / "p", {"shop.py": shop, "tests/test_shop.py": tests})
    report = json.loads(audit(run, root).out)
    assert (report["weaknesses"], report["tests"]) == ([], 1)
    assert report["mutants_tried"] > 3


def test_tests_that_raise_themselves_or_call_another_test_are_not_called_weak(tmp_path, run):
    tests = (
        "from shop import price\n\n\ndef test_price(amount=3, expected=6):\n    assert price(amount) == expected\n\n\n"
        "def test_more():\n    test_price(4, 8)\n\n\n"
        "def test_raised():\n    if price(2) == 4:\n        pass\n    else:\n        raise RuntimeError('wrong')\n"
    )
    root = write(tmp_path / "p", {"shop.py": SHOP, "tests/test_shop.py": tests})
    assert json.loads(audit(run, root).out)["weaknesses"] == []


def test_a_fault_on_a_changed_line_is_seen_or_not(repository, run):
    changed = (
        SHOP.replace("2 * amount", "2 * amount + fee()") + "\n\ndef fee():\n    return 0\n\n\ndef unused():\n    return 1\n"
    )
    write(repository, {"shop.py": changed})
    report = json.loads(audit(run, repository, "--changed").out)
    lines = {line["line"]: (line["covered"], line["seen"]) for line in report["changed_lines"]}
    assert lines[4] == (True, True)
    assert lines[16] == (False, None)


@pytest.mark.parametrize("starting", ["tests/test_run.py", "shop.py"])
def test_lines_that_another_process_may_run_are_not_said_to_be_run_by_no_test(repository, run, starting):
    write(repository, {"tests/test_run.py": "def test_it():\n    assert 1\n"})
    git(repository, "add", ".")
    git(repository, "commit", "-qm", "More")
    write(repository, {"shop.py": SHOP.replace("2 *", "3 *") + "\n\ndef fee():\n    return 0\n"})
    report = json.loads(audit(run, repository, "--changed").out)
    assert (12, False) in [(line["line"], line["covered"]) for line in report["changed_lines"]]
    file = repository / starting
    file.write_text(file.read_text(encoding="utf-8") + "\n\nimport subprocess\n", encoding="utf-8")
    report = json.loads(audit(run, repository, "--changed").out)
    assert {line["line"] for line in report["changed_lines"] if line["path"] == "shop.py"} == {4}
    assert "shop.py: whether a test runs 1 changed line is not known, as processes are started" in report["incomplete"]


def test_a_change_selects_the_tests_that_call_what_it_edits(repository, run):
    audit(run, repository)
    write(repository, {"shop.py": SHOP.replace("return 7", "return 8")})
    done = audit(run, repository, "--changed")
    report = json.loads(done.out)
    assert ([w["test"] for w in report["weaknesses"]], report["tests"]) == (["test_rate"], 1)
    assert [(line["line"], line["seen"]) for line in report["changed_lines"]] == [(8, False)]
    assert "Recording" not in done.err


@pytest.mark.skipif(not hasattr(os, "fork"), reason="mutants are tried in forks")
def test_a_process_that_a_test_leaves_behind_does_not_hold_the_audit(tmp_path, run):
    leaving = """import os, time

from shop import rate


def test_rate():
    if os.fork() == 0:
        time.sleep(300)
        os._exit(0)
    assert rate() == 7
"""
    root = write(tmp_path / "p", {"shop.py": SHOP, "tests/test_shop.py": leaving})
    report = json.loads(audit(run, root, "--budget", "10").out)
    assert (report["modules"], report["incomplete"], report["weaknesses"]) == (["shop.py"], [], [])


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
def test_a_test_file_whose_name_is_no_text_is_audited(tmp_path, run):
    root = write(tmp_path / "p", {"shop.py": SHOP, os.fsdecode(b"test_\xff.py"): TESTS})
    done = audit(run, root)
    report = json.loads(done.out)
    assert {w["test"] for w in report["weaknesses"]} == {"test_kind", "test_rate", "test_elsewhere"}
    assert len(report["not_tried"]) == 1


def test_a_staged_file_with_another_version_in_the_working_tree_is_named_and_not_judged(repository, run):
    write(repository, {"shop.py": SHOP.replace("return 7", "return 8")})
    git(repository, "add", ".")
    write(repository, {"shop.py": "\n\n\n" + SHOP.replace("return 7", "return 8")})
    report = json.loads(audit(run, repository, "--staged").out)
    said = "not tried, as the working tree differs from what is staged: shop.py"
    assert (report["incomplete"], report["changed_lines"]) == ([said], [])
    run("trust", cwd=repository)
    assert f"codeassist: {said}" in run("hook", "run", "pre-commit", "--audit", cwd=repository).err.splitlines()


def test_without_a_change_nothing_is_audited(repository, run):
    report = json.loads(audit(run, repository, "--staged").out)
    assert (report["files"], report["weaknesses"]) == (0, [])


def test_a_path_that_is_no_test_is_an_error(repository):
    context = TestAuditContext(repository, None)
    with pytest.raises(UsageError, match="is not a test file"):
        run(TestAuditRequest((str(repository / "shop.py"),)), context)
    with pytest.raises(UsageError, match="There is no"):
        run(TestAuditRequest((str(repository / "missing.py"),)), context)


def test_files_that_cannot_be_imported_are_not_called_weak_and_a_missing_environment_is_said(repository, run, monkeypatch):
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    write(repository, {"tests/test_shop.py": "import no_such_library\n" + TESTS})
    report = json.loads(run("test-audit", "--json", "--budget", "90", cwd=repository).out)
    assert "No module named 'no_such_library'" in report["incomplete"][0]
    assert "No environment of the project was found" in report["incomplete"][0]
    assert not [w for w in report["weaknesses"] if w["kind"] == "never-run"]
    assert "No environment" not in audit(run, repository).out


PACKAGE = {
    "shop/__init__.py": "from shop._price import price\n",
    "shop/_price.py": SHOP,
    "tests/__init__.py": "",
    "tests/cases.py": """import shop
import pytest


class Cases:
    @pytest.fixture(scope="module")
    def made(self):
        return shop.price(3)

    def check(self, amount, expected):
        assert shop.price(amount) == expected


class TestPrice(Cases):
    @pytest.mark.parametrize("amount, expected", [(1, 2), (3, 6)])
    def test_through_a_helper(self, amount, expected):
        self.check(amount, expected)

    def test_made_by_a_fixture(self, made):
        assert made == 6

    def test_is_there(self, made):
        assert made is not None

    def test_missing_assert(self):
        shop.price(3) == 7
""",
    "tests/test_case.py": """import unittest

import shop


class PriceCase(unittest.TestCase):
    def test_price(self):
        self.assertEqual(shop.price(3), 6)

    def test_is_there(self):
        self.assertIsNotNone(shop.price(3))

    def test_invalid(self):
        with self.assertRaises(ValueError):
            shop.price(-1)
""",
}


def test_functions_that_the_package_hands_on_are_tried_and_helpers_that_assert_count(tmp_path, run):
    root = write(tmp_path / "p", PACKAGE)
    report = json.loads(audit(run, root, "tests").out)
    assert [(w["test"], w["kind"]) for w in report["weaknesses"]] == [("PriceCase::test_is_there", "sees-only-crashes")]
    report = json.loads(audit(run, root, "tests/cases.py").out)
    assert {w["test"]: (w["kind"], w["severity"]) for w in report["weaknesses"]} == {
        "TestPrice::test_is_there": ("sees-only-crashes", "note"),
        "TestPrice::test_missing_assert": ("asserts-nothing", "warning"),
    }
    assert (report["modules"], report["incomplete"]) == (["shop/_price.py"], [])
    assert "'assert' is missing before the comparison on line 26" in json.dumps(report["weaknesses"])


def test_tests_in_a_file_of_another_name_are_audited(tmp_path, run):
    case = "from unittest import TestCase\n\n\nclass Smoke(TestCase):\n    def test_it(self):\n        print(1)\n"
    root = write(tmp_path / "p", {"shop.py": "def a():\n    return 1\n", "tests/smoke.py": case})
    report = json.loads(audit(run, root).out)
    assert [(w["test"], w["kind"]) for w in report["weaknesses"]] == [("Smoke::test_it", "asserts-nothing")]


def test_files_in_folders_of_tests_that_hold_none_are_named(tmp_path, run):
    root = write(tmp_path / "p", {"tests/helpers.py": "def made():\n    return 1\n"})
    outcome = run("test-audit", cwd=root)
    assert "No tests were found: looked at 1 Python file in places for tests (tests/helpers.py)" in outcome.err
    assert json.loads(run("test-audit", "--json", cwd=root).out)["looked_at"].endswith("(tests/helpers.py)")


def test_other_languages_of_test_files_are_named(tmp_path, run):
    files = {"spec/price_spec.rb": "describe Price do\nend\n", "spec/cart_spec.rb": "describe Cart do\nend\n"}
    outcome = run("test-audit", cwd=write(tmp_path / "p", files | {"lib/price.rb": "class Price\nend\n"}))
    assert "in places for tests are files in ruby (2)" in outcome.err


def test_tests_that_are_skipped_or_fail_here_are_no_weaknesses(tmp_path, run):
    tests = """import os
import sys

import pytest

from shop import price


@pytest.mark.skipif(sys.version_info < (9, 0), reason="needs a later version")
def test_later():
    assert price(1) == 2


def test_needs_what_is_not_here():
    assert os.environ["NO_SUCH_SERVER"]


def test_price():
    assert price(2) == 4
"""
    root = write(tmp_path / "p", {"shop.py": "def price(n):\n    return n * 2\n", "test_shop.py": tests})
    report = json.loads(audit(run, root).out)
    assert report["weaknesses"] == []
    assert report["not_tried"] == [
        "1 test skipped here, so not tried: test_shop.py::test_later",
        "1 test failing in the sandbox, so not tried: test_shop.py::test_needs_what_is_not_here",
    ]


@pytest.mark.parametrize(
    ("conftest", "code", "said"),
    [
        ("raise RuntimeError('no database here')\n", 5, "no database here"),
        ("import warnings\n\nwarnings.warn('old', DeprecationWarning)\n", 0, ""),
    ],
    ids=["pytest does not start", "it starts without the filters of warnings"],
)
def test_the_exit_code_says_that_no_test_could_be_run(tmp_path, run, conftest, code, said):
    tests = "from shop import price\n\n\ndef test_price():\n    assert price(3) == 6\n"
    files = {"shop.py": SHOP, "tests/test_shop.py": tests, "conftest.py": conftest}
    root = write(tmp_path / "p", {**files, "pytest.ini": "[pytest]\nfilterwarnings = error\n"})
    done = audit(run, root)
    report = json.loads(done.out)
    assert (done.code, report["not_run"]) == (code, code == 5)
    assert said in " ".join(report["incomplete"])
    assert (report["mutants_tried"] > 0) == (code == 0)
