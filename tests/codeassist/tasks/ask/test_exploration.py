"""The actions of the `explore` strategy."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from codeassist.config import AskConfig, Config
from codeassist.evidence.packing import Source
from codeassist.tasks.ask import ask_model
from codeassist.tasks.ask.answer_in_progress import AnswerInProgress
from codeassist.tasks.ask.exploration import READ_LINES, look
from indexers import Index
from tests.codeassist.tasks.ask.conftest import options_for, sent
from tests.conftest import write


def test_explore_runs_actions_within_its_limits(shop_index):
    def act(action, argument=""):
        return json.dumps({"thought": "t", "action": action, "argument": argument})

    options = options_for(
        act("symbol", "Inventory"),
        act("read", "shop/web/routes.js:1-3"),
        act("read", "../../etc/passwd"),
        act("callers", "render"),
        act("search", "x"),
        "In `checkout` [1].",
        strategy="explore",
        config=Config(ask=AskConfig(steps=5)),
    )
    answer = ask_model(shop_index, "who renders pages", options)
    assert len(sent(options)) == 6
    assert answer.text == "In `checkout` [1]."
    assert "read ../../etc/passwd" in answer.steps
    assert not any("passwd" in b.path for b in answer.blocks)
    last = sent(options)[4].messages[-1].content
    assert "Done: read ../../etc/passwd -> nothing found" in last


def in_progress(index):
    options = options_for()
    return AnswerInProgress(index, "who renders pages", options, Source(index))


def spans(packed):
    return [(b.path, b.start_line, b.end_line) for b in packed.blocks]


def test_a_symbol_is_shown_with_its_definition(shop_index):
    packed, told = look(in_progress(shop_index), "symbol", "Inventory", 1_000)
    assert told == "see [1]"
    (block,) = packed.blocks
    assert block.path == "stock/inventory.go"
    assert "type Inventory struct" in block.text


def test_callers_are_shown_with_the_lines_around_them(shop_index):
    packed, _ = look(in_progress(shop_index), "callers", "authenticate", 1_000)
    assert {b.path for b in packed.blocks} == {"shop/payments.py"}
    assert any("if authenticate(users, name, password):" in b.text for b in packed.blocks)


@pytest.mark.parametrize(
    ("argument", "span"),
    [
        ("shop/auth.py:10-12", ("shop/auth.py", 10, 12)),
        ("./shop/auth.py:10-12", ("shop/auth.py", 10, 12)),
        ("shop/auth.py:20", ("shop/auth.py", 20, 21)),
        ("shop/auth.py", ("shop/auth.py", 1, 21)),
    ],
)
def test_lines_are_read_from_an_indexed_file(shop_index, argument, span):
    packed, _ = look(in_progress(shop_index), "read", argument, 4_000)
    path, start, end = span
    assert spans(packed) == [(path, start, min(end, len((shop_index.root / path).read_text().splitlines())))]


def test_at_most_a_fixed_number_of_lines_is_read(tmp_path):
    root = write(tmp_path, {"a.py": "".join(f"x{n} = {n}\n" for n in range(400))})
    with Index.build(root) as index:
        packed, _ = look(in_progress(index), "read", "a.py:11-400", 100_000)
    assert spans(packed) == [("a.py", 11, 10 + READ_LINES)]


def test_hidden_folders_are_read_if_they_are_indexed(tmp_path):
    root = write(tmp_path, {".ci/build.py": "def build_it():\n    return 1\n"})
    with Index.build(root) as index:
        assert index.files() == [".ci/build.py"]
        packed, _ = look(in_progress(index), "read", ".ci/build.py:1-2", 1_000)
    assert spans(packed) == [(".ci/build.py", 1, 2)]


@pytest.mark.parametrize(
    ("action", "argument", "result"),
    [
        ("delete", "shop/auth.py", "unknown action or no argument; actions are search, symbol, callers, read and answer"),
        ("read", "", "unknown action or no argument; actions are search, symbol, callers, read and answer"),
        ("read", "../shop/auth.py", "nothing found"),
        ("read", "/etc/passwd", "nothing found"),
        ("symbol", "NoSuchName", "nothing found"),
        ("callers", "NoSuchName", "nothing found"),
        ("search", "...", "nothing found"),
        ("read", "shop/auth.py:9-3", "nothing found"),
        ("read", "shop/auth.py:" + "9" * 5_000, "nothing found"),
    ],
)
def test_actions_without_a_result_say_so(shop_index, action, argument, result):
    work = in_progress(shop_index)
    packed, output = look(work, action, argument, 1_000)
    assert output == result
    assert packed.blocks == work.blocks == []


def test_what_is_shown_already_is_not_shown_again_and_numbers_continue(shop_index):
    work = in_progress(shop_index)
    look(work, "symbol", "Inventory", 1_000)
    assert look(work, "symbol", "Inventory", 1_000)[1] == "nothing new: it is in the blocks already"
    assert look(work, "read", "shop/auth.py:1-5", 1_000)[1] == "see [2]"
    assert [b.n for b in work.blocks] == [1, 2]


def test_without_room_nothing_is_shown(shop_index):
    packed, told = look(in_progress(shop_index), "symbol", "Inventory", 1)
    assert told == "found, but there is no room left for it"
    assert packed.blocks == []


def test_a_dot_path_is_read_as_its_file_or_symbol(shop_index):
    packed, _ = look(in_progress(shop_index), "read", "shop.auth", 4_000)
    assert [b.path for b in packed.blocks] == ["shop/auth.py"]
    packed, _ = look(in_progress(shop_index), "read", "shop.auth:1-3", 4_000)
    assert spans(packed) == [("shop/auth.py", 1, 3)]
    packed, _ = look(in_progress(shop_index), "read", "Inventory", 4_000)
    assert [b.name for b in packed.blocks] == ["Inventory"]


def test_a_folded_block_can_be_opened(shop_index):
    work = in_progress(shop_index)
    packed, _ = look(work, "symbol", "Inventory", 4_000)
    (block,) = packed.blocks
    work.blocks[:] = [replace(block, folded=True)]
    opened, said = look(work, "symbol", "Inventory", 4_000)
    assert said == "see [2]"
    assert opened.blocks[0].folded is False
