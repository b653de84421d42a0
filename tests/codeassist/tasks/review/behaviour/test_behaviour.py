"""Old and new code are run in the sandbox, and what differs is shown with a program that shows it again."""

from __future__ import annotations

import subprocess
import sys

import pytest

from codeassist.tasks.review.finding import Severity
from tests.codeassist.tasks.review.behaviour.conftest import RIGHT, WRONG

PLANTED = {
    "a missing await": (
        """
class Client:
    def __init__(self, values):
        self.values = values

    async def load(self, key):
        return self.values.get(key, 0)

    async def total(self, keys):
        result = 0
        for key in keys:
            result += {mark}self.load(key)
        return result
""",
        "await ",
        "",
        "TypeError",
    ),
    "swapped arguments": (
        """
def line(amount, giver, taker):
    return f"{{giver}}->{{taker}}: {{amount}}"


def book(amount, giver, taker):
    return line(amount, {mark})
""",
        "giver, taker",
        "taker, giver",
        "->",
    ),
    "a missing check for None": (
        """
RATES = {{"eur": 1.0, "usd": 1.1}}


def label(code):
    rate = RATES.get(code)
    {mark}
    return f"{{code}} {{rate * 100:.0f}}"
""",
        "if rate is None:\n        return 'unknown'",
        "pass",
        "TypeError",
    ),
    "a file that is not closed": (
        """
def first_line(path):
    {mark}
""",
        "with open(path) as file:\n        return file.readline()",
        "file = open(path)\n    return file.readline()",
        "leaves a file or connection open",
    ),
    "a warning that is gone": (
        """
import warnings


def size_of(values):
    {mark}
    return len(list(values))
""",
        "warnings.warn('size_of is deprecated', DeprecationWarning, stacklevel=2)",
        "pass",
        "warns DeprecationWarning: size_of is deprecated",
    ),
    "the wrong exception caught": (
        """
def amount(text):
    try:
        return int(text)
    except {mark}:
        return 0
""",
        "ValueError",
        "KeyError",
        "ValueError",
    ),
    "a path that is not checked": (
        """
from pathlib import Path


def inside(root, name):
    full = (Path(root) / name).resolve()
    {mark}
    return full.name
""",
        "if not full.is_relative_to(Path(root).resolve()):\n        raise ValueError('outside')",
        "pass",
        "ValueError: outside",
    ),
    "a copied variable": (
        """
class Box:
    def __init__(self, width, height, margin_x=0, margin_y=0):
        self.width = width
        self.height = height
        self.margin_x = margin_x
        self.margin_y = margin_y

    def outer(self):
        return (self.width + 2 * self.margin_x, self.height + 2 * self.{mark})
""",
        "margin_y",
        "margin_x",
        "(",
    ),
}


def test_the_warning_of_a_library_is_not_behaviour_of_the_project(compare):
    before = "import re\n\n\ndef words(text):\n    return re.split(r'\\W+', text, 1)\n"
    after = before.replace("text, 1)", "text, maxsplit=1)")
    _, analyser = compare({"mod.py": before}, {"mod.py": after})
    assert not analyser.report.differences


@pytest.mark.parametrize("mistake", PLANTED)
def test_a_mistake_is_shown_as_a_call_that_differs(compare, mistake):
    template, right, wrong, shown = PLANTED[mistake]
    reviewed, analyser = compare({"mod.py": template.format(mark=right)}, {"mod.py": template.format(mark=wrong)})
    assert analyser.report.differences, (reviewed.notes, reviewed.unread)
    (found, *_) = [f for f in reviewed.every if f.rule == "behaviour-changed"]
    assert shown in found.message
    assert "nothing in the change mentions it" in found.note
    assert found.path == "mod.py"
    assert analyser.report.differences[0].before != analyser.report.differences[0].after


def test_the_reproducer_runs_and_shows_the_new_value(compare, tmp_path):
    _, analyser = compare({"pages.py": RIGHT}, {"pages.py": WRONG})
    difference = analyser.report.differences[0]
    for text, expected in ((RIGHT, difference.before), (WRONG, difference.after)):
        (tmp_path / "pages.py").write_text(text)
        program = [sys.executable, "-B", "-c", difference.reproducer]
        done = subprocess.run(program, cwd=tmp_path, capture_output=True, text=True, check=True)
        assert done.stdout.strip() == expected


def test_code_that_was_only_rewritten_has_no_difference(compare):
    after = RIGHT.replace("return (total + size - 1) // size", "filled = total + size - 1\n    return filled // size")
    reviewed, analyser = compare({"pages.py": RIGHT}, {"pages.py": after}, seconds=8)
    assert reviewed.every == []
    (file,) = analyser.report.files
    assert file.inputs["pages"] > 10
    assert file.mutants[0] > 0
    assert any("calls did the same before and after" in note and "mutants of these lines" in note for note in reviewed.notes)


def test_what_depends_on_the_clock_or_on_chance_is_no_difference(compare):
    text = "import random\nimport time\n\n\ndef stamp(name):\n    return f'{name}{time.time_ns()}{random.random()}'\n"
    reviewed, _ = compare({"mod.py": text}, {"mod.py": text.replace("{name}{time", "{name!s}{time")}, seconds=6)
    assert reviewed.every == []


def test_addresses_paths_and_the_order_of_sets_are_no_differences(compare):
    text = """
import os


class Thing:
    pass


def make(names):
    return {n for n in 'abc'}, Thing(), os.path.abspath('x'), os.path.abspath('../x'), __file__
"""
    reviewed, analyser = compare({"mod.py": text}, {"mod.py": text.replace("{n for n in 'abc'}", "set('abc')")}, seconds=6)
    assert reviewed.every == []
    assert sum(analyser.report.files[0].inputs.values()) > 0


def test_a_test_that_turns_red_is_an_error(compare):
    test = "from pages import pages\n\n\ndef test_pages():\n    assert pages(10, 5) == 2\n"
    reviewed, _ = compare({"pages.py": RIGHT, "test_pages.py": test}, {"pages.py": WRONG})
    (red,) = [f for f in reviewed.every if f.rule == "test-now-fails"]
    assert red.severity is Severity.ERROR
    assert "test_pages.py::test_pages passes on the old code and fails on the new code: " in red.message
    assert red.reproducer == "python -m pytest test_pages.py::test_pages"


def test_a_test_that_reaches_the_change_only_through_a_fixture_turns_red(compare):
    files = {
        "pages.py": RIGHT,
        "book.py": "from pages import pages\n\n\nclass Book:\n    def __init__(self, total):\n        self.count = pages(total, 5)\n",
        "tests/conftest.py": "import pytest\n\nfrom pages import pages\n\n\n@pytest.fixture\ndef thick():\n    return pages(10, 5)\n",
        "tests/test_all.py": "def test_thick(thick):\n    assert thick == 2\n",
        "tests/test_none.py": "def test_nothing():\n    assert True\n",
    }
    reviewed, analyser = compare(files, {"pages.py": WRONG}, seconds=10.0)
    assert analyser.report.tests.files == ["tests/test_all.py"]
    assert [f.rule for f in reviewed.every if f.rule == "test-now-fails"] == ["test-now-fails"]


def test_more_test_files_than_run_at_once_are_run_while_there_is_time(compare):
    test = "from shop import pages\n\n\ndef test_it():\n    assert pages.pages(9, 2) == 5\n"
    tests = {f"tests/test_{n:02}.py": test for n in range(20)}
    tests["tests/test_19.py"] = test.replace("pages(9, 2) == 5", "pages(10, 5) == 2")
    result, analyser = compare(
        {"shop/__init__.py": "", "shop/pages.py": RIGHT, **tests}, {"shop/pages.py": WRONG}, seconds=60.0
    )
    assert any("test_19.py" in f.message for f in result.every if f.rule == "test-now-fails")
    assert sorted([*analyser.report.tests.files, *analyser.report.tests.left_out]) == sorted(tests)


def test_a_test_that_failed_before_is_not_reported(compare):
    test = "from pages import pages\n\n\ndef test_pages():\n    assert pages(10, 5) == 7\n"
    reviewed, _ = compare({"pages.py": RIGHT, "test_pages.py": test}, {"pages.py": WRONG})
    assert "test-now-fails" not in [f.rule for f in reviewed.every]


def test_a_module_that_no_longer_imports_is_an_error(compare):
    reviewed, _ = compare({"pages.py": RIGHT}, {"pages.py": f"import no_such_module\n{WRONG}"})
    assert [(f.rule, f.severity) for f in reviewed.every] == [("import-now-fails", Severity.ERROR)]


def test_a_module_that_imports_in_neither_version_is_noted(compare):
    head = "import no_such_module\n"
    reviewed, analyser = compare({"pages.py": head + RIGHT}, {"pages.py": head + WRONG})
    assert reviewed.every == []
    assert "cannot be imported (ModuleNotFoundError" in analyser.report.files[0].trouble
    assert any("its behaviour was not compared" in note for note in reviewed.notes)


def test_a_call_that_ends_the_process_costs_only_itself(compare):
    text = "import os\n\n\ndef leave(code):\n    if code:\n        os.kill(os.getpid(), 9)\n    return {value}\n"
    _, analyser = compare({"mod.py": text.format(value=1)}, {"mod.py": text.format(value=2)})
    assert analyser.report.files[0].trouble == ""
    assert [(d.before, d.after) for d in analyser.report.differences] == [("1", "2")]


def test_nothing_is_run_for_comments_and_annotations(compare):
    after = RIGHT.replace("def pages(total, size):", "def pages(total: int, size: int) -> int:  # whole pages")
    reviewed, analyser = compare({"pages.py": RIGHT}, {"pages.py": after})
    assert (reviewed.every, analyser.report.files) == ([], [])


def test_the_same_change_is_answered_from_the_cache(compare, tmp_path):
    first, analyser = compare({"pages.py": RIGHT}, {"pages.py": WRONG}, cache=tmp_path / "cache")
    (stored,) = (tmp_path / "cache").glob("*.json")
    shown = analyser.report.differences[0].after
    text = stored.read_text().replace(f'"after":"{shown}"', '"after":"from the cache"')
    stored.write_text(text)
    root = next(p for p in tmp_path.rglob("pages.py")).parent
    from codeassist.changes.reading import ChangeSelection, read_change
    from codeassist.config.schema import ReviewConfig
    from codeassist.tasks.review.behaviour import Behaviour
    from codeassist.tasks.review.engine import Analysis, review

    again = Behaviour(analyser.engine, analyser.seconds, cache=tmp_path / "cache")
    second = review(root, read_change(root, ChangeSelection()), ReviewConfig(), analysis=Analysis((again,)))
    assert len(second.every) == len(first.every)
    assert again.report.differences[0].after == "from the cache"


def test_a_change_of_many_modules_is_compared_by_risk_and_says_what_is_left_out(compare):
    names = [f"m{n}.py" for n in range(25)]
    reviewed, analyser = compare(dict.fromkeys(names, RIGHT), dict.fromkeys(names, WRONG), seconds=2.0)
    assert len(analyser.report.files) == 20
    assert any("at most the first 20 changed modules" in note for note in reviewed.notes)
    late = [note for note in reviewed.notes if "no time was left" in note]
    assert len(late) <= 1
