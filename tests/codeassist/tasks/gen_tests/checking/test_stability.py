"""Tests that fail alone, in another order or now and then are dropped, with the reason."""

from __future__ import annotations

import re
import time

import pytest

from codeassist.deadline import Deadline
from codeassist.sandbox.scratch import open_sandbox
from codeassist.sandbox.target import find_target
from codeassist.tasks.gen_tests.checking.stability import check_stability
from codeassist.tasks.gen_tests.result import FLAKY
from tests.conftest import write

TESTS = """import os

seen = []


def test_steady():
    assert True


def test_first():
    seen.append(1)


def test_needs_the_first():
    assert seen


def test_depends_on_the_user():
    assert os.environ.get("USER") != "someone"


def helper():
    assert False
"""


@pytest.fixture
def box(tmp_path, interpreter):
    root = write(tmp_path / "p", {"m.py": "def f(): pass\n"})
    with open_sandbox(find_target(str(root / "m.py"), root), interpreter) as opened:
        yield opened


def test_unstable_tests_are_dropped_with_the_reason(box):
    stability = check_stability(box, TESTS, 2, Deadline(60))
    assert stability.runs == 2
    assert stability.kept == {"test_steady", "test_first"}
    assert stability.dropped["test_needs_the_first"] == "fails when run alone"
    assert stability.dropped["test_depends_on_the_user"] == FLAKY
    assert "assert seen" in stability.reports["test_needs_the_first"]


def test_a_test_that_needs_its_working_folder_is_dropped(box):
    text = "import os\n\n\ndef test_a():\n    assert os.path.exists('m.py')\n\n\ndef test_b():\n    assert 1\n"
    stability = check_stability(box, text, 2, Deadline(60))
    assert stability.kept == {"test_b"}
    assert stability.dropped == {"test_a": FLAKY}


def test_a_test_that_needs_two_calls_to_have_different_times_is_dropped(box):
    text = (
        "import time\n\n\ndef test_ticks():\n    first = time.monotonic()\n    assert time.monotonic() > first\n\n\n"
        "def test_waits():\n    first = time.time_ns()\n    while time.time_ns() == first:\n        pass\n    assert time.time_ns() > first\n"
    )
    stability = check_stability(box, text, 2, Deadline(60))
    assert stability.kept == {"test_waits"}
    assert stability.dropped == {"test_ticks": FLAKY}


def test_where_the_project_has_xdist_a_run_is_parallel(box):
    pytest.importorskip("xdist")
    text = "import os\n\n\ndef test_a():\n    assert 'PYTEST_XDIST_WORKER' not in os.environ\n\n\ndef test_b():\n    assert 1\n"
    stability = check_stability(box, text, 3, Deadline(90))
    assert (stability.runs, stability.kept) == (3, {"test_b"})


def test_a_start_that_fails_is_told_in_the_words_of_pytest(box):
    (box.copy / "conftest.py").write_text("raise RuntimeError('no database here')\n")
    stability = check_stability(box, TESTS, 1, Deadline(60))
    assert stability.kept == set()
    assert "no database here" in stability.said
    assert set(stability.dropped.values()) == {"pytest could not run them"}
    assert not box.without_settings


@pytest.mark.parametrize(
    ("settings", "conftest"),
    [
        ("[pytest]\naddopts = --not-an-option\n", ""),
        ("[pytest]\nfilterwarnings = error\n", "import warnings\n\nwarnings.warn('old', DeprecationWarning)\n"),
    ],
    ids=["an option that nobody has", "a conftest that warns where warnings are errors"],
)
def test_without_settings_with_which_pytest_does_not_start_the_tests_run(box, settings, conftest):
    (box.copy / "pytest.ini").write_text(settings)
    (box.copy / "conftest.py").write_text(conftest)
    stability = check_stability(box, TESTS, 2, Deadline(60))
    assert (stability.kept, stability.said) == ({"test_steady", "test_first"}, "")
    assert box.without_settings


def test_nothing_is_kept_when_a_run_dies(box):
    """Each test passes in its own process; together they end it, so that no later run says anything."""
    text = "import os\n\nseen = []\n\n\n"
    for name in ("one", "two"):
        text += f"def test_{name}():\n    seen.append(1)\n    if len(seen) > 1:\n        os._exit(0)\n\n\n"
    stability = check_stability(box, text, 2, Deadline(60))
    assert (stability.runs, stability.kept) == (1, set())
    assert stability.dropped == dict.fromkeys(("test_one", "test_two"), "the test run did not finish")


def test_nothing_is_kept_when_no_run_finishes(box):
    stability = check_stability(box, "import nowhere\n\n\ndef test_a():\n    assert nowhere\n", 2, Deadline(60))
    assert stability.kept == set()
    assert set(stability.dropped) == {"test_a"}


def test_no_test_is_kept_when_there_was_no_time_for_every_run(box):
    def clock():
        """The time is over when two runs have said how long they took."""
        return time.monotonic() + 1e6 * (len(re.findall(r" in [0-9.]+s", box.tail())) >= 2)

    stability = check_stability(box, "def test_steady():\n    assert True\n", 3, Deadline(300, clock=clock))
    assert (stability.kept, stability.runs, stability.late) == (set(), 2, True)
    assert stability.dropped == {"test_steady": "no time was left to run it every time"}
