"""Answers about uses, tests, two definitions, the whole project; the subject that a question names."""

from __future__ import annotations

import time

import pytest

from codeassist.tasks.ask import ask
from codeassist.tasks.ask.raising import asks_who_raises
from indexers import Index
from tests.conftest import write

FILES = {
    "README.md": (
        "# Tidal\n\n[![build](https://example.test/b.svg)](https://example.test)\n\n"
        "Tidal computes when boats can pass the harbour gate.\n\n## Installation\n\nRun `make install` in the checkout.\n\n"
        "## Running the tests\n\nRun `make check`; it needs no network.\n"
    ),
    "pyproject.toml": '[project]\nname = "tidal"\nversion = "4.2.1"\n',
    "tidal/gate.py": (
        "class Gate:\n    def open_at(self, height):\n        return height > 2\n\n\n"
        "class LockGate(Gate):\n    def open_at(self, height):\n        return height > 3\n\n\n"
        "def passing_hours(gate, heights):\n    return [hour for hour, height in enumerate(heights) if gate.open_at(height)]\n\n\n"
        "def closing_hours(gate, heights):\n    hours = passing_hours(gate, heights)\n    return set(range(24)) - set(hours)\n\n\n"
        "def forgotten():\n    return 1\n\n\ndef lonely_helper():\n    return 2\n\n\nHANDLERS = {'closing': closing_hours}\n"
    ),
    "tests/test_gate.py": (
        "from tidal.gate import Gate, passing_hours\n\n\n"
        "def test_a_gate_opens_at_high_water():\n    assert passing_hours(Gate(), [1, 3]) == [1]\n"
    ),
    "docs/gates.md": "# Gates\n\nThe function `forgotten` is called from the control room.\n",
}


@pytest.fixture(scope="module")
def tidal(tmp_path_factory):
    with Index.build(write(tmp_path_factory.mktemp("tidal"), FILES)) as index:
        yield index


def test_what_would_break_names_users_tests_and_documents(tidal):
    text = ask(tidal, "what would break if I change passing_hours").text
    assert text.startswith("A change of `passing_hours`")
    assert "`closing_hours` in `tidal/gate.py`" in text
    assert "`test_a_gate_opens_at_high_water`" in text


def test_what_would_break_names_what_overrides_a_method(tidal):
    assert "`LockGate.open_at`" in ask(tidal, "what would break if I rename Gate.open_at?").text


def test_tests_of_a_definition_are_listed(tidal):
    answer = ask(tidal, "which tests cover passing_hours?")
    assert "is reached by 1 test, 1 of them directly:" in answer.text
    assert any(c.path == "tests/test_gate.py" for c in answer.citations)


def test_a_definition_that_no_test_reaches_is_named(tidal):
    assert "no test that calls it was found" in ask(tidal, "which tests cover lonely_helper?").text


def test_tests_of_something_without_a_definition_come_first(tmp_path):
    files = {
        "src/owner.rs": "/// Filters files by their --owner option.\npub fn parse_owner(text: &str) -> u32 {\n    0\n}\n\n"
        "mod tests {\n    fn nothing() {}\n}\n",
        "tests/cli.rs": '#[test]\nfn test_owner_root() {\n    run(&["--owner", "0", "a.foo"]);\n}\n',
    }
    with Index.build(write(tmp_path, files)) as index:
        answer = ask(index, "which tests cover --owner", threshold=0.0)
    assert answer.citations[0].path == "tests/cli.rs"


def test_of_settings_with_the_same_name_the_one_that_the_question_names_is_said(tmp_path):
    files = {
        "web/cors.py": 'class CorsMiddleware:\n    """Sets headers."""\n\n    def __init__(self, app, max_age: int = 600):\n'
        "        self.max_age = max_age\n",
        "web/sessions.py": 'class SessionMiddleware:\n    """Signs the session cookie."""\n\n'
        "    def __init__(self, app, max_age: int = 14 * 24):\n        self.max_age = max_age\n",
    }
    with Index.build(write(tmp_path, files)) as index:
        text = ask(index, "what is the default max age of the session cookie").text
    assert "14 * 24" in text.split("\n")[0]
    assert "600" not in text.split("\n")[0]


def test_two_named_definitions_are_compared(tidal):
    text = ask(tidal, "what is the difference between passing_hours and closing_hours?").text
    assert text.startswith("- `passing_hours` (function in `tidal/gate.py` [1])")
    assert "- `closing_hours` (function in `tidal/gate.py` [2])" in text
    assert "Only `closing_hours` calls `passing_hours`" in text


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("what is this project?", "> Tidal computes when boats can pass the harbour gate."),
        ("how do I install it?", "make install"),
        ("how do I run the tests?", "make check"),
        ("which version is this?", 'version = "4.2.1"'),
        ("where do I start?", "`tidal/gate.py`"),
    ],
)
def test_questions_about_the_project_are_answered_from_its_documents(tidal, question, expected):
    answer = ask(tidal, question)
    assert answer.found
    assert expected in answer.text
    assert answer.citations


def test_a_use_that_is_no_call_is_said_to_be_one(tidal):
    assert "- `tidal/gate.py` in `tidal/gate.py` [1] (as entry)" in ask(tidal, "who uses closing_hours").text


def test_what_is_mentioned_is_never_called_unused(tidal):
    answer = ask(tidal, "who calls forgotten")
    assert "Nothing in the index calls it; it is only mentioned:" in answer.text
    assert any(c.path == "docs/gates.md" for c in answer.citations)


def test_what_nothing_mentions_may_be_unused(tidal):
    assert "it may be an entry point, or unused" in ask(tidal, "who calls lonely_helper").text


def test_the_one_symbol_that_a_question_names_comes_first(tidal):
    citation = ask(tidal, "how does `closing_hours` count the hours in which a gate is passed", threshold=0.0).citations[0]
    line = FILES["tidal/gate.py"].split("\n").index("def closing_hours(gate, heights):") + 1
    assert citation.path == "tidal/gate.py"
    assert citation.start_line <= line <= citation.end_line


ERRORS = {
    "errors.py": 'class Missing(Exception):\n    """Nothing has this key."""\n\n\nclass Locked(Exception):\n    """Somebody writes."""\n',
    "store.py": "from errors import Missing\n\n\ndef get(rows, key):\n    if key not in rows:\n        raise Missing(\n            key\n        )\n"
    "    return rows[key]\n\n\ndef get_all(rows, keys):\n    try:\n        return [rows[k] for k in keys]\n    except KeyError:\n        raise Missing\n",
    "tests/test_store.py": "from errors import Missing\n\n\ndef test_missing():\n    raise Missing\n",
    "index.ts": "export { Busy } from './lib/return/locks';\n",
    "locks.ts": "export class Busy extends Error {}\n\nexport function lock(held: boolean) {\n  if (held) {\n    throw new Busy();\n  }\n}\n",
}


@pytest.mark.parametrize(
    "question", ["what raises Missing", "where is Missing raised?", "which functions raise Missing", "when is `Missing` raised"]
)
def test_what_raises_an_error_is_listed_with_its_condition(tmp_path, question):
    with Index.build(write(tmp_path, ERRORS)) as index:
        text = ask(index, question).text
    assert "`Missing` (class in `errors.py`" in text
    assert "is raised in 3 places" in text
    lines = [line for line in text.splitlines() if line.startswith("- ")]
    assert [line.split("`")[1] for line in lines] == ["get", "get_all", "test_missing"]  # code before tests
    assert "`if key not in rows: … raise Missing(key`" in lines[0]
    assert "`except KeyError: … raise Missing`" in lines[1]


BUILT_IN = {
    "ports.py": "def parse_port(text):\n    if not text.isdigit():\n        # the text may be empty\n"
    "        raise ValueError(\n            'a port is a number'\n        )\n    if int(text) > 65535:\n"
    "        raise ValueError(text)\n    return int(text)\n\n\ndef parse_host(text):\n    try:\n        return text.strip()\n"
    "    except ValueError:\n        return None\n\n\ndef check_weight(kilos):\n    if kilos < 0:\n"
    "        raise ValueError('negative weight')\n",
    "shop.rb": "class Shop\n  def open(hour)\n    raise ArgumentError, 'too early' if hour < 7\n  end\nend\n",
    "README.md": "# Ports\n\nThe functions raise ValueError for a bad text.\n",
    "tests/test_ports.py": "def test_it():\n    raise ValueError('in a test')\n",
}


def test_what_raises_an_error_of_the_language_is_grouped_by_definition(tmp_path):
    with Index.build(write(tmp_path, BUILT_IN)) as index:
        lines = ask(index, "what raises ValueError").text.splitlines()
        assert lines[0] == "`ValueError`, which this repository does not define, is raised in 3 places:"
        assert [line.split("`")[1] for line in lines[1:4]] == ["parse_port", "check_weight", "test_it"]
        assert "(2 times): `if not text.isdigit(): … raise ValueError('a port is a number'`" in lines[1]
        assert "`check_weight`" in ask(index, "where is a ValueError raised for a negative weight?").text.splitlines()[1]


@pytest.mark.parametrize(
    ("file", "text", "question", "said"),
    [
        (
            "a.py",
            "def stop():\n    raise KeyboardInterrupt\n",
            "what raises KeyboardInterrupt",
            "is raised in 1 place:\n- `stop`",
        ),
        (
            "a.py",
            "def last(items):\n    try:\n        return next(items)\n    except StopIteration:\n        return None\n",
            "where is StopIteration raised",
            "raised nowhere in it, and caught or compared in 1 place:\n- `last` in `a.py` [1]: `except StopIteration:`",
        ),
        (
            "a.go",
            "package a\n\nfunc read(err error) error {\n\tif err == io.EOF {\n\t\treturn nil\n\t}\n\treturn sql.ErrNoRows\n}\n",
            "what returns sql.ErrNoRows",
            "`sql.ErrNoRows`, which this repository does not define, is raised or returned in 1 place:\n- `read`",
        ),
        (
            "a.go",
            "package a\n\nfunc read(err error) bool {\n\treturn errors.Is(err, redis.Nil)\n}\n",
            "where is redis.Nil returned",
            "raised nowhere in it, and caught or compared in 1 place:",
        ),
        (
            "a.py",
            "def feed(stream):\n    if stream.closed:\n        raise anyio.EndOfStream\n",
            "which functions raise anyio.EndOfStream",
            "`if stream.closed: … raise anyio.EndOfStream`",
        ),
    ],
)
def test_what_raises_an_error_of_the_language_or_of_a_library(tmp_path, file, text, question, said):
    with Index.build(write(tmp_path, {file: text})) as index:
        assert said in ask(index, question).text


def test_a_file_that_ends_in_the_middle_of_what_it_raises(tmp_path):
    with Index.build(write(tmp_path, {"cut.py": "def cut(text):\n    if not text:\n        raise ValueError("})) as index:
        assert "`if not text: … raise ValueError(`" in ask(index, "what raises ValueError").text


def test_what_raises_an_error_that_is_an_argument_of_raise(tmp_path):
    with Index.build(write(tmp_path, BUILT_IN)) as index:
        assert "`raise ArgumentError, 'too early' if hour < 7`" in ask(index, "what raises ArgumentError?").text


def test_a_message_that_only_has_a_name_is_followed_to_where_it_is_used(tmp_path):
    files = {
        "calls.js": "const NOT_CALLABLE = 'Wanted callable'\n\nfunction later(f, wait) {\n  if (typeof f != 'function') {\n"
        "    throw new TypeError(NOT_CALLABLE)\n  }\n  return setTimeout(f, wait)\n}\n\n"
        "function twice(f) {\n  if (!f) throw new TypeError(NOT_CALLABLE)\n  f()\n  f()\n}\n",
        "kinds.js": "// Is it an Error, a TypeError?\nfunction isError(value) {\n  return value instanceof TypeError\n}\n",
    }
    with Index.build(write(tmp_path, files)) as index:
        text = ask(index, "TypeError: Wanted callable", threshold=0.0).text
    assert "const NOT_CALLABLE = 'Wanted callable'" in text.split("```")[1]
    assert "- Used in `later`" in text
    assert "`twice`" in text


def test_what_throws_in_typescript_and_what_nothing_raises(tmp_path):
    with Index.build(write(tmp_path, ERRORS)) as index:
        text = ask(index, "what throws Busy").text
        assert "is raised in 1 place" in text  # the path of the other one has the word "return"
        assert "`if (held) { … throw new Busy();`" in text
        assert "is raised in" not in ask(index, "what raises Locked").text


def test_a_long_question_is_recognised_in_linear_time():
    started = time.process_time()
    assert not asks_who_raises("which " + "a " * 50_000)
    assert asks_who_raises("which function raises it")
    assert time.process_time() - started < 10.0  # in quadratic time it takes minutes


def test_a_message_with_the_name_of_the_program_is_answered_by_what_prints_its_fixed_parts(tmp_path):
    files = {
        "value.c": 'int get(int kind, const char *key) {\n  if (kind == 2)\n    return fail("Cannot index %s with %s", names[kind], key);\n  return 0;\n}\n',
        "manual.md": "# Errors\n\nAn error (at a line of the input) is printed when an array or a string has no such price.\n",
        "index.c": "int index_of(const char *string, int array) {\n  /* the index of a string in an array */\n  return array;\n}\n",
    }
    with Index.build(write(tmp_path, files)) as index:
        answer = ask(index, 'tool: error (at <stdin>:12): Cannot index array with string ("price")')
    assert answer.citations[0].path == "value.c"
