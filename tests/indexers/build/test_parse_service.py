"""Parsing of single texts in another process, also of those that native parsers fail on."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from indexers.build.parse_service import parse
from indexers.build.parsing import parse_file
from indexers.syntax.languages import by_name

ROOT = Path(__file__).parents[3]

NESTED_YAML = "".join(f"{'  ' * n}k{n}:\n" for n in range(254)) + "  " * 254 + "x: 1\n"


def test_the_answer_is_that_of_parsing_in_this_process():
    text = b'def f(a):\n    """Do."""\n    return g(a)\n'
    assert parse("a.py", by_name("python"), text) == parse_file("a.py", by_name("python"), text)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("markdown", ">" * 255 + " x\n\n# Title\n"),
        ("yaml", NESTED_YAML),
        ("markdown", "1\U0009c123 an icon\n"),
        ("markdown", "# T\n\n1\U000f0123 an icon\n"),
        ("tsx", "<a b={" * 9),
        ("javascript", "f(" * 5000 + ")" * 5000),
    ],
)
def test_texts_that_crashed_or_hung_a_grammar_are_answered(language, text):
    parsed = parse("x", by_name(language), text.encode())
    assert [(c.start_line, c.end_line) for c in parsed.chunks]
    assert parse("x", by_name("python"), b"x = 1\n").problem == ""


def test_an_icon_does_not_cost_a_readme_its_sections():
    assert [s.name for s in parse("README.md", by_name("markdown"), "# Use\n\n1\U000f0123 x\n".encode()).symbols] == ["Use"]


def test_threads_may_parse_at_once():
    answers: dict[int, list[str]] = {}

    def run(number: int) -> None:
        text = f"def f{number}(): ...\n".encode()
        answers[number] = [s.name for _ in range(5) for s in parse("a.py", by_name("python"), text).symbols]

    threads = [threading.Thread(target=run, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {n: [f"f{n}"] * 5 for n in range(4)}


def test_the_fuzz_of_every_grammar_loses_nothing():
    """A tenth of what benchmarks/reliability.md reports; the script fails when an input is lost."""
    command = [sys.executable, "benchmarks/fuzz_grammars.py", "--inputs", "2000", "--seed", "3", "--corpus", "--json"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    result = json.loads(run.stdout)
    assert (result["inputs"], result["lost"]) == (2000, 0)
    assert sum(row[-1] for row in result["results"]) == 2000
