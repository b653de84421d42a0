"""Options of command lines and their defaults, as calls of several libraries declare them."""

from __future__ import annotations

import time

import pytest

from codeassist.evidence.declared_options import declared_options
from codeassist.evidence.values import where_set
from indexers import Index
from tests.conftest import write

CLICK = """@click.option(
    "--port",
    type=int,
    default=8000,
    help="Bind to this port.",
    show_default=True,
)
@click.option("--workers", default=None, type=int, help="Number of processes. Defaults to $WORKERS"
              " or 1.")
@click.option("--quiet", is_flag=True)
def main(port, workers, quiet): ...
"""
ARGPARSE = """parser.add_argument("-t", "--timeout", type=float,
                    default=os.environ.get("TIMEOUT", 5.0), help="seconds")
"""


@pytest.mark.parametrize(
    ("code", "name", "expected"),
    [
        (CLICK, "port", [(1, '"--port", default=8000')]),
        (CLICK, "workers", [(7, '"--workers", default=None, help="Number of processes. Defaults to $WORKERS or 1."')]),
        (CLICK, "quiet", []),
        (ARGPARSE, "timeout", [(0, '"--timeout", default=os.environ.get("TIMEOUT", 5.0)')]),
        ('  .option("-p, --port <number>", "the port", 3000)', "port", [(0, '"-p, --port <number>", 3000')]),
        ('.option("--depth", {alias: "d", default: 3})', "depth", [(0, '"--depth", {alias: "d", default: 3}')]),
        ('cmd.Flags().IntVarP(&port, "port", "p", 8000, "the port")', "port", [(0, '"port", 8000')]),
        ('print("see --port")', "port", []),
        ('("--port", (default=8000', "port", []),
    ],
)
def test_the_arguments_that_say_the_default_are_read(code, name, expected):
    found = declared_options(code.split("\n"), lambda asked: asked == name)
    assert [(option.line, option.text) for option in found] == expected


@pytest.mark.parametrize("line", ['"--a' * 20_000, "(" * 40_000 + '"--a"', '("--a",\n' * 3_000, "'" * 40_000 + '"--a'])
def test_hostile_text_takes_little_time(line):
    started = time.process_time()
    assert list(declared_options(line.split("\n"), lambda _: True)) == []
    assert time.process_time() - started < 10.0  # in quadratic time it takes minutes


def test_the_option_with_most_of_the_words_of_the_question_is_asked_for(tmp_path):
    write(
        tmp_path,
        {
            "app/main.py": '@click.option("--log-config", default=None, help="file")\n'
            '@click.option("--log-level", default="info", help="level")\ndef main(log_config, log_level):\n    start()\n'
        },
    )
    with Index.build(tmp_path) as index:
        question = "what is the default log level"
        (setting,) = where_set(index, index.search(question), index.words(question))
        assert (setting.text, setting.line, setting.asked_for) == ('"--log-level", default="info"', 2, True)
