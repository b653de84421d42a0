"""Command lines are made of what the module's parser declares."""

from __future__ import annotations

import argparse
import ast
import random

from codeassist.tasks.gen_tests.search_engine.inputs.command_lines import CommandLines, declared

SOURCE = """
import argparse

def main(argv):
    parser = argparse.ArgumentParser()
    parser.add_argument("--level", "-l", choices=["low", "high"], default="low")
    commands = parser.add_subparsers(dest="command", required=True)
    copy = commands.add_parser("copy")
    copy.add_argument("source")
    copy.add_argument("--times", type=int, required=True)
    group = copy.add_argument_group("more")
    group.add_argument("--quiet", action="store_true")
    copy = commands.add_parser("list")
    copy.add_argument("names", nargs="+")
    return parser.parse_args(argv)
"""


def lines(source: str, count: int) -> list[list[str]]:
    made = CommandLines(ast.parse(source), random.Random(1), lambda: "'a.txt'")
    return [[ast.literal_eval(word) for word in made.words(["word"])] for _ in range(count)]


def test_options_arguments_and_commands_are_read():
    found = declared(ast.parse(SOURCE))
    assert [(o.name, o.choices) for o in found.options] == [("level", ("low", "high"))]
    assert {name: [(o.name, o.takes, o.count) for o in options] for name, options in found.commands.items()} == {
        "copy": [("source", "file", ""), ("times", "int", ""), ("quiet", "", "")],
        "list": [("names", "str", "+")],
    }
    assert not declared(ast.parse("x = 1"))


def test_most_command_lines_are_accepted_and_all_options_occur(capsys):
    names: dict[str, object] = {}
    exec(SOURCE, names)
    accepted = []
    for words in lines(SOURCE, 60):
        try:
            accepted.append(names["main"](words))
        except SystemExit:
            continue
    assert len(accepted) > 40
    assert {a.command for a in accepted} == {"copy", "list"}
    assert {getattr(a, "quiet", None) for a in accepted} == {True, False, None}
    assert {a.level for a in accepted} == {"low", "high"}
    assert isinstance(accepted[0], argparse.Namespace)


def test_a_parser_of_optparse_is_read_too():
    source = "parser.add_option('-n', '--number', type='int')\nparser.add_option('-v', action='count')"
    assert [(o.flags, o.takes) for o in declared(ast.parse(source)).options] == [(("-n", "--number"), "int"), (("-v",), "")]


def test_an_option_has_no_more_values_than_a_person_would_type():
    source = "import argparse\nargparse.ArgumentParser().add_argument('a', nargs=1_000_000_000)\n"
    assert {len(line) for line in lines(source, 20)} <= {0, 20}
