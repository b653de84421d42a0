"""Which test files are run for a change when there are more than can be."""

from __future__ import annotations

from codeassist.changes.reading import ChangeSelection, read_change
from codeassist.tasks.review.behaviour.compare import work_of
from codeassist.tasks.review.behaviour.covering import MOST_FILES, covering_tests
from tests.conftest import write

INNER = "def _resolved(kind):\n    return kind.generic\n"


def test_among_many_tests_of_a_package_those_with_the_rare_words_of_the_change_come_first(repository):
    tests = {f"tests/test_{n:02}.py": "import shop\n\n\ndef test_it():\n    assert shop\n" for n in range(20)}
    tests["tests/test_17.py"] = "import shop\n\n\ndef test_generics():\n    assert shop.made(generic=1)\n"
    root = repository({"shop/__init__.py": "", "shop/_inner.py": INNER, **tests})
    write(root, {"shop/_inner.py": INNER.replace("kind.generic", "kind.generic or None")})
    change = read_change(root, ChangeSelection())
    (work,) = work_of(change)
    found = covering_tests(change, None, work)
    assert found[0] == "tests/test_17.py"
    assert len(found) == MOST_FILES
