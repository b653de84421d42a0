"""The search covers branches, keeps what is new, and reports exceptions that the module does not intend."""

from __future__ import annotations

import time

import pytest

from codeassist.tasks.gen_tests.search_engine.protocol import ExampleCall
from codeassist.tasks.gen_tests.search_engine.running.outcome import Candidate
from codeassist.tasks.gen_tests.search_engine.search import Search
from codeassist.tasks.gen_tests.search_engine.subjects.targets import Inventory

SOURCE = '''"""Numbers.

>>> grade(50)
'b'
"""


def grade(points: int) -> str:
    """A letter.

    >>> grade(99)
    'a'
    """
    if points > 90:
        return "a"
    if points == 8765:
        return "never"
    return "b"


def secret(code: int) -> str:
    """Raises LookupError for an unknown code."""
    if code == 41975:
        return "open"
    return {}[code] if code == 3 else "shut"


def mean(numbers: list) -> float:
    return sum(numbers) / len(numbers)


def positive(n: int) -> int:
    if n < 0:
        raise ValueError("negative")
    return n


def wait(n: int) -> int:
    while n != 0:
        n = n
    return n
'''


@pytest.fixture
def search(bench_of):
    bench = bench_of(SOURCE)
    return Search(bench, Inventory(bench), 1)


def attempt(search, text, **options):
    name = text.partition("(")[0]
    return search.try_out(Candidate(name, (), text, **options), search.by_name[name])


def test_documented_calls_and_calls_elsewhere_are_kept(search):
    search.evidence([ExampleCall("positive", "positive(77)", [], "call site"), ExampleCall("gone", "gone(1)", [], "call site")])
    assert [(c.text, c.origin) for c, _ in search.kept] == [
        ("grade(99)", "documentation"),
        ("grade(50)", "documentation"),
        ("positive(77)", "call site"),
    ]


def test_a_call_is_tried_once(search):
    assert attempt(search, "positive(1)") is not None
    assert attempt(search, "positive(1)") is None


def test_only_new_results_are_kept(search):
    for n in range(20):
        attempt(search, f"grade({n})")
    assert len(search.kept) == 1
    attempt(search, "grade(95)")
    assert [c.text for c, _ in search.kept] == ["grade(0)", "grade(95)"]


def test_an_unintended_exception_is_a_suspicion_and_no_test(search):
    assert attempt(search, "mean([])").bad == "unexplained exception"
    assert attempt(search, "positive(-1)").bad == ""
    (suspicion,) = search.judge.suspicions.values()
    assert (suspicion.target, suspicion.code) == ("mean", "mean([])")
    assert suspicion.what == "raises ZeroDivisionError: division by zero"
    assert SOURCE.splitlines()[suspicion.line - 1] == "    return sum(numbers) / len(numbers)"


def test_an_error_from_a_value_of_a_wrong_kind_is_no_suspicion(search):
    assert attempt(search, "mean(None)").bad == "unexplained exception"
    assert search.judge.suspicions == {}


def test_a_zero_for_a_divisor_is_no_suspicion_unless_the_documentation_speaks_of_it(bench_of):
    source = (
        "def share(total: int, parts: int) -> float:\n    return total / parts\n\n\n"
        'def rate(total: int, parts: int) -> float:\n    """The rate; 0 without parts."""\n    return total / parts\n'
    )
    bench = bench_of(source)
    search = Search(bench, Inventory(bench), 1)
    for name in ("share", "rate"):
        search.try_out(Candidate(name, (), f"{name}(1, 0)"), search.by_name[name])
    assert [s.target for s in search.judge.suspicions.values()] == ["rate"]


REFUSALS = """
import string

STYLES = {"a": 1}


def style(name: str) -> int:
    return STYLES[name]


def titles(pages: list) -> list:
    return [page["title"] for page in pages]


def filled(text: str) -> str:
    return string.Template(text).substitute()


def parts(text: str, by: str) -> list:
    return text.split(by)


def most(words: list) -> int:
    counts = {}
    for word in words:
        counts[word] += 1
    return counts
"""


@pytest.mark.parametrize("text", ["style('b')", "titles([{'a': 1}])", "filled('$')", "parts('a', '')"])
def test_an_input_that_is_refused_is_no_suspicion(bench_of, text):
    bench = bench_of(REFUSALS)
    search = Search(bench, Inventory(bench), 1)
    assert attempt(search, text).bad == "unexplained exception"
    assert search.judge.suspicions == {}


def test_a_key_that_the_code_itself_did_not_store_is_a_suspicion(bench_of):
    bench = bench_of(REFUSALS)
    search = Search(bench, Inventory(bench), 1)
    attempt(search, "most(['b'])")
    assert [s.what for s in search.judge.suspicions.values()] == ["raises KeyError: 'b'"]


def test_a_plausible_call_that_does_not_end_is_a_suspicion(search):
    attempt(search, "wait(3)")
    assert search.judge.suspicions == {}
    attempt(search, "wait(4)", plausible=True)
    assert [s.what for s in search.judge.suspicions.values()] == ["does not terminate"]


def test_exploring_reaches_a_branch_that_needs_one_number(search):
    search.inventory.targets = [t for t in search.inventory.targets if t.name == "secret"]
    assert search.open(search.by_name["secret"])
    search.explore(time.monotonic() + 5)
    assert any(c.text == "secret(41975)" for c, _ in search.kept)
    assert any(o.checks == ("{v} == 'shut'",) for _, o in search.kept)


def test_without_time_everything_is_called_once(search):
    search.inventory.targets = [t for t in search.inventory.targets if t.name != "wait"]
    search.explore(time.monotonic() - 1)
    assert {c.target for c, _ in search.kept} >= {"grade", "positive", "mean"}
    assert all(t.tried for t in search.inventory.targets)


def test_exploring_nothing_tries_nothing(search):
    search.inventory.targets = []
    search.explore(time.monotonic() + 60)
    assert search.kept == []


PRIVATE = """
import struct


def header(data: bytes) -> str:
    if len(data) < 64 or data[:8] != b"\\x89ABCDEF\\n":
        raise ValueError("no header")
    return _title(len(data)) + _used(1)


def _title(size: int) -> str:
    if size > 100:
        return "large"
    if size < 0:
        return "negative"
    return "small"


def _used(count: int) -> str:
    return "x" * count


def shown(count: int) -> str:
    return _used(count)
"""


def test_private_functions_are_called_where_public_ones_do_not_reach_them(bench_of):
    bench = bench_of(PRIVATE)
    search = Search(bench, Inventory(bench), 1)
    search.explore(time.monotonic() + 60)
    called = {c.target for c, _ in search.kept}
    assert "_title" in called
    assert "_used" not in called  # `shown` reaches it
    assert not search.open(search.by_name["_title"])


PRIVATE_CLASS = """
class _Walker:
    def __init__(self, limit):
        self.limit = limit

    def walk(self, steps: int) -> str:
        if steps > self.limit:
            return "far"
        return "near"


def limit(value: int) -> int:
    return value if value > 3 else _Walker(value).limit
"""


def test_private_classes_are_made_where_public_functions_do_not_reach_their_methods(bench_of):
    search = Search(bench := bench_of(PRIVATE_CLASS), Inventory(bench), 1)
    search.explore(time.monotonic() + 4)
    assert any(c.target == "_Walker.walk" and "'far'" in str(o.checks) for c, o in search.kept)


PARTS = """
def plural(word: str) -> str:
    if word.endswith("y") and word[-2:-1] not in ("a", "e"):
        return word[:-1] + "ies"
    return word + "s"


def size(count: int) -> str:
    return "small" if count < 700 else "large"
"""


def test_inputs_for_the_parts_of_conditions_and_for_boundaries_are_kept(bench_of):
    search = Search(bench := bench_of(PARTS), Inventory(bench), 1)
    search.explore(time.monotonic() + 4)
    reached = {part for _, outcome in search.kept for part in outcome.parts}
    numbers = {n for n, _ in reached if n < 0}
    assert {(n, truth) for n in numbers for truth in (True, False)} <= reached
    assert any(value is None for _, value in reached)
