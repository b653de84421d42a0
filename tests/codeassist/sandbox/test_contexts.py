"""What each test calls is recorded: through fixtures that are made once, helpers and rows; broken files are named."""

from __future__ import annotations

import sys

import pytest

from codeassist.sandbox.contexts import CONTEXTS_PLUGIN, PLUGIN_FILE, record_contexts
from codeassist.sandbox.interpreter import Interpreter
from codeassist.sandbox.scratch import open_sandbox
from codeassist.sandbox.test_runs import run_target
from tests.conftest import write

FILES = {
    "shop.py": """class Cart:
    def __init__(self):
        self.items = []

    def add(self, item):
        self.items.append(item)


def total(cart):
    return sum(i for i in cart.items)
""",
    "tests/test_shop.py": """import pytest

from shop import Cart, total


@pytest.fixture(scope="module")
def cart():
    made = Cart()
    made.add(3)
    return made


def test_first(cart):
    assert cart.items == [3]


def test_second(cart):
    assert total(cart) == 3


@pytest.mark.parametrize("item", [1, 2])
def test_rows(item):
    assert item == 1 or not Cart().add(item)


@pytest.mark.slow
def test_slow():
    assert total(Cart()) == 0


@pytest.mark.skip
def test_skipped():
    raise AssertionError


def test_fails():
    assert total(Cart()) == 1


@pytest.mark.xfail
def test_known_to_fail():
    assert total(Cart()) == 1
""",
    "pytest.ini": "[pytest]\naddopts = -m 'not slow'\nmarkers = slow\n",
    "tests/test_broken.py": "import no_such_library\n",
}


@pytest.fixture
def box(tmp_path):
    root = write(tmp_path / "p", FILES)
    interpreter = Interpreter(sys.executable, coverage=False)
    with open_sandbox(run_target(root, root / "x.py"), interpreter, {CONTEXTS_PLUGIN: PLUGIN_FILE}) as made:
        yield made


def test_the_functions_that_each_test_calls(box):
    found, trouble = record_contexts(box, ["tests/test_shop.py", "tests/test_broken.py"], 120)
    assert trouble == ""
    assert found["tests/test_broken.py"].broken == "ModuleNotFoundError: No module named 'no_such_library'"
    tests = {name.partition("::")[2]: test for name, test in found["tests/test_shop.py"].tests.items()}
    called = {name: set(test.functions.get("shop.py", ())) for name, test in tests.items()}
    assert called == {
        "test_first": {"Cart.__init__", "Cart.add"},
        "test_second": {"Cart.__init__", "Cart.add", "total"},
        "test_rows": {"Cart.__init__", "Cart.add"},
        "test_slow": set(),
        "test_skipped": set(),
        "test_fails": {"Cart.__init__", "total"},
        "test_known_to_fail": {"Cart.__init__", "total"},
    }
    outcomes = {name: test.outcome for name, test in tests.items()}
    assert outcomes == dict.fromkeys(tests, "passed") | {
        "test_slow": "deselected",
        "test_skipped": "skipped",
        "test_fails": "failed",
        "test_known_to_fail": "xfailed",
    }


def test_a_record_that_the_code_forged_is_not_followed(box):
    box.put(
        box.copy / "tests/test_shop.py",
        """import json, os

from shop import Cart, total


def test_forged():
    with open(os.environ["CODEASSIST_CONTEXTS"], "a") as file:
        for place in (["../../etc/passwd", 1], ["/etc/passwd", 1], ["etc/passwd\\0", 1], ["etc/passwd\\ud800", 1], 3):
            file.write(json.dumps({"function": place, "number": 900}) + "\\n" + json.dumps({"function": place}) + "\\n")
        file.write("{\\n3\\n")
        file.write(json.dumps({"test": "tests/test_shop.py::test_other", "outcome": "", "seconds": 0, "calls": [900]}) + "\\n")


def test_after():
    assert total(Cart()) == 0
""",
    )
    found, _ = record_contexts(box, ["tests/test_shop.py"], 120)
    tests = found["tests/test_shop.py"].tests
    assert not any("passwd" in path for test in tests.values() for path in test.functions)
    assert set(tests["tests/test_shop.py::test_after"].functions["shop.py"]) == {"Cart.__init__", "total"}
