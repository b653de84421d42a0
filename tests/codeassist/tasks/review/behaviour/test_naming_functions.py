"""Which of several changed functions a difference is named for."""

from __future__ import annotations

from codeassist.tasks.review.finding import Severity
from tests.codeassist.tasks.review.behaviour.conftest import RIGHT, WRONG

FOUR = """
def clean(text):
    return text.strip(){clean}


def words(text):
    return clean(text).split({words})


def longest(text):
    return max(words(text), key=len, default=""){longest}


class Counter:
    def __init__(self, step=1):
        self.step = step

    def _add(self, total):
        return total + self.step{add}

    def count(self, text):
        total = 0
        for _ in words(text):
            total = self._add(total)
        return total
"""


def test_each_of_several_changed_functions_is_named_for_its_own_difference(compare):
    before = FOUR.format(clean="", words="", longest="", add="")
    after = FOUR.format(clean=".lower()", words="','", longest="[:3]", add=" + 1")
    reviewed, analyser = compare({"mod.py": before}, {"mod.py": after})
    shown = {d.function: d for d in analyser.report.differences}
    assert {"clean", "words", "longest", "Counter._add"} <= shown.keys(), analyser.report
    assert shown["clean"].call.startswith("clean(")
    lines = before.split("\n")
    for name, difference in shown.items():
        head = f"def {name.rpartition('.')[2]}("
        assert any(head in line for line in lines[max(0, difference.line - 4) : difference.line]), (name, difference)
    order = [(f.severity.weight, f.rank) for f in reviewed.every if f.rule == "behaviour-changed"]
    assert order == sorted(order, reverse=True)


def test_a_function_that_only_calls_the_changed_one_is_not_named(compare):
    before = FOUR.format(clean="", words="", longest="", add="")
    after = FOUR.format(clean=".lower()", words="", longest=" or ''", add="")
    _, analyser = compare({"mod.py": before}, {"mod.py": after})
    assert {d.function for d in analyser.report.differences} == {"clean"}


def test_what_the_change_itself_mentions_is_marked(compare):
    test = "from pages import pages\n\n\ndef test_pages():\n    assert pages(10, 5) == 3\n"
    reviewed, _ = compare({"pages.py": RIGHT}, {"pages.py": WRONG, "tests/test_pages.py": test})
    (found, *_) = [f for f in reviewed.every if f.rule == "behaviour-changed"]
    assert "tests/test_pages.py mentions pages" in found.note
    assert found.severity is Severity.NOTE
