"""Questions about the default of a parameter that they name."""

from __future__ import annotations

import pytest

from codeassist.tasks.ask import ask
from indexers import Index
from tests.conftest import write

FILES = {
    "tables.py": (
        "class Table:\n    def insert(\n        self,\n        record: dict[str, int],\n        alter: bool = False,\n"
        "        batch_size: int = max(100, 10 * 5),  # rows\n    ):\n        other = 7\n        return record, alter\n\n\n"
        "class View:\n    def insert(self, alter=None):\n        return alter\n\n\n"
        'def split(value, delimiter=",", kind=str):\n    return value.split(delimiter)\n'
    ),
    "notes.py": (
        'def note(\n    kind: Annotated[str, Doc("""It\'s the kind, such as `tone = \'low\'`, set it.""")] = \'plain\',\n):\n'
        "    return kind\n\n\ndef shout(shout='a'):\n    return shout\n"
    ),
    "paint.rs": "impl Paint {\n    pub fn paint<'a>(&mut self, colour: &'a str) -> &mut Self {\n        self.colour = 'x';\n        self\n    }\n}\n",
    "pack.ts": "export function pack(items: string[], level: number = 9, tag?: string): string {\n  return items.join();\n}\n",
    "frames.py": (
        "def frame(\n    width=1,  # it's the border's\n    colour='#fff',  # as in \"CSS\"\n    edge=7 // 2,\n):\n    return width\n"
    ),
    "zoom.ts": "export function zoom(\n  factor = 2, // don't, by = 3\n  origin = 'http://a#b', /* (\n it's */ steps = 4,\n) {\n  return factor;\n}\n",
    "shop.rb": "class Shop\n  def open(hour, staff: 2, lights: true)\n    hour\n  end\nend\n",
}


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    with Index.build(write(tmp_path_factory.mktemp("tables"), FILES)) as index:
        yield index


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("default of alter in Table.insert", "`alter` of `Table.insert` in `tables.py` [1] is `False` unless it is given."),
        ("what is the default batch size of Table.insert", "is `max(100, 10 * 5)` unless"),
        ("which delimiter does split use by default", '`delimiter` of `split` in `tables.py` [1] is `","` unless'),
        ("what is the default level of pack?", "`level` of `pack` in `pack.ts` [1] is `9` unless"),
        ("what is the default kind of note", "`kind` of `note` in `notes.py` [1] is `'plain'` unless"),
        ("default colour of frame", "`colour` of `frame` in `frames.py` [1] is `'#fff'` unless"),
        ("default edge of frame", "`edge` of `frame` in `frames.py` [1] is `7 // 2` unless"),
        ("default origin of zoom", "`origin` of `zoom` in `zoom.ts` [1] is `'http://a#b'` unless"),
        ("default steps of zoom", "`steps` of `zoom` in `zoom.ts` [1] is `4` unless"),
        ("how many staff does open need by default", "`staff` of `Shop.open` in `shop.rb` [1] is `2` unless"),
    ],
)
def test_the_default_of_a_named_parameter_is_said(tables, question, said):
    assert said in ask(tables, question).text


def test_the_line_of_the_parameter_is_cited(tables):
    assert [c.start_line for c in ask(tables, "default of alter in Table.insert").citations] == [5]


def test_every_function_of_the_name_is_listed(tables):
    text = ask(tables, "what is the default of alter in insert").text
    assert "`Table.insert`" in text
    assert "`View.insert`" in text


@pytest.mark.parametrize(
    "question",
    [
        "default of other in Table.insert",  # a variable of the body
        "what is the default tone of note",  # a word of the documentation
        "default colour of paint",  # the language has no defaults
        "what do people shout by default",  # one word for both
        "by default the kind of paper that a note about old boats in the harbour needs",  # a longer question
    ],
)
def test_what_is_no_parameter_with_a_default_is_not_said_to_be(tables, question):
    assert "unless it is given" not in ask(tables, question).text


def test_the_default_of_a_class_is_that_of_its_constructor(tmp_path):
    files = {
        "boxes.py": (
            "class Box:\n    def __init__(self, width: int = 4, *, colour='red'):\n        self.width = width\n\n\n"
            "class Crate(Box):\n    pass\n\n\nclass Plain:\n    limit = 3\n"
        )
    }
    with Index.build(write(tmp_path, files)) as index:
        assert "`width` of `Box.__init__` in `boxes.py` [1] is `4` unless" in ask(index, "default width of Box").text
        assert "`colour` of `Box.__init__` in `boxes.py` [1] is `'red'` unless" in ask(index, "default colour of Crate").text


@pytest.mark.parametrize(
    ("file", "text", "subject", "listed"),
    [
        ("a.py", "class Lamp:\n    def __init__(self, watt: int = 4, /):\n        pass\n", "Lamp.__init__", ["watt: int = 4"]),
        ("a.py", "def lamp(watt, *rest, on=True):\n    pass\n", "lamp", ["watt", "*rest", "on=True"]),
        (
            "a.ts",
            "class Lamp {\n  constructor(private watt: number = 3) {}\n}\n",
            "Lamp.constructor",
            ["private watt: number = 3"],
        ),
        (
            "A.java",
            "class Lamp {\n  Lamp(Map<String, Integer> watts, int on) {}\n}\n",
            "Lamp.Lamp",
            ["Map<String, Integer> watts", "int on"],
        ),
        ("a.swift", "class Lamp {\n  init(watt: Int = 3) {\n  }\n}\n", "Lamp.init", ["watt: Int = 3"]),
        ("a.kt", "class Lamp(val watt: Int = 3) {\n}\n", "Lamp", ["val watt: Int = 3"]),
        ("a.php", "<?php\nclass Lamp {\n  function __construct($watt = 3) {}\n}\n", "Lamp.__construct", ["$watt = 3"]),
        ("a.rb", "class Lamp\n  def initialize(watt, on: 1)\n  end\nend\n", "Lamp.initialize", ["watt", "on: 1"]),
        (
            "a.go",
            "package a\n\nfunc Lamp(watt int, on func(int, int) error) error {\n\treturn nil\n}\n",
            "Lamp",
            ["watt int", "on func(int, int) error"],
        ),
    ],
)
def test_the_parameters_of_what_is_named_are_listed(tmp_path, file, text, subject, listed):
    with Index.build(write(tmp_path, {file: text})) as index:
        said = ask(index, f"what are the parameters of {'lamp' if 'def lamp' in text else 'Lamp'}").text
    assert said.startswith(f"`{subject}` (")
    assert [line.split("`")[1] for line in said.splitlines()[1:]] == listed


def test_a_class_without_a_constructor_and_a_longer_question_are_not_answered_by_parameters(tmp_path):
    files = {"a.py": "class Lamp:\n    watt = 3\n\n\nclass Torch:\n    def __init__(self, watt):\n        self.watt = watt\n"}
    with Index.build(write(tmp_path, files)) as index:
        assert "parameter" not in ask(index, "what are the parameters of Lamp").text.splitlines()[0]
        assert "has 1 parameter" not in ask(index, "which arguments of Torch are written to the battery file").text
