"""Code that uses files is called with paths in `tmp_path`; what it writes and removes there is asserted."""

from __future__ import annotations

import ast
import random
import time

import pytest

from codeassist.tasks.gen_tests.search_engine.inputs.files import Paths
from codeassist.tasks.gen_tests.search_engine.running.outcome import Candidate
from codeassist.tasks.gen_tests.search_engine.search import Search
from codeassist.tasks.gen_tests.search_engine.subjects.targets import Inventory

SOURCE = """import argparse
from pathlib import Path


def save(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


def drop(filename):
    Path(filename).unlink()


def fail(filename):
    raise LookupError(f"nothing in {filename}")


def say(filename):
    print(filename)


def main(argv=None):
    parser = argparse.ArgumentParser()
    parser.add_argument("--loud", action="store_true")
    return "HA" if parser.parse_args(argv).loud else "ha"
"""


@pytest.fixture
def bench(bench_of):
    return bench_of(SOURCE)


def run(bench, call, *steps):
    return bench.run(Candidate("f", steps, call))


def test_written_and_removed_files_are_asserted_without_the_real_folder(bench):
    saved = run(bench, "save(tmp_path / 'a.txt', 'x')")
    assert saved.checks == ("{v} == tmp_path / 'a.txt'", "(tmp_path / 'a.txt').read_text() == 'x'")
    dropped = run(bench, "drop(str(tmp_path / 'b.txt'))", "(tmp_path / 'b.txt').write_text('x')")
    assert "not (tmp_path / 'b.txt').exists()" in dropped.checks


def test_a_run_starts_with_an_empty_folder(bench):
    run(bench, "save(tmp_path / 'a.txt', 'x')")
    assert run(bench, "sorted(tmp_path.iterdir())").checks == ("{v} == []",)


def test_the_real_folder_is_in_no_message_and_nothing_printed(bench):
    assert run(bench, "fail(str(tmp_path / 'a.txt'))").raised == ("LookupError", "builtins", "nothing in")
    assert run(bench, "say(str(tmp_path / 'a'))").bad == "prints a temporary path"


def test_paths_and_command_lines_are_found(bench):
    search = Search(bench, Inventory(bench), 1)
    search.explore(time.monotonic() + 3)
    calls = {c.final for c, o in search.kept if not o.raised}
    assert any("tmp_path" in call for call in calls if call.startswith("save("))
    assert any("'--loud'" in call for call in calls if call.startswith("main("))


def test_folders_contain_files_that_the_code_names_with_fitting_content():
    tree = ast.parse("def f(folder):\n    return open(folder + '/' + 'setup.cfg'), 'data.json'\n")
    made = [step for seed in range(12) for step in Paths(tree, random.Random(seed)).preparation("f(tmp_path)")]
    assert any("'setup.cfg'" in step for step in made)
    assert any("'data.json'" in step for step in made)
    assert any("key = value" in step for step in made if "setup.cfg" in step)


def test_suffixes_of_files_come_before_names_of_hidden_folders():
    paths = Paths(ast.parse("IGNORED = ['.git', '.hg', '.tox', '.svn', '.cache', '.eggs']\nKNOWN = ['.py']"), random.Random(1))
    assert paths.suffixes[0] == ".py"
    programs = ["\n".join(paths.preparation("f(str(tmp_path))")) for _ in range(40)]
    assert any("(tmp_path / 'sub').mkdir()\n" in program for program in programs)
    assert all("data" in program for program in programs)
