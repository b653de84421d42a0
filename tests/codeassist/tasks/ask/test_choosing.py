"""The places of an answer: copies left out, neighbouring parts together."""

from __future__ import annotations

from dataclasses import replace

import pytest

from codeassist.tasks.ask import ask
from codeassist.tasks.ask.choosing import (
    LONGEST_PLACE,
    MOST_PARTS,
    answering,
    asks_for_a_name,
    distinct,
    inline_tests_last,
    present_first,
    raisers_first,
    together,
    varied,
)
from codeassist.tasks.ask.naming import named_by
from indexers import Hit, Index
from tests.conftest import write


def hit(path, start, end, text="x"):
    return Hit(path, start, end, 1.0, "", "function", "python", text)


def test_neighbouring_parts_of_a_file_are_one_place(tmp_path):
    root = write(tmp_path, {"a.py": "\n".join(f"line {n}" for n in range(1, 41))})
    places = together(root, [hit("a.py", 11, 20), hit("b.py", 1, 5), hit("a.py", 21, 30), hit("a.py", 36, 40)], 10)
    assert [(p.path, p.start_line, p.end_line) for p in places] == [("a.py", 11, 30), ("b.py", 1, 5), ("a.py", 36, 40)]
    assert places[0].text.split("\n")[0] == "line 11"


def test_a_place_does_not_grow_beyond_a_screen_or_two(tmp_path):
    root = write(tmp_path, {"a.py": "x\n" * 300})
    places = together(root, [hit("a.py", 1, LONGEST_PLACE), hit("a.py", LONGEST_PLACE + 1, LONGEST_PLACE + 9)], 10)
    assert len(places) == 2


def test_at_most_so_many_places(tmp_path):
    assert len(together(write(tmp_path, {"0.py": ""}), [hit(f"{n}.py", 1, 2) for n in range(9)], 4)) == 4


def test_copies_of_a_text_are_left_out():
    assert [h.path for h in distinct([hit("a", 1, 2, "same  text"), hit("b", 1, 2, "same text"), hit("c", 1, 2, "other")])] == [
        "a",
        "c",
    ]


def test_the_members_of_one_family_stand_behind_other_places():
    french = hit("fr", 1, 2, "class French(Locale): months = [janvier]; days = [lundi]; past, future = words")
    dutch = hit("nl", 1, 2, "class Dutch(Locale): months = [januari]; days = [maandag]; past, future = words")
    other = hit("calendar", 1, 2, "def step(day): return clipped(day)")
    assert varied([french, dutch, other]) == [french, other, dutch]


def test_what_raises_an_error_stands_before_the_test_that_expects_it():
    test = hit("tests/test_a.py", 1, 2, 'raises(match="the key must not contain a blank")')
    code = hit("a.py", 1, 2, 'raise ValueError(f"{name} must not contain a blank")')
    other = hit("b.py", 1, 2, "key = blank")
    message = "ValueError: the key must not contain a blank"
    assert raisers_first(message, [test, other, code], 0.3) == [code, test, other]
    assert raisers_first("where is the key", [test, other, code], 0.3) == [test, other, code]


@pytest.mark.parametrize(
    "message",
    [
        "Invalid value for the colour of a hull",
        "Can't use spaces in a name.",
        "Do not call the harbour twice",
        "group key cannot be empty",
    ],
)
def test_a_message_is_answered_by_the_line_that_prints_it_word_for_word(tmp_path, message):
    files = {
        "paint.py": f'def paint(hull, colour):\n    if not colour:\n        raise ValueError("{message}")\n    return hull, colour\n',
        "names.py": "def use(name, key, group):\n    '''Use the name of a harbour, a value, a key of a group and a colour.'''\n    return name\n",
        "spaces.py": "def spaces(invalid):\n    '''Whether a name has invalid spaces.'''\n    return invalid\n",
    }
    with Index.build(write(tmp_path, files)) as index:
        assert ask(index, message).citations[0].path == "paint.py"


def test_what_raises_most_of_a_message_stands_first():
    outer = hit("a.go", 1, 2, 'return fmt.Errorf("invalid value: %w", err)')
    inner = hit("b.go", 1, 2, 'return fmt.Errorf("invalid value %q for flag -%s", value, name)')
    message = 'usage: invalid value "x" for flag -port'
    assert raisers_first(message, [outer, inner], 0.3) == [inner, outer]


def test_a_long_definition_takes_few_places(tmp_path):
    root = write(tmp_path, {"a.py": "x\n" * 500})
    parts = [Hit("a.py", n, n + 9, 1.0, "main", "function", "python", "x", "main") for n in range(1, 400, 50)]
    assert len(together(root, parts, 10)) == MOST_PARTS


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("what is the gateway", True),
        ("what does `Retry.delay` do in the worker when the queue is full", True),
        ("what does doctype html change in the output", False),
    ],
)
def test_a_question_that_says_more_than_a_name_is_not_about_the_name(question, expected):
    assert asks_for_a_name(question) == expected


def test_a_text_that_only_quotes_the_question_is_no_place_of_its_answer():
    question = "where are orders merged?"
    quoting = hit("Makefile", 1, 2, 'demo:\n\tcodeassist ask "where are orders merged"')
    test = hit("tests/test_a.py", 1, 2, "ask('Where are orders  merged?')")
    heading = hit("FAQ.md", 1, 2, "## Where are orders merged?\n\nIn the cart.")
    code = hit("a.py", 1, 2, '"""Says where orders are merged."""')
    assert answering([quoting, test, heading, code], question) == [heading, code]
    short = hit("b.py", 1, 1, 'raise ValueError("not found")')
    assert answering([short], "not found") == [short]


GUIDE = (
    "# Manual\n\n## Proxies\n\nPass a proxy with the proxies argument:\n\n    fetch(url, proxies={'http': 'http://10.0.0.1'})\n\n"
    "## Timeouts\n\nA call waits for ever unless a timeout is given.\n"
)
CODE = (
    "def proxy_headers(proxy):\n    '''The headers that are sent to a proxy.'''\n    return {'Proxy': proxy}\n\n\n"
    "def select_proxy(url, proxies):\n    '''Select the proxy to use for a url.'''\n    return proxies.get(url)\n"
)


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("how do I use a proxy", "guide.md"),
        ("How can I set a timeout?", "guide.md"),
        ("how are proxies selected", "client.py"),
        ("how do I select the proxy headers of a url", "client.py"),
    ],
)
def test_a_section_whose_title_says_it_answers_how_do_i(tmp_path, question, first):
    with Index.build(write(tmp_path, {"guide.md": GUIDE, "client.py": CODE})) as index:
        answer = ask(index, question, threshold=0.0)
    assert answer.citations[0].path == first


def test_one_search_is_made_for_a_question(tmp_path, monkeypatch):
    files = {"docs/use.md": "# Use\n\n## Add a harbour\n\nCall `add`.\n", "a.py": "def add(harbour):\n    return harbour\n"}
    with Index.build(write(tmp_path, files)) as index:
        made = []
        monkeypatch.setattr(index, "search", lambda *_, **__: made.append("search") or [])
        ranked = index.passages
        monkeypatch.setattr(index, "passages", lambda *a, **k: made.append("passages") or ranked(*a, **k))
        assert ask(index, "how do I add a harbour").text.startswith("“Add a harbour” in `docs/use.md`")
        assert made == ["passages"]


@pytest.mark.parametrize("name", ["Retrying", "stop_after_attempt"])
def test_a_name_alone_is_answered_by_its_definition_and_not_by_a_list_that_quotes_it(tmp_path, name):
    exported = "from .stop import Retrying, stop_after_attempt\n\n__all__ = [\n    'Retrying',\n    'stop_after_attempt',\n]\n"
    stop = "class Retrying:\n    def begin(self):\n        return 1\n\n\ndef stop_after_attempt(number):\n    return number\n"
    with Index.build(write(tmp_path, {"again/__init__.py": exported, "again/stop.py": stop})) as index:
        assert ask(index, name).citations[0].path == "again/stop.py"


def test_a_place_without_a_word_of_the_question_and_with_a_low_score_is_not_listed(tmp_path):
    files = {
        "stack.py": "class Stack:\n    def push(self, item):\n        '''Add an item; raises OverflowError when the stack is full.'''\n"
        "        if len(self.items) >= self.limit:\n            raise OverflowError\n",
        "README.md": "# Tiny\n\nA stack.\n",
        "other.py": "def ljust(a):\n    '''\n    >>> a\n    '''\n    return a\n",
    }
    with Index.build(write(tmp_path, files)) as index:
        answer = ask(index, "what happens when the stack is full")
        assert "other.py" in {hit.path for hit in index.passages("what happens when the stack is full", 20).hits}
    assert {citation.path for citation in answer.citations} == {"stack.py", "README.md"}


def test_tests_inside_of_source_files_come_last_unless_they_are_asked_for():
    def named(name, qualified, language="rust", path="src/a.rs"):
        return Hit(path, 1, 2, 1.0, name, "function", language, "x", qualified_name=qualified)

    inline = [named("splits", "tests.splits"), named("test_split", "test_split")]
    code = [named("split", "split"), named("test_client", "App.test_client", "python", "app.py")]
    assert inline_tests_last("how is a line split", [*inline, *code]) == [*code, *inline]
    assert inline_tests_last("which unit tests check the split", [*inline, *code]) == [*inline, *code]


def test_a_place_is_made_no_longer_by_hits_that_stay_apart(tmp_path):
    root = write(tmp_path, {"a.py": "".join(f"line {n}\n" for n in range(40))})
    hits = [hit("a.py", 11, 20), hit("a.py", 21, 30), hit("a.py", 35, 38)]
    places = together(root, hits, 10, hits[1:])
    assert [(place.start_line, place.end_line) for place in places] == [(11, 20), (35, 38)]


def test_the_section_whose_title_has_all_of_a_how_question_comes_first(tmp_path):
    files = {
        "docs/guide.md": "# Guide\n\n## Posting encoded parcels\n\nUse `post(parcel)`.\n\n## Parcels\n\nA parcel is posted later.\n",
        "post.py": "def post(parcel):\n    return parcel\n",
    }
    with Index.build(write(tmp_path, files)) as index:
        assert ask(index, "how do I post parcels?").text.startswith("“Posting encoded parcels” in `docs/guide.md`")


def test_a_constant_below_a_class_has_not_the_name_of_the_class(tmp_path):
    text = "class Ferry:\n    def sail(self):\n        return 1\n\n\nSLOWEST_CROSSING = Crossing(9)\n"
    with Index.build(write(tmp_path, {"ferry.py": text})) as index:
        ferry = next(found for found in index.search("Ferry") if found.name == "Ferry")
        assert named_by(index, ferry, 6).qualified_name == ""
        assert named_by(index, ferry, 1).qualified_name == "Ferry"


def test_a_changelog_or_a_test_is_not_first_unless_the_question_is_about_such():
    log = replace(hit("CHANGELOG.md", 1, 2), language="markdown")
    test, code = hit("tests/test_a.py", 1, 2), hit("a.py", 1, 2)
    assert present_first("does it retry", [log, test, code]) == [code, log, test]
    assert present_first("was retrying removed", [log, test, code]) == [log, test, code]
    assert present_first("which test retries", [test, log, code]) == [test, log, code]
    assert present_first("does it retry", [log, *[test] * 5, code])[0] == log
    assert present_first("does it retry", []) == []
