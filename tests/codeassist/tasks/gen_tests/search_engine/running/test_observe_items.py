"""All items of a container are asserted by attributes that they have in common."""

from __future__ import annotations

import dataclasses

from codeassist.tasks.gen_tests.search_engine.running.observe import Observer
from codeassist.tasks.gen_tests.search_engine.running.observe_items import of_items


@dataclasses.dataclass
class Point:
    x: int
    kind: str = "point"


class Named:
    def __init__(self, name: str) -> None:
        self._name = name

    def __str__(self) -> str:
        return self._name


def checks(value: object) -> list[str]:
    observer = Observer(type("module", (), {"__name__": "subject"}))
    return of_items(
        value, "{v}", observer.literal, lambda item: [a for a in getattr(item, "__dict__", ()) if not a.startswith("_")]
    )


def test_attributes_that_differ_come_first():
    assert checks([Point(1), Point(2)]) == [
        "[item.x for item in {v}] == [1, 2]",
        "[item.kind for item in {v}] == ['point', 'point']",
    ]


def test_values_of_mappings_are_shown_by_their_keys():
    assert checks({"a": Point(1)})[0] == "{key: item.x for key, item in {v}.items()} == {'a': 1}"


def test_items_without_attributes_are_shown_as_text():
    assert checks((Named("a"), Named("b"))) == ["[str(item) for item in {v}] == ['a', 'b']"]


def test_what_has_an_address_or_no_items_is_not_asserted():
    assert checks([object(), object()]) == []
    assert checks([]) == []
    assert checks([Point(n) for n in range(50)]) == []
