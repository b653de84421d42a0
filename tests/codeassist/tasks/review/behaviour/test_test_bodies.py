"""Programs that are read from tests: also those whose assertions are in loops, and whose helpers are imported relatively."""

from __future__ import annotations

from codeassist.tasks.review.behaviour.test_bodies import programs
from tests.conftest import write


def read(tmp_path, text, names=("total",)):
    root = write(
        tmp_path, {"tests/__init__.py": "", "tests/tools.py": "def made(n):\n    return [n]\n", "tests/test_shop.py": text}
    )
    return [(list(steps), final) for _, final, steps, _ in programs([root / "tests/test_shop.py"], names, root)]


def test_assertions_in_a_loop_are_collected(tmp_path):
    text = (
        "from shop import total\n\n\ndef test_total():\n    for prices, expected in [([1], 1), ([2], 2)]:\n"
        "        result = total(prices)\n        assert result == expected\n"
    )
    ((steps, final),) = read(tmp_path, text)
    assert final == "observed"
    assert steps[:2] == ["from shop import total", "observed = []"]
    scope: dict[str, object] = {}
    exec("\n".join(step for step in steps if "import" not in step), {"total": sum}, scope)
    assert scope["observed"] == [1, 1, 2, 2]


def test_assertions_of_a_subtest_are_collected(tmp_path):
    text = (
        "import unittest\nfrom shop import total\n\n\nclass TestTotal(unittest.TestCase):\n    def test_total(self):\n"
        "        for n in (1, 2):\n            with self.subTest(n=n):\n                self.assertEqual(total([n]), n)\n"
    )
    ((steps, final),) = read(tmp_path, text)
    assert final == "observed"
    assert "observed.append(total([n]))" in steps[-1]
    assert "assertEqual" not in steps[-1]


def test_a_loop_without_assertions_stays_a_step(tmp_path):
    text = (
        "from shop import total\n\n\ndef test_total():\n    for n in (1, 2):\n        total([n])\n    assert total([]) == 0\n"
    )
    ((steps, final),) = read(tmp_path, text)
    assert final == "total([])"
    assert not any("observed" in step for step in steps)


def test_helpers_that_are_imported_relatively(tmp_path):
    text = "from shop import total\nfrom . import tools\n\n\ndef test_total():\n    assert total(tools.made(1)) == 1\n"
    ((steps, final),) = read(tmp_path, text)
    assert steps == ["from shop import total", "from tests import tools"]
    assert final == "total(tools.made(1))"
