"""The engine `model` with scripted answers, good and bad: each test is run alone, and only what it shows is believed."""

from __future__ import annotations

import json
import sys

import pytest

from codeassist.config import Config, ModelConfig
from codeassist.errors import ModelError
from codeassist.models.session import Session
from codeassist.prompts import Library
from codeassist.sandbox.interpreter import find_interpreter
from codeassist.sandbox.target import find_target
from codeassist.tasks.gen_tests import Engine, ModelEngine, ModuleOptions, generate
from codeassist.testing import ScriptedChat
from indexers import Index
from tests.conftest import write

PRICES = '''"""Prices."""


def discount(cents: int) -> int:
    """A tenth of the price, rounded down; nothing below a dollar."""
    if cents < 0:
        raise ValueError("negative price")
    if cents < 100:
        return 0
    return cents // 9


def label(cents):
    """Dollars and cents."""
    if cents == 0:
        return "free"
    return f"${cents // 100}.{cents % 100:02d}"
'''


def answer(*tests, imports=("from prices import discount, label",)):
    return json.dumps({"imports": list(imports), "tests": [{"name": n, "behaviour": "", "code": c} for n, c in tests]})


def function(name, body):
    return name, f"def {name}():\n    {body}"


def ask(tmp_path, answers, engine=Engine.MODEL, *, budget=30, needed=None, files=None, index=False, **wanted):
    root = write(tmp_path, {"prices.py": PRICES, **(files or {})})
    chat = ScriptedChat(answers)
    session = Session(chat, ModelConfig())
    side = ModelEngine(session, Library.of(None, Config()), needed=engine == "model" if needed is None else needed)
    target = find_target(str(root / "prices.py"), root)
    how = ModuleOptions(budget, engine=engine, model=side, **wanted)
    if not index:
        return generate(target, find_interpreter(root, sys.executable), None, how), chat
    with Index.build(root) as opened:
        return generate(target, find_interpreter(root, sys.executable), opened, how), chat


def test_one_bad_test_never_discards_the_others(tmp_path):
    report, chat = ask(
        tmp_path,
        [
            answer(
                function("test_label_of_nothing", 'assert label(0) == "free"'),
                ("test_broken", "def test_broken(:\n    assert label(0)"),
                function("test_label_pads_cents", 'assert label(205) == "$2.05"'),
                function("test_calls_only", "label(3)"),
                function("test_private", "assert label._x == 3"),
                function("test_label_again", 'assert label(0) == "free"'),
                function(
                    "test_negative_price",
                    'import pytest\n    with pytest.raises(ValueError, match="negative price"):\n        discount(-1)',
                ),
            ),
            answer(),
        ],
    )
    assert report.tests == ["test_label_of_nothing", "test_label_pads_cents", "test_negative_price"]
    assert report.dropped == {"cannot be parsed": 1, "asserts nothing": 1, "touches private state": 1, "adds nothing": 1}
    assert report.text.startswith('"""Tests of `prices`, made by codeassist by scripted:double with gen-tests@')
    assert "from prices import discount, label" in report.text
    killed, total = report.mutants
    assert 0 < killed < total
    assert report.after.branches[0] > report.before.branches[0] if report.before.branches else report.after.branches[0] > 0
    assert len(chat.requests) == 2
    second = chat.requests[1].messages[-1].content
    assert "test_label_of_nothing" in second  # what exists is told
    assert "`return cents // 9`" in second  # and what is not reached
    assert "raise ValueError" not in second.partition("Not reached yet:")[2]


def test_a_failure_goes_back_with_what_the_runner_said_and_comes_back_mended(tmp_path):
    bad = function("test_label_of_cents", "assert labl(7) == '$0.07'")
    mended = json.dumps(
        {"imports": ["from prices import label"], "code": "def test_label_of_cents():\n    assert label(7) == '$0.07'"}
    )
    report, chat = ask(tmp_path, [answer(bad, imports=["from prices import label"]), mended, answer()])
    assert report.tests == ["test_label_of_cents"]
    assert "NameError: name 'labl' is not defined" in chat.requests[1].messages[-1].content


def test_a_fault_is_reported_with_its_witness_and_never_asserted(tmp_path):
    wrong = function("test_discount_is_a_tenth", "assert discount(900) == 90")
    verdict = json.dumps({"witness": "A tenth of the price", "reason": "It takes a ninth.", "verdict": "fault"})
    report, _ = ask(tmp_path, [answer(wrong), verdict, answer()])
    assert report.tests == []
    assert report.text == ""
    [suspicion] = report.suspicions
    assert "It takes a ninth." in suspicion.what
    assert "assert discount(900) == 90" in suspicion.code
    assert suspicion.line == 5


def test_a_verdict_without_a_witness_that_exists_is_not_believed(tmp_path):
    wrong = function("test_discount", "assert discount(900) == 90")
    invented = json.dumps({"witness": "always exactly ten percent", "reason": "It says so.", "verdict": "fault"})
    given_up = json.dumps({"imports": [], "code": ""})
    report, _ = ask(tmp_path, [answer(wrong), invented, given_up, answer()])
    assert report.suspicions == []
    assert report.dropped == {"fails": 1}


def test_both_engines_share_the_checks_and_the_model_sees_what_the_search_has(tmp_path):
    report, chat = ask(
        tmp_path,
        [
            answer(
                function("test_label_of_a_dollar", 'assert label(100) == "$1.00"'),
                function("test_x", "assert label(0) == 'no'"),
            ),
            "nonsense",
            "nonsense",
        ],
        engine=Engine.BOTH,
        budget=15,
    )
    assert report.by_model in ([], ["test_label_of_a_dollar"])  # the search may have left nothing to add
    assert any(name.startswith("test_discount") for name in report.tests)
    told = chat.requests[0].messages[-1].content
    assert "Tests that exist: test_discount" in told


def test_the_models_failure_is_told_and_the_search_stands(tmp_path):
    report, _ = ask(tmp_path, [ModelError("the line is dead")], engine=Engine.BOTH, budget=8)
    assert report.trouble == "the line is dead"
    assert report.tests
    with pytest.raises(ModelError, match="the line is dead"):
        ask(tmp_path / "alone", [ModelError("the line is dead")])


def test_nonsense_twice_ends_the_loop_with_a_sentence(tmp_path):
    report, _ = ask(tmp_path, ["Sure! Here are tests.", "I cannot."])
    assert "twice gave an answer that is not what was asked for" in report.trouble
    assert report.tests == []


def test_the_model_is_shown_callers_tests_and_fixtures_but_nothing_private(tmp_path):
    files = {
        "shop.py": "from prices import label\n\n\ndef bill():\n    return label(3)\n",
        "secret/keys.py": "from prices import label\n\n\ndef hidden():\n    return label(4)\n",
        "tests/conftest.py": 'import pytest\n\n\n@pytest.fixture\ndef basket():\n    """A basket of fruit."""\n    return []\n',
        "tests/test_prices.py": "from prices import label\n\n\ndef test_of_free_label():\n    assert label(0) == 'free'\n",
    }
    root = write(tmp_path, {"prices.py": PRICES, **files})
    chat = ScriptedChat([answer()], remote=True)
    side = ModelEngine(Session(chat, ModelConfig()), Library.of(None, Config()), "", ["secret/"], needed=True)
    with Index.build(root) as index:
        generate(
            find_target(str(root / "prices.py"), root),
            find_interpreter(root, sys.executable),
            index,
            ModuleOptions(20, engine=Engine.MODEL, model=side),
        )
    told = chat.requests[0].messages[-1].content
    assert "shop.py:5: return label(3)" in told
    assert "basket(): A basket of fruit." in told
    assert "def test_of_free_label" in told
    assert "hidden" not in told
    assert "label(4)" not in told


def test_only_what_no_test_reaches_is_generated_when_that_is_asked_for(tmp_path):
    have = "import pytest\nfrom prices import label\n\n\ndef test_l():\n    assert label(0) == 'free'\n    assert label(205) == '$2.05'\n    assert label(3010) == '$30.10'\n"
    root = write(tmp_path, {"prices.py": PRICES, "tests/test_prices.py": have})
    target = find_target(str(root / "prices.py"), root)
    report = generate(target, find_interpreter(root, sys.executable), None, ModuleOptions(12, uncovered=True))
    assert report.mutants_before[0] > 5
    assert report.before.branches == (2, 6)
    assert report.after.branches == (6, 6)
    assert any(name.startswith("test_discount") for name in report.tests)
    assert report.mutants[0] > report.mutants_before[0]
    assert "def test_l():" in report.text  # what was there stays


def test_properties_that_names_promise_are_checked_and_broken_ones_told(tmp_path):
    code = '''"""Codes."""


def encode_key(text: str) -> str:
    return text.encode().hex()


def decode_key(text: str) -> str:
    return bytes.fromhex(text).decode()


def factorial(n: int) -> int:
    result = 1
    for k in range(2, n + 1):
        result *= k
    return result
'''
    root = write(tmp_path, {"codes.py": code})
    report = generate(
        find_target(str(root / "codes.py"), root), find_interpreter(root, sys.executable), None, ModuleOptions(12)
    )
    assert "test_decode_key_undoes_encode_key" in report.properties
    assert "test_factorial_agrees_with_factorial" in report.properties
    assert "@given(st.text())" in report.text
    assert "strategies as st" in report.text


def test_a_promise_that_is_broken_is_a_suspicion(tmp_path):
    code = 'def normalize(text: str) -> str:\n    """Without doubled spaces."""\n    return text.strip()[:-1]\n'
    root = write(tmp_path, {"words.py": code})
    report = generate(
        find_target(str(root / "words.py"), root), find_interpreter(root, sys.executable), None, ModuleOptions(10)
    )
    assert report.properties == []
    broken = [s for s in report.suspicions if "breaks a promise of its name" in s.what]
    assert broken, report.suspicions
    assert "normalize" in broken[0].code
    assert "test_normalize_twice" not in report.text
