"""Answers about who uses something: names as people write them, other receivers, several folders with one name."""

from __future__ import annotations

import pytest

from codeassist.tasks.ask import ask
from indexers import Index
from tests.conftest import write

FILES = {
    "depot/yard.py": (
        "class Yard:\n    def shut(self, cranes):\n        for crane in cranes:\n            crane.shut()\n\n"
        "    def night(self):\n        self.shut([])\n\n\n"
        "def _crane_code(crane):\n    return crane.code\n\n\ndef label(crane):\n    return _crane_code(crane)\n"
    ),
    "samples/ferry/app.kt": 'fun depart(name: String) {\n    ringBell(name)\n}\n\nfun main() {\n    depart("a")\n}\n',
    "samples/tram/app.kt": 'fun depart(name: String) {\n    ringBell(name)\n}\n\nfun start() {\n    depart("b")\n}\n',
}


@pytest.fixture(scope="module")
def depot(tmp_path_factory):
    with Index.build(write(tmp_path_factory.mktemp("depot"), FILES)) as index:
        yield index


def test_a_call_of_another_receiver_inside_a_method_is_no_use_of_it(depot):
    text = ask(depot, "who calls Yard.shut?").text
    assert "is used in 1 place:" in text
    assert "`Yard.night`" in text


def test_a_private_name_is_found_without_its_underscore(depot):
    text = ask(depot, "who uses crane_code").text
    assert text.startswith("`_crane_code`")
    assert "`label` in `depot/yard.py`" in text


def test_a_name_of_a_library_has_users(depot):
    text = ask(depot, "who calls ringBell?").text
    assert text.startswith("`ringBell` is not defined in this repository. It is used in 2 places, matched by name only:")


def test_of_several_definitions_the_one_in_the_named_folder_is_meant(depot):
    text = ask(depot, "who calls depart in tram").text
    assert text.startswith("`depart` (function in `samples/tram/app.kt` ")
    assert "`start` in `samples/tram/app.kt`" in text
    assert "ferry" not in text


@pytest.mark.parametrize("question", ["who calls frobnicate", "who uses `frobnicate()`?", "Who implements Frobnicator"])
def test_a_name_that_is_nowhere_has_no_users(depot, question):
    answer = ask(depot, question)
    assert not answer.found
    assert answer.text.lower().startswith("not found in this repository: nothing in it mentions “frobnicat")
