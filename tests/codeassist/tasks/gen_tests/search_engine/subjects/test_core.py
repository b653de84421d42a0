"""What the package calls most and what is documented comes first, and has a test of its own."""

from __future__ import annotations

from codeassist.tasks.gen_tests.search_engine.choosing.selection import Selection
from codeassist.tasks.gen_tests.search_engine.running.outcome import Candidate
from codeassist.tasks.gen_tests.search_engine.search import Search
from codeassist.tasks.gen_tests.search_engine.subjects.core import by_importance, calls_in, is_core
from codeassist.tasks.gen_tests.search_engine.subjects.target import Target
from codeassist.tasks.gen_tests.search_engine.subjects.targets import Inventory
from tests.codeassist.tasks.gen_tests.search_engine.conftest import chosen
from tests.conftest import write

SOURCE = '''
def inner(n: int) -> int:
    """Double it."""
    return 2 * n


def outer(n: int) -> int:
    """Double it and one more."""
    return inner(n) + 1
'''


def test_calls_are_counted_in_the_whole_package(tmp_path):
    root = write(tmp_path, {"pack/a.py": "def often(): pass\n\noften()\noften()\n", "pack/b.py": "x.often(1)\nrare()\n"})
    counts = calls_in(str(root / "pack"))
    assert (counts["often"], counts["rare"]) == (3, 1)
    targets = [Target(name, "function", name) for name in ("rare", "_private", "often")] + [Target("C", "class", "C")]
    assert [t.name for t in by_importance(targets, counts)] == ["C", "often", "rare", "_private"]


def test_a_public_documented_function_is_core():
    assert is_core(Target("f", "function", "f", documentation="Do it."))
    assert not is_core(Target("_f", "function", "_f", documentation="Do it."))
    assert not is_core(Target("C.size", "property", "size", documentation="The size."))


def test_a_function_that_another_ones_test_covers_has_its_own_test(bench_of):
    bench = bench_of(SOURCE)
    selection = Selection(bench, Search(bench, Inventory(bench), 1))
    kept = chosen(selection, Candidate("outer", (), "outer(3)"), Candidate("inner", (), "inner(4)"))
    assert {c.candidate.target for c in kept} == {"inner", "outer"}
