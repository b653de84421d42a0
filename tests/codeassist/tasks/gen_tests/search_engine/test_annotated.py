"""Classes that only annotations name are found, imported and constructed."""

from __future__ import annotations

import time

from codeassist.tasks.gen_tests.search_engine.search import Search
from codeassist.tasks.gen_tests.search_engine.targets import Inventory

SOURCE = """
from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from string import Template

    from nowhere import Missing


def fill(template: Template, value: int) -> str:
    return template.template.upper() + str(value)


def unknown(thing: Missing) -> int:
    return 1
"""


def test_an_instance_of_a_class_for_type_checkers_is_made(bench_of):
    bench = bench_of(SOURCE)
    inventory = Inventory(bench)
    assert inventory.imports == {"Template": "from string import Template"}
    search = Search(bench, inventory, 1)
    search.explore(time.monotonic() + 3)
    calls = [(c.steps, c.final, o.checks) for c, o in search.kept if c.target == "fill"]
    assert calls
    assert all(steps[0] == "from string import Template" and "Template(" in final for steps, final, _ in calls)
