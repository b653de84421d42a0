"""Classes that only annotations name are found, imported and constructed."""

from __future__ import annotations

import sys
import time

import pytest

from codeassist.tasks.gen_tests.search_engine.running.execution import Bench
from codeassist.tasks.gen_tests.search_engine.search import Search
from codeassist.tasks.gen_tests.search_engine.subjects.targets import Inventory

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


STATES = """
from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum


class Role(Enum):
    GIVEN = 1
    FAMILY = 2


@dataclass(frozen=True)
class Span:
    start: int
    end: int


@dataclass(frozen=True)
class Word:
    text: str
    span: Span
    role: Role | None = None
    tags: frozenset[str] = frozenset()


@dataclass(frozen=True)
class State:
    words: tuple[Word, ...]
    groups: tuple[tuple[int, ...], ...] = ()
    names: dict[str, Word] = field(default_factory=dict)


class Run:
    def __init__(self, name: str) -> None:
        self.name = name
        self.waited = 0
"""

USER = """
from __future__ import annotations

from collections.abc import Sequence

from kit.states import Run, State, Word


def width(words: Sequence[Word]) -> int:
    total = 0
    for word in words:
        if word.role is not None and word.role.name == "GIVEN":
            total += word.span.end - word.span.start
    return total


def is_late(run: Run) -> bool:
    return run.waited > 10


def last(state: State) -> int:
    if state.groups and state.groups[-1]:
        return state.groups[-1][0] + 1
    return 0
"""


@pytest.fixture
def bench(tmp_path, monkeypatch):
    """The module that uses the classes, in a package with the one that defines them."""
    for name, text in (("__init__", ""), ("states", STATES), ("user", USER)):
        path = tmp_path / "kit" / f"{name}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    monkeypatch.syspath_prepend(str(tmp_path))
    yield Bench("kit.user", str(path), USER)
    for name in [name for name in sys.modules if name.partition(".")[0] == "kit"]:
        del sys.modules[name]


def test_the_parts_of_objects_of_another_module_are_made_as_their_own_module_annotates_them(bench):
    inventory = Inventory(bench)
    assert inventory.imports["Span"] == "from kit.states import Span"
    assert list(inventory.helpers).index("Word") < list(inventory.helpers).index("Span")
    kinds = {p.name: dict(p.kinds) for name in ("Word", "State") for p in inventory.helpers[name].parameters}
    assert kinds["span"] == {"obj:Span": 8}
    assert kinds["tags"] == {"set:str": 8}
    assert kinds["groups"] == {"tuple:tuple:int": 8}
    assert kinds["names"] == {"dict:obj:Word": 8}
    assert "Role" not in inventory.helpers  # its members are known


def test_functions_of_such_objects_are_called_with_whole_objects(bench):
    search = Search(bench, Inventory(bench), 1)
    search.make_helpers(time.monotonic() + 60)
    for _ in range(300):
        for target in search.inventory.targets:
            search.attempt(target)
    texts = {c.final for c, o in search.kept if not o.raised}
    assert any("Word(" in text and "Span(" in text and "Role.GIVEN" in text for text in texts)
    assert any("State(" in text and "((" in text for text in texts)
    assert any("is_late(Run(" in text for text in search.texts)
    assert any("is_late(" in text and "waited=" in text for text in search.texts)  # which no constructor takes
